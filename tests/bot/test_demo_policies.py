"""The policies of the demo: marked as such, open today, put there once."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App, utc_now
from bot.config import load_config
from bot.demo import demo_settings
from bot.demo_policies import SAMPLES, furnish
from flows.policies.policy import days_left
from tests.engines import on_engine

pytestmark = pytest.mark.usefixtures("engine")


async def test_they_are_marked_open_and_there_once(tmp_path: Path) -> None:
    settings = await on_engine(demo_settings(tmp_path, "http://127.0.0.1:1", 0))
    app = App(settings, load_config())
    async with app.office.open():
        await furnish(app)
        await furnish(app)
        now = utc_now()
        async with app.office.database.read() as tx:
            found = await tx.policies.latest(50)
            dues = await tx.timers.due(now + timedelta(days=60), 100, ("policy",))
    assert len(found) == len(SAMPLES)
    for one in found:
        assert one.demo
        assert one.title.startswith("【演示】")
        assert one.open_at(now)
        assert one.phone
    closing = [one.number for one in found if days_left(one, now) is not None]
    assert {one.subject for one in dues} <= set(closing)
    assert len(dues) >= len(closing) - 1  # of what closes in three days today's may be over

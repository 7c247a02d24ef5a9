"""A 公众号 that lets us push nothing: whoever writes is answered on the call all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config
from bot.simulator.wechat.api import PUSH, Fault
from tests.bot.runtime import until
from tests.bot.test_app_wechat import both, config, pushed, said
from tests.engines import rows
from tests.handlers.story import REPORT

pytestmark = pytest.mark.usefixtures("engine", "patient_calls")
__all__ = ["config"]


@pytest.mark.parametrize("code", [40164, 45009])
async def test_an_account_that_is_refused_leaves_no_call_without_its_answer(
    config: Config, tmp_path: Path, code: int
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        platform.api.script.always[PUSH] = Fault(code=code)
        assert "95598" in await said(platform, REPORT)  # a second message is to follow
        await until(lambda: app.delivery.tally.retried > 0)
        for _ in range(2):
            assert "回复数字" in await said(platform, "菜单")
        await until(lambda: app.delivery.tally.sent == 3)
        found = rows(app.office.settings.database, "SELECT state FROM delivery ORDER BY id")
        assert [state for (state,) in found] == ["sent", "ready", "sent", "sent"]
        assert pushed(platform) == []

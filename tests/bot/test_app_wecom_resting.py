"""An app of 企业微信 that may push nothing: whoever writes is answered on the call all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import SEND
from tests.bot.runtime import until
from tests.bot.test_app_wecom import FIRM, both, config, over
from tests.engines import rows

pytestmark = pytest.mark.usefixtures("engine", "patient_calls")
__all__ = ["config"]


@pytest.mark.parametrize("code", [45009, 60020])
async def test_buttons_become_numbers_that_can_be_typed(
    config: Config, tmp_path: Path, code: int
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        platform.api.script.always[SEND] = Fault(code=code)
        for _ in range(2):
            assert "回复数字" in await over(platform, platform.say(FIRM, "菜单"))
        assert platform.api.calls.count(SEND) == 1
        chosen = await over(platform, platform.say(FIRM, "1"))
        assert "请告诉我" in chosen
        await until(lambda: app.delivery.tally.sent == 3)
        found = rows(app.office.settings.database, "SELECT state FROM delivery ORDER BY id")
        assert [state for (state,) in found] == ["sent"] * 3

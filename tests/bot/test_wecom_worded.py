"""The whole bot: a card that the platform will not take reaches its reader in words, once told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import SEND
from tests.bot.runtime import until
from tests.bot.test_app_wecom import FIRM, both, told
from tests.bot.test_app_wecom import config as config  # noqa: PLC0414 - a fixture
from tests.engines import rows

pytestmark = pytest.mark.usefixtures("engine")
NO_SUCH = Fault(code=40058)


@pytest.mark.parametrize(
    "faults", [[Fault(code=-1), NO_SUCH], [NO_SUCH, Fault(code=-1), NO_SUCH]], ids=["card", "words"]
)
async def test_a_card_refused_on_a_second_try_is_no_card_that_stands(
    faults: list[Fault], config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        platform.api.script.once[SEND] += faults
        platform.say(FIRM, "菜单")
        url = app.office.settings.database
        carded = "SELECT state FROM delivery WHERE card <> ''"
        await until(lambda: rows(url, carded) == [("sent",)])
        assert "回复数字" in told(platform)


async def test_words_whose_answer_is_lost_are_said_twice_at_most(
    config: Config, tmp_path: Path
) -> None:
    async with both(config, tmp_path) as (app, _, platform):
        platform.api.script.once[SEND] += [NO_SUCH, *[Fault(done=True)] * 6]
        platform.say(FIRM, "菜单")
        url = app.office.settings.database
        over = "SELECT state, card, attempts FROM delivery WHERE due_at IS NULL"
        await until(lambda: rows(url, over) == [("unknown", "", 2)])
        assert told(platform).count("回复数字") == 2

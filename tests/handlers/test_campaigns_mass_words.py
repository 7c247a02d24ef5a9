"""Why a mass send did not leave, in words that say what to do next."""

from __future__ import annotations

import pytest

from handlers.ports import Button
from tests.handlers import test_campaigns_massed
from tests.handlers.campaigning import CLERK, NUMBER, texts
from tests.handlers.test_campaigns_mass_again import became, out
from tests.stage import Stage

play = test_campaigns_massed.play


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("err(40001)", "管理员点了拒绝"),
        ("err(40002)", "先约好管理员当场确认，再补发"),
        ("err(20001)", "请改写后另发一条"),
        ("err(30001)", "err(30001)"),
    ],
)
async def test_what_the_platform_reports_is_worded_with_what_to_do(
    play: Stage, status: str, told: str
) -> None:
    await out(play)
    await became(play, "failed", status)
    letters = await play.say(CLERK, button=Button(f"c:report:{NUMBER}", "card"))
    assert told in "\n".join(texts(play, letters, CLERK))

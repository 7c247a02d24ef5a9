"""Staff write down for a caller whose accounts are linked meanwhile (代录)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.handlers.linking import DINGTALK, MANNERS, linked, owner, writes
from tests.handlers.story import CLERK, ONE, OWNER, REPORT, ticket
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office, whose clerk is writing down for a caller who is somebody else then."""
    await writes(play, OWNER, "请给我回电话 13805740001")
    await writes(play, OWNER, "确认")
    for line in ("代录 1", REPORT):
        await play.say(CLERK, line)
    await linked(play, OWNER)
    return play


@pytest.mark.parametrize("line", ["取消", "菜单", "确认"])
async def test_the_clerk_is_answered_whatever_they_say(play: Stage, line: str) -> None:
    told = await play.say(CLERK, line)
    assert [one for one in told if one.to == play.staff_id(CLERK)]


async def test_the_clerk_is_answered_days_later(play: Stage) -> None:
    await play.wait(timedelta(days=4))
    assert await play.say(CLERK, "菜单")


async def test_the_case_is_theirs_who_the_caller_is_now(play: Stage) -> None:
    for _ in range(2):  # what is known of them now is shown first
        await play.say(CLERK, "确认")
    assert (await ticket(play)).reporter == (await owner(play, OWNER)).id
    assert ONE in await writes(play, OWNER, "进度", DINGTALK)

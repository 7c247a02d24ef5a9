"""What waits for a 代理 when their time is over is told to the 联络员, once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.leading import at
from tests.handlers.story import CLERK, LIAISON, carry, heard, texts
from tests.handlers.test_deputies import COLLEAGUE, invited
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
OVERDUE = "【催办】ZH-2026-0001 签收已到期"


async def overdue(play: Stage, until: str) -> None:
    """Let a 代理 stand in until a day, and a line of a case wait for their digest of 15:00."""
    await carry(play, State.ASSIGNED)
    await play.say(COLLEAGUE, f"邀请码 {await invited(play, f'代理 {COLLEAGUE} 到{until}')}")
    await at(play, "2026-11-24 14:30")


async def digests(play: Stage, since: int, who: str) -> int:
    """Count the digests since then that name the line to somebody."""
    return sum(OVERDUE in text for text in texts(play, play.seen[since:], who))


async def test_a_line_that_a_deputy_did_not_hear_in_their_time_goes_to_who_is_back_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await overdue(play, "今天")
        before = len(play.seen)
        play.clock.now += timedelta(days=1)  # nothing went out on the last day
        for _ in range(3):
            await play.wait(timedelta(minutes=1))
        await at(play, "2026-11-26 09:00")
        assert await digests(play, before, LIAISON) == 1
        assert await digests(play, before, COLLEAGUE) == 0


async def test_a_line_goes_to_who_is_back_earlier_too(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play, "12月3日")
        before = len(play.seen)
        await play.say(LIAISON, "取消代理")
        await at(play, "2026-11-24 15:00")
        await at(play, "2026-11-25 09:00")
        assert await digests(play, before, LIAISON) == 1
        assert await digests(play, before, COLLEAGUE) == 0


async def test_a_line_goes_to_the_next_deputy_where_there_is_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play, "12月3日")
        before = len(play.seen)
        await play.say("孙立", f"邀请码 {await invited(play, '代理 孙立 到12月3日')}")
        await at(play, "2026-11-24 15:00")
        await at(play, "2026-11-25 09:00")
        assert await digests(play, before, "孙立") == 1
        assert await digests(play, before, LIAISON) == 0


async def test_in_their_time_the_deputy_hears_it_and_nobody_else(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play, "12月3日")
        told = await at(play, "2026-11-24 15:00")
        assert OVERDUE in heard(play, told, COLLEAGUE)
        assert OVERDUE in heard(play, told, CLERK)
        assert heard(play, told, LIAISON) == ""

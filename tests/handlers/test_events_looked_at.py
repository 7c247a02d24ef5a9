"""Who only looks at activities waits for nobody, and shows what was committed last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.engines import given
from tests.handlers.attending import EVENT, press, publish, sign_up
from tests.handlers.story import CLERK, OWNER, heard
from tests.stage import Stage, stage

PATIENCE = 20.0  # seconds; only a reader who waits for the seat ever gets there


@pytest.fixture(autouse=True)
async def _postgresql() -> AsyncIterator[None]:
    """SQLite lets one writer in at a time, so only here a reader can be told from a racer."""
    async with given("postgresql"):
        yield


@asynccontextmanager
async def raced_for(play: Stage) -> AsyncIterator[None]:
    """Hold the activity as somebody does who is about to take its last seat."""
    async with play.database.begin() as tx:
        await tx.rolls.hold([EVENT])
        async with asyncio.timeout(PATIENCE):
            yield


async def test_a_reader_is_answered_while_somebody_holds_the_seats(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        async with raced_for(play):
            listed = await play.say(OWNER, "活动")
            seen = await press(play, OWNER, "view")
            mine = await play.say(OWNER, "我的报名")
            place = await press(play, OWNER, "place", 1)
        assert "面对面" in heard(play, listed, OWNER)
        assert "您的报名：陈建国 1人，已确认" in heard(play, seen, OWNER)
        assert "陈建国 1人，已确认" in heard(play, mine, OWNER)
        assert "报名成功" in heard(play, place, OWNER)


async def test_staff_look_at_the_list_meanwhile(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        async with raced_for(play):
            managed = await play.say(CLERK, "活动管理")
            names = await press(play, CLERK, "names")
        assert "名单" in str([letter.message.options for letter in managed])
        assert "1. 陈建国" in heard(play, names, CLERK)


async def test_a_form_that_was_put_aside_makes_no_reader_wait(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await press(play, OWNER, "sign_up")
        await play.say(OWNER, "取消")
        async with raced_for(play):
            listed = await play.say(OWNER, "活动")
        assert "面对面" in heard(play, listed, OWNER)
        back = await play.say(OWNER, "继续")
        assert "确认即占名额" in heard(play, back, OWNER)


async def test_who_signs_up_waits_for_the_seat(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        async with play.database.begin() as tx:
            await tx.rolls.hold([EVENT])
            racer = asyncio.create_task(press(play, OWNER, "sign_up"))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.shield(racer), 0.5)
        assert "确认即占名额" in heard(play, await racer, OWNER)

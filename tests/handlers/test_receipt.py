"""Who was in time is judged by when their word came in, not by when it is handled (E7, E10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from flows.registration.registration import Standing
from handlers.ports import Arrival, Button, Place, Sender
from tests.handlers.attending import EVENT, place, press, publish, roll, sign_up, stranger
from tests.handlers.story import OWNER, heard
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
ONE = stranger(1)
TICK = timedelta(milliseconds=1)
CLOSED = "截止：11月24日09:30"


async def late(
    play: Stage, who: str, at: datetime, text: str = "", action: str = ""
) -> list[Letter]:
    """Let a word of that moment be handled only now."""
    play.count += 1
    ident = play.staff_id(who)
    arrival = Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id=f"late{play.count}",
        sender=Sender(ident, f"union-{ident}", f"$:{ident}", who),
        place=Place(True, f"c-{ident}"),
        at=at,
        kind="button" if action else "text",
        text=text,
        button=Button(action, "card") if action else None,
    )
    return await play.take([arrival])


def answered(letters: Sequence[Letter], label: str) -> str:
    """Return the action of a button that is shown."""
    return next(o.action for one in letters for o in one.message.options if o.label == label)


async def test_e10_a_yes_received_before_the_close_counts_when_it_is_handled_after(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play, CLOSED)
        closes = play.clock.now + timedelta(minutes=30)
        asked = await press(play, OWNER, "sign_up")
        play.clock.now = closes + timedelta(minutes=2)
        told = await late(play, OWNER, closes - TICK, action=answered(asked, "确认"))
        assert "报名成功" in heard(play, told, OWNER)


async def test_e10_a_yes_received_at_the_close_is_too_late(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, CLOSED)
        closes = play.clock.now + timedelta(minutes=30)
        asked = await press(play, OWNER, "sign_up")
        play.clock.now = closes + timedelta(minutes=2)
        told = await late(play, OWNER, closes, action=answered(asked, "确认"))
        assert "报名已在 11月24日 09:30 截止" in heard(play, told, OWNER)
        assert (await roll(play)).registrations == {}


async def test_e10_a_clock_that_is_an_hour_slow_gains_no_more_than_is_configured(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play, CLOSED)
        closes = play.clock.now + timedelta(minutes=30)
        play.clock.now = closes + timedelta(minutes=31)
        told = await late(play, OWNER, closes - timedelta(hours=1), "报名")
        assert "报名已在 11月24日 09:30 截止" in heard(play, told, OWNER)


async def test_e10_a_clock_that_is_fast_opens_nothing_sooner(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        async with play.database.begin() as tx:
            opens = play.clock.now + timedelta(hours=1)
            held = (await tx.rolls.hold([EVENT]))[EVENT]
            await tx.rolls.save([held.with_event(opens_at=opens)])
        told = await late(play, OWNER, play.clock.now + timedelta(hours=2), "报名")
        assert "还没开始报名，11月24日 10:00 开始" in heard(play, told, OWNER)


async def test_e7_a_yes_received_before_the_hour_of_the_offer_is_a_yes(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        await sign_up(play, OWNER)
        await sign_up(play, *ONE)
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        hour = play.clock.now + timedelta(hours=2)
        play.clock.now = hour + timedelta(minutes=1)  # the clock has not struck yet
        told = await late(play, ONE[0], hour - TICK, action=f"e:accept:{EVENT}:2")
        assert "报名成功" in heard(play, told, ONE[0])


async def test_e7_a_seat_that_the_clock_gave_away_is_gone_whenever_the_yes_was_said(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, of in ((OWNER, ""), ONE, stranger(2)):
            await sign_up(play, who, of)
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        hour = play.clock.now + timedelta(hours=2)
        await play.wait(timedelta(hours=2))
        told = await late(play, ONE[0], hour - TICK, action=f"e:accept:{EVENT}:2")
        assert "现在没有等您确认的名额" in heard(play, told, ONE[0])
        assert (await place(play, 3)).standing is Standing.OFFERED


async def test_a_cancellation_received_in_time_is_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        until = (await roll(play)).event.last_cancel
        await sign_up(play, OWNER)
        asked = await press(play, OWNER, "cancel", 1)
        play.clock.now = until + timedelta(minutes=3)
        await late(play, OWNER, until - TICK, action=answered(asked, "确认"))
        assert (await place(play, 1)).standing is Standing.CANCELLED


async def test_a_cancellation_received_at_the_hour_is_none(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        until = (await roll(play)).event.last_cancel
        await sign_up(play, OWNER)
        asked = await press(play, OWNER, "cancel", 1)
        play.clock.now = until + timedelta(minutes=3)
        told = await late(play, OWNER, until, action=answered(asked, "确认"))
        assert "不能自己取消" in heard(play, told, OWNER)


async def test_of_two_the_seat_is_whose_word_was_handled_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人，候补5人")
        began = play.clock.now
        asked = await press(play, OWNER, "sign_up")
        play.clock.now += timedelta(minutes=5)
        await sign_up(play, *ONE)
        await late(play, OWNER, began, action=answered(asked, "确认"))
        assert [one.name for one in (await roll(play)).standing(Standing.CONFIRMED)] == ["周1"]

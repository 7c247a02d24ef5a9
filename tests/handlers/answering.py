"""Steps that the tests of answers and of ratings have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.channels.base import Letter
from flows.tickets.case import Joined, Meeting, State
from tests.handlers.story import (
    CLERK,
    LIAISON,
    ONE,
    SUPPORT,
    carry,
    heard,
    history,
    known,
    ticket,
)
from tests.stage import Stage

PUTS_OFF = "我们正在研究更换开关的办法，会尽快给企业答复，请耐心等待。"
STAGE = "开关已经订货，厂家正在生产，12月20日再答复，联系供电所。"


async def on(play: Stage, day: int, month: int = 11, hour: int = 1) -> None:
    """Go to a day of 2026, at nine unless said otherwise."""
    play.clock.now = datetime(2026, month, day, hour, tzinfo=UTC)


async def acts(play: Stage) -> list[str]:
    return [entry.act for entry in await history(play, f"ticket:{ONE}")]


async def refused(play: Stage, who: str, text: str) -> str:
    """Say something that must change nothing but be answered; return the answer."""
    before, lines = await ticket(play), await acts(play)
    told = heard(play, await play.say(who, text), who)
    assert await ticket(play) == before
    assert await acts(play) == lines
    return told


async def say_all(play: Stage, *lines: tuple[str, str]) -> list[Letter]:
    """Say one thing after another; return what the last one brought."""
    told: list[Letter] = []
    for who, text in lines:
        told = await play.say(who, text)
    return told


async def with_joined(play: Stage, name: str) -> None:
    """Let somebody have joined the ticket."""
    who = await known(play, name)
    now = await ticket(play)
    joined = now.model_copy(update={"joined": (Joined(person=who.id),), "version": now.version + 1})
    async with play.database.begin() as tx:
        await tx.tickets.load([ONE], ())
        await tx.tickets.save([joined], {ONE: now.version})


def everybody_else(play: Stage, letters: Sequence[Letter], *who: str) -> str:
    return "\n".join(letter.message.text for letter in letters if play.where(letter) not in who)


async def meet(play: Stage) -> None:
    """Let the talk of the second round be on record (面商 itself is tested with the leaders)."""
    now = await ticket(play)
    who = await known(play, CLERK)
    met = Meeting(
        kind="talk", on=date(2026, 11, 24), text="谈过", by=who.id, at=play.clock.now, round=2
    )
    after = now.model_copy(update={"meetings": (met,), "version": now.version + 1})
    async with play.database.begin() as tx:
        await tx.tickets.load([ONE], ())
        await tx.tickets.save([after], {ONE: now.version})


async def put_off(play: Stage) -> None:
    """Answer with words that say nothing."""
    await carry(play, State.IN_PROGRESS)
    await say_all(
        play,
        (SUPPORT, "协办意见 1 同意供电公司的意见"),
        (LIAISON, f"答复 1 {PUTS_OFF}"),
        (LIAISON, "C"),
    )

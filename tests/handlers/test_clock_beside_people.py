"""The clock looks at a case in the same moment in which somebody acts on it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from bot.storage.transaction import Transaction
from flows.tickets.case import State
from handlers.ports import Due
from handlers.strikes import Strikes
from handlers.timers import CASE, due_of
from tests.handlers.story import LIAISON, ONE, OWNER, carry, ticket
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

FAR = timedelta(days=365)


class Slow:
    """A look at the records in which the clock rests until it is let go on."""

    def __init__(self, tx: Transaction) -> None:
        self._urging = tx.urging
        self.reads = asyncio.Event()
        self.goes_on = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._urging, name)

    async def calm(self) -> date | None:
        self.reads.set()
        await self.goes_on.wait()
        return await self._urging.calm()


async def looks(play: Stage, who: str, says: str) -> list[Letter]:
    """Let the clock look at the case, and somebody act after it has read and before it writes."""
    async with play.database.begin() as tx:
        slow = Slow(tx)
        tx.urging = slow  # type: ignore[assignment]
        due = Due(CASE, ONE, play.clock.now, f"{CASE}:{ONE}")
        clock = asyncio.create_task(Strikes(play.reception.office, play.clock).tick(tx, [due]))
        await slow.reads.wait()
        person = asyncio.create_task(play.say(who, says))
        await asyncio.wait({person}, timeout=0.3)  # as far as it gets without the clock
        slow.goes_on.set()
        await clock
    return await person


async def timer(play: Stage) -> Due | None:
    async with play.database.read() as tx:
        found = await tx.timers.due(play.clock.now + FAR, 100, (CASE,))
        return next((one for one in found if one.subject == ONE), None)


async def test_the_timer_of_a_case_is_that_of_the_last_act(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        before = await timer(play)
        await looks(play, LIAISON, "签收 1")
        case = await ticket(play)
        assert case.state is State.IN_PROGRESS
        now = due_of(case, play.reception.office, play.clock.now)
        assert await timer(play) == now
        assert now != before


async def test_the_timer_of_a_case_that_ends_meanwhile_is_gone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OWNER, "撤回")
        await looks(play, OWNER, "确认")
        assert (await ticket(play)).ended
        assert await timer(play) is None

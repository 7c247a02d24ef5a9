"""Tens of thousands of timers that are due in the same minute."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.database import Transaction
from bot.timers import CHUNK, Timers
from handlers.ports import Due
from tests.engines import ENGINES, NOON, opened, post

MANY = 50_000


@dataclass(slots=True)
class Desk:
    """Owes a message for each timer, and counts how many it is given at once."""

    crash_after: int = 10**9
    struck: Counter[str] = field(default_factory=Counter)
    most: int = 0

    async def tick(self, tx: Transaction, dues: Sequence[Due]) -> None:
        self.most = max(self.most, len(dues))
        self.struck.update(due.dedupe for due in dues)
        await tx.post([post(due.dedupe, group=due.subject) for due in dues], {})
        if self.struck.total() > self.crash_after:
            raise KeyboardInterrupt


def minute(count: int) -> list[Due]:
    """Make timers that are due within a minute."""
    return [
        Due("case", f"group-{n % 500}", NOON + timedelta(seconds=60 * n / count), f"t{n}")
        for n in range(count)
    ]


async def strike_all(timers: Timers) -> int:
    """Look until nothing is due, and return how often something was."""
    turns = 0
    while await timers.turn():
        turns += 1
    return turns


@pytest.mark.parametrize("engine", ENGINES)
async def test_fifty_thousand_timers_of_one_minute_strike_once_each(
    engine: str, tmp_path: Path
) -> None:
    async with opened(engine, tmp_path) as records:
        async with records.database.begin() as tx:
            await tx.remind(minute(MANY))
        records.clock.move(minutes=1)
        desk, woken = Desk(), []
        timers = Timers(
            records.database, {"case": desk}, records.clock, wake=lambda: woken.append(1)
        )
        turns = await strike_all(timers)
        assert len(desk.struck) == desk.struck.total() == MANY
        assert (desk.most, turns, len(woken)) == (CHUNK, MANY // CHUNK, MANY // CHUNK)
        async with records.database.read() as tx:
            assert (await tx.ledger.counts())["ready"] == MANY
            assert await tx.timers.due(records.clock(), 1, ("case",)) == []


@pytest.mark.parametrize("engine", ENGINES)
async def test_what_a_crash_broke_off_strikes_again_and_owes_nothing_twice(
    engine: str, tmp_path: Path
) -> None:
    count = 5 * CHUNK
    async with opened(engine, tmp_path) as records:
        async with records.database.begin() as tx:
            await tx.remind(minute(count))
        records.clock.move(minutes=1)
        desk = Desk(crash_after=2 * CHUNK)
        timers = Timers(records.database, {"case": desk}, records.clock, wake=lambda: None)
        with pytest.raises(KeyboardInterrupt):
            await strike_all(timers)
        desk.crash_after = 10**9
        await strike_all(timers)
        assert Counter(desk.struck.values()) == {1: 4 * CHUNK, 2: CHUNK}
        async with records.database.read() as tx:
            assert (await tx.ledger.counts())["ready"] == count


@pytest.mark.parametrize("engine", ENGINES)
async def test_two_processes_share_the_timers_and_neither_repeats_the_other(
    engine: str, tmp_path: Path
) -> None:
    count = 6 * CHUNK
    async with opened(engine, tmp_path) as records:
        async with records.database.begin() as tx:
            await tx.remind(minute(count))
        records.clock.move(minutes=1)
        desk = Desk()
        pair = [
            Timers(records.database, {"case": desk}, records.clock, wake=lambda: None)
            for _ in range(2)
        ]
        async with asyncio.timeout(30):
            while desk.struck.total() < count:
                await asyncio.gather(*(timers.turn() for timers in pair))
        assert set(desk.struck.values()) == {1}

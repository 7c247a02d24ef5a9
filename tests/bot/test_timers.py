"""What becomes of a stored due row."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.transaction import Transaction
from bot.timers import CHUNK, Timers
from handlers.ports import Due, Stale
from tests.bot.runtime import START, HandClock, database, until

pytestmark = pytest.mark.usefixtures("engine")


@dataclass(slots=True)
class Ticked:
    """A reception that keeps what was due."""

    seen: list[str] = field(default_factory=list)
    poison: str = ""
    error: Exception = field(default_factory=lambda: RuntimeError("a defect"))
    again: timedelta | None = None

    async def tick(self, tx: Transaction, dues: Sequence[Due]) -> None:
        if any(due.subject == self.poison for due in dues):
            raise self.error
        self.seen += [due.subject for due in dues]
        if self.again:
            await tx.remind([replace(due, due_at=due.due_at + self.again) for due in dues])


class Clockwork:
    """A database, a clock by hand, and timers over both."""

    def __init__(self, db: Database, clock: HandClock, reception: Ticked) -> None:
        self.db = db
        self.clock = clock
        self.woken = 0
        self.timers = Timers(db, {"idle": reception}, clock, wake=self.wake)

    def wake(self) -> None:
        self.woken += 1

    async def remind(self, subject: str, minutes: int, *cancel: str, kind: str = "idle") -> None:
        due = Due(kind, subject, START + timedelta(minutes=minutes), f"idle:{subject}")
        async with self.db.begin() as tx:
            await tx.remind([due], cancel)


@asynccontextmanager
async def clockwork(folder: Path, reception: Ticked) -> AsyncIterator[Clockwork]:
    clock = HandClock()
    async with database(folder, clock) as db:
        yield Clockwork(db, clock, reception)


async def test_what_is_due_happens_once_and_not_before(tmp_path: Path) -> None:
    reception = Ticked()
    async with clockwork(tmp_path, reception) as c:
        await c.remind("a", 30)
        assert await c.timers.turn() == 0
        c.clock.forward(30 * 60)
        assert await c.timers.turn() == 1
        assert await c.timers.turn() == 0
        assert (reception.seen, c.woken) == (["a"], 1)


async def test_what_became_due_during_an_outage_is_caught_up_in_order(tmp_path: Path) -> None:
    reception = Ticked()
    async with clockwork(tmp_path, reception) as c:
        await c.remind("late", 60)
        await c.remind("early", 30)
        c.clock.forward(24 * 3600)
        await c.timers.turn()
        assert reception.seen == ["early", "late"]


async def test_a_cancelled_timer_never_happens(tmp_path: Path) -> None:
    reception = Ticked()
    async with clockwork(tmp_path, reception) as c:
        await c.remind("a", 30)
        await c.remind("b", 30, "idle:a")
        c.clock.forward(3600)
        await c.timers.turn()
        assert reception.seen == ["b"]


async def test_a_timer_set_anew_by_its_own_tick_stays(tmp_path: Path) -> None:
    reception = Ticked(again=timedelta(hours=1))
    async with clockwork(tmp_path, reception) as c:
        await c.remind("a", 0)
        await c.timers.turn()
        assert await c.timers.turn() == 0
        c.clock.forward(3600)
        await c.timers.turn()
        assert reception.seen == ["a", "a"]


async def test_a_defect_delays_its_own_timer_only(tmp_path: Path) -> None:
    reception = Ticked(poison="bad")
    async with clockwork(tmp_path, reception) as c:
        for subject in ("a", "bad", "z"):
            await c.remind(subject, 0)
        await c.timers.turn()
        assert reception.seen == ["a", "z"]
        assert await c.timers.turn() == 0
        reception.poison = ""
        c.clock.forward(600)
        await c.timers.turn()
        assert reception.seen == ["a", "z", "bad"]


async def test_who_came_second_to_somebody_else_is_back_in_seconds(tmp_path: Path) -> None:
    reception = Ticked(poison="held", error=Stale("somebody else was first"))
    async with clockwork(tmp_path, reception) as c:
        await c.remind("held", 0)
        await c.remind("z", 0)
        assert await c.timers.turn() == 2
        reception.poison = ""
        assert await c.timers.turn() == 0
        c.clock.forward(2)
        await c.timers.turn()
        assert reception.seen == ["z", "held"]


async def test_the_poller_looks_by_itself(tmp_path: Path) -> None:
    reception = Ticked()
    async with clockwork(tmp_path, reception) as c:
        await c.remind("a", 0)
        c.timers.start()
        await until(lambda: reception.seen == ["a"])
        await c.timers.stop()


async def test_timers_of_an_unknown_kind_are_kept_and_hold_up_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reception = Ticked()
    async with clockwork(tmp_path, reception) as c:
        for n in range(CHUNK + 1):
            await c.remind(f"strange{n}", 0, kind="newer")
        await c.remind("a", 1)
        for _ in range(3):
            c.clock.forward(3600)
            await c.timers.turn()
        assert reception.seen == ["a"]
        assert caplog.text.count("timers of the kind newer") == 1
        newer = Ticked()
        await Timers(c.db, {"newer": newer}, c.clock, wake=c.wake).turn()
        assert len(newer.seen) == CHUNK


async def test_timers_that_another_worker_takes_are_left_to_it_and_are_not_strange(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reception = Ticked()
    async with clockwork(tmp_path, reception) as c:
        await c.remind("sites", 0, kind="sites")
        timers = Timers(c.db, {"idle": reception}, c.clock, wake=c.wake, others=("sites",))
        c.clock.forward(3600)
        assert await timers.turn() == 0
        assert "timers of the kind" not in caplog.text
        async with c.db.read() as tx:
            assert [due.kind for due in await tx.timers.due(c.clock(), 9, ("sites",))] == ["sites"]


async def test_a_clock_set_back_makes_nothing_wait_for_ever(tmp_path: Path) -> None:
    reception = Ticked()
    async with clockwork(tmp_path, reception) as c:
        await c.remind("a", 30)
        c.clock.forward(3600)
        await c.timers.turn()
        c.clock.forward(-2 * 3600)
        await c.remind("b", -50)
        assert await c.timers.turn() == 0
        c.clock.forward(10 * 60)
        await c.timers.turn()
        assert reception.seen == ["a", "b"]


async def test_each_kind_goes_to_whom_it_belongs(tmp_path: Path) -> None:
    one, other = Ticked(), Ticked()
    async with clockwork(tmp_path, one) as c:
        timers = Timers(c.db, {"idle": one, "case": other, "leave": other}, c.clock, wake=c.wake)
        for kind in ("idle", "case", "leave"):
            await c.remind(kind, 0, kind=kind)
        assert await timers.turn() == 3
        assert (one.seen, other.seen) == (["idle"], ["case", "leave"])

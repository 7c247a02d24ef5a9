"""What happens by the hour and by the day, a whole year of it, and after outages."""

import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from cronsim import CronSimError

from bot.schedules import Schedule, Schedules, Work
from bot.storage.transaction import Transaction
from flows.calendar import OFFICE_ZONE
from handlers.ports import Stale
from tests.bot.runtime import START, HandClock, database, until

pytestmark = pytest.mark.usefixtures("engine")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=OFFICE_ZONE).astimezone(UTC)


@dataclass(slots=True)
class Slots:
    """The slots in memory: what a year needs in a second."""

    taken: set[tuple[str, datetime]] = field(default_factory=set)
    basis: dict[str, str] = field(default_factory=dict)

    async def claim(self, name: str, slot: datetime) -> bool:
        known = (name, slot) in self.taken
        self.taken.add((name, slot))
        return not known

    async def latest(self, name: str, until: datetime) -> datetime | None:
        return max((s for n, s in self.taken if n == name and s <= until), default=None)

    async def rebase(self, name: str, basis: str) -> bool:
        known = self.basis.get(name)
        self.basis[name] = basis
        return known != basis


@dataclass(slots=True)
class Memory:
    """Records that only schedules can use; a defect takes back what it kept."""

    schedules: Slots = field(default_factory=Slots)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        kept, basis = set(self.schedules.taken), dict(self.schedules.basis)
        try:
            yield cast("Transaction", self)
        except BaseException:
            self.schedules.taken, self.schedules.basis = kept, basis
            raise


@dataclass(slots=True)
class Done:
    """Counts what was done, and when."""

    times: dict[str, list[datetime]] = field(default_factory=dict)
    defect: bool = False

    def work(self, name: str) -> Work:
        async def work(tx: Transaction, now: datetime) -> None:
            self.times.setdefault(name, []).append(now)
            if self.defect:
                raise RuntimeError("a defect")

        return work

    def schedule(self, name: str, cron: str, grace: timedelta = HOUR, **more: Any) -> Schedule:
        return Schedule(name, cron, self.work(name), grace, **more)

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(times) for name, times in self.times.items()}


def schedules(records: Any, clock: HandClock, *all_: Schedule, **more: Any) -> Schedules:
    return Schedules(records, all_, clock, wake=lambda: None, **more)


async def test_a_year_of_slots_passes_without_waiting() -> None:
    clock, done = HandClock(NEW_YEAR - timedelta(seconds=1)), Done()
    ends = NEW_YEAR + 365 * DAY

    class YearOver(Exception):
        """What ends the loop."""

    async def pause(seconds: float) -> None:
        nonlocal clock
        clock.forward(max(seconds, 1800))  # the loop looks more often than anything is due
        if clock.now >= ends:
            raise YearOver

    loop = schedules(
        Memory(),
        clock,
        done.schedule("hourly", "0 * * * *"),
        done.schedule("nightly", "30 2 * * *"),
        done.schedule("weekly", "0 9 * * 1"),
        done.schedule("monthly", "0 8 1 * *"),
        pause=pause,
    )
    await loop.turn()
    done.times.clear()  # what 2025 still owed
    with pytest.raises(YearOver):
        await loop._run()
    assert done.counts == {
        "hourly": 8760,
        "nightly": 365,
        "weekly": 52,
        "monthly": 12,
    }


async def test_any_number_of_processes_do_a_slot_once(tmp_path: Path) -> None:
    clock, done = HandClock(), Done()
    async with database(tmp_path, clock) as db:
        pair = [schedules(db, clock, done.schedule("hourly", "0 * * * *")) for _ in range(3)]
        for _ in range(48):
            assert sum([await one.turn() for one in pair]) == 1
            clock.forward(3600)
    assert done.counts == {"hourly": 48}


async def test_slots_are_read_in_the_offices_zone(tmp_path: Path) -> None:
    clock, done = HandClock(datetime(2026, 11, 24, 0, 59, tzinfo=UTC)), Done()
    async with database(tmp_path, clock) as db:
        loop = schedules(db, clock, done.schedule("nine", "0 9 * * *"))
        assert await loop.turn() == 0
        clock.forward(60)
        assert await loop.turn() == 1


async def test_after_an_outage_the_latest_slot_is_made_up_for_and_the_others_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, done = HandClock(), Done()
    async with database(tmp_path, clock) as db:
        hourly = done.schedule("hourly", "0 * * * *")
        daily = done.schedule("daily", "0 6 * * *", timedelta(hours=4))
        await schedules(db, clock, hourly, daily).turn()
        assert done.counts == {"hourly": 1}  # it is 16:00: the day's slot is too old
        clock.forward(18 * 3600 + 1200)
        assert await schedules(db, clock, hourly, daily).turn() == 1
        clock.forward(-3600)  # 09:20 of the next day
        assert await schedules(db, clock, hourly, daily).turn() == 2
    assert done.counts == {"hourly": 3, "daily": 1}
    assert "schedule hourly: 17 slots were missed" in caplog.text


async def test_a_slot_that_was_done_before_a_restart_is_not_called_missed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, done = HandClock(), Done()
    async with database(tmp_path, clock) as db:
        daily = done.schedule("daily", "0 16 * * *")
        for hours in (24, 3, 3):
            await schedules(db, clock, daily).turn()
            clock.forward(hours * 3600)
    assert done.counts == {"daily": 2}
    assert "missed" not in caplog.text


async def test_a_defect_is_the_slots_own_and_is_tried_again(tmp_path: Path) -> None:
    clock, good, bad = HandClock(), Done(), Done(defect=True)
    async with database(tmp_path, clock) as db:
        loop = schedules(
            db, clock, bad.schedule("bad", "0 * * * *"), good.schedule("good", "0 * * * *")
        )
        assert await loop.turn() == 1
        clock.forward(30)
        bad.defect = False
        assert await loop.turn() == 1
        assert await loop.turn() == 0
    assert (good.counts, bad.counts) == ({"good": 1}, {"bad": 2})


async def test_a_slot_that_another_process_is_at_is_looked_at_again_without_an_alarm(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    held = [True]

    async def work(tx: Transaction, now: datetime) -> None:
        if held:
            raise Stale("the lock was not had in time")

    loop = schedules(Memory(), HandClock(), Schedule("hourly", "0 * * * *", work, HOUR))
    assert await loop.turn() == 0
    held.clear()
    assert await loop.turn() == 1
    assert {record.levelname for record in caplog.records} == {"INFO"}


async def test_a_clock_set_back_repeats_nothing_and_stops_nothing(tmp_path: Path) -> None:
    clock, done = HandClock(), Done()
    async with database(tmp_path, clock) as db:
        loop = schedules(db, clock, done.schedule("hourly", "0 * * * *"))
        await loop.turn()
        for step in (3600, -7200, 3600, 3600, 3600):
            clock.forward(step)
            await loop.turn()
    # 16, 17, back to 15 (not done yet), 16, 17, 18
    assert [at - START for at in done.times["hourly"]] == [0 * HOUR, HOUR, -HOUR, 2 * HOUR]


async def test_another_basis_is_worked_off_at_the_start_once(tmp_path: Path) -> None:
    clock, done = HandClock(), Done()
    async with database(tmp_path, clock) as db:
        for basis, times in (("2026", 1), ("2026", 1), ("2026,2027", 2), ("2026,2027", 2)):
            for _ in range(2):
                await schedules(db, clock, done.schedule("x", "0 6 * * *", basis=basis)).turn()
            assert done.counts == {"x": times}


async def test_the_loop_looks_by_itself_and_ends(tmp_path: Path) -> None:
    clock, done = HandClock(), Done()
    async with database(tmp_path, clock) as db:
        loop = schedules(db, clock, done.schedule("hourly", "0 * * * *"))
        loop.start()
        await until(lambda: done.counts == {"hourly": 1})
        await loop.stop()


def test_an_expression_that_says_nothing_stops_the_start() -> None:
    with pytest.raises(CronSimError):
        schedules(Memory(), HandClock(), Done().schedule("x", "61 * * * *"))


async def test_an_empty_look_asks_the_records_nothing() -> None:
    clock, done, records = HandClock(), Done(), Memory()
    loop = schedules(records, clock, done.schedule("hourly", "0 * * * *"))
    await loop.turn()
    assert Counter(name for name, _ in records.schedules.taken) == {"hourly": 1}
    records.schedules = cast("Slots", None)
    clock.forward(3599)
    assert await loop.turn() == 0

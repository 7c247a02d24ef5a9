"""What happens by the hour, by the day, by the month."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Protocol

from cronsim import CronSim

from bot.ending import ended
from bot.logs import place_of
from bot.storage.transaction import Transaction
from flows.calendar import OFFICE_ZONE
from handlers.ports import Clock, Stale

log = logging.getLogger(__name__)

LOOK = timedelta(seconds=30)  # the wall clock may be set at any time, so no sleep is longer
LOOKED_AT = 1000  # missed slots that are counted at most

Work = Callable[[Transaction, datetime], Awaitable[None]]
Portion = Callable[[Transaction, datetime, str], Awaitable[str]]
"""Do a part of what is too much for one transaction: told where the part before ended (empty = it
is the first), say where this one did; empty = it was the last."""
Pause = Callable[[float], Awaitable[None]]


class Records(Protocol):
    """The database, as the schedules need it."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a write transaction; leaving it normally commits."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work that is due at each slot of a cron expression, read in the office's zone.

    `work` is given the transaction that also keeps that the slot was done, and the time. A slot
    that is missed is made up for while it is younger than `grace`. `basis` names what the work
    depends on: when that has changed since the last time, the work is done at the start as well.
    Portions come before `work`, each in a transaction of its own. They may come twice: after a
    crash all of them are done again, and another process may be at the same ones.
    """

    name: str
    cron: str
    work: Work
    grace: timedelta
    basis: str = ""
    portion: Portion | None = None


@dataclass(slots=True)
class _Plan:
    """A schedule with what this process knows of it: nothing is due from `since` to `until`."""

    schedule: Schedule
    based: bool
    since: datetime | None = None
    until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Say whether nothing can be due; a clock set back is looked at anew."""
        if not self.based or self.since is None or self.until is None:
            return False
        return self.since <= now < self.until


class Schedules:
    """Do each slot once, whatever the number of processes that look.

    Of the slots that an outage missed the latest is done, if it is young enough.
    """

    def __init__(
        self,
        records: Records,
        schedules: Sequence[Schedule],
        clock: Clock,
        *,
        wake: Callable[[], None],
        pause: Pause = asyncio.sleep,
    ) -> None:
        """`wake` hears that something was done. Raises CronSimError for an unusable expression."""
        self._records = records
        self._clock = clock
        self._wake = wake
        self._pause = pause
        self._plans = [_Plan(schedule, based=not schedule.basis) for schedule in schedules]
        for schedule in schedules:
            CronSim(schedule.cron, clock().astimezone(OFFICE_ZONE))
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._loop = asyncio.create_task(self._run(), name="schedules")

    async def stop(self) -> None:
        """End; work cut short is done again at the next start."""
        await ended([self._loop])

    async def turn(self) -> int:
        """Do what is due now and say how many slots that were."""
        now = self._clock()
        done = 0
        for plan in self._plans:
            if plan.rests(now):
                continue
            try:
                done += await self._catch_up(plan, now)
            except Stale:
                log.info("schedule %s: another process is at it", plan.schedule.name)
            except Exception as error:  # one schedule's defect is not the others'; again soon
                log.error("schedule %s waits: %s", plan.schedule.name, place_of(error))
        return done

    async def _run(self) -> None:
        while True:
            await self.turn()
            now = self._clock()
            waits = [plan.until - now for plan in self._plans if plan.until and plan.rests(now)]
            wait = min([LOOK, *waits])
            await self._pause(wait.total_seconds())

    async def _catch_up(self, plan: _Plan, now: datetime) -> int:
        schedule = plan.schedule
        if not plan.based:
            await self._rebase(schedule, now)
            plan.based = True
        slot = next(self._before(schedule, now), None)
        done = 0
        if slot is not None:
            if plan.until is None or slot > plan.until:
                await self._tell_missed(schedule, slot, now)
            if now - slot <= schedule.grace:
                done = await self._do(schedule, slot, now)
        plan.since = slot or now
        plan.until = next(self._after(schedule, now), None)
        return done

    async def _rebase(self, schedule: Schedule, now: datetime) -> None:
        if schedule.portion is not None:
            async with self._records.begin() as tx:
                if await tx.schedules.is_based(schedule.name, schedule.basis):
                    return
            await self._in_portions(schedule.portion, now)
        async with self._records.begin() as tx:
            if not await tx.schedules.rebase(schedule.name, schedule.basis):
                return
            await schedule.work(tx, now)
        self._wake()

    async def _do(self, schedule: Schedule, slot: datetime, now: datetime) -> int:
        if schedule.portion is not None:
            async with self._records.begin() as tx:
                if await tx.schedules.latest(schedule.name, slot) == slot:
                    return 0
            await self._in_portions(schedule.portion, now)
        async with self._records.begin() as tx:
            if not await tx.schedules.claim(schedule.name, slot):
                return 0
            await schedule.work(tx, now)
        self._wake()
        return 1

    async def _in_portions(self, portion: Portion, now: datetime) -> None:
        place = ""
        while True:
            async with self._records.begin() as tx:
                place = await portion(tx, now, place)
            self._wake()
            if not place:
                return

    async def _tell_missed(self, schedule: Schedule, slot: datetime, now: datetime) -> None:
        """Log the slots that passed while nobody looked and that are not made up for."""
        async with self._records.begin() as tx:
            last = await tx.schedules.latest(schedule.name, slot)
        if last is None:
            return
        missed = sum(1 for _ in takewhile(lambda past: past > last, self._before(schedule, slot)))
        missed -= now - slot <= schedule.grace  # the latest one itself
        if missed > 0:
            log.warning("schedule %s: %d slots were missed and are skipped", schedule.name, missed)

    def _before(self, schedule: Schedule, now: datetime) -> Iterator[datetime]:
        """Give the slots up to now, the latest first."""
        return self._slots(schedule, now + timedelta(seconds=1), back=True)

    def _after(self, schedule: Schedule, now: datetime) -> Iterator[datetime]:
        """Give the slots after now."""
        return self._slots(schedule, now, back=False)

    def _slots(self, schedule: Schedule, start: datetime, *, back: bool) -> Iterator[datetime]:
        local = start.astimezone(OFFICE_ZONE).replace(microsecond=0)
        for slot in islice(CronSim(schedule.cron, local, reverse=back), LOOKED_AT):
            yield slot.astimezone(UTC)

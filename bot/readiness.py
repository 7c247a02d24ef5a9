"""Whether the process can work: what is wrong, and how bad it is."""

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from bot import metrics
from bot.calendar import working_days
from bot.channels.base import Health
from bot.config import Config
from bot.logs import place_of
from bot.quota import NAMES, Quota
from bot.storage.database import Database, DatabaseDown
from bot.storage.steady import Steady
from bot.storage.vitals import Signs
from flows.calendar import OFFICE_ZONE
from handlers.ports import Clock

log = logging.getLogger(__name__)

OVERDUE = timedelta(seconds=60)  # a delivery this late means that nothing goes out
UNANSWERED = timedelta(seconds=60)  # an arrival that waits for so long: that no worker works
LATE = timedelta(minutes=5)  # a timer
APART = timedelta(seconds=5)  # of clocks; drift is less than that
NEARLY_FULL = 500_000_000  # bytes left on the disk of the data folder
FULL = 50_000_000
LOOKS_APART = 1.0  # seconds from one look at the records to the next, whoever asks how often
ANSWERS_WITHIN = 1.5  # seconds of the database; whoever asks waits for two
DECEMBER = 12
NO_NOTICE = (
    "no official days off of {year}, its dates are provisional: write the State Council's notice"
    " into calendar/{year}.toml (official = true), check with `python -m bot doctor`, restart"
)
NAMED = 10  # tickets that cannot be read

Ask = Callable[[], Health]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong (English, no secrets); degraded = it works all the same."""

    what: str
    reason: str
    level: Literal["degraded", "not ready"] = "not ready"


@dataclass(frozen=True, slots=True)
class Asked:
    """What else knows how it is: by name, and whether the bot works without it."""

    name: str
    health: Ask
    needed: bool


class Readiness:
    """Look at everything that must work, and set the metrics of what was seen."""

    def __init__(
        self,
        database: Database,
        quota: Quota,
        config: Config,
        *,
        folder: Path,
        clock: Clock,
        asked: Sequence[Asked] = (),
        answers_within: float = ANSWERS_WITHIN,
        apart: float = LOOKS_APART,
    ) -> None:
        """`apart` is in seconds, as `answers_within`."""
        self._database = database
        self._quota = quota
        self._near = config.quota.near.percent
        hours = config.office.hours.segments
        self._official = working_days(config.calendar, hours).official_years
        self._folder = folder.absolute()
        self._clock = clock
        self._asked = asked
        self._answers_within = answers_within
        self._apart = apart
        self._looking = asyncio.Lock()
        self._seen: Sequence[Finding] = ()  # of the records and the disk
        self._seen_until = 0.0  # by the loop's clock

    async def look(self) -> Sequence[Finding]:
        """Say what is wrong; empty = nothing.

        The records are written to and the disk is looked at for one of those who ask within a
        second; the others, however many, share what was seen.
        """
        return [
            *self._health(),
            *await self._kept(),
            *self._month(),
            *self._calendar(),
            *self._clocks(),
            *self._unreadable(),
        ]

    async def measure(self) -> None:
        """Look at the records for the metrics alone."""
        await self._records(write=False)
        list(self._health())

    async def _kept(self) -> Sequence[Finding]:
        loop = asyncio.get_running_loop()
        async with self._looking:
            if loop.time() >= self._seen_until:
                records = await self._records(write=True)
                self._seen = [*records, *await asyncio.to_thread(self._disk)]
                self._seen_until = loop.time() + self._apart
            return self._seen

    def _health(self) -> Iterator[Finding]:
        for one in self._asked:
            health = one.health()
            if one.name == "hub":
                metrics.hub_degraded.set(not health.ready)
            if not health.ready:
                level: Literal["degraded", "not ready"] = "not ready" if one.needed else "degraded"
                yield Finding(one.name, health.reason or "not connected", level)

    async def _records(self, *, write: bool) -> Sequence[Finding]:
        try:
            async with asyncio.timeout(self._answers_within):
                if write:
                    await self._database.ping()
                async with self._database.read() as tx:
                    signs = await tx.vitals.signs()
        except TimeoutError:
            metrics.database.failed()
            return [Finding("database", f"no answer within {self._answers_within} s")]
        except DatabaseDown as error:
            metrics.database.failed()
            return [Finding("database", str(error))]
        except Exception as error:  # a file that is damaged, for example
            metrics.database.failed()
            log.error("the database cannot be used: %s", place_of(error))
            return [Finding("database", type(error).__name__)]
        metrics.database.worked()
        due = _since(signs.oldest_due, self._database.steady())
        timer = _since(signs.oldest_timer, self._clock())
        waits = _since(signs.oldest_waiting, self._clock())
        _set(signs, due, timer, waits)
        return list(_late(signs, due, timer, waits))

    def _month(self) -> Iterator[Finding]:
        for name in NAMES:
            percent = self._quota.percent(name)
            if percent >= self._near:
                yield Finding("quota", f"{percent} % of the month's {name} is used", "degraded")

    def _calendar(self) -> Iterator[Finding]:
        today = self._clock().astimezone(OFFICE_ZONE).date()
        year = today.year + (today.month == DECEMBER)
        if year not in self._official:
            yield Finding("calendar", NO_NOTICE.format(year=year), "degraded")

    def _clocks(self) -> Iterator[Finding]:
        steady = self._database.steady
        if isinstance(steady, Steady) and abs(steady.off) > APART:
            seconds = round(steady.off.total_seconds())
            yield Finding("clock", f"{seconds:+} s to the database's: restart", "degraded")

    def _unreadable(self) -> Iterator[Finding]:
        numbers = self._database.unreadable.numbers
        if numbers:
            named = " ".join(numbers[:NAMED])
            yield Finding("tickets", f"{len(numbers)} cannot be read: {named}", "degraded")

    def _disk(self) -> Sequence[Finding]:
        # The folder is made when the first file comes.
        existing = (path for path in (self._folder, *self._folder.parents) if path.exists())
        try:
            return room(shutil.disk_usage(next(existing)).free)
        except OSError as error:
            return [Finding("disk", f"the data folder cannot be seen: {error.strerror}")]


def room(free: int) -> Sequence[Finding]:
    """Say whether so many free bytes are too few."""
    if free >= NEARLY_FULL:
        return []
    level: Literal["degraded", "not ready"] = "not ready" if free < FULL else "degraded"
    return [Finding("disk", f"{free // 1_000_000} MB are left", level)]


def _since(at: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), now - at) if at is not None else timedelta()


def _set(signs: Signs, due: timedelta, timer: timedelta, waits: timedelta) -> None:
    for state, count in signs.deliveries.items():
        metrics.outbox.labels(state).set(count)
    metrics.oldest_due.set(due.total_seconds())
    metrics.breakers.set(signs.breakers)
    metrics.backlog.set(signs.waiting)
    metrics.oldest_waiting.set(waits.total_seconds())
    metrics.timer_lag.set(timer.total_seconds())


def _late(signs: Signs, due: timedelta, timer: timedelta, waits: timedelta) -> Iterator[Finding]:
    if waits > UNANSWERED:
        seconds = round(waits.total_seconds())
        yield Finding("backlog", f"{signs.waiting} arrivals wait, the oldest for {seconds} s")
    if signs.breakers:
        yield Finding("breaker", f"{signs.breakers} rest because the platform asks", "degraded")
    if due > OVERDUE:
        seconds = round(due.total_seconds())
        # With a breaker open that is what is to be expected.
        level: Literal["degraded", "not ready"] = "degraded" if signs.breakers else "not ready"
        yield Finding("deliveries", f"the oldest is due for {seconds} s", level)
    if timer > LATE:
        yield Finding(
            "timers", f"the oldest is due for {round(timer.total_seconds())} s", "degraded"
        )

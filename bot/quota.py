"""The month's quota: what was used, and what is saved when it runs out."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from threading import Lock
from typing import Literal

from bot import metrics
from bot.channels.base import API, MESSAGES, used_up
from bot.config.quota import QuotaRules, Step
from bot.ending import ended
from bot.kinds import Kind, kind_of
from bot.logs import place_of
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.meters import RELEASED, UNMETERED, month_of
from bot.storage.monthly import Monthly
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction
from flows.calendar import OFFICE_ZONE
from flows.engine.words import Key
from flows.office import Content, Door
from handlers.ports import Clock, Post, Role, Roster, Text, ToGroup, ToPerson

log = logging.getLogger(__name__)

NAMES = (API, MESSAGES)
EVERY = 5.0  # seconds after which counts are on record at the latest
LOOK = 60.0  # seconds after which is asked what other processes used
REPLY_MARGIN = timedelta(seconds=60)
A_LITTLE_LATER = timedelta(minutes=5)  # the platform may turn the month later than we do

Verdict = Literal["go", "skip", "hold"]
_LEARNED = {used_up(name): name for name in NAMES}


def month_begins(at: datetime) -> datetime:
    """Return when the month of a moment began."""
    day = at.astimezone(OFFICE_ZONE).date().replace(day=1)
    return datetime.combine(day, time(), OFFICE_ZONE).astimezone(UTC)


def month_turns(at: datetime) -> datetime:
    """Return when the next month begins."""
    return month_begins(month_begins(at) + timedelta(days=32))


def limits_of(settings: Settings) -> Mapping[str, int]:
    """Return what a month allows, by quota."""
    dingtalk = settings.dingtalk
    return {API: dingtalk.monthly_api_calls, MESSAGES: dingtalk.monthly_messages}


def monthly_of(settings: Settings, rules: QuotaRules) -> Monthly:
    """Return what a forecast must know of the months: limits, cards, and what is held from when."""

    def held_from(kind: Kind) -> int | None:
        if kind.value in rules.near.hold:
            return rules.near.percent
        return 100 if kind.value in rules.full.hold else None

    return Monthly(
        limits_of(settings),
        settings.dingtalk.card_template_id is not None,
        held_from(Kind.GROUP),
        held_from(Kind.NOTICE),
    )


class Quota:
    """Count what the platform counts, and say what may still go out.

    The meter is shared by all processes; what is counted here is added to it with the next
    transaction that settles deliveries, or after five seconds.
    """

    def __init__(self, limits: Mapping[str, int], rules: QuotaRules, clock: Clock) -> None:
        self._limits = limits
        self._rules = rules
        self._clock = clock
        self._month = month_of(clock())
        self._counted: Counter[str] = Counter()
        self._counting = Lock()  # the channel counts while the thread that writes takes away
        self._learned: set[str] = set()  # used up, as the platform says
        self._used: Mapping[str, int] = {}
        self._writing = False
        for name in NAMES:
            metrics.quota_limit.labels(name).set(limits.get(name, 0))
            metrics.quota_used.labels(name).set_function(self._reader(name))

    # For the channel -------------------------------------------------------------------------

    def count(self, name: str, n: int) -> None:
        """Count calls or messages; `quota.api` and `quota.messages` say the month is used up."""
        self._turn_month()
        if name in _LEARNED:
            if _LEARNED[name] not in self._learned:
                log.error("the platform says the month is used up", extra={"quota": name})
            self._learned.add(_LEARNED[name])
            return
        with self._counting:
            self._counted[name] += n

    # For the worker of deliveries ------------------------------------------------------------

    def plain(self) -> bool:
        """Say whether cards go out as text now."""
        step = self._step(API)
        return step is not None and not step.cards

    def verdict(self, letter: Claimed) -> Verdict:
        """Say whether a delivery goes out, is not worth a call, or waits for the next month."""
        if letter.code == RELEASED or letter.door is Door.OFFICIAL_ACCOUNT:
            return "go"  # what an official account sends costs DingTalk's month nothing
        if letter.channel in UNMETERED:
            return "go"
        kind = kind_of(letter.dedupe, letter.door, update=letter.update)
        step = self._step(MESSAGES if letter.hook is not None else API)
        if step is None or (kind is not Kind.UPDATE and kind.value not in step.hold):
            return "go"
        if kind is Kind.UPDATE:
            return "go" if step.card_updates else "skip"
        return "go" if self._can_reply(letter) else "hold"

    def resumes(self) -> datetime:
        """Return when what is held goes out by itself."""
        return month_turns(self._clock()) + A_LITTLE_LATER

    async def flush(self, tx: Transaction) -> None:
        """Add what was counted meanwhile to the meter."""
        self._turn_month()
        if self._writing or not self.counting:
            return
        with self._counting:
            counts, self._counted = self._counted, Counter[str]()
        self._writing = True
        tx.at_end.append(self._written(counts))
        used = await tx.meters.add(self._month, counts)
        short = {n: most for n, most in self._full().items() if used.get(n, 0) < most}
        if short:
            await tx.meters.at_least(self._month, short)
        self._used = {**used, **short}

    # For those who look on -------------------------------------------------------------------

    def used(self, name: str) -> int:
        """Return what was used this month, as far as this process knows."""
        self._turn_month()
        return self._used.get(name, 0) + self._counted[name]

    def limit(self, name: str) -> int:
        """Return what a month allows; 0 = no limit."""
        return self._limits.get(name, 0)

    def percent(self, name: str) -> int:
        """Return how much of the month is used; 100 when the platform said so."""
        limit = self.limit(name)
        if name in self._learned:
            return max(100, 100 * self.used(name) // limit if limit else 100)
        return 100 * self.used(name) // limit if limit else 0

    async def open(self, tx: Transaction) -> None:
        """Begin: the meter shows at least what the other records prove."""
        await tx.queue.lock()  # before the meters, as whoever delivers does
        since = month_begins(self._clock())
        proved = await tx.meters.proved(since)
        await tx.meters.at_least(self._month, {n: c for n, c in proved.items() if c})
        await self.look(tx)
        # What was held may go when the month is not used up any more: more was bought.
        below = self.percent(API) < 100 and self.percent(MESSAGES) < 100
        if below and (released := await tx.meters.release()):
            log.info("deliveries released", extra={"count": len(released)})

    async def look(self, tx: Transaction) -> None:
        """Read what all processes used."""
        self._used = await tx.meters.used(self._month)

    @property
    def counting(self) -> bool:
        """Whether something is not on record yet."""
        return bool(self._counted) or any(self._used.get(n, 0) < m for n, m in self._full().items())

    def passed(self) -> frozenset[tuple[str, str, bool]]:
        """Name the thresholds that are passed: month, quota, whether it is used up."""
        self._turn_month()
        return frozenset(
            (self._month, name, full) for name in NAMES if (full := self._passed(name)) is not None
        )

    async def tell(self, tx: Transaction) -> None:
        """Tell the administrators and the staff group of what is passed; once a month each."""
        roster = await tx.people.roster(self._clock().astimezone(OFFICE_ZONE).date())
        posts = [
            post
            for _, name, full in sorted(self.passed())
            for post in self._posts(name, roster, full=full)
        ]
        await tx.post(posts, {})

    def _passed(self, name: str) -> bool | None:
        """Say whether a quota is used up (True) or nearly (False); None = there is enough."""
        percent = self.percent(name)
        if percent >= 100:
            return True
        return False if percent >= self._rules.near.percent else None

    def _full(self) -> Mapping[str, int]:
        """Return the limits of what is used up as the platform says."""
        # The thread that writes asks while the channel learns: what is learned is not gone through.
        return {n: most for n in NAMES if n in self._learned and (most := self._limits.get(n))}

    def _posts(self, name: str, roster: Roster, *, full: bool) -> list[Post]:
        percent = 100 if full else self._rules.near.percent
        words = {"name": _NAMED[name], "used": self.used(name), "limit": self.limit(name)}
        head = Text("budget.used_up" if full else "budget.nearly", words)
        parts = (head, *changes(name, self._rules.full if full else self._rules.near, full=full))
        to: list[ToPerson | ToGroup] = [ToPerson(p.id) for p in roster.holders(Role.ADMIN)]
        to += [ToGroup(group.chat) for group in roster.groups if group.kind == "staff"]
        return [
            Post(
                to=one,
                content=Content.NOTICE,
                parts=parts,
                dedupe=f"budget:{self._month}:{name}:{percent}:{_address(one)}",
            )
            for one in to
        ]

    def _step(self, name: str) -> Step | None:
        passed = self._passed(name)
        if passed is None:
            return None
        return self._rules.full if passed else self._rules.near

    def _can_reply(self, letter: Claimed) -> bool:
        if not letter.reply_url:
            return False
        return letter.reply_until is None or letter.reply_until - REPLY_MARGIN > self._clock()

    def _turn_month(self) -> None:
        month = month_of(self._clock())
        if month != self._month:
            # What was counted in the last five seconds belongs to the month that is over.
            self._month, self._used = month, {}
            self._counted.clear()
            self._learned.clear()

    def _written(self, counts: Counter[str]) -> Callable[[bool], None]:
        month = self._month

        def hear(committed: bool) -> None:
            self._writing = False
            if not committed and month == self._month:
                self._counted.update(counts)

        return hear

    def _reader(self, name: str) -> Callable[[], float]:
        return lambda: float(self.used(name))


_NAMED = {API: Key("budget.name.api"), MESSAGES: Key("budget.name.messages")}
_HELD = {
    "answer": Key("budget.kind.answer"),
    "notice": Key("budget.kind.notice"),
    "group": Key("budget.kind.group"),
    "file": Key("budget.kind.file"),
}


def changes(name: str, step: Step, *, full: bool) -> tuple[Text, ...]:
    """Word what a step of quota.toml changes, a line each."""
    if name == MESSAGES:
        lost = (Text("budget.change.deaf"),) if full else ()
        holds = "group" in step.hold
        return (*lost, *((Text("budget.change.outside"),) if holds else ()))
    lines = []
    if not step.cards:
        lines.append(Text("budget.change.cards"))
    if not step.card_updates:
        lines.append(Text("budget.change.updates"))
    held = [_HELD[kind] for kind in _HELD if kind in step.hold]
    if held:
        lines.append(Text("budget.change.hold", {"kinds": held}))
    return tuple(lines)


def _address(to: ToPerson | ToGroup) -> str:
    return f"p{to.person}" if isinstance(to, ToPerson) else to.chat


class Meter:
    """Keep the meter written and the staff told while nothing is delivered."""

    def __init__(
        self, database: Database, quota: Quota, *, wake: Callable[[], None], every: float = EVERY
    ) -> None:
        self._database = database
        self._quota = quota
        self._wake = wake
        self._every = every
        self._idle = 0.0
        self._told: frozenset[tuple[str, str, bool]] = frozenset()
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Read the meter before anything goes out."""
        async with self._database.begin() as tx:
            await self._quota.open(tx)

    def start(self) -> None:
        """Begin to write."""
        self._loop = asyncio.create_task(self._run(), name="meter")

    async def stop(self) -> None:
        """End, with the last counts on record."""
        await ended([self._loop])
        try:
            async with asyncio.timeout(1), self._database.begin() as tx:
                await self._quota.flush(tx)
        except Exception as error:  # the next start counts what the rows prove
            log.warning("the last counts are lost: %s", place_of(error))

    async def turn(self) -> None:
        """Write what was counted, and tell of a threshold that was passed."""
        if self._quota.counting:
            async with self._database.begin() as tx:
                await self._quota.flush(tx)
        elif self._idle >= LOOK:
            self._idle = 0.0
            async with self._database.read() as tx:
                await self._quota.look(tx)
        else:
            self._idle += self._every
        untold = self._quota.passed() - self._told
        if untold:
            async with self._database.begin() as tx:
                await self._quota.tell(tx)
            self._told |= untold
            self._wake()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.turn()
            except Exception as error:  # counts wait in memory until the database is back
                log.error("the meter waits: %s", place_of(error))

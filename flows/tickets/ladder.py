"""The ladder of escalation: when a missed deadline reaches which rung (提醒、催办、督办)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum

from flows.calendar import OFFICE_ZONE, WorkingDays
from flows.tickets.case import Ticket
from flows.tickets.children import Supervision
from flows.tickets.clocks import Clock, Deadline, clock_named
from flows.tickets.limits import Limit, is_soon
from flows.tickets.state import Tier


class Rung(IntEnum):
    """How high a case has come."""

    REMINDER = 0  # L0 蓝 提醒
    URGED = 1  # L1 黄 催办
    SUPERVISED = 2  # L2 橙 督办单
    LETTER = 3  # L3 红 督办函
    CONFERENCE = 4  # L4 会商


@dataclass(frozen=True, slots=True)
class Ladder:
    """When and how far each clock climbs; config/ladders.toml holds the real numbers."""

    offsets: tuple[int, ...] = (0, 1, 3, 5)  # working days after the deadline to L1, L2, L3, L4
    tops: Mapping[str, Rung] = field(default_factory=lambda: dict.fromkeys(Clock, Rung.URGED))
    slots: tuple[time, ...] = (time(9), time(15))  # of the digests
    hold: timedelta = timedelta(minutes=30)  # in which L2 and above may be called off
    answer: Limit = "1WD"  # to a 督办
    unanswered: Rung = Rung.LETTER  # how far a 督办 climbs because nobody answers it, at least
    second: int = 2  # this 催办 becomes a 督办单; 0 = none does
    urgent_first: Rung = Rung.URGED  # where a missed date of 紧急 and 应急 begins
    awake: tuple[time, time] = (time(8, 30), time(20))  # when letters of 紧急 may leave

    def top(self, name: str) -> Rung:
        """Say how far what is missed climbs by itself."""
        return self.tops.get(clock_named(name) or name, Rung.URGED)


class Hours(StrEnum):
    """When the letters of a case may leave."""

    OFFICE = "office"
    AWAKE = "awake"  # 紧急: until the evening, on every day
    ANY = "any"  # 应急


@dataclass(frozen=True, slots=True)
class Pace:
    """How a case climbs: where it begins, and at which hours its letters leave."""

    first: Rung = Rung.URGED
    hours: Hours = Hours.OFFICE


PLAIN = Pace()


def pace_of(ticket: Ticket, ladder: Ladder) -> Pace:
    """Say how a case climbs."""
    if ticket.emergency:
        return Pace(ladder.urgent_first, Hours.ANY)
    if ticket.tier is Tier.URGENT:
        return Pace(ladder.urgent_first, Hours.AWAKE)
    return PLAIN


@dataclass(frozen=True, slots=True)
class Strike:
    """A moment at which a running clock reaches a rung; `name` tells two reminders apart."""

    at: datetime
    rung: Rung
    name: str


def next_slot(at: datetime, days: WorkingDays, slots: tuple[time, ...]) -> datetime:
    """Name the first digest at or after a moment, on a working day."""
    local = at.astimezone(OFFICE_ZONE)
    day = local.date()
    while True:
        if days.is_workday(day):
            for slot in slots:
                moment = datetime.combine(day, slot, tzinfo=OFFICE_ZONE)
                if moment >= local:
                    return moment
        day += timedelta(days=1)


EVENING = time(20)  # from here on nobody is sent a digest any more


def digest_at(
    at: datetime, last: datetime | None, slots: tuple[time, ...], days: WorkingDays
) -> datetime:
    """Say when somebody has the next digest, whose last one was at `last`.

    At once within the hours of a slot that has had none, so that a missed one is made up for;
    else with the next slot.
    """
    local = at.astimezone(OFFICE_ZONE)
    passed = [datetime.combine(local.date(), slot, tzinfo=OFFICE_ZONE) for slot in slots]
    passed = [slot for slot in passed if slot <= local]
    awake = days.is_workday(local.date()) and local.time() < EVENING
    if passed and awake and (last is None or last < passed[-1]):
        return at
    return next_slot(at + timedelta(microseconds=1), days, slots)


def leaves_at(
    at: datetime, ladder: Ladder, days: WorkingDays, hours: Hours = Hours.OFFICE
) -> datetime:
    """Say when a letter (L2 and above) leaves: after the hold, and never by night or on a day off.

    Raised outside office hours, its hold begins with the next digest; that of 紧急 begins in the
    morning, and that of 应急 at once.
    """
    return raised_at(at, ladder, days, hours) + ladder.hold


def raised_at(at: datetime, ladder: Ladder, days: WorkingDays, hours: Hours) -> datetime:
    """Say when the hold of a letter that is due at a moment begins."""
    local = at.astimezone(OFFICE_ZONE)
    match hours:
        case Hours.ANY:
            return at
        case Hours.AWAKE:
            opens, closes = (datetime.combine(local.date(), t, OFFICE_ZONE) for t in ladder.awake)
            if local + ladder.hold > closes:
                opens += timedelta(days=1)
            return at if opens <= local else opens
        case _:
            awake = days.segments[0][0] <= local.time() <= days.closes
            in_office = awake and days.is_workday(local.date())
            return at if in_office else next_slot(at, days, ladder.slots)


def strikes(
    deadline: Deadline, ladder: Ladder, days: WorkingDays, pace: Pace = PLAIN
) -> tuple[Strike, ...]:
    """Say when a clock reaches each rung, as long as it runs; a clock that rests never does."""
    if not deadline.runs:
        return ()
    top = ladder.top(deadline.key)
    found = list(_reminders(deadline, ladder, days))
    lowest = min(pace.first, top)
    for rung in range(max(lowest, Rung.URGED), top + 1):
        steps = Rung.URGED if rung == lowest else rung
        base = _later(deadline.due_at, ladder.offsets[steps - 1], days)
        found.append(Strike(_strikes_at(base, rung, ladder, days, pace), Rung(rung), deadline.key))
    return tuple(found)


def climbs(letter: Supervision, ladder: Ladder, days: WorkingDays, pace: Pace) -> Strike | None:
    """Say when a letter that left and is not answered becomes the next higher one."""
    most = max(ladder.top(letter.clock), ladder.unanswered)
    if not letter.open or letter.sent_at is None or letter.due_at is None or letter.rung >= most:
        return None
    rung = Rung(letter.rung + 1)
    at = _strikes_at(letter.due_at, rung, ladder, days, pace)
    return Strike(at, rung, letter.clock)


def _strikes_at(
    base: datetime, rung: int, ladder: Ladder, days: WorkingDays, pace: Pace
) -> datetime:
    """Strike with a digest; the letters of 紧急 and 应急 do not wait for one."""
    if rung < Rung.SUPERVISED or pace.hours is Hours.OFFICE:
        return next_slot(base, days, ladder.slots)
    return raised_at(base, ladder, days, pace.hours)


def reached(
    deadline: Deadline, ladder: Ladder, days: WorkingDays, at: datetime, pace: Pace = PLAIN
) -> Strike | None:
    """Return the highest rung that a clock has reached by now: one, never the whole way."""
    struck = [strike for strike in strikes(deadline, ladder, days, pace) if strike.at <= at]
    return max(struck, key=lambda strike: (strike.rung, strike.at), default=None)


def _reminders(deadline: Deadline, ladder: Ladder, days: WorkingDays) -> list[Strike]:
    """Remind at half of the time, and on the morning of the last day."""
    if is_soon(deadline.limit) or deadline.clock is Clock.PROGRESS or not ladder.slots:
        return []
    first = days.day_zero(deadline.since)
    last = deadline.due_at.astimezone(OFFICE_ZONE).date()
    length = days.workdays_between(first, last)
    if length < 2:
        return []
    half = days.add(first, (length + 1) // 2).day
    found = [Strike(_morning(last, ladder), Rung.REMINDER, f"{deadline.key}.last")]
    if half < last:
        found.append(Strike(_morning(half, ladder), Rung.REMINDER, deadline.key))
    return found


def _morning(day: date, ladder: Ladder) -> datetime:
    return datetime.combine(day, ladder.slots[0], tzinfo=OFFICE_ZONE)


def _later(at: datetime, offset: int, days: WorkingDays) -> datetime:
    """Count working days on from a deadline, at the same time of day."""
    local = at.astimezone(OFFICE_ZONE)
    return datetime.combine(days.add(local.date(), offset).day, local.timetz())

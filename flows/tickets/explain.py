"""Why a date is the day it is: what was counted, from when, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from flows.calendar import OFFICE_ZONE, SATURDAY, WorkingDays
from flows.tickets.case import Ticket
from flows.tickets.causes import OF_LEAD
from flows.tickets.clocks import Clock, Deadline
from flows.tickets.limits import Unit, measured
from flows.tickets.parts import Actor, Part
from flows.tickets.policy import Moment
from flows.tickets.silence import silence

_INSIDE = frozenset(
    {
        Part.CLERK,
        Part.SUPERVISOR,
        Part.LEADER,
        Part.OFFICIAL,
        Part.SECRETARY,
        Part.INSPECTOR,
        Part.ADMIN,
    }
)
_OF_LEAD = OF_LEAD | {Clock.DECIDE}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which a clock rested, first and last, and the working days it won by that."""

    since: date
    until: date
    workdays: int


@dataclass(frozen=True, slots=True)
class Explained:
    """One deadline in its parts.

    `off` are weekdays that were not counted because of a holiday, `worked` weekend days that were
    counted because they are worked (调休); both only where working days are counted.
    """

    clock: Clock
    unit: str  # the department, for 协办
    since: datetime
    day_zero: date  # not counted itself
    counted: Literal["workdays", "worked_hours", "hours", "day"]
    amount: int
    due_at: datetime
    provisional: bool
    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    rests: tuple[Stretch, ...] = ()
    resting_since: date | None = None
    extra: int = 0  # working days more (延期)
    at_least: date | None = None  # what was left could not be less than until then (退回修改)


_UNITS: Mapping[Unit, Literal["workdays", "worked_hours", "hours", "day"]] = {
    Unit.WORKDAYS: "workdays",
    Unit.WORKED_HOURS: "worked_hours",
    Unit.HOURS: "hours",
    Unit.DAY: "day",
}


def explained(ticket: Ticket, actor: Actor, now: Moment) -> tuple[Explained, ...]:
    """Explain the running deadlines that somebody may know of, the nearest first.

    The enterprise knows its own handling date, a department its own, the office all of them.
    """
    quiet = silence(ticket, now)
    clocks = (*ticket.deadlines, quiet) if quiet else ticket.deadlines
    running = [one for one in clocks if one.stopped_at is None and _knows(one, actor)]
    return tuple(_explained(one, now.days) for one in sorted(running, key=lambda one: one.due_at))


def _knows(one: Deadline, actor: Actor) -> bool:
    if actor.parts & _INSIDE:
        return True
    if Part.LEAD in actor.parts:
        return one.clock in _OF_LEAD or one.clock is Clock.OPINION
    if Part.SUPPORT in actor.parts and one.clock is Clock.OPINION:
        return one.unit in actor.units
    return one.clock is Clock.HANDLE


def _explained(one: Deadline, days: WorkingDays) -> Explained:
    found = measured(one.limit)
    counted = _UNITS[found.unit]
    day_zero = days.day_zero(one.since)
    due = one.due_at.astimezone(OFFICE_ZONE).date()
    passed = tuple(day_zero + timedelta(days=n) for n in range(1, (due - day_zero).days + 1))
    by_days = counted == "workdays"
    resting = one.resting_since
    return Explained(
        clock=one.clock,
        unit=one.unit,
        since=one.since,
        day_zero=day_zero,
        counted=counted,
        amount=found.amount,
        due_at=one.due_at,
        provisional=one.provisional,
        off=tuple(d for d in passed if by_days and _is_holiday(d, days)),
        worked=tuple(
            d for d in passed if by_days and d.weekday() >= SATURDAY and days.is_workday(d)
        ),
        rests=tuple(_stretch(rest.since, rest.until, days) for rest in one.rests),
        resting_since=resting.astimezone(OFFICE_ZONE).date() if resting else None,
        extra=one.extra,
        at_least=due if one.floor_at and one.floor_at == one.due_at else None,
    )


def _is_holiday(day: date, days: WorkingDays) -> bool:
    return day.weekday() < SATURDAY and not days.is_workday(day)


def _stretch(since: datetime, until: datetime, days: WorkingDays) -> Stretch:
    workdays = days.workdays_between(days.day_zero(since), days.day_zero(until))
    first, last = since.astimezone(OFFICE_ZONE).date(), until.astimezone(OFFICE_ZONE).date()
    return Stretch(first, last, workdays)

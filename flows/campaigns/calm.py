"""The disturbance ledger (打扰账): how often a person or an enterprise is bothered.

Weeks (from Monday) and months are those of the calendar, so that people can be told "this week".
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

from flows.calendar import OFFICE_ZONE, DueTime, WorkingDays
from flows.campaigns.hours import Quiet, next_allowed

Person = TypeVar("Person", bound=Hashable)
_FRIDAY = 4


class Kind(StrEnum):
    """How somebody is bothered."""

    PUSH = "push"  # 推送
    VISIT = "visit"  # 走访
    MEETING = "meeting"  # 邀会


@dataclass(frozen=True, slots=True)
class Touch:
    """One time that somebody was bothered, or will be: past ones and ones that are planned."""

    kind: Kind
    at: datetime
    mandatory: bool = False
    text: str = ""  # which message: the same one counts once, through however many groups it came


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is enough; config/campaigns.toml holds the office's own."""

    pushes_a_week: int = 2
    digest: time = time(16)  # on Friday
    meets_a_month: int = 2  # meetings and visits together
    days_apart: int = 7
    digest_lines: int = 8  # messages that one Friday digest names


class Outcome(StrEnum):
    """What becomes of one more."""

    NOW = "now"
    DIGEST = "digest"  # 并入周五摘要
    DISTURBS = "disturbs"  # 不宜打扰; somebody may let it pass with their name
    REMINDED = "reminded"  # had this very message


class Why(StrEnum):
    """What the ledger has against one more."""

    WEEK = "week"  # so many pushes this week
    MONTH = "month"  # so many meetings and visits this month
    APART = "apart"  # too near to another one


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of one more, and the entries of the ledger that say so."""

    outcome: Outcome
    why: Why | None = None
    had: int = 0  # of its kind in its week or month, without this one
    nearest: date | None = None  # the day of the next meeting or visit before or after it


def judge(wanted: Touch, ledger: Sequence[Touch], limits: Limits) -> Judged:
    """Judge one more against the ledger of a person or of an enterprise.

    What is mandatory passes, and counts for what comes after it.
    """
    if wanted.kind is Kind.PUSH:
        return _push(wanted, ledger, limits)
    return _meet(wanted, ledger, limits)


def digest_at(now: datetime, limits: Limits, quiet: Quiet, days: WorkingDays) -> DueTime:
    """Return when the next Friday digest leaves; if Friday is off, on the next working day."""
    today = _day(now)
    friday = today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
    at = datetime.combine(friday, limits.digest, tzinfo=OFFICE_ZONE)
    if at <= now:
        at += timedelta(weeks=1)
    return next_allowed(at, quiet, days)


def identity(title: str, body: str) -> str:
    """Return by which a text is known again, however its lines are spaced."""
    plain = "".join(f"{title}{body}".split())
    return sha256(plain.encode()).hexdigest()


def week_of(at: datetime) -> datetime:
    """Return when the week of a moment began."""
    return datetime.combine(_monday(at), time(), tzinfo=OFFICE_ZONE)


def stretch(at: datetime, limits: Limits) -> tuple[date, date]:
    """Return the first and the last day that say whether a meeting of that day is too much."""
    day, apart = _day(at), timedelta(days=limits.days_apart)
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first, day - apart), max(last, day + apart)


def once(groups: Mapping[str, Sequence[Person]]) -> Mapping[Person, str]:
    """Name the group through which each person is reminded: the first that they are in."""
    through: dict[Person, str] = {}
    for group, people in groups.items():
        for person in people:
            through.setdefault(person, group)
    return through


def _push(wanted: Touch, ledger: Sequence[Touch], limits: Limits) -> Judged:
    pushes = [one for one in ledger if one.kind is Kind.PUSH]
    begins = week_of(wanted.at)
    ends = begins + timedelta(weeks=1)
    same_week = [one for one in pushes if begins <= one.at < ends]
    had = len({one.text or n for n, one in enumerate(same_week)})
    if wanted.text and any(one.text == wanted.text for one in pushes):
        return Judged(Outcome.REMINDED, had=had)
    if wanted.mandatory or had < limits.pushes_a_week:
        return Judged(Outcome.NOW, had=had)
    return Judged(Outcome.DIGEST, Why.WEEK, had)


def _meet(wanted: Touch, ledger: Sequence[Touch], limits: Limits) -> Judged:
    day = _day(wanted.at)
    days = [_day(one.at) for one in ledger if one.kind is not Kind.PUSH]
    had = sum((one.year, one.month) == (day.year, day.month) for one in days)
    nearest = min(days, key=lambda one: abs(one - day), default=None)
    if wanted.mandatory:
        return Judged(Outcome.NOW, None, had, nearest)
    if had >= limits.meets_a_month:
        return Judged(Outcome.DISTURBS, Why.MONTH, had, nearest)
    if nearest is not None and abs(nearest - day) < timedelta(days=limits.days_apart):
        return Judged(Outcome.DISTURBS, Why.APART, had, nearest)
    return Judged(Outcome.NOW, None, had, nearest)


def _day(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()


def _monday(at: datetime) -> date:
    day = _day(at)
    return day - timedelta(days=day.weekday())


__all__ = [
    "Judged",
    "Kind",
    "Limits",
    "Outcome",
    "Touch",
    "Why",
    "digest_at",
    "identity",
    "judge",
    "once",
    "stretch",
    "week_of",
]

"""What time makes of a policy: when its close is reminded of, and what a new version changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flows.engine.words import Key, Say
from flows.policies.conditions import Condition
from flows.policies.matching import wanted
from flows.policies.policy import Policy, begins_on, last_day
from flows.policies.written import amount, whole
from flows.reading.times import at, local

BEFORE = (3, 1)
"""Days before the last one on which one is reminded (催报)."""
MORNING = time(9)  # of the day on which a reminder is due, where the caller has no hour


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder that is due: how many days it is early, and the mark by which it is done."""

    days: int
    mark: str


def due(
    policy: Policy, now: datetime, done: Collection[str] = (), hour: time = MORNING
) -> Reminder | None:
    """Return the reminder that is due, None = none is.

    The marks of those sent before are `done`. After a standstill only the later of two is sent.
    A close that is moved is another close: one is reminded of it anew.
    """
    if last_day(policy) is None or not policy.open_at(now):
        return None
    for days in sorted(BEFORE):
        if now >= _moment(policy, days, hour):
            mark = _mark(policy, days)
            return None if mark in done else Reminder(days, mark)
    return None


def next_due(
    policy: Policy, now: datetime, done: Collection[str] = (), hour: time = MORNING
) -> datetime | None:
    """Return when the next reminder comes, None = none will: the one timer of a policy."""
    if last_day(policy) is None:
        return None
    moments = (_moment(policy, days, hour) for days in BEFORE if _mark(policy, days) not in done)
    # What is replaced or no longer valid by then reminds of nothing.
    coming = (one for one in moments if one > now and policy.open_at(one))
    return min(coming, default=None)


def _moment(policy: Policy, days: int, hour: time) -> datetime:
    """Return when a reminder is due; of what has not opened nobody is reminded before that day."""
    last, begins = last_day(policy), begins_on(policy)
    if last is None:
        raise ValueError("a policy that does not close reminds of nothing")
    day = last - timedelta(days=days)
    return at(day if begins is None else max(day, begins), hour)


def _mark(policy: Policy, days: int) -> str:
    return f"{days}:{last_day(policy)}"


# What changed -------------------------------------------------------------------------------

RECORD = (
    *("title", "docno", "issuers", "issued_on", "effective_on", "valid_until", "level", "kind"),
    *("way", "regions", "industries", "sizes", "support", "ceiling", "opens_on", "closes_at"),
    *("materials", "apply_url", "address", "unit", "contact", "phone", "source_url"),
    *("tags", "note"),
)
"""What people are told of when it changed, in the order of the record; conditions stand apart."""
_CLOSED = {"level": "level", "way": "way", "sizes": "size"}


class How(StrEnum):
    """What happened to one thing."""

    ADDED = "added"  # 新增
    REMOVED = "removed"  # 取消
    CHANGED = "changed"  # 调整


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: its name, and how it was shown before and is now."""

    name: str  # of the record, or "condition"
    how: How
    before: Any = None
    after: Any = None

    @property
    def say(self) -> Say:
        """Say it as a line."""
        label = Key(f"policy.record.{self.name}")
        match self.how:
            case How.ADDED:
                return Say("policy.changed.added", {"name": label, "after": self.after})
            case How.REMOVED:
                return Say("policy.changed.removed", {"name": label, "before": self.before})
        both = {"name": label, "before": self.before, "after": self.after}
        return Say("policy.changed.changed", both)


def changes(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Compare two versions, or the policies of two years, field by field, then the conditions."""
    found: list[Change] = []
    for name in RECORD:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            how = How.ADDED if _empty(old) else How.REMOVED if _empty(new) else How.CHANGED
            found.append(Change(name, how, _shown(name, old), _shown(name, new)))
    return (*found, *_conditions(before.conditions, after.conditions))


def _conditions(before: tuple[Condition, ...], after: tuple[Condition, ...]) -> tuple[Change, ...]:
    """Pair the conditions about the same thing; whatever has no pair was added or removed."""
    was = [one for one in before if _bare(one) not in {_bare(other) for other in after}]
    new = [one for one in after if _bare(one) not in {_bare(other) for other in before}]
    found: list[Change] = []
    for one in was:
        pair = next((other for other in new if one.field and _about(other) == _about(one)), None)
        if pair is None:
            found.append(Change("condition", How.REMOVED, wanted(one)))
        else:
            new.remove(pair)
            found.append(Change("condition", How.CHANGED, wanted(one), wanted(pair)))
    return (*found, *(Change("condition", How.ADDED, after=wanted(one)) for one in new))


def _bare(one: Condition) -> Condition | str:
    """Return what a condition says: other words for the same are no change."""
    return one.model_copy(update={"text": ""}) if one.field else one.text


def _about(one: Condition) -> tuple[str, str]:
    return one.field.value, one.op.value


def _empty(value: Any) -> bool:
    return value is None or value in ("", ())


def _shown(name: str, value: Any) -> Any:
    """Make a value something that a text can show."""
    if _empty(value):
        return None
    if isinstance(value, Decimal):
        return amount(value)
    if name in _CLOSED:
        many = value if isinstance(value, tuple) else (value,)
        return tuple(Key(f"policy.{_CLOSED[name]}.{one.value}") for one in many)
    if isinstance(value, datetime):
        return f"{whole(local(value).date())} {local(value):%H:%M}"
    return whole(value) if isinstance(value, date) else value


__all__ = ["BEFORE", "RECORD", "Change", "How", "Reminder", "changes", "due", "next_due"]

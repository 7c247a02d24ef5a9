"""The clocks of a case: what starts, rests and stops each, and when its time is up.

A ticket keeps its passages: when an act took it where, and which clocks that began. Every deadline
follows from them alone, pauses included, so that nothing is counted twice or lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from flows.calendar import DueTime, WorkingDays
from flows.tickets.state import Kept, State


class Clock(StrEnum):
    """What is timed (the clocks C1 to C11 of the office's rules)."""

    ACCEPT = "accept"  # C1 受理
    SUPPLEMENT = "supplement"  # P1 等企业补充
    DISPATCH = "dispatch"  # C2 交办
    SIGN = "sign"  # C3 签收
    CONTACT = "contact"  # C4 首联
    RULING = "ruling"  # C5 退单裁定
    OPINION = "opinion"  # C6 协办意见, one for each department
    HANDLE = "handle"  # C7 办理, C11 重办
    STAGE = "stage"  # 阶段答复
    AUDIT = "audit"  # C9 审核
    CALLBACK = "callback"  # C10 回访


_LIMIT = re.compile(r"(\d{1,4})(WD|wh|h)|on:(\d{4}-\d\d-\d\d)")


def _is_limit(text: str) -> str:
    if not _LIMIT.fullmatch(text):
        raise ValueError('a limit is "5WD" working days, "4wh" working hours, "2h" hours')
    return text


Limit = Annotated[str, AfterValidator(_is_limit)]
"""How long something may take: 5WD = until closing time of the 5th working day, 4wh = working
hours, 2h = hours of the clock, on:2026-12-03 = until closing time of that day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """In which states a clock runs and rests; in any other it has stopped."""

    runs: frozenset[State]
    rests: frozenset[State] = frozenset()


_HANDLED = frozenset({State.ASSIGNED, State.RETURN_REVIEW, State.IN_PROGRESS})
_SUSPENDED = frozenset({State.SUSPENDED})

RULES: Mapping[Clock, Rule] = {
    Clock.ACCEPT: Rule(frozenset({State.SUBMITTED}), frozenset({State.NEED_INFO})),
    Clock.SUPPLEMENT: Rule(frozenset({State.NEED_INFO})),
    Clock.DISPATCH: Rule(frozenset({State.ACCEPTED})),
    Clock.SIGN: Rule(frozenset({State.ASSIGNED}), frozenset({State.RETURN_REVIEW})),
    Clock.CONTACT: Rule(_HANDLED, _SUSPENDED),
    Clock.RULING: Rule(frozenset({State.RETURN_REVIEW})),
    Clock.OPINION: Rule(_HANDLED, _SUSPENDED),
    # While the reply is audited the time rests; it goes on if the reply is sent back (T14).
    Clock.HANDLE: Rule(_HANDLED, _SUSPENDED | {State.REPLIED}),
    Clock.STAGE: Rule(_HANDLED, _SUSPENDED | {State.REPLIED}),
    Clock.AUDIT: Rule(frozenset({State.REPLIED})),
    Clock.CALLBACK: Rule(frozenset({State.CALLBACK})),
}
# A case that was merged by mistake comes back as if nothing had been (T22).
_TRANSPARENT = State.MERGED


class Rest(Kept):
    """A stretch in which a clock did not run."""

    since: AwareDatetime
    until: AwareDatetime


class Passage(Kept):
    """One act on a ticket as its clocks see it."""

    at: AwareDatetime
    act: str
    state: State  # after it
    begins: Mapping[str, Limit] = {}  # clocks that begin anew, by key
    changes: Mapping[str, Limit] = {}  # limits that change while the clock goes on
    ends: tuple[str, ...] = ()  # clocks that stop though the state does not say so
    extra: int = 0  # working days more for 办理 (延期)
    floor: int = 0  # working days that 办理 has at least from here (T14)


class Deadline(Kept):
    """One clock of a ticket and when its time is up.

    `key` is the clock's name, with the department behind it for 协办 ("opinion:jxj").
    """

    key: str
    since: AwareDatetime
    limit: Limit
    due_at: AwareDatetime
    provisional: bool = False  # 暂定: a year without an official notice was counted
    extra: int = 0
    floor_at: AwareDatetime | None = None
    rests: tuple[Rest, ...] = ()
    resting_since: AwareDatetime | None = None
    stopped_at: AwareDatetime | None = None

    @property
    def clock(self) -> Clock:
        """Name the clock."""
        return Clock(self.key.partition(":")[0])

    @property
    def unit(self) -> str:
        """Name the department whose clock it is, for 协办."""
        return self.key.partition(":")[2]

    @property
    def runs(self) -> bool:
        """Say whether time passes."""
        return self.stopped_at is None and self.resting_since is None


def opinion_key(unit: str) -> str:
    """Name the clock of a department's 协办."""
    return f"{Clock.OPINION.value}:{unit}"


def due_after(limit: Limit, since: datetime, days: WorkingDays) -> DueTime:
    """Say when a limit that begins now is used up, without any rest."""
    return _due(limit, since, (), 0, days)


def is_soon(limit: Limit) -> bool:
    """Say whether a limit is shorter than a working day."""
    return not limit.endswith("WD") and not limit.startswith("on:")


def step(
    deadlines: tuple[Deadline, ...], passage: Passage, days: WorkingDays
) -> tuple[Deadline, ...]:
    """Carry every clock through one act."""
    went = [_went(one, passage, days) for one in deadlines if one.key not in passage.begins]
    begun = [_begun(key, limit, passage, days) for key, limit in passage.begins.items()]
    return (*went, *begun)


def replayed(passages: Iterable[Passage], days: WorkingDays) -> tuple[Deadline, ...]:
    """Count every deadline anew from the history."""
    deadlines: tuple[Deadline, ...] = ()
    for passage in passages:
        deadlines = step(deadlines, passage, days)
    return deadlines


def counted_again(deadline: Deadline, days: WorkingDays) -> Deadline | None:
    """Count a provisional date again; None while it cannot be final.

    A date that people were told never moves to an earlier one.
    """
    fresh = _counted(deadline, days)
    if not deadline.provisional or fresh.provisional:
        return None
    return fresh.model_copy(update={"due_at": max(fresh.due_at, deadline.due_at)})


def _begun(key: str, limit: Limit, passage: Passage, days: WorkingDays) -> Deadline:
    due = due_after(limit, passage.at, days)
    begun = Deadline(
        key=key, since=passage.at, limit=limit, due_at=due.at, provisional=due.provisional
    )
    rests = passage.state in RULES[begun.clock].rests
    return begun.model_copy(update={"resting_since": passage.at}) if rests else begun


def _went(one: Deadline, passage: Passage, days: WorkingDays) -> Deadline:
    if one.stopped_at is not None or passage.state is _TRANSPARENT:
        return one
    rule = RULES[one.clock]
    if one.key in passage.ends or passage.state not in rule.runs | rule.rests:
        return one.model_copy(update={"stopped_at": passage.at})
    changed: dict[str, object] = {}
    if one.key in passage.changes:
        changed["limit"] = passage.changes[one.key]
    if passage.state in rule.rests:
        changed["resting_since"] = one.resting_since or passage.at
    elif one.resting_since is not None:
        changed["rests"] = (*one.rests, Rest(since=one.resting_since, until=passage.at))
        changed["resting_since"] = None
    if one.clock is Clock.HANDLE and passage.extra:
        changed["extra"] = one.extra + passage.extra
    if one.clock is Clock.HANDLE and passage.floor:
        changed["floor_at"] = due_after(f"{passage.floor}WD", passage.at, days).at
    return _counted(one.model_copy(update=changed), days) if changed else one


def _counted(one: Deadline, days: WorkingDays) -> Deadline:
    """Count when the time of a clock is up, by what is known of it."""
    due = _due(one.limit, one.since, one.rests, one.extra, days)
    at = max(due.at, one.floor_at) if one.floor_at else due.at
    return one.model_copy(update={"due_at": at, "provisional": due.provisional})


def _due(
    limit: Limit, since: datetime, rests: tuple[Rest, ...], extra: int, days: WorkingDays
) -> DueTime:
    found = _LIMIT.fullmatch(limit)
    if found is None:
        raise ValueError(f"not a limit: {limit!r}")
    amount, unit, day = found.groups()
    if day:
        return DueTime(days.end_of(date.fromisoformat(day)), provisional=False)
    if unit == "WD":
        rested = sum(
            days.workdays_between(days.day_zero(rest.since), days.day_zero(rest.until))
            for rest in rests
        )
        due = days.add(days.day_zero(since), int(amount) + rested + extra)
        return DueTime(days.end_of(due.day), due.provisional)
    if unit == "wh":
        worked = (days.worked_between(rest.since, rest.until) for rest in rests)
        hours = timedelta(hours=int(amount)) + sum(worked, timedelta())
        return days.add_hours(since, hours)
    rested_for = sum((rest.until - rest.since for rest in rests), timedelta())
    return DueTime(since + timedelta(hours=int(amount)) + rested_for, provisional=False)

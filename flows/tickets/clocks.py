"""The clocks of a case: what starts, rests and stops each, and when its time is up.

A ticket keeps its passages: when an act took it where, and which clocks that began. Every deadline
follows from them alone, pauses included, so that nothing is counted twice or lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from flows.calendar import DueTime, WorkingDays
from flows.tickets.limits import Limit, Unit, measured
from flows.tickets.state import RUNNING, Kept, State


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
    DECIDE = "decide"  # 延期 or 挂起 that was asked for waits for a decision (C8)
    PROGRESS = "progress"  # 办理中 without a word; follows from the ticket, see silence.py
    ERRAND = "errand"  # what a 批示 asks, one for each errand


@dataclass(frozen=True, slots=True)
class Rule:
    """In which states a clock runs and rests; in any other it has stopped."""

    runs: frozenset[State]
    rests: frozenset[State] = frozenset()


_HANDLED = frozenset({State.ASSIGNED, State.RETURN_REVIEW, State.IN_PROGRESS})
_SUSPENDED = frozenset({State.SUSPENDED})
_ASIDE = _SUSPENDED | {State.NEED_INFO}
_PROGRESSING = frozenset({State.IN_PROGRESS})
_AWAY = frozenset({State.ASSIGNED, State.RETURN_REVIEW, State.SUSPENDED, State.REPLIED})

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
    # It rests where nobody can decide, and is over once the case is answered.
    Clock.DECIDE: Rule(_PROGRESSING, _AWAY),
    Clock.PROGRESS: Rule(_PROGRESSING, _SUSPENDED),
    Clock.ERRAND: Rule(frozenset(RUNNING) - _ASIDE, _ASIDE),
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

    `key` is the clock's name; behind it stands the department for 协办 ("opinion:jxj"), and the
    errand's place for 批示 ("errand:1").
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
        return self.key.partition(":")[2] if self.clock is Clock.OPINION else ""

    @property
    def runs(self) -> bool:
        """Say whether time passes."""
        return self.stopped_at is None and self.resting_since is None


def opinion_key(unit: str) -> str:
    """Name the clock of a department's 协办."""
    return f"{Clock.OPINION.value}:{unit}"


def errand_key(place: int) -> str:
    """Name the clock of an errand: its place among all of a ticket's instructions, from 1."""
    return f"{Clock.ERRAND.value}:{place}"


def clock_named(name: str) -> Clock | None:
    """Return the clock that a key or a strike's name is of ("handle.last"); None = it is none."""
    plain = name.partition(":")[0].partition(".")[0]
    return Clock(plain) if plain in set(Clock) else None


def due_after(limit: Limit, since: datetime, days: WorkingDays) -> DueTime:
    """Say when a limit that begins now is used up, without any rest."""
    return _due(limit, since, (), 0, days)


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
    found = measured(limit)
    if found.day is not None:
        return DueTime(days.end_of(found.day), provisional=False)
    if found.unit is Unit.WORKDAYS:
        rested = sum(
            days.workdays_between(days.day_zero(rest.since), days.day_zero(rest.until))
            for rest in rests
        )
        due = days.add(days.day_zero(since), found.amount + rested + extra)
        return DueTime(days.end_of(due.day), due.provisional)
    if found.unit is Unit.WORKED_HOURS:
        worked = (days.worked_between(rest.since, rest.until) for rest in rests)
        hours = timedelta(hours=found.amount) + sum(worked, timedelta())
        return days.add_hours(since, hours)
    rested_for = sum((rest.until - rest.since for rest in rests), timedelta())
    return DueTime(since + timedelta(hours=found.amount) + rested_for, provisional=False)

"""Issues (版) of an activity's papers: what they showed, and what is different since.

All papers of one state of the list have the same number. Each kind is compared with the issue in
which it was handed out before, so that the marks of a 桌签 say what to print again, whatever other
papers were made meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from flows.registration.event import Announced, Event, Kept, Taken
from flows.registration.officials import Official, officials
from flows.registration.registration import COMING, Registration, Shown, Standing
from flows.registration.roll import Roll


class Kind(StrEnum):
    """Which paper of an activity."""

    CARDS = "cards"  # 桌签
    SEATS = "seat_chart"  # 座次图
    SIGN_IN = "sign_in"  # 签到表
    PLATES = "plates"  # 车牌单
    BRIEFING = "briefing"  # 领导参阅名单


class Mark(StrEnum):
    """What is different of somebody since the issue before."""

    SAME = ""
    ADDED = "added"  # 新增
    CHANGED = "changed"  # 已变更
    REMOVED = "removed"  # 取消


class Change(Kept):
    """One line of what is different, as it stands on top of a paper."""

    mark: Mark
    name: str
    before: str = ""  # who or what stood there


_PEOPLE = ("name", "enterprise", "post", "party", "companions")
_SHOWS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CARDS: ("name", "companions"),
    Kind.SEATS: _PEOPLE,
    Kind.SIGN_IN: _PEOPLE,
    Kind.PLATES: ("name", "enterprise", "plate"),
    Kind.BRIEFING: _PEOPLE,
}
_HAS_OFFICIALS = frozenset({Kind.CARDS, Kind.SEATS, Kind.BRIEFING})
_LISTED = COMING | {Standing.ABSENT}


@dataclass(frozen=True, slots=True)
class Issue:
    """One paper as it is handed out now, compared with the time before."""

    roll: Roll
    kind: Kind
    number: int
    since: int  # 0 = it was never handed out before
    marks: Mapping[int, Mark] = field(default_factory=dict)  # by seq
    was: Mapping[int, Shown] = field(default_factory=dict)  # those who changed, as they were
    officials: Mapping[Official, Mark] = field(default_factory=dict)  # in their order
    changes: tuple[Change, ...] = ()

    @property
    def listed(self) -> tuple[Registration, ...]:
        """Return who is on the papers, in the order of coming."""
        return tuple(one for one in self.roll.registrations.values() if is_listed(one))


def is_listed(one: Registration) -> bool:
    """Say whether a party is on the papers: it has its seat for certain, or had it."""
    return one.standing in _LISTED


def issue(roll: Roll, kind: Kind, now: datetime) -> Issue:
    """Issue a paper; the roll that is returned remembers what it shows."""
    roll = _remembered(roll, now)
    number = roll.event.issue
    before = roll.event.papers.get(kind.value, Taken(issue=0))
    since = before.since if before.issue == number else before.issue
    papers = {**roll.event.papers, kind.value: Taken(issue=number, since=since)}
    roll = replace(roll, event=roll.event.model_copy(update={"papers": papers}))
    return _compared(Issue(roll, kind, number, since))


def _remembered(roll: Roll, now: datetime) -> Roll:
    """Note what the papers show now, under a new number where that is something new."""
    event = roll.event
    number = event.issue + 1
    moved = [
        one.model_copy(update={"shown": (*one.shown, _shown(one, number))})
        for one in roll.registrations.values()
        if _facts(_shown(one, number)) != _facts(_at(one, event.issue))
    ]
    announced = _announced(event, event.issue) != event.guests
    if event.issue and not moved and not announced:
        return roll
    changes: dict[str, object] = {"issue": number, "issued_at": now}
    if announced:
        line = Announced(issue=number, guests=event.guests)
        changes["announced"] = (*event.announced, line)
    # No new version: what others see of the activity is what it was.
    roll = replace(roll, event=event.model_copy(update=changes))
    for one in moved:
        roll = roll.put(one)
    return roll


def _shown(one: Registration, number: int) -> Shown:
    if not is_listed(one):
        return Shown(issue=number)
    return Shown(
        issue=number,
        name=one.name,
        enterprise=one.enterprise,
        post=one.post,
        party=one.party,
        companions=one.companions,
        plate=one.plate,
    )


def _at(one: Registration, number: int) -> Shown:
    """Return a party as an issue had it."""
    found = (shown for shown in reversed(one.shown) if shown.issue <= number)
    return next(found, Shown(issue=0))


def _announced(event: Event, number: int) -> str:
    found = (line.guests for line in reversed(event.announced) if line.issue <= number)
    return next(found, "")


def _facts(shown: Shown, fields: tuple[str, ...] = (*_PEOPLE, "plate")) -> tuple[object, ...]:
    return tuple(getattr(shown, name) for name in fields)


# What is different ------------------------------------------------------------------------------


def _compared(made: Issue) -> Issue:
    """Mark what is different since the time before; a first paper has nothing to compare with."""
    here = officials(made.roll.event.guests) if made.kind in _HAS_OFFICIALS else ()
    if not made.since:
        return replace(made, officials=dict.fromkeys(here, Mark.SAME))
    above, lines = _compared_officials(made, here)
    marks: dict[int, Mark] = {}
    then: dict[int, Shown] = {}
    again = _came_again(made)
    for one in made.roll.registrations.values():
        was = _at(one, made.since)
        if one.seq in again.values():
            continue  # told with the place that the same attendee has now
        if one.seq in again:
            was = _at(made.roll.registrations[again[one.seq]], made.since)
        change = _change(made.kind, was, _shown(one, made.number))
        if change is not None:
            marks[one.seq], then[one.seq] = change.mark, was
            lines.append(change)
    return replace(made, marks=marks, was=then, officials=above, changes=tuple(lines))


def _came_again(made: Issue) -> Mapping[int, int]:
    """Find who gave their place up and has another now: the new place → the old one."""
    every = made.roll.registrations.values()
    gone = {
        one.attendee: one.seq for one in every if _at(one, made.since).name and not is_listed(one)
    }
    came = (one for one in every if is_listed(one) and not _at(one, made.since).name)
    return {one.seq: gone[one.attendee] for one in came if one.attendee in gone}


def _change(kind: Kind, was: Shown, now: Shown) -> Change | None:
    """Say what is different of a party, as far as the paper shows it."""
    was, now = _on(kind, was), _on(kind, now)
    if _facts(was, _SHOWS[kind]) == _facts(now, _SHOWS[kind]):
        return None
    if not was.name:
        return Change(mark=Mark.ADDED, name=_told(now, kind))
    if not now.name:
        return Change(mark=Mark.REMOVED, name=_told(was, kind))
    return Change(mark=Mark.CHANGED, name=_told(now, kind), before=_told(was, kind))


def _on(kind: Kind, shown: Shown) -> Shown:
    """Leave out of the list of plates who has none."""
    return Shown(issue=0) if kind is Kind.PLATES and not shown.plate else shown


def _told(shown: Shown, kind: Kind) -> str:
    """Tell a party in a few words, with all that the paper shows of it."""
    parts = [shown.name]
    if kind is not Kind.CARDS:
        parts.append(shown.enterprise)
    if kind is Kind.PLATES:
        parts.append(shown.plate)
    else:
        parts += shown.companions
    if kind not in {Kind.CARDS, Kind.PLATES}:
        parts.append(shown.post)
        unnamed = shown.party - 1 - len(shown.companions)
        parts += [f"+{unnamed}"] if unnamed > 0 else []
    return " ".join(part for part in parts if part)


def _compared_officials(
    made: Issue, here: tuple[Official, ...]
) -> tuple[Mapping[Official, Mark], list[Change]]:
    if made.kind not in _HAS_OFFICIALS:
        return {}, []
    was = {one.name: one for one in officials(_announced(made.roll.event, made.since))}
    marks = {one: _mark_of(one, was.get(one.name), made.kind) for one in here}
    lines = [
        Change(mark=mark, name=_official(one), before=_before(mark, was.get(one.name)))
        for one, mark in marks.items()
        if mark is not Mark.SAME
    ]
    names = {one.name for one in here}
    gone = (one for one in was.values() if one.name not in names)
    lines += [Change(mark=Mark.REMOVED, name=_official(one)) for one in gone]
    return marks, lines


def _mark_of(one: Official, was: Official | None, kind: Kind) -> Mark:
    if was is None:
        return Mark.ADDED
    differs = was.post != one.post and kind is not Kind.CARDS
    return Mark.CHANGED if differs else Mark.SAME


def _before(mark: Mark, was: Official | None) -> str:
    return _official(was) if mark is Mark.CHANGED and was is not None else ""


def _official(one: Official) -> str:
    return f"{one.name} {one.post}".strip()


__all__ = ["Change", "Issue", "Kind", "Mark", "is_listed", "issue"]

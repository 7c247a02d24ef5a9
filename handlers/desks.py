"""清单: what waits, for the desk, for a department and for a leader; every list is one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key
from flows.tickets.desk import NO_DATE, Waits
from handlers.lists import Listed, Span, Tally, Whose
from handlers.ports import Role, Text
from handlers.visit import Visit

SHOWN = 12  # lines of a list; the rest is counted
BUTTONS = 3  # tickets of a list that get a button

_HEAD = (Waits.REJECT, Waits.LONGER, Waits.REST)  # what only the 受理负责人 decides
OURS = (
    ("audit", (Waits.AUDIT, Waits.RULING)),
    ("accept", (Waits.ACCEPT,)),
    ("assign", (Waits.ASSIGN,)),
    ("callback", (Waits.CALLBACK,)),
    ("enterprise", (Waits.SUPPLEMENT,)),
    ("unit", (Waits.SIGN, Waits.REPLY, Waits.RESTING)),
    ("head", _HEAD),
)
_OF_THE_HEAD = (("audit", (Waits.AUDIT, Waits.RULING, *_HEAD)), *OURS[1:-1])
_LATER = (("later", tuple(Waits)),)


@dataclass(frozen=True, slots=True)
class _Desk:
    """One desk: whose tickets, and in which sections what is not due today stands."""

    whose: Whose
    sections: Sequence[tuple[str, tuple[Waits, ...]]]


@dataclass(slots=True)
class _Page:
    """What is shown of all desks together."""

    lines: list[Text]
    numbers: list[str]
    count: int = 0

    @property
    def room(self) -> int:
        """Say how many tickets may still be shown."""
        return SHOWN - len(self.numbers)

    def add(self, section: str, count: int, found: Sequence[Listed], now: datetime) -> None:
        """Add a section: how many tickets it has, and those that there is room for."""
        shown = found[: max(self.room, 0)]
        self.count += count
        if count:
            self.lines.append(Text(f"desk.section.{section}", {"count": count}))
        self.lines += [_line(one, now) for one in shown]
        self.numbers += [one.number for one in shown]


async def list_desk(visit: Visit) -> None:
    """List what waits for a member of staff (清单)."""
    if not visit.person.roles:
        visit.say("desk.not_staff")
        return
    await visit.book.store_tickets()
    now = visit.book.now
    page = _Page([], [])
    for desk in _desks_of(visit):
        await _show(visit, desk, now, page)
    takes = visit.person.has(Role.CLERK, Role.SUPERVISOR)
    tasks = await visit.book.tx.tasks.open() if takes else ()
    page.lines += [Text(f"desk.task.{t.kind}", {"task": t.id}) for t in tasks[:SHOWN]]
    page.count += len(tasks)
    if not page.count:
        visit.say("desk.empty")
        return
    hidden = page.count - len(page.numbers) - len(tasks[:SHOWN])
    if hidden:
        page.lines.append(Text("desk.more", {"more": hidden}))
    visit.say("desk.list", count=page.count, lines=tuple(page.lines))
    visit.offer(*(Choice(number, f"a:view:{number}") for number in page.numbers[:BUTTONS]))


def _desks_of(visit: Visit) -> list[_Desk]:
    """Name the desks of a person, one for each thing that they are."""
    person, book = visit.person, visit.book
    stands_in = person.has(Role.ADMIN) and not book.has_desk  # nobody else would take it on
    desks = []
    if person.has(Role.CLERK, Role.SUPERVISOR) or stands_in:
        decides = person.has(Role.SUPERVISOR) or not book.roster.holders(Role.SUPERVISOR)
        desks.append(_Desk(Whose(not_by=person.id), _OF_THE_HEAD if decides else OURS))
    elif person.has(Role.INSPECTOR):
        desks.append(_Desk(Whose(not_by=person.id), ()))
    if person.units():
        desks.append(_Desk(Whose(units=person.units()), _LATER))
    if person.has(Role.LEADER):
        desks.append(_Desk(Whose(leader=person.id, not_by=person.id), _LATER))
    return desks


async def _show(visit: Visit, desk: _Desk, now: datetime, page: _Page) -> None:
    """Add a desk to the page: 应急, what is overdue, what is due today, then the other sections."""
    ends = _end_of_day(now)
    tally = await visit.book.tx.lists.tally(desk.whose, now, ends)
    if not tally:
        return
    every = tuple(tally)
    parts = (
        ("overdue", every, Span(until=now), sum(one.overdue for one in tally.values())),
        ("today", every, Span(now, ends), sum(one.today for one in tally.values())),
        *((name, w, Span(since=ends), _later(tally, w)) for name, w in desk.sections),
    )
    first = await visit.book.tx.lists.emergencies(desk.whose)
    fresh = list({one.number: one for one in first if one.number not in page.numbers}.values())
    page.add("emergency", len(fresh), fresh, now)
    apart = {one.number for one in first}
    for name, waits, span, most in parts:
        count = most - sum(one.waits in waits and span.holds(one.due_at) for one in first)
        if count <= 0:
            continue
        waiting = [one for one in waits if one in tally] if page.room > 0 else []
        room = page.room + len(first)
        found = await visit.book.tx.lists.due(desk.whose, waiting, span, room)
        others = [one for one in found if one.number not in apart][: page.room]
        fresh = [one for one in others if one.number not in page.numbers]
        # Who is two things has shown it already.
        page.add(name, count - len(others) + len(fresh), fresh, now)


def _later(tally: Mapping[Waits, Tally], waits: Sequence[Waits]) -> int:
    found = [tally[one] for one in waits if one in tally]
    return sum(one.count - one.overdue - one.today for one in found)


def _line(listed: Listed, now: datetime) -> Text:
    """Word one ticket: its number, what it waits for, until when; 回访 by how long it waits."""
    if listed.waits is Waits.CALLBACK and listed.since is not None:
        days = (
            now.astimezone(OFFICE_ZONE).date() - listed.since.astimezone(OFFICE_ZONE).date()
        ).days
        mark = _mark(listed) if listed.emergency else ""
        return Text("desk.try", {"number": listed.number, "days": days, "mark": mark})
    told = {
        "number": listed.number,
        "what": Key(f"desk.waits.{listed.waits.value}"),
        "urgent": _mark(listed),
    }
    if listed.due_at >= NO_DATE:
        return Text("desk.undated", told)
    return Text("desk.line", {**told, "due": listed.due_at})


def _mark(listed: Listed) -> Key | str:
    if listed.emergency:
        return Key("case.emergency")
    return Key("case.urgent") if listed.urgent else ""


def _end_of_day(now: datetime) -> datetime:
    local = now.astimezone(OFFICE_ZONE)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

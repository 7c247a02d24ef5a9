"""Digests (每日汇总): what people are reminded of and urged with, once or twice a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Choice, Key
from flows.office import Content
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.causes import late
from flows.tickets.ladder import digest_at
from flows.tickets.moves import open_acts
from flows.tickets.parts import is_party
from handlers.acts import OFFERED
from handlers.book import Book
from handlers.letters import clock_of
from handlers.ports import (
    Clock,
    Due,
    Nudge,
    Office,
    Person,
    PersonId,
    Post,
    Role,
    Text,
    ToPerson,
    Tx,
)
from handlers.standing_in import hand_over
from handlers.strikes import calm_until
from handlers.timers import DIGEST, digest_slots
from handlers.visit import ticket_choices

KINDS = (
    *("reminded", "urged", "supervised", "led", "led_by", "handed_over", "met", "instructed"),
    *("errand_done", "errand_undone", "follow_up", "answered", "quiet", "hurried", "emergency"),
)
"""What a line may be about: keys of config/texts/digest.toml."""

SHOWN = 12  # lines of a digest; the rest is counted
BUTTONS = 3
_MOVING = (
    *(Act.ACCEPT, Act.ASSIGN, Act.SIGN, Act.OPINION, Act.CONTACT, Act.ASK_LONGER, Act.REPLY),
    *(Act.APPROVE, Act.DONE, Act.LONGER, Act.REST, Act.FOLLOW_UP),
)

__all__ = ["DIGEST", "Digests"]


@dataclass(frozen=True, slots=True)
class Digests:
    """Handles the timers of digests: what waits for somebody goes out as one message."""

    office: Office
    clock: Clock

    async def tick(self, tx: Tx, dues: Sequence[Due]) -> None:
        """Tell each person what waits, at most once in the hours of a slot.

        What is told and that it was told are one transaction: a crash neither loses nor doubles it.
        """
        if not dues:
            return
        now = self.clock()
        persons = sorted({int(due.subject) for due in dues})
        waiting = await tx.urging.waiting(persons)
        latest = await tx.urging.latest(persons)
        numbers = {one.ticket for lines in waiting.values() for one in lines}
        book = await Book.open(tx, self.office, now, (), {0: sorted(numbers)})
        calm = await calm_until(tx, self.office)
        for person, every in waiting.items():
            staff = book.roster.staff.get(person)
            lines = await hand_over(book, person, every)
            if not lines:
                continue
            if staff is None:  # no longer of the staff
                await tx.urging.drop(lines)
                continue
            at = self._at(book, staff, latest.get(person))
            at = max(at, calm) if calm else at
            if at > now:
                self._again(book, person, at)
            else:
                await self._tell(book, staff, lines)
        await book.flush({})

    def _again(self, book: Book, person: PersonId, at: datetime) -> None:
        key = f"{DIGEST}:{person}"
        book.dues[key] = Due(DIGEST, str(person), at, key)

    def _at(self, book: Book, staff: Person, last: datetime | None) -> datetime:
        return digest_at(book.now, last, digest_slots(staff, self.office), self.office.days)

    async def _tell(self, book: Book, staff: Person, lines: Sequence[Nudge]) -> None:
        # What cannot be read may stand or not: its lines wait until it is brought back from a copy.
        broken = [one for one in lines if one.ticket in book.tx.tickets.unreadable]
        standing = _standing(book, lines)
        moot = [one for one in lines if one not in standing and one not in broken]
        if moot:
            await book.writing.urging.drop(moot)
        if standing:
            await book.writing.urging.told(standing, book.now)
        if broken:
            self._again(book, staff.id, self._at(book, staff, book.now))
        if standing or broken:
            numbers = tuple(dict.fromkeys(one.ticket for one in broken))
            book.posts.append(_digest(book, staff, standing, numbers))


def _standing(book: Book, lines: Sequence[Nudge]) -> list[Nudge]:
    """Keep what is still so, and of each case only the highest rung."""
    highest: dict[str, Nudge] = {}
    others: dict[tuple[str, str], Nudge] = {}
    for one in lines:
        ticket = book.tickets.get(one.ticket)
        if ticket is None or not _stands(ticket, one):
            continue
        if is_party(ticket, one.person):
            continue
        if not one.clock:
            if one.kind != "led" or _leads(book, ticket, one.person):
                others[one.ticket, one.kind] = one
        elif one.ticket not in highest or one.rung > highest[one.ticket].rung:
            highest[one.ticket] = one
    return [*highest.values(), *others.values()]


def _leads(book: Book, ticket: Ticket, person: PersonId) -> bool:
    """Say whether it is still this leader's case, or that of the leader they serve."""
    secretaries = book.roster.holders(Role.SECRETARY, str(ticket.leader))
    return person in {ticket.leader, *(one.id for one in secretaries)}


def _stands(ticket: Ticket, one: Nudge) -> bool:
    """Say whether a rung still has its cause: the clock runs, and nothing higher was sent."""
    if one.kind == "follow_up":
        return ticket.follow_up is not None
    if ticket.ended:
        return False
    if not one.clock:
        return True
    same = [s for s in ticket.supervisions if s.clock == one.clock and s.open]
    if any(s.rung > max(one.rung, 1) for s in same):
        return False
    return one.deadline is not None and late(ticket, one.clock, one.deadline)


def _digest(book: Book, staff: Person, lines: Sequence[Nudge], broken: Sequence[str]) -> Post:
    slot = f"{book.now.astimezone(OFFICE_ZONE):%Y-%m-%dT%H:%M:%S}"
    shown = tuple(_line(one) for one in lines[:SHOWN])
    more = len(lines) - len(shown)
    parts = []
    if lines:
        count = len({one.ticket for one in lines})
        parts.append(Text("digest.list", {"count": count, "lines": shown}))
    if more:
        parts.append(Text("digest.more", {"count": more}))
    if broken:
        told = {"count": len(broken), "numbers": tuple(broken[:SHOWN])}
        parts.append(Text("digest.unreadable", told))
    name = f"{DIGEST}:{staff.id}:{slot}"
    return Post(
        to=ToPerson(staff.id),
        content=Content.PROGRESS,
        parts=tuple(parts),
        dedupe=name,
        choices=_choices(book, staff, lines) if lines else (),
        title=Text("digest.title"),
        card=name,
    )


def _line(one: Nudge) -> Text:
    params: Mapping[str, object] = {"number": one.ticket}
    if one.clock and one.deadline:
        params = {**params, "what": Key(f"ladder.clock.{clock_of(one.clock)}"), "due": one.deadline}
    return Text(f"digest.{one.kind}", params)


def _choices(book: Book, staff: Person, lines: Sequence[Nudge]) -> tuple[Choice, ...]:
    """Offer what moves the case where there is one; else the cases, each to be looked at."""
    numbers = list(dict.fromkeys(one.ticket for one in lines))
    if len(numbers) > 1:
        return tuple(Choice(number, f"a:view:{number}") for number in numbers[:BUTTONS])
    ticket = book.tickets[numbers[0]]
    possible = open_acts(ticket, book.actor(ticket, staff), book.moment)
    acts = [OFFERED[act] for act in _MOVING if act in possible and act in OFFERED]
    return ticket_choices(ticket, *dict.fromkeys(acts[:BUTTONS]), "view")

"""What still waits for a 代理 whose time is over goes to the 联络员 they stood in for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.tickets.rights import may_read
from handlers.book import Book
from handlers.ports import Nudge, Person, PersonId, Role


async def hand_over(book: Book, person: PersonId, lines: Sequence[Nudge]) -> list[Nudge]:
    """Pass lines on that are no longer for this person; return those that are.

    A line that its heir has already is not told twice. What has no heir stays where it is.
    """
    strange = [one for one in lines if not _concerns(book, person, one)]
    absent = await book.tx.people.stood_for(person) if strange else ()
    heirs = {one.dedupe: _heirs(book, person, absent, one) for one in strange}
    passed = [one for one in strange if heirs[one.dedupe]]
    if not passed:
        return list(lines)
    for line in passed:
        for heir in heirs[line.dedupe]:
            dedupe = f"{line.dedupe.removesuffix(f':p{person}')}:p{heir.id}"
            book.nudge(replace(line, person=heir.id, dedupe=dedupe, id=0), book.now)
    await book.writing.urging.drop(passed)
    return [one for one in lines if one not in passed]


def _concerns(book: Book, person: PersonId, line: Nudge) -> bool:
    """Say whether somebody still has to do with the case of a line."""
    staff, ticket = book.roster.staff.get(person), book.tickets.get(line.ticket)
    if staff is None or ticket is None:
        return staff is not None
    return may_read(ticket, book.actor(ticket, staff))


def _heirs(
    book: Book, person: PersonId, absent: Sequence[PersonId], line: Nudge
) -> tuple[Person, ...]:
    """Return who hears it instead: the 联络员 of the case's departments, or who stands in now."""
    ticket = book.tickets.get(line.ticket)
    found: dict[PersonId, Person] = {}
    for one in (book.roster.staff.get(ident) for ident in absent):
        if one is None or (ticket is not None and not set(one.units()) & ticket.units):
            continue
        for heir in book.roster.holders(Role.DEPUTY, str(one.id)) or (one,):
            found[heir.id] = heir
    found.pop(person, None)
    return tuple(found.values())

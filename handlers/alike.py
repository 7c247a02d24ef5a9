"""What was reported before (我也有此问题): said when a report is filed, by numbers alone."""

from __future__ import annotations

from collections.abc import Sequence

from flows.tickets.case import Relation, Ticket
from handlers.book import Book
from handlers.visit import Visit, ticket_choices

LOOKED_AT = 60  # running tickets of the class, the latest first
KEPT = 5  # of them that the new ticket remembers


async def looked_alike(book: Book, ticket: Ticket) -> Sequence[Ticket]:
    """Return the running tickets of the same class that others reported, a colleague's first."""
    stored = {one.number: one for one in await book.tx.tickets.alike(ticket.category, LOOKED_AT)}
    # What this batch did already is newer than what is stored.
    known = {number: book.tickets.get(number, one) for number, one in stored.items()}
    known |= {n: one for n, one in book.tickets.items() if one.category == ticket.category}
    found = [
        one
        for one in known.values()
        if not one.ended and one.reporter != ticket.reporter and one.number != ticket.number
    ]
    latest = sorted(found, key=lambda one: one.created_at, reverse=True)
    return sorted(latest, key=lambda one: one.enterprise != ticket.enterprise)


def related(ticket: Ticket, near: Sequence[Ticket]) -> Ticket:
    """Have a new ticket remember what looked like it."""
    more = tuple(Relation(kind="near", number=one.number) for one in near[:KEPT])
    return ticket.model_copy(update={"relations": (*ticket.relations, *more)})


def offer_to_join(visit: Visit, ticket: Ticket, near: Sequence[Ticket]) -> None:
    """Say how many reported the like, never who, and let the enterprise say that it is the same."""
    if not near or ticket.kept_inside:  # it is merged into nothing that a department has
        return
    others = {one.enterprise for one in near} - {ticket.enterprise}
    if is_colleagues(ticket, near[0]):
        visit.say("report.alike_colleague")
    elif others:
        visit.say("report.alike", count=len(others))
    else:  # somebody who only says that they belong to the enterprise
        return
    visit.offer(*ticket_choices(ticket, "join"))


def is_colleagues(ticket: Ticket, other: Ticket) -> bool:
    """Say whether another ticket is of the same enterprise, as far as that is verified."""
    return ticket.verified and other.enterprise == ticket.enterprise

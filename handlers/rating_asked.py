"""Which rating a bare number stands for: 1, 2, 3 under an answer, without its buttons."""

from __future__ import annotations

from flows.tickets.case import State, Ticket
from handlers.ports import PersonId
from handlers.visit import Visit

RATINGS = ("satisfied", "mostly", "dissatisfied")


def rateable(visit: Visit) -> list[Ticket]:
    """Return the own tickets that wait for the person's rating, also where one follows."""
    me = visit.person.id
    found = [visit.book.shown(one) for one in visit.book.own(me)]
    return [one for one in found if one.state is State.CALLBACK and not _rated(one, me)]


def rating_asked(visit: Visit) -> Ticket | None:
    """Return the ticket whose rating was asked for after anything else was shown."""
    shown = visit.conversation.shown_at
    waiting = [t for t in rateable(visit) if t.audited_at and t.audited_at.timestamp() >= shown]
    return waiting[0] if len(waiting) == 1 else None


def _rated(ticket: Ticket, person: PersonId) -> bool:
    joined = ticket.joined_as(person)
    return joined is not None and joined.satisfaction is not None

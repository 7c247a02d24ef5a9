"""Who hears that a case is marked 应急, and that it no longer is."""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.letters import nudge_leader
from handlers.notices import Notice, tell_unit, to_desk
from handlers.ports import Post


def _marked(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Whoever has to move hears it at once; the leader of the case, with the digest."""
    nudge_leader(book, ticket, "emergency", f"{ticket.number}:{ticket.version}")
    unit = ticket.lead_unit
    told = tell_unit(book, ticket, unit, "notice.emergency_yours") if unit else []
    return [*to_desk(book, ticket, "notice.emergency"), *told]


def _unmarked(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    unit = ticket.lead_unit
    told = tell_unit(book, ticket, unit, "notice.no_emergency_yours") if unit else []
    return [*to_desk(book, ticket, "notice.no_emergency"), *told]


LADDER: Mapping[Act, Notice] = {
    Act.EMERGENCY: _marked,
    Act.NO_EMERGENCY: _unmarked,
}

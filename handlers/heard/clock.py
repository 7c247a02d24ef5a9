"""Who hears of what the clock does by itself."""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.notices import (
    Notice,
    close_group_cards,
    mark_of,
    tell_unit,
    to_desk,
    to_reporter,
    to_unit,
)
from handlers.ports import Post


def _lapsed(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return [
        *close_group_cards(book, ticket, "notice.new"),
        to_reporter(
            book, ticket, "notice.lapsed", "supplement", days=book.office.policy.revive_days
        ),
    ]


def _taken_as_signed(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The department hears that the time goes on, the desk that nobody signed (T8b)."""
    unit = ticket.lead_unit or ""
    return [
        *to_unit(
            book,
            ticket,
            unit,
            "notice.taken_as_signed",
            "sign",
            due=ticket.due_on or "",
            mark=mark_of(ticket),
        ),
        *to_desk(book, ticket, "notice.unsigned"),
        to_reporter(book, ticket, "notice.under_way"),
    ]


def _resumed(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    due = ticket.due_on or ""
    return [
        *tell_unit(book, ticket, ticket.lead_unit or "", "notice.resumed", due=due),
        to_reporter(book, ticket, "notice.resumed_for_you"),
    ]


def _closed_unrated(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    key = "notice.closed_quiet" if ticket.no_calls else "notice.closed_unrated"
    return [
        *close_group_cards(book, ticket, "notice.new"),
        *tell_unit(book, ticket, ticket.lead_unit or "", "notice.closed"),
        to_reporter(book, ticket, key, days=book.office.policy.reopen_days),
    ]


CLOCK: Mapping[Act, Notice] = {
    Act.LAPSE: _lapsed,
    Act.TAKE_AS_SIGNED: _taken_as_signed,
    Act.RESUME: _resumed,
    Act.CLOSE_UNRATED: _closed_unrated,
}

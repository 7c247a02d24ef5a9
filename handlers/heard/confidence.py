"""Who hears that a case is kept to few (保密), and that it no longer is."""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.notices import Notice, to_desk, to_reporter
from handlers.ports import Post


def _confided(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The desk learns whom to ask from now on, the enterprise that few read it."""
    return [
        *to_desk(book, ticket, "notice.confided"),
        to_reporter(book, ticket, "notice.confided_for_you"),
    ]


def _released(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Who kept it for the office hears that departments may get it from now on."""
    posts = to_desk(book, ticket, "notice.released")
    if before.kept_inside:
        posts.append(to_reporter(book, ticket, "notice.released_for_you"))
    return posts


CONFIDENCE: Mapping[Act, Notice] = {Act.CONFIDE: _confided, Act.RELEASE: _released}

"""Who hears when the person who speaks for an enterprise changes."""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.notices import Notice, tell_unit, to_desk, to_reporter
from handlers.ports import Post


def _left(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return to_desk(book, ticket, "notice.contact_left")


def _recontacted(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The department gets the new telephone, unless the enterprise is hidden from it."""
    posts = [to_reporter(book, ticket, "notice.contact_yours")]
    if ticket.lead_unit and not ticket.ended and not ticket.anonymous:
        unit, name, phone = ticket.lead_unit, ticket.contact, ticket.phone
        posts += tell_unit(book, ticket, unit, "notice.contact_new", name=name, phone=phone)
    return posts


CONTACTS: Mapping[Act, Notice] = {Act.LEAVE: _left, Act.RECONTACT: _recontacted}

"""Who hears of 延期, 挂起 and a change of 难易."""

from __future__ import annotations

from collections.abc import Mapping

from flows.engine.words import Key
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.guards.time import is_leaders_longer
from flows.tickets.hiding import hide
from handlers.book import Book
from handlers.heard.owner import to_owner
from handlers.notices import (
    Notice,
    close_group_cards,
    mark_of,
    tell_unit,
    to_desk,
    to_reporter,
)
from handlers.ports import Post


def _longer_asked(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The one who may grant it has the buttons: the head of the desk, or the leader (C8)."""
    if not is_leaders_longer(ticket, book.moment):
        return to_desk(book, ticket, "notice.longer_asked", "longer", "not_longer")
    return [
        *to_desk(book, ticket, "notice.longer_asked"),
        *to_owner(book, ticket, "notice.longer_waits", "longer", "not_longer"),
    ]


def _longer(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The department hears its new date, and the enterprise too (scenario 13)."""
    due = ticket.due_on or Key("progress.no_date")
    mark = mark_of(ticket)
    unit = ticket.lead_unit or ""
    return [
        *close_group_cards(book, ticket, "notice.longer_asked", "notice.decided"),
        *tell_unit(book, ticket, unit, "notice.longer", due=due, mark=mark),
        to_reporter(book, ticket, "notice.due_moved", due=due, mark=mark),
    ]


def _not_longer(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    reason = hide(ticket, ticket.notes[-1].text, not ticket.anonymous)
    unit = ticket.lead_unit or ""
    return [
        *close_group_cards(book, ticket, "notice.longer_asked", "notice.decided"),
        *tell_unit(book, ticket, unit, "notice.not_longer", reason=reason),
    ]


def _rest_asked(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    posts = to_desk(book, ticket, "notice.rest_asked", "rest", "no_rest")
    known = {post.dedupe for post in posts}
    told = to_owner(book, ticket, "notice.rest_waits", "rest", "no_rest")
    return [*posts, *(post for post in told if post.dedupe not in known)]


def _rested(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The enterprise is told why, in the words of the list of reasons, and the day."""
    rest = ticket.suspensions[-1]
    reason = Key(f"rest.{rest.reason.value}")
    unit = ticket.lead_unit or ""
    return [
        *close_group_cards(book, ticket, "notice.rest_asked", "notice.decided"),
        *tell_unit(book, ticket, unit, "notice.rested", day=rest.resume_on),
        to_reporter(book, ticket, "notice.rested_for_you", reason=reason, day=rest.resume_on),
    ]


def _no_rest(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    reason = hide(ticket, ticket.notes[-1].text, not ticket.anonymous)
    unit = ticket.lead_unit or ""
    return [
        *close_group_cards(book, ticket, "notice.rest_asked", "notice.decided"),
        *tell_unit(book, ticket, unit, "notice.no_rest", reason=reason),
    ]


def _retiered(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Whoever has the case hears the new date; the enterprise when it is another one."""
    due = ticket.due_on or Key("progress.no_date")
    mark = mark_of(ticket)
    unit = ticket.lead_unit or ""
    tier = Key(f"tier.{ticket.tier.value}")
    posts = tell_unit(book, ticket, unit, "notice.retiered", tier=tier, due=due, mark=mark)
    if ticket.due_on != before.due_on:
        posts.append(to_reporter(book, ticket, "notice.due_moved", due=due, mark=mark))
    return posts


TIME: Mapping[Act, Notice] = {
    Act.ASK_LONGER: _longer_asked,
    Act.LONGER: _longer,
    Act.NOT_LONGER: _not_longer,
    Act.ASK_REST: _rest_asked,
    Act.REST: _rested,
    Act.NO_REST: _no_rest,
    Act.RETIER: _retiered,
}

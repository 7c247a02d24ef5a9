"""Who hears of the answer, its audit and its rating."""

from __future__ import annotations

from collections.abc import Mapping

from flows.engine.words import Key
from flows.tickets.acting import Act
from flows.tickets.case import Satisfaction, Ticket
from flows.tickets.children import StageReply
from handlers.book import Book
from handlers.notices import (
    Notice,
    close_group_cards,
    promise_of,
    tell_unit,
    to_desk,
    to_joined,
    to_leaders,
    to_reporter,
    to_unit,
)
from handlers.ports import Post

_RATINGS = ("satisfied", "mostly", "dissatisfied")


def _ratings(ticket: Ticket) -> tuple[str, ...]:
    """Return the buttons under an answer: the ratings, and whether it may be called about it."""
    return (*_RATINGS, "calls_too" if ticket.no_calls else "messages_only")


def _messages_only(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Whoever meant to call is told in time (U13)."""
    return to_desk(book, ticket, "notice.calls_no_more")


def _calls_too(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return to_desk(book, ticket, "notice.calls_again")


def _replied(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return to_desk(book, ticket, "notice.replied")


def _approved(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    reply = ticket.reply
    if reply is None:
        raise ValueError("a ticket without a reply cannot be approved")
    return [
        *close_group_cards(book, ticket, "notice.replied", "notice.audited"),
        to_reporter(
            book,
            ticket,
            "notice.answer",
            *_ratings(ticket),
            unit=book.office.unit(ticket.lead_unit),
            outcome=Key(f"outcome.{reply.outcome.value}"),
            reply=reply.text,
            planned=promise_of(ticket),
        ),
    ]


def _sent_back(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    reason = ticket.notes[-1].text
    return [
        *close_group_cards(book, ticket, "notice.replied", "notice.audited"),
        *to_unit(book, ticket, ticket.lead_unit or "", "notice.sent_back", "reply", reason=reason),
    ]


def _staged(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The enterprise hears how far it is, and when the next word comes (U11)."""
    stage = _last_stage(ticket)
    unit = book.office.unit(ticket.lead_unit)
    return [
        to_reporter(book, ticket, "notice.stage", unit=unit, text=stage.text, day=stage.next_on)
    ]


def _made_stage(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    unit, day = ticket.lead_unit or "", _last_stage(ticket).next_on
    return [
        *close_group_cards(book, ticket, "notice.replied", "notice.audited"),
        *tell_unit(book, ticket, unit, "notice.made_stage", day=day),
        *_staged(book, before, ticket),
    ]


def _last_stage(ticket: Ticket) -> StageReply:
    if not ticket.stages:
        raise ValueError("a ticket without a stage reply has none to tell of")
    return ticket.stages[-1]


def _redone(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """A second round is heard of by the department, the desk and the leaders (T17)."""
    reason = ticket.dissatisfied_reason
    return [
        *to_unit(book, ticket, ticket.lead_unit or "", "notice.redo", "contact", reason=reason),
        *to_desk(book, ticket, "notice.unhappy"),
        *to_leaders(book, ticket, "notice.unhappy"),
        *_told_for(book, ticket),
    ]


def _told_for(book: Book, ticket: Ticket) -> list[Post]:
    """Who was told on the telephone writes it down; the enterprise sees what was written."""
    note = ticket.notes[-1]
    if note.by == ticket.reporter:
        return []
    return [to_reporter(book, ticket, "notice.unhappy_for", reason=note.text)]


def _closed(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Ratings are the federation's to see; the department learns that the case is closed."""
    posts = close_group_cards(book, ticket, "notice.new")
    return posts + tell_unit(book, ticket, ticket.lead_unit or "", "notice.closed")


def _closed_unhappy(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    return [
        *_closed(book, before, ticket),
        *to_desk(book, ticket, "notice.unhappy_end"),
        *to_leaders(book, ticket, "notice.unhappy_end"),
        *_told_for(book, ticket),
    ]


def _rated_for(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    rating = Key(f"rating.{(ticket.satisfaction or Satisfaction.UNRATED).value}")
    quote = ticket.attempts[-1].text
    told = to_reporter(book, ticket, "notice.rated_for", rating=rating, quote=quote)
    return [*_closed(book, before, ticket), told]


def _rated_also(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The desk looks when somebody who joined is unhappy; the reporter's rating decides."""
    changed = [one for one in ticket.joined if one not in before.joined]
    unhappy = any(one.satisfaction is Satisfaction.DISSATISFIED for one in changed)
    return to_desk(book, ticket, "notice.unhappy_also") if unhappy else []


def _tried(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Whoever could not be called, or wants no calls, is asked in writing."""
    key = "notice.messages_only" if ticket.no_calls else "notice.missed_call"
    return [to_reporter(book, ticket, key, *_ratings(ticket))]


def _reopened(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    reason, unit = ticket.notes[-1].text, ticket.lead_unit or ""
    return [
        *to_unit(book, ticket, unit, "notice.reopened", "contact", reason=reason),
        *to_desk(book, ticket, "notice.reopened_desk"),
    ]


def _taken_up(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Why it is taken up again is said inside; the enterprise hears that it is (T19)."""
    reason, unit = ticket.notes[-1].text, ticket.lead_unit or ""
    return [
        *to_unit(book, ticket, unit, "notice.taken_up", "contact", reason=reason),
        *to_desk(book, ticket, "notice.reopened_desk"),
        to_reporter(book, ticket, "notice.taken_up_for_you"),
        *to_joined(book, ticket, "notice.taken_up_for_you"),
    ]


ANSWER: Mapping[Act, Notice] = {
    Act.REPLY: _replied,
    Act.STAGE: _staged,
    Act.AS_STAGE: _made_stage,
    Act.APPROVE: _approved,
    Act.SEND_BACK: _sent_back,
    Act.RATE: _closed,
    Act.RATE_FOR: _rated_for,
    Act.RATE_ALSO: _rated_also,
    Act.TRY: _tried,
    Act.MESSAGES_ONLY: _messages_only,
    Act.CALLS_TOO: _calls_too,
    Act.REDO: _redone,
    Act.CLOSE_UNHAPPY: _closed_unhappy,
    Act.REOPEN: _reopened,
    Act.TAKE_UP: _taken_up,
}

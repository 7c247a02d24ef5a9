"""What those hear who joined a ticket, or whose own follows it: nothing of the others."""

from __future__ import annotations

from flows.engine.words import Key
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.notices import promise_of, to_joined
from handlers.ports import Post

_GOES_ON = frozenset(
    {
        Act.ACCEPT,
        Act.ASSIGN,
        Act.SIGN,
        Act.TAKE_AS_SIGNED,
        Act.LONGER,
        Act.REST,
        Act.RESUME,
        Act.REDO,
        Act.REOPEN,
        Act.CLOSE_UNRATED,
    }
)
_RATINGS = ("satisfied", "mostly", "dissatisfied")
"""Acts after which those who joined hear where the case stands; the answer has words of its own."""


def tell_joined(book: Book, act: Act, ticket: Ticket) -> list[Post]:
    """Tell everybody who joined, under the number they know."""
    if not ticket.joined:
        return []
    unit = book.office.unit(ticket.lead_unit)
    if act is Act.APPROVE and ticket.reply is not None:
        return to_joined(
            book,
            ticket,
            "notice.answer",
            *_RATINGS,
            unit=unit,
            outcome=Key(f"outcome.{ticket.reply.outcome.value}"),
            reply=ticket.reply.text,
            planned=promise_of(ticket),
        )
    if act in {Act.STAGE, Act.AS_STAGE}:
        stage = ticket.stages[-1]
        text, day = stage.text, stage.next_on
        return to_joined(book, ticket, "notice.stage", unit=unit, text=text, day=day)
    return _moved(book, act, ticket)


def _moved(book: Book, act: Act, ticket: Ticket) -> list[Post]:
    if act in _GOES_ON:
        return to_joined(book, ticket, "notice.joined_on")
    if act is Act.REJECT:
        reason, where = ticket.reject_reason, ticket.onward
        return to_joined(book, ticket, "notice.rejected_again", reason=reason, where=where)
    if act is Act.TRANSFER:
        where, text = ticket.onward, ticket.notes[-1].text
        return to_joined(book, ticket, "notice.transferred", where=where, text=text)
    if act is Act.FOLLOW_UP:
        where, text, again = ticket.onward, ticket.notes[-1].text, ticket.follow_up
        if again is None:
            return to_joined(book, ticket, "notice.followed_up", where=where, text=text)
        key, day = "notice.followed_up_again", again.on
        return to_joined(book, ticket, key, where=where, text=text, day=day)
    if act in {Act.WITHDRAW, Act.LAPSE}:  # whose own ticket came back hears of that
        colleagues = tuple(one for one in ticket.joined if not one.via)
        left = ticket.model_copy(update={"joined": colleagues})
        return to_joined(book, left, "notice.joined_withdrawn")
    return []

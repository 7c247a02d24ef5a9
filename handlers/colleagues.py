"""Who of the staff may do something in the place of somebody who may not."""

from __future__ import annotations

from collections.abc import Iterable

from flows.tickets.case import Ticket
from flows.tickets.parts import Part
from handlers.book import Book
from handlers.ports import Person

NAMED = 3  # people in a refusal
_OUTSIDE = frozenset({Part.REPORTER, Part.JOINED, Part.APART})


def concerned(book: Book, ticket: Ticket, people: Iterable[Person]) -> tuple[Person, ...]:
    """Return those who may do something inside on a case; all where nobody is left.

    Left out are those whose own it is, and those of the desk to whom it is confidential.
    """
    every = tuple(people)
    return tuple(one for one in every if book.actor(ticket, one).parts - _OUTSIDE) or every


def who_may(book: Book, ticket: Ticket, parts: frozenset[Part], but: int) -> str:
    """Name some who meet a case in one of these parts, without the one who asks.

    Who wrote the answer is not named: what is asked for may be its audit. Where nobody is left it
    is the office, with its telephone.
    """
    names = []
    for person in book.roster.staff.values():
        wrote = ticket.reply is not None and ticket.reply.is_by(person.id)
        if person.id == but or wrote or not person.name:
            continue
        if book.actor(ticket, person).parts & parts:
            names.append(person.name)
    return "、".join(names[:NAMED]) or f"{book.office.name} {book.office.phone}"

"""并案: what a merge does to the other ticket, and what is said to one that follows another."""

from __future__ import annotations

from dataclasses import replace

from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.change import noted
from flows.tickets.effects.intake import notes_by, with_member, without_member
from flows.tickets.merging import chain_of
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM, Actor, Part
from flows.tickets.state import State
from handlers.book import Book
from handlers.notices import to_desk
from handlers.ports import Entry, PersonId, Post

_GIVEN_UP = frozenset({Act.WITHDRAW, Act.LAPSE})


def carry_over(
    book: Book, act: Act, before: Ticket, ticket: Ticket, line: Entry
) -> list[tuple[Ticket, Ticket]]:
    """Change the other tickets that an act concerns; return those it gave back, before and after.

    The master gets the reporter of a ticket merged into it, and loses them when that is undone;
    each change is a line of the master's own history. What was merged into a ticket that its
    reporter gave up stands for itself again: it is somebody else's problem.
    """
    if ticket.state is State.MERGED and before.state is not State.MERGED:
        _take_in(book, ticket, line)
    elif act is Act.UNMERGE:
        for master in chain_of(before, book.tickets):  # it came to each of them with the one below
            _let_go(book, master, ticket.number, line)
    elif act in _GIVEN_UP:
        return _released(book, ticket, line)
    return []


def _take_in(book: Book, merged: Ticket, line: Entry) -> None:
    master = book.tickets[merged.merged_into]
    _put(book, with_member(master, merged), "take_in", merged.number, line)


def _let_go(book: Book, master: str, number: str, line: Entry) -> None:
    old, back = book.tickets.get(master), book.tickets[number]
    if old is not None:
        notes = (*back.notes, *notes_by(old, back))
        book.tickets[number] = back.model_copy(update={"notes": notes})
        _put(book, without_member(old, back), "let_go", number, line)


def _put(book: Book, new: Ticket, act: str, member: str, line: Entry) -> None:
    entry = replace(
        line,
        subject=f"ticket:{new.number}",
        act=act,
        before=book.tickets[new.number].state.value,
        after=new.state.value,
        public={"version": str(new.version), "member": member},
        personal={},
    )
    book.put_ticket(new, entry)


def _released(book: Book, master: Ticket, line: Entry) -> list[tuple[Ticket, Ticket]]:
    released = []
    for number in dict.fromkeys(one.via for one in master.joined if one.via):
        member = book.tickets.get(number)
        if member is None or member.merged_into != master.number:
            continue
        moved = move(member, Act.UNMERGE, SYSTEM, told.Nothing(), book.moment)
        if isinstance(moved, Refusal):
            raise RuntimeError(f"the clock may not unmerge: {moved.key}")
        own = replace(line, actor=None, role=Part.SYSTEM.value)
        _put(book, moved, Act.UNMERGE.value, number, own)
        _let_go(book, master.number, number, own)
        released.append((member, moved))
    return released


def with_words(book: Book, ticket: Ticket, person: PersonId, said: told.Words) -> Ticket:
    """Add a note to a ticket that takes none in the usual way."""
    by = Actor(person, frozenset())
    notes = noted(ticket, by, book.moment, "supplement", said.text, files=said.files)
    return ticket.model_copy(update={"notes": notes, "version": ticket.version + 1})


def stray_notices(book: Book, ticket: Ticket) -> list[Post]:
    """Have the desk look at words that came to a ticket that takes none."""
    if ticket.state is State.MERGED:
        return to_desk(book, ticket, "notice.stray")
    return to_desk(book, ticket, "notice.late_words")

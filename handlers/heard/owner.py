"""Telling the leader who owns a case what is theirs to decide (领办领导)."""

from __future__ import annotations

from flows.tickets.case import Ticket
from handlers.book import Book
from handlers.notices import to_member
from handlers.ports import Post, Role


def to_owner(book: Book, ticket: Ticket, key: str, *acts: str) -> list[Post]:
    """Tell the leader, in 1:1, with what the case says; nobody when it has none."""
    leaders = (p for p in book.roster.holders(Role.LEADER) if p.id == ticket.leader)
    return [to_member(book, ticket, person, key, *acts) for person in leaders]

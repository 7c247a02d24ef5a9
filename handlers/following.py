"""A ticket that follows another (并案): what its reporter says goes on to the one it follows."""

from __future__ import annotations

from flows.engine.words import Key, Line
from flows.tickets.case import Ticket
from flows.tickets.hiding import hide
from flows.tickets.parts import Actor, Part, is_kept_from, sees_reporter
from flows.tickets.rights import Piece, reads
from flows.tickets.state import State
from handlers.book import Book
from handlers.ports import Text
from handlers.visit import Visit

FOLLOWED = frozenset({"progress", "supplement", "urge", "satisfied", "mostly", "dissatisfied"})
"""Words of an enterprise that mean the ticket which theirs follows."""
_RATED = frozenset({State.CALLBACK, State.CLOSED})
SHOWN = 5  # tickets that are written out below the one they follow
LENGTH = 300  # characters of each


def followed(visit: Visit, word: str, ticket: Ticket, actor: Actor) -> tuple[Ticket, Actor, str]:
    """Return the ticket that a word is about, and say so; itself where it follows none.

    不满意 with what is not answered yet is something to add.
    """
    if ticket.state is not State.MERGED:
        return ticket, actor, word
    master = visit.book.standing(ticket)
    if visit.in_private:
        visit.say("case.follows", number=ticket.number)
    if word == "dissatisfied" and master.state not in _RATED:
        word = "supplement"
    return master, visit.book.actor(master, visit.person), word


def is_strange(ticket: Ticket, actor: Actor, number: str) -> bool:
    """Say whether somebody who joined under a number of their own asks by another's number."""
    joined = ticket.joined_as(actor.person)
    apart = joined is not None and joined.number not in {"", number}
    return apart and actor.parts == {Part.JOINED} and not actor.barred  # staff know the number


def _said(member: Ticket, actor: Actor) -> Key | str:
    if is_kept_from(member, actor.person, actor.parts):
        return Key("case.kept")
    return hide(member, member.body[:LENGTH], sees_reporter(member, actor.parts))


def members_text(book: Book, ticket: Ticket, actor: Actor) -> Text | None:
    """Word what the tickets say that follow this one, for whoever handles them together."""
    members = book.members(ticket)
    if not members or not reads(Piece.MEMBERS, ticket, actor):
        return None
    lines = tuple(Line(one.number, _said(one, actor)) for one in members[:SHOWN])
    return Text("case.members", {"count": len(members), "lines": lines})

"""Which ticket a merged one follows (并案), also where the record goes in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flows.tickets.case import Note, Ticket
from flows.tickets.parts import Actor, sees_reporter
from flows.tickets.rights import for_enterprise, reads_note
from flows.tickets.state import State

_FROM_ENTERPRISE = frozenset({"supplement", "object", "reopen"})
HOPS = 10  # tickets that one follows at the most; a longer chain is taken for a broken record


def chain_of(ticket: Ticket, tickets: Mapping[str, Ticket]) -> tuple[str, ...]:
    """Return the numbers a ticket was merged into, the nearest first; a circle ends the list."""
    chain: list[str] = []
    at: Ticket | None = ticket
    while at is not None and at.state is State.MERGED and len(chain) < HOPS:
        if at.merged_into in {ticket.number, *chain}:
            break
        chain.append(at.merged_into)
        at = tickets.get(at.merged_into)
    return tuple(chain)


def master_of(ticket: Ticket, tickets: Mapping[str, Ticket]) -> Ticket | None:
    """Return the ticket at the end of the chain, itself when it was not merged.

    None where the chain leads nowhere: in a circle, to a ticket that is not there, or too far.
    """
    chain = chain_of(ticket, tickets)
    last = tickets.get(chain[-1]) if chain else ticket
    return None if last is None or last.state is State.MERGED else last


def known_as(ticket: Ticket, person: int) -> str:
    """Return the number under which somebody knows a ticket: who joined it, their own."""
    joined = ticket.joined_as(person)
    own = joined.number if joined and ticket.reporter != person else ""
    return own or ticket.number


def links(ticket: Ticket) -> tuple[str, ...]:
    """Return the numbers of the tickets that belong together with it."""
    after = (ticket.merged_into,) if ticket.state is State.MERGED else ()
    members = (one.number for one in ticket.joined if one.number)
    merged = (one.number for one in ticket.relations if one.kind == "merged")
    return (*after, *members, *merged)


def beside(ticket: Ticket) -> tuple[str, ...]:
    """Return the numbers of tickets that it may yet be joined to or merged with."""
    early = ticket.state in {State.SUBMITTED, State.ACCEPTED}
    near = (one.number for one in ticket.relations if one.kind in {"near", "alike"})
    return tuple(near) if early else ()


def notes_for(ticket: Ticket, actor: Actor) -> tuple[Note, ...]:
    """Return the notes somebody may read, in order."""
    return tuple(note for note in ticket.notes if reads_note(ticket, actor, note))


def files_for(ticket: Ticket, actor: Actor, members: Iterable[Ticket] = ()) -> tuple[str, ...]:
    """Return the attachments somebody may see, in order: those of what they read.

    `members` are the tickets that follow it: nobody can take a name out of a picture, so a
    department gets none of those who wish to be hidden. An enterprise gets what enterprises sent,
    not what a department kept with its work.
    """
    hidden = {one.reporter for one in members if not sees_reporter(one, actor.parts)}
    outside = for_enterprise(ticket, actor)
    notes = (
        note
        for note in notes_for(ticket, actor)
        if note.by not in hidden and (not outside or note.kind in _FROM_ENTERPRISE)
    )
    return (*ticket.files, *(name for note in notes for name in note.files))

"""What of a case only those who work on it may read: disputes, requests for time, notes."""

from __future__ import annotations

from flows.engine.words import Key, Line
from flows.tickets.case import Ticket
from flows.tickets.hiding import hide
from flows.tickets.merging import notes_for
from flows.tickets.parts import Actor
from flows.tickets.precedents import Precedent
from flows.tickets.rights import Piece, piece_of, reads
from flows.tickets.sources import is_topic
from handlers.above import above_lines
from handlers.ports import Office, Text

NOTES = ("original", "note", "pass_on", "retier", "not_longer", "no_rest", "take_up")
Withheld = frozenset[Piece]
"""What may not leave through a door, whoever reads there."""


def inside_lines(
    ticket: Ticket, actor: Actor, office: Office, withheld: Withheld = frozenset()
) -> list[Line | Text]:
    """Word what departments and the office say among themselves, as far as somebody reads it."""
    shown = reads(Piece.NAMES, ticket, actor)
    lines: list[Line | Text] = [
        *_kept_inside(ticket, actor),
        *_source(ticket, actor),
        *_disputes(ticket, actor, office, shown),
    ]
    if reads(Piece.REQUEST, ticket, actor):
        lines += _requests(ticket, shown)
    for note in notes_for(ticket, actor):
        if note.kind in NOTES and note.text and piece_of(note) not in withheld:
            lines.append(Line(Key(f"note.{note.kind}"), hide(ticket, note.text, shown)))
    return [*lines, *above_lines(ticket, actor, office)]


def _kept_inside(ticket: Ticket, actor: Actor) -> list[Text]:
    """Remind the office that the enterprise wants no department to have it (只给工商联看)."""
    if not ticket.kept_inside or not reads(Piece.OFFICE, ticket, actor):
        return []
    return [Text("note.kept_inside")]


def _source(ticket: Ticket, actor: Actor) -> list[Text]:
    """Word what a case came out of, and which leader was there."""
    if is_topic(ticket):  # whoever has it prepares
        return [Text("note.source.topic", {"id": ticket.source_ref})]
    if not ticket.source_ref or not reads(Piece.OFFICE, ticket, actor):
        return []
    lines = [Text(f"note.source.{ticket.source}", {"id": ticket.source_ref})]
    if ticket.met_leader:
        lines.append(Text("note.met_leader", {"leader": ticket.met_leader}))
    return lines


def _disputes(ticket: Ticket, actor: Actor, office: Office, shown: bool) -> list[Text]:
    lines = []
    for one in ticket.returns:
        asked = {
            "unit": office.unit(one.unit),
            "basis": hide(ticket, one.basis, shown),
            "suggested": office.unit(one.suggested),
        }
        if reads(Piece.DISPUTE, ticket, actor, one.unit):
            lines.append(Text("note.returned", asked))
        if not one.open and reads(Piece.RULING, ticket, actor, one.unit):
            ruling = hide(ticket, one.ruling, shown)
            ruled = {"unit": office.unit(one.moved_to or one.unit), "text": ruling}
            lines.append(Text("note.ruled", ruled))
    return lines


def precedent_lines(precedents: tuple[Precedent, ...], office: Office) -> tuple[Text, ...]:
    """Word how earlier disputes about a class were ruled."""
    lines = []
    for one in precedents:
        said = {
            "number": one.number,
            "unit": office.unit(one.unit),
            "ruled": office.unit(one.ruled),
        }
        key = "note.precedent_kept" if one.ruled == one.unit else "note.precedent_moved"
        lines.append(Text(key, said))
    return tuple(lines)


def _requests(ticket: Ticket, shown: bool) -> list[Text]:
    """Word what waits for a decision, and why a case rests."""
    lines = []
    if (longer := ticket.extension) is not None:
        asked = {"days": longer.days, "reason": hide(ticket, longer.reason, shown)}
        lines.append(Text("note.longer_asked", asked))
    rest = ticket.suspension or ticket.resting
    if rest is not None:
        why = {
            "reason": Key(f"rest.{rest.reason.value}"),
            "day": rest.resume_on,
            "text": hide(ticket, rest.text, shown),
        }
        lines.append(Text("note.resting" if ticket.resting else "note.rest_asked", why))
    return lines

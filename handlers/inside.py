"""What of a case only those who work on it may read: disputes, requests for time, notes."""

from __future__ import annotations

from flows.engine.words import Key, Line
from flows.tickets.case import Ticket
from flows.tickets.hiding import hide
from flows.tickets.parts import Part, sees_reporter
from flows.tickets.precedents import Precedent
from handlers.above import ABOVE, above_lines
from handlers.ports import Office, Text

_WORKS = frozenset(
    {
        Part.CLERK,
        Part.SUPERVISOR,
        Part.LEAD,
        Part.LEADER,
        Part.OFFICIAL,
        Part.SECRETARY,
        Part.INSPECTOR,
    }
)
NOTES = ("note", "pass_on", "retier", "not_longer", "no_rest", "take_up")


def reads_inside(kind: str, parts: frozenset[Part]) -> bool:
    """Say whether a note of this kind is said inside, for these parts; above, every kind is."""
    works = bool(parts & _WORKS) and (kind in NOTES or kind == "done")
    return works or bool(parts & ABOVE)


def inside_lines(ticket: Ticket, parts: frozenset[Part], office: Office) -> list[Line | Text]:
    """Word what the departments and the office say among themselves; nobody else gets a line."""
    if not parts & _WORKS:
        return []
    shown = sees_reporter(ticket, parts)
    lines: list[Line | Text] = [*_disputes(ticket, office, shown), *_requests(ticket, shown)]
    for note in ticket.notes:
        if note.kind in NOTES and note.text:
            lines.append(Line(Key(f"note.{note.kind}"), hide(ticket, note.text, shown)))
    return [*lines, *above_lines(ticket, parts, office)]


def _disputes(ticket: Ticket, office: Office, shown: bool) -> list[Text]:
    lines = []
    for one in ticket.returns:
        asked = {
            "unit": office.unit(one.unit),
            "basis": hide(ticket, one.basis, shown),
            "suggested": office.unit(one.suggested),
        }
        lines.append(Text("note.returned", asked))
        if not one.open:
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

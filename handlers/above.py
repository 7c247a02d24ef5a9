"""What of a case stands above the department: 面商, 协调会, what a 批示 asks, letters."""

from __future__ import annotations

from flows.engine.words import Key, Line
from flows.tickets.case import Supervision, Ticket
from flows.tickets.hiding import hide
from flows.tickets.ladder import Rung
from flows.tickets.parts import Part, sees_reporter
from handlers.ports import Office, Text

MEETINGS = ("talk", "meeting")
SAID = ("done", "call_off")
ABOVE = frozenset(
    {
        Part.CLERK,
        Part.SUPERVISOR,
        Part.LEADER,
        Part.OFFICIAL,
        Part.SECRETARY,
        Part.INSPECTOR,
    }
)


def above_lines(ticket: Ticket, parts: frozenset[Part], office: Office) -> list[Line | Text]:
    """Word it for those who work on the case; the words of an instruction are in no line.

    The department reads letters that were sent to it, and never of one that was called off.
    """
    shown = sees_reporter(ticket, parts)
    lines: list[Line | Text] = []
    for one in ticket.meetings:
        met = {"day": one.on, "text": hide(ticket, one.text, shown)}
        lines.append(Text(f"note.{one.kind}", met))
    for said in ticket.instructions:
        for errand in said.errands:
            asked = {
                "unit": office.unit(errand.who),
                "day": errand.by_when,
                "done": Key("note.errand_over") if errand.done_at else "",
            }
            lines.append(Text("note.errand", asked))
    above = bool(parts & ABOVE)
    for note in ticket.notes:
        if note.text and note.kind in SAID and (above or note.kind != "call_off"):
            lines.append(Line(Key(f"note.{note.kind}"), hide(ticket, note.text, shown)))
    letters = [one for one in ticket.supervisions if one.sent_at]
    for letter in letters:
        if above or letter.rung < Rung.CONFERENCE:
            lines.append(_letter(ticket, letter, shown))
    return lines


def _letter(ticket: Ticket, letter: Supervision, shown: bool) -> Text:
    clock = letter.clock.partition(":")[0].partition(".")[0]
    answered = Text("note.letter_answer", {"text": hide(ticket, letter.answer, shown)})
    return Text(
        "note.letter",
        {
            "kind": Key(f"ladder.kind.{Rung(letter.rung).name.lower()}"),
            "paper": letter.number,
            "why": Key(f"ladder.why.{clock}"),
            "due": letter.due_at or "",
            "answer": answered if letter.answer else "",
        },
    )

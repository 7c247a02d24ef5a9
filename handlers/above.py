"""What of a case stands above the department: 面商, 协调会, what a 批示 asks, letters."""

from __future__ import annotations

from flows.engine.words import Key, Line
from flows.tickets.case import Errand, Supervision, Ticket
from flows.tickets.hiding import hide
from flows.tickets.ladder import Rung
from flows.tickets.parts import Actor
from flows.tickets.rights import Piece, reads, reads_letter, reads_note
from handlers.ports import Office, Text

MEETINGS = ("talk", "meeting")
SAID = ("done", "call_off", "emergency", "no_emergency")


def above_lines(ticket: Ticket, actor: Actor, office: Office) -> list[Line | Text]:
    """Word what somebody may read of it; the words of an instruction are in no line.

    A department reads letters that were sent to it, and never of one that was called off.
    """
    shown = reads(Piece.NAMES, ticket, actor)
    lines: list[Line | Text] = []
    for one in ticket.meetings if reads(Piece.MEETING, ticket, actor) else ():
        met = {"day": one.on, "text": hide(ticket, one.text, shown)}
        lines.append(Text(f"note.{one.kind}", met))
    lines += _errands(ticket, actor, office)
    for note in ticket.notes:
        if note.text and note.kind in SAID and reads_note(ticket, actor, note):
            lines.append(Line(Key(f"note.{note.kind}"), hide(ticket, note.text, shown)))
    letters = [one for one in ticket.supervisions if reads_letter(ticket, actor, one)]
    return [*lines, *(_letter(ticket, one, shown) for one in letters)]


def taker(errand: Errand, office: Office) -> str:
    """Name who does what a 批示 asks: a department, or a person."""
    return errand.name or office.unit(errand.who)


def _errands(ticket: Ticket, actor: Actor, office: Office) -> list[Text]:
    return [
        Text(
            "note.errand",
            {
                "unit": taker(errand, office),
                "day": errand.by_when,
                "done": Key("note.errand_over") if errand.done_at else "",
            },
        )
        for said in ticket.instructions
        for errand in said.errands
        if reads(Piece.ERRAND, ticket, actor, errand.who)
    ]


def _letter(ticket: Ticket, letter: Supervision, shown: bool) -> Text:
    clock = letter.clock.partition(":")[0].partition(".")[0]
    answered = Text("note.letter_answer", {"text": hide(ticket, letter.answer, shown)})
    return Text(
        "note.letter",
        {
            "kind": Key(f"ladder.kind.{Rung(letter.rung).name.lower()}"),
            "paper": letter.number,
            "why": hide(ticket, letter.text, shown) if letter.text else Key(f"ladder.why.{clock}"),
            "due": letter.due_at or "",
            "answer": answered if letter.answer else "",
        },
    )

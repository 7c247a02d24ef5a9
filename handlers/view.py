"""A case in words: the whole of it, and its four lines, for whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence

from flows.engine.words import Key, Line
from flows.tickets.case import Ticket
from flows.tickets.hiding import apart, hide
from flows.tickets.merging import files_for, notes_for
from flows.tickets.parts import Actor, sees_reporter
from flows.tickets.progress import progress
from flows.tickets.rights import Piece, for_enterprise, may_see_files, reads, reads_answer
from handlers.inside import Withheld, inside_lines
from handlers.ports import Office, Text
from handlers.ratings import rating_lines


def mark_of(ticket: Ticket) -> Key | str:
    """Return the mark of a date that may still change (暂定)."""
    return Key("progress.provisional") if ticket.due_provisional else ""


def promise_of(ticket: Ticket) -> Text | str:
    """Word the day that an answer names for what is not solved yet (B)."""
    day = ticket.reply.planned_on if ticket.reply else None
    return Text("notice.planned", {"day": day}) if day else ""


def progress_text(ticket: Ticket, office: Office) -> Text:
    """Word the four lines: who has it, telephone, by when, what you need to do."""
    now = progress(ticket)
    holder = f"{office.unit(now.holder)} {now.handler}" if now.holder else office.name
    due: object = Key("progress.no_date")
    if now.due is not None:
        due = now.due.day
    return Text(
        "progress.ended" if now.ended else "progress.lines",
        {
            "number": ticket.number,
            "state": Key(f"seen.{ticket.state.value}"),
            "holder": holder,
            "phone": now.phone or office.phone_of(now.holder),
            "due": due,
            "mark": Key("progress.provisional") if now.due and now.due.provisional else "",
            "todo": Key(f"todo.{ticket.state.value}"),
        },
    )


TOLD = frozenset(
    {
        *("supplement", "object", "contact", "opinion", "unhappy", "reopen"),
        *("transfer", "follow_up"),
    }
)
"""Kinds of notes that stand right below the report."""


def view_text(
    ticket: Ticket,
    actor: Actor,
    office: Office,
    members: Sequence[Ticket] = (),
    withheld: Withheld = frozenset(),
) -> Text:
    """Word the whole case for somebody entitled to read it, as far as they are.

    `members` are the tickets that follow it: what their reporters added is worded as their own
    wish to be hidden has it, and the enterprise reads nothing of theirs (并案). `withheld` is what
    may not leave through the door it is worded for.
    """
    category = office.category(ticket.category)
    shown = reads(Piece.NAMES, ticket, actor)
    lines: list[Line | Text] = [
        Line(Key("report.category.label"), category.name if category else ticket.category),
        *(
            _reporter_lines(ticket)
            if shown
            else [Line(Key("report.enterprise.label"), Key("case.hidden"))]
        ),
        Line(Key("report.body.label"), hide(ticket, ticket.body, shown)),
    ]
    if ticket.since:
        lines.append(Line(Key("report.since.label"), hide(ticket, ticket.since, shown)))
    if ticket.told_elsewhere and reads(Piece.ELSEWHERE, ticket, actor):
        lines.append(Text("case.elsewhere", {"where": ticket.told_elsewhere}))
    if ticket.own_wish:
        lines.append(Line(Key("report.wish.label"), hide(ticket, ticket.own_wish, shown)))
    writers = {one.reporter: one for one in members}
    for note in notes_for(ticket, actor):
        if note.text and note.kind in TOLD:
            writer = writers.get(note.by, ticket)
            told = apart(note.text, members if for_enterprise(ticket, actor) else ())
            text = hide(writer, told, sees_reporter(writer, actor.parts))
            lines.append(Line(Key(f"note.{note.kind}"), text))
    lines += inside_lines(ticket, actor, office, withheld)
    lines += _answer_lines(ticket, actor, members)
    lines += rating_lines(ticket, actor) if Piece.RATING not in withheld else ()
    return Text(
        "case.view",
        {
            "number": ticket.number,
            "mark": Key("case.emergency") if ticket.emergency else "",
            "state": Key(f"state.{ticket.state.value}"),
            "lines": tuple(lines),
            "files": len(files_for(ticket, actor, members)),
            "verified": "" if ticket.verified else Key("case.unverified"),
        },
    )


def _answer_lines(ticket: Ticket, actor: Actor, members: Sequence[Ticket]) -> list[Line | Text]:
    """Word how far it is and the answer; an enterprise reads nothing of the others in it."""
    shown, lines = reads(Piece.NAMES, ticket, actor), list[Line | Text]()
    others = members if for_enterprise(ticket, actor) else ()
    if ticket.stages and reads(Piece.STAGE, ticket, actor):
        last = ticket.stages[-1]
        staged = {"text": hide(ticket, apart(last.text, others), shown), "day": last.next_on}
        lines.append(Text("note.stage", staged))
    if ticket.reply is not None and reads_answer(ticket, actor):
        reply = apart(ticket.reply.text, others)
        lines.append(Line(Key("note.reply"), hide(ticket, reply, shown)))
        if ticket.reply.planned_on is not None:
            lines.append(Text("notice.planned", {"day": ticket.reply.planned_on}))
    return lines


def file_acts(ticket: Ticket, actor: Actor, members: Sequence[Ticket]) -> tuple[str, ...]:
    """Offer 看附件 below the whole case, to whoever may see what is there."""
    shown = may_see_files(ticket, actor) and files_for(ticket, actor, members)
    return ("files",) if shown else ()


def _reporter_lines(ticket: Ticket) -> list[Line]:
    return [
        Line(Key("report.enterprise.label"), ticket.enterprise),
        Line(Key("report.contact.label"), ticket.contact),
        Line(Key("report.phone.label"), ticket.phone),
    ]

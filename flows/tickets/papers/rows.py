"""What several papers have on them."""

from __future__ import annotations

from datetime import date, datetime

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Key
from flows.tickets.case import Ticket
from flows.tickets.hiding import hide
from flows.tickets.papers.model import PaperFacts, Row, Sentence, Value


def reporter_rows(ticket: Ticket) -> tuple[Row, ...]:
    """Name who reports, or say that they asked not to be named (对部门隐去企业名)."""
    if ticket.anonymous:
        return (Row(Key("paper.label.enterprise"), Key("case.hidden")),)
    return (
        Row(Key("paper.label.enterprise"), ticket.enterprise),
        Row(Key("paper.label.contact"), f"{ticket.contact} {ticket.phone}"),
    )


def report_rows(ticket: Ticket) -> tuple[Row, ...]:
    shown = not ticket.anonymous
    told = (
        (Key("paper.label.body"), ticket.body),
        (Key("paper.label.since"), ticket.since),
        (Key("paper.label.wish"), ticket.wish),
    )
    return tuple(Row(label, hide(ticket, text, shown)) for label, text in told if text)


def supports_rows(ticket: Ticket, facts: PaperFacts) -> tuple[Row, ...]:
    names = "、".join(facts.unit(task.unit) for task in ticket.co_tasks)
    return (Row(Key("paper.label.supports"), names),) if names else ()


def due_day(ticket: Ticket) -> Value:
    if ticket.due_on is None:
        return Key("progress.no_date")
    mark: Value = Key("progress.provisional") if ticket.due_provisional else ""
    return Sentence("paper.day", {"day": ticket.due_on, "mark": mark})


def day_of(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()

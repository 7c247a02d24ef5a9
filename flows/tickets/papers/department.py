"""The papers of a department: the 交办单 it works by, the 审签稿 its leaders sign."""

from __future__ import annotations

from flows.engine.words import Key
from flows.tickets.case import Ticket
from flows.tickets.children import Reply
from flows.tickets.clocks import Clock
from flows.tickets.hiding import hide
from flows.tickets.papers.model import Earlier, Kind, Paper, PaperFacts, Row, Section, Sentence
from flows.tickets.papers.rows import (
    day_of,
    due_day,
    report_rows,
    reporter_rows,
    supports_rows,
)


def order(ticket: Ticket, facts: PaperFacts) -> Paper:
    """Make the 交办单, by which a department without any system signs, contacts and answers."""
    return Paper(
        kind=Kind.ORDER,
        ticket=ticket.number,
        name=Key("paper.order.name"),
        title=Key("paper.order.title"),
        number=Sentence("paper.numbered", {"number": ticket.number}),
        to=Sentence("paper.to", {"unit": facts.unit(ticket.lead_unit)}),
        opening=(Sentence("paper.order.opening", {"due": due_day(ticket)}),),
        rows=(
            Row(Key("paper.label.category"), facts.category),
            *reporter_rows(ticket),
            *report_rows(ticket),
            Row(Key("paper.label.lead"), facts.unit(ticket.lead_unit)),
            *supports_rows(ticket, facts),
            *_sign_by(ticket),
            Row(Key("paper.label.due"), due_day(ticket)),
        ),
        closing=(
            Key("paper.order.sign"),
            Key("paper.order.contact"),
            Key("paper.order.reply"),
            Sentence("paper.order.call", {"office": facts.office, "phone": facts.phone}),
        ),
        spaces=(
            Key("paper.space.signed"),
            Key("paper.space.handler"),
            Key("paper.space.contact"),
            Key("paper.space.reply"),
            Key("paper.space.head"),
        ),
        sender=facts.office,
        dated=day_of(ticket.dispatched_at) if ticket.dispatched_at else facts.today,
    )


def signing(ticket: Ticket, facts: PaperFacts) -> Paper:
    """Make the 审签稿: the answer for a department's leaders to sign, with what was said before."""
    reply = None if facts.proposed else ticket.reply
    text = reply.text if reply else facts.proposed
    before = [one for one in facts.answers if reply is None or one.at < reply.at]
    shown = not ticket.anonymous
    versions = tuple(
        _version(n, one, hide(ticket, one.text, shown)) for n, one in enumerate(before, 1)
    )
    return Paper(
        kind=Kind.SIGNING,
        ticket=ticket.number,
        name=Key("paper.signing.name"),
        title=Key("paper.signing.title"),
        number=Sentence("paper.numbered", {"number": ticket.number}),
        rows=(
            Row(Key("paper.label.category"), facts.category),
            *reporter_rows(ticket),
            *report_rows(ticket),
            *_answer_rows(ticket, reply, facts),
        ),
        sections=(
            Section(Key("paper.signing.answer"), (hide(ticket, text, shown),)),
            *((Section(Key("paper.signing.earlier"), versions),) if before else ()),
        ),
        spaces=(
            Key("paper.space.writer"),
            Key("paper.space.section"),
            Key("paper.space.approver"),
            Key("paper.space.seal_day"),
        ),
    )


def _answer_rows(ticket: Ticket, reply: Reply | None, facts: PaperFacts) -> tuple[Row, ...]:
    """Say who answers by when, what the supporting departments think, and how far it is solved."""
    rows = [Row(Key("paper.label.lead"), facts.unit(ticket.lead_unit))]
    if ticket.handler:
        rows.append(Row(Key("paper.label.handler"), f"{ticket.handler} {ticket.handler_phone}"))
    rows.append(Row(Key("paper.label.due"), due_day(ticket)))
    for task in ticket.co_tasks:
        if task.opinion:
            text = hide(ticket, task.opinion, not ticket.anonymous)
            said = Sentence("paper.said", {"unit": facts.unit(task.unit), "text": text})
            rows.append(Row(Key("paper.label.opinion"), said))
    if reply is not None:
        rows.append(Row(Key("paper.label.outcome"), Key(f"outcome.{reply.outcome.value}")))
    if reply is not None and reply.planned_on:
        rows.append(Row(Key("paper.label.planned"), reply.planned_on))
    return tuple(rows)


def _version(n: int, one: Earlier, text: str) -> Sentence:
    return Sentence("paper.signing.version", {"n": n, "day": day_of(one.at), "text": text})


def _sign_by(ticket: Ticket) -> tuple[Row, ...]:
    deadline = ticket.deadline(Clock.SIGN.value)
    return (Row(Key("paper.label.sign_by"), deadline.due_at),) if deadline else ()

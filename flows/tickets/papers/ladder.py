"""The papers of the ladder, all of them drafts: 督办单, 督办函, 移交函."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.engine.words import Key
from flows.office import Content
from flows.tickets.case import Ticket
from flows.tickets.causes import HAND, late
from flows.tickets.children import Supervision
from flows.tickets.clocks import Clock, clock_named
from flows.tickets.hiding import hide
from flows.tickets.ladder import Rung
from flows.tickets.letters import addressed
from flows.tickets.papers.model import Kind, Paper, PaperFacts, Row, Sentence, Value
from flows.tickets.papers.rights import latest, standing
from flows.tickets.papers.rows import (
    day_of,
    due_day,
    report_rows,
    reporter_rows,
    supports_rows,
)


def supervision(ticket: Ticket, facts: PaperFacts) -> Paper:
    """Make the 督办单 to the department that is late, as a draft."""
    one = _found(ticket, Rung.SUPERVISED)
    unit = facts.unit(addressed(ticket, one) or ticket.lead_unit)
    return Paper(
        kind=Kind.SUPERVISION,
        ticket=ticket.number,
        name=Key("paper.supervision.name"),
        title=Key("paper.supervision.title"),
        number=Sentence("paper.supervision.number", {"serial": _serial(one)}),
        to=Sentence("paper.to", {"unit": unit}),
        opening=(_missed(ticket, one), Sentence("paper.supervision.ask", {"due": _answer_by(one)})),
        rows=(
            Row(Key("paper.label.number"), ticket.number),
            Row(Key("paper.label.category"), facts.category),
            *reporter_rows(ticket),
            *report_rows(ticket),
            *_course(ticket, facts),
        ),
        closing=(_call(facts),),
        spaces=(Key("paper.space.answer"), Key("paper.space.head")),
        sender=facts.office,
        dated=day_of(one.at),
        draft=True,
    )


def letter(ticket: Ticket, facts: PaperFacts) -> Paper:
    """Make the 督办函, which others than the department read too: no report and no name on it."""
    one = _found(ticket, Rung.LETTER)
    return Paper(
        kind=Kind.LETTER,
        ticket=ticket.number,
        name=Key("paper.letter.name"),
        title=Key("paper.letter.title"),
        number=Sentence("paper.letter.number", {"serial": _serial(one)}),
        to=Sentence("paper.to", {"unit": facts.unit(addressed(ticket, one) or ticket.lead_unit)}),
        opening=(_missed(ticket, one), Sentence("paper.letter.ask", {"due": _answer_by(one)})),
        rows=(
            Row(Key("paper.label.number"), ticket.number),
            Row(Key("paper.label.category"), facts.category),
            *_course(ticket, facts),
            *_steps(ticket, one),
        ),
        closing=(_call(facts), Key("paper.letter.copies")),
        sender=facts.office,
        dated=day_of(one.at),
        draft=True,
        content=Content.SUPERVISION,
    )


def referral(ticket: Ticket, facts: PaperFacts) -> Paper:
    """Make the 移交函; only a human's word asks for it, and a human writes to whom it goes."""
    return Paper(
        kind=Kind.REFERRAL,
        ticket=ticket.number,
        name=Key("paper.referral.name"),
        title=Key("paper.referral.title"),
        number=Sentence("paper.numbered", {"number": Key("paper.unnumbered")}),
        to=Key("paper.referral.to"),
        opening=(
            Sentence(
                "paper.referral.opening",
                {"number": ticket.number, "unit": facts.unit(ticket.lead_unit)},
            ),
            Key("paper.referral.reason"),
        ),
        rows=(
            Row(Key("paper.label.number"), ticket.number),
            Row(Key("paper.label.category"), facts.category),
            *_course(ticket, facts),
            *_steps(ticket, None),
        ),
        closing=(_call(facts),),
        sender=facts.office,
        dated=facts.today,
        draft=True,
        content=Content.SUPERVISION,
    )


def _course(ticket: Ticket, facts: PaperFacts) -> tuple[Row, ...]:
    """Say where the case is and since when."""
    rows = [
        Row(Key("paper.label.lead"), facts.unit(ticket.lead_unit)),
        *supports_rows(ticket, facts),
    ]
    if ticket.dispatched_at:
        rows.append(Row(Key("paper.label.dispatched"), day_of(ticket.dispatched_at)))
    rows.append(Row(Key("paper.label.due"), due_day(ticket)))
    rows.append(Row(Key("paper.label.state"), Key(f"state.{ticket.state.value}")))
    return tuple(rows)


def _steps(ticket: Ticket, until: Supervision | None) -> tuple[Row, ...]:
    """List what was sent before, and whether it was answered."""
    known = {
        Rung.URGED: Key("paper.step.urged"),
        Rung.SUPERVISED: Key("paper.supervision.name"),
        Rung.LETTER: Key("paper.letter.name"),
    }
    return tuple(
        Row(
            known[Rung(one.rung)],
            Sentence(
                "paper.step.answered" if one.answered_at else "paper.step.unanswered",
                {"day": day_of(one.at), "serial": _serial(one) if one.rung > Rung.URGED else ""},
            ),
        )
        for one in standing(ticket)
        if one.rung in known and one != until
    )


_DONE_LATE: Mapping[str, Key] = {
    Clock.SIGN.value: Key("paper.missed.sign"),
    Clock.CONTACT.value: Key("paper.missed.contact"),
    Clock.OPINION.value: Key("paper.missed.opinion"),
    Clock.HANDLE.value: Key("paper.missed.handle"),
    Clock.STAGE.value: Key("paper.missed.stage"),
    Clock.PROGRESS.value: Key("paper.missed.progress"),
    Clock.ERRAND.value: Key("paper.missed.errand"),
    Clock.ACCEPT.value: Key("paper.missed.accept"),
    Clock.DISPATCH.value: Key("paper.missed.dispatch"),
    Clock.RULING.value: Key("paper.missed.ruling"),
    Clock.AUDIT.value: Key("paper.missed.audit"),
    Clock.DECIDE.value: Key("paper.missed.decide"),
}


def _missed(ticket: Ticket, one: Supervision) -> Sentence:
    """Say what is late or was, or why somebody sent it; without either a case has to be redone."""
    if one.clock == HAND:
        why = hide(ticket, one.text, not ticket.anonymous)
        return Sentence("paper.missed.hand", {"number": ticket.number, "text": why})
    what = _DONE_LATE.get(clock_named(one.clock) or "")
    if what is None:
        return Sentence("paper.missed.again", {"number": ticket.number})
    told: dict[str, Value] = {"number": ticket.number, "deadline": one.deadline, "what": what}
    open_still = late(ticket, one.clock, one.deadline)
    return Sentence("paper.missed.late" if open_still else "paper.missed.was", told)


def _answer_by(one: Supervision) -> Value:
    return one.due_at or Key("paper.soon")


def _serial(one: Supervision) -> Value:
    """Write the office's own serial of a paper as papers have it: 2026-0003 → 〔2026〕3 号."""
    found = _SERIAL.fullmatch(one.number)
    if found is None:
        return one.number or Key("paper.unnumbered")
    return Sentence("paper.serial", {"year": int(found[1]), "serial": int(found[2])})


_SERIAL = re.compile(r"(\d{4})-(\d+)")


def _call(facts: PaperFacts) -> Sentence:
    return Sentence("paper.call", {"office": facts.office, "phone": facts.phone})


def _found(ticket: Ticket, rung: Rung) -> Supervision:
    one = latest(ticket, rung)
    if one is None:
        raise ValueError(f"ticket {ticket.number} never stood on rung {rung}")
    return one

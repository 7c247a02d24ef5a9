"""Who gets a paper, and what has to happen before there is one."""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.children import Supervision
from flows.tickets.ladder import Rung
from flows.tickets.papers.model import Kind
from flows.tickets.parts import DESK, Part

_SUPERVISE = frozenset({Part.SUPERVISOR, Part.LEADER, Part.INSPECTOR})
ENTITLED: Mapping[Kind, frozenset[Part]] = {
    Kind.ORDER: DESK | {Part.LEAD, Part.SUPPORT},
    Kind.SIGNING: DESK | {Part.LEAD, Part.LEADER},
    Kind.SUPERVISION: _SUPERVISE | {Part.LEAD},
    Kind.LETTER: _SUPERVISE,
    Kind.REFERRAL: _SUPERVISE,
}
"""Who may have a paper; not more than the rights of reading and of supervising give."""

_NOT_YOURS: Mapping[Kind, str] = {
    Kind.ORDER: "paper.refused.order",
    Kind.SIGNING: "paper.refused.signing",
    Kind.SUPERVISION: "paper.refused.supervision",
    Kind.LETTER: "paper.refused.letter",
    Kind.REFERRAL: "paper.refused.letter",
}


def refusal(
    kind: Kind, ticket: Ticket, parts: frozenset[Part], *, proposed: str = ""
) -> Refusal | None:
    """Say why somebody does not get a paper, and whom to ask."""
    if not parts & ENTITLED[kind]:
        return Refusal(_NOT_YOURS[kind])
    if proposed and Part.LEAD not in parts:
        return Refusal("paper.refused.proposed")
    if kind is Kind.SUPERVISION and not parts & _SUPERVISE and not _arrived(ticket):
        return Refusal("paper.lacking.supervision")
    return lacking(kind, ticket, proposed=proposed)


def lacking(kind: Kind, ticket: Ticket, *, proposed: str = "") -> Refusal | None:
    """Say what has to happen before there is such a paper."""
    match kind:
        case Kind.ORDER if not ticket.lead_unit:
            return Refusal("paper.lacking.order")
        case Kind.SIGNING if not ticket.lead_unit or not (ticket.reply or proposed):
            return Refusal("paper.lacking.signing")
        case Kind.SUPERVISION if latest(ticket, Rung.SUPERVISED) is None:
            return Refusal("paper.lacking.supervision")
        case Kind.LETTER if latest(ticket, Rung.LETTER) is None:
            return Refusal("paper.lacking.letter")
        case Kind.REFERRAL if not any(one.rung >= Rung.LETTER for one in standing(ticket)):
            return Refusal("paper.lacking.referral")
    return None


def standing(ticket: Ticket) -> tuple[Supervision, ...]:
    return tuple(one for one in ticket.supervisions if one.called_off_by is None)


def _arrived(ticket: Ticket) -> bool:
    """Say whether the department was sent a 督办单; it hears of none that may be called off yet."""
    return any(one.rung == Rung.SUPERVISED and not one.waits for one in standing(ticket))


def latest(ticket: Ticket, rung: Rung) -> Supervision | None:
    return next((one for one in reversed(standing(ticket)) if one.rung == rung), None)

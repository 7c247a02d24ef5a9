"""Acts about time: 延期, 挂起, 恢复办理, 难易."""

from __future__ import annotations

from flows.calendar import OFFICE_ZONE
from flows.tickets import told
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, Passage, step
from flows.tickets.forms import time as forms
from flows.tickets.forms.common import CaseFacts, Dated
from flows.tickets.state import Tier
from handlers.acts.area import Area, AtOnce
from handlers.acts.desk import ActDesk, words
from handlers.visit import Visit


def _longer(
    visit: Visit, ticket: Ticket, form: forms.LongerForm, files: tuple[str, ...]
) -> told.Longer:
    return told.Longer(form.days, form.reason)


def _rest(
    visit: Visit, ticket: Ticket, form: forms.RestForm, files: tuple[str, ...]
) -> told.Resting:
    return told.Resting(form.reason, form.text, form.resume_on)


def _rest_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    today = visit.book.now.astimezone(OFFICE_ZONE).date()
    return CaseFacts(number=ticket.number, today=today, days=visit.book.office.days)


def _retier(
    visit: Visit, ticket: Ticket, form: forms.RetierForm, files: tuple[str, ...]
) -> told.Retier:
    return told.Retier(form.tier, form.text)


def _retier_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    """Return the day that each 难易 would promise, rests included."""
    moment = visit.book.moment
    dues = []
    for tier in Tier:
        limit = moment.policy.limit(tier, Clock.HANDLE)
        changed = Passage(
            at=moment.at,
            act=Act.RETIER.value,
            state=ticket.state,
            changes={Clock.HANDLE.value: limit},
        )
        moved = ticket.model_copy(
            update={"deadlines": step(ticket.deadlines, changed, moment.days)}
        )
        if moved.due_on is not None:
            dues.append(Dated(tier.value, moved.due_on, moved.due_provisional))
    return CaseFacts(number=ticket.number, dues=tuple(dues))


TIME = Area(
    desks={
        "ask_longer": ActDesk(
            forms.ASK_LONGER, Act.ASK_LONGER, _longer, fields={"too_long": "days"}
        ),
        "not_longer": ActDesk(forms.NOT_LONGER, Act.NOT_LONGER, words, whole=True),
        "ask_rest": ActDesk(
            forms.ASK_REST,
            Act.ASK_REST,
            _rest,
            fields={"rest_past": "resume_on", "rest_too_long": "resume_on"},
            facts_for=_rest_facts,
        ),
        "no_rest": ActDesk(forms.NO_REST, Act.NO_REST, words, whole=True),
        "retier": ActDesk(
            forms.RETIER,
            Act.RETIER,
            _retier,
            fields={"same_tier": "tier"},
            facts_for=_retier_facts,
        ),
    },
    at_once={
        "longer": AtOnce(Act.LONGER, told.Nothing()),
        "rest": AtOnce(Act.REST, told.Nothing()),
        "resume_work": AtOnce(Act.RESUME, told.Nothing()),
    },
    offered={
        Act.LONGER: "longer",
        Act.NOT_LONGER: "not_longer",
        Act.REST: "rest",
        Act.NO_REST: "no_rest",
        Act.RESUME: "resume_work",
        Act.ASK_LONGER: "ask_longer",
        Act.ASK_REST: "ask_rest",
        Act.RETIER: "retier",
    },
)

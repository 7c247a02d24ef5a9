"""Acts of the answer: 答复, 阶段答复, 审核, 回访, 评价, 不满意, 又出现了, 重启."""

from __future__ import annotations

from flows.calendar import OFFICE_ZONE
from flows.tickets import told
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.forms import answer as forms
from flows.tickets.forms.common import CaseFacts, SentenceForm
from flows.tickets.parts import Part
from handlers.acts.area import Area, AtOnce
from handlers.acts.desk import ActDesk, words
from handlers.visit import Visit

Files = tuple[str, ...]


def _dated(visit: Visit, ticket: Ticket) -> CaseFacts:
    """Let a form read days, also from the answer that waits for its audit."""
    return CaseFacts(
        number=ticket.number,
        today=visit.book.now.astimezone(OFFICE_ZONE).date(),
        days=visit.book.office.days,
        answer=ticket.reply.text if ticket.reply else "",
        reply_min=visit.book.office.policy.reply_min,
    )


def _reply(visit: Visit, ticket: Ticket, form: forms.ReplyForm, files: Files) -> told.Answer:
    return told.Answer(form.text, Outcome(form.outcome), form.planned_on, files)


def _stage(visit: Visit, ticket: Ticket, form: forms.StageForm, files: Files) -> told.Stage:
    return told.Stage(form.next_on, form.text, files)


def _as_stage(visit: Visit, ticket: Ticket, form: forms.NextForm, files: Files) -> told.Stage:
    return told.Stage(form.next_on)


# 评价: who reported decides, who joined says so for themselves -----------------------------------


def _only_joined(visit: Visit, ticket: Ticket) -> bool:
    parts = visit.book.actor(ticket, visit.person).parts
    return Part.JOINED in parts and Part.REPORTER not in parts


def _rating(visit: Visit, ticket: Ticket) -> Act:
    return Act.RATE_ALSO if _only_joined(visit, ticket) else Act.RATE


def _another_round(visit: Visit, ticket: Ticket) -> Act:
    """After the last round 不满意 closes the case."""
    again = ticket.round < visit.book.office.policy.rounds
    return Act.REDO if again else Act.CLOSE_UNHAPPY


def _unhappy(visit: Visit, ticket: Ticket) -> Act:
    return Act.RATE_ALSO if _only_joined(visit, ticket) else _another_round(visit, ticket)


def _why_unhappy(
    visit: Visit, ticket: Ticket, form: SentenceForm, files: Files
) -> told.Rating | told.Words:
    if _only_joined(visit, ticket):
        return told.Rating(Satisfaction.DISSATISFIED, form.text)
    return told.Words(form.text, files)


# 回访 -------------------------------------------------------------------------------------------


def _try(visit: Visit, ticket: Ticket, form: forms.TryForm, files: Files) -> told.Try:
    return told.Try(no_calls=form.result == "messages")


def _rated_act(visit: Visit, ticket: Ticket, form: forms.RateForm) -> Act:
    """不满意 that staff were told is 不满意."""
    unhappy = form.rating == Satisfaction.DISSATISFIED.value
    return _another_round(visit, ticket) if unhappy else Act.RATE_FOR


def _rate_for(
    visit: Visit, ticket: Ticket, form: forms.RateForm, files: Files
) -> told.Rating | told.Words:
    if form.rating == Satisfaction.DISSATISFIED.value:
        return told.Words(form.quote)
    return told.Rating(Satisfaction(form.rating), form.quote, "phone")


ANSWER = Area(
    desks={
        "reply": ActDesk(
            forms.REPLY,
            Act.REPLY,
            _reply,
            whole=True,
            fields={
                "short_reply": "text",
                "planned_on": "planned_on",
                "planned_past": "planned_on",
            },
            facts_for=_dated,
        ),
        "stage": ActDesk(
            forms.STAGE,
            Act.STAGE,
            _stage,
            whole=True,
            fields={"short_reply": "text", "next_past": "next_on", "next_far": "next_on"},
            facts_for=_dated,
        ),
        "as_stage": ActDesk(
            forms.AS_STAGE,
            Act.AS_STAGE,
            _as_stage,
            fields={"next_far": "next_on"},
            facts_for=_dated,
        ),
        "send_back": ActDesk(forms.SEND_BACK, Act.SEND_BACK, words, whole=True),
        "try": ActDesk(forms.TRY, Act.TRY, _try),
        "rate_for": ActDesk(forms.RATE_FOR, Act.RATE_FOR, _rate_for, act_by=_rated_act),
        "dissatisfied": ActDesk(
            forms.UNHAPPY, Act.REDO, _why_unhappy, whole=True, act_for=_unhappy
        ),
        "reopen": ActDesk(forms.REOPEN, Act.REOPEN, words, whole=True),
        "take_up": ActDesk(forms.TAKE_UP, Act.TAKE_UP, words, whole=True),
    },
    at_once={
        "approve": AtOnce(Act.APPROVE, told.Nothing()),
        "satisfied": AtOnce(Act.RATE, told.Rating(Satisfaction.SATISFIED), _rating),
        "mostly": AtOnce(Act.RATE, told.Rating(Satisfaction.MOSTLY), _rating),
        "messages_only": AtOnce(Act.MESSAGES_ONLY, told.Nothing()),
        "calls_too": AtOnce(Act.CALLS_TOO, told.Nothing()),
    },
    offered={
        Act.REPLY: "reply",
        Act.STAGE: "stage",
        Act.APPROVE: "approve",
        Act.SEND_BACK: "send_back",
        Act.AS_STAGE: "as_stage",
        Act.RATE_FOR: "rate_for",
        Act.TRY: "try",
        Act.TAKE_UP: "take_up",
    },
)

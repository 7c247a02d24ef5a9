"""Acts of the intake: 受理, 请补充, 补充, 不予受理, 异议, 移送, 撤回, 催办."""

from __future__ import annotations

from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.forms import intake as forms
from flows.tickets.forms import outside
from flows.tickets.forms.common import CaseFacts
from flows.tickets.merging import chain_of, master_of
from flows.tickets.parts import Part
from flows.tickets.state import State
from handlers.acts.area import Area, AtOnce
from handlers.acts.desk import ActDesk, words
from handlers.acts.keeping import KeepingDesk
from handlers.alike import is_colleagues
from handlers.visit import Visit


def _nothing(visit: Visit, ticket: Ticket, form: Any, files: tuple[str, ...]) -> told.Nothing:
    return told.Nothing()


def _number(visit: Visit, ticket: Ticket) -> CaseFacts:
    return CaseFacts(ticket.number, departments=visit.book.office.departments)


def _channels(visit: Visit, ticket: Ticket) -> CaseFacts:
    office = visit.book.office
    names = tuple(one.name for one in office.onward)
    return CaseFacts(ticket.number, departments=office.departments, channels=names)


_INTO = {"merge_unknown": "into", "merge_circle": "into", "merge_ended": "into"}


def _reject(
    visit: Visit, ticket: Ticket, form: forms.RejectForm, files: tuple[str, ...]
) -> told.Reject:
    return told.Reject(form.text, form.where)


def _rejecting(visit: Visit, ticket: Ticket) -> Act:
    """A 受理员 proposes 不予受理, the head of the desk decides."""
    parts = visit.book.actor(ticket, visit.person).parts
    return Act.REJECT if Part.SUPERVISOR in parts else Act.ASK_REJECT


def _supplementing(visit: Visit, ticket: Ticket) -> Act:
    """What lapsed for want of an answer is taken up again with it."""
    return Act.REVIVE if ticket.state is State.WITHDRAWN else Act.SUPPLEMENT


def _merge(
    visit: Visit, ticket: Ticket, form: forms.MergeForm, files: tuple[str, ...]
) -> told.Merge | Refusal:
    """Merge into the ticket that the named one follows itself, if it does."""
    tickets = visit.book.tickets
    named = tickets.get(form.into)
    if named is None:
        return Refusal("ticket.refused.merge_unknown", {"master": form.into})
    chain = chain_of(named, tickets)
    master = master_of(named, tickets)
    if master is None:
        return Refusal("ticket.refused.merge_circle")
    return told.Merge(master, chain)


def _candidates(visit: Visit, ticket: Ticket) -> CaseFacts:
    alike = tuple(one.number for one in ticket.relations if one.kind in {"near", "alike"})
    return CaseFacts(ticket.number, candidates=alike)


def _join(visit: Visit, ticket: Ticket) -> told.Join:
    """Follow the colleague's ticket, where there is one; else say that it is like others."""
    tickets = visit.book.tickets
    near = (tickets.get(one.number) for one in ticket.relations if one.kind == "near")
    own = [one for one in near if one is not None and is_colleagues(ticket, one)]
    for one in own:
        if (master := master_of(one, tickets)) is not None:
            return told.Join(master, chain_of(one, tickets))
    return told.Join()


def _transfer(
    visit: Visit, ticket: Ticket, form: outside.TransferForm, files: tuple[str, ...]
) -> told.Transfer:
    """The day of a 移送回访 may stand in the sentence; else the rules say it."""
    today = visit.book.now.astimezone(OFFICE_ZONE).date()
    text, day = outside.asked_again(form.text, today, visit.book.office.days)
    return told.Transfer(form.where, text, day)


def _follow_up(
    visit: Visit, ticket: Ticket, form: outside.FollowUpForm, files: tuple[str, ...]
) -> told.FollowedUp:
    return told.FollowedUp(form.text, form.day)


def _follow_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    office = visit.book.office
    today = visit.book.now.astimezone(OFFICE_ZONE).date()
    usual = office.days.add(today, office.policy.follow_days).day
    return CaseFacts(ticket.number, today=today, days=office.days, due=usual)


INTAKE = Area(
    desks={
        "ask_info": ActDesk(forms.ASK_INFO, Act.ASK_INFO, words, whole=True),
        "reject": ActDesk(
            forms.REJECT,
            Act.REJECT,
            _reject,
            opening=forms.reject_said,
            act_for=_rejecting,
            facts_for=_channels,
        ),
        "object": ActDesk(forms.OBJECT, Act.OBJECT, words, whole=True),
        "supplement": KeepingDesk(
            forms.SUPPLEMENT, Act.SUPPLEMENT, words, whole=True, act_for=_supplementing
        ),
        "merge": ActDesk(
            forms.MERGE, Act.MERGE, _merge, whole=True, fields=_INTO, facts_for=_candidates
        ),
        "transfer": ActDesk(
            outside.TRANSFER,
            Act.TRANSFER,
            _transfer,
            opening=outside.transfer_said,
            fields={"follow_up_past": "text"},
            facts_for=_channels,
        ),
        "follow_up": ActDesk(
            outside.FOLLOW_UP,
            Act.FOLLOW_UP,
            _follow_up,
            fields={"follow_up_past": "next_on"},
            facts_for=_follow_facts,
        ),
        "withdraw": ActDesk(forms.WITHDRAW, Act.WITHDRAW, _nothing, facts_for=_number),
    },
    at_once={
        "accept": AtOnce(Act.ACCEPT, told.Nothing()),
        "agree_reject": AtOnce(Act.REJECT, told.Reject()),
        "urge": AtOnce(Act.URGE, told.Nothing()),
        "unmerge": AtOnce(Act.UNMERGE, told.Nothing()),
        "join": AtOnce(Act.JOIN, told.Join(), tell=_join),
    },
    offered={
        Act.ACCEPT: "accept",
        Act.ASK_INFO: "ask_info",
        Act.ASK_REJECT: "reject",
        Act.REJECT: "reject",
        Act.MERGE: "merge",
        Act.UNMERGE: "unmerge",
        Act.TRANSFER: "transfer",
        Act.FOLLOW_UP: "follow_up",
    },
)

"""What stands against acts on the department's leg: 交办, 退单, 裁定."""

from __future__ import annotations

from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, due_after
from flows.tickets.guards.base import no
from flows.tickets.parts import Actor, Part
from flows.tickets.policy import Moment


def one_lead(ticket: Ticket, actor: Actor, told: forms.Dispatch, now: Moment) -> Refusal | None:
    """Exactly one department answers, and it does not support itself (T7)."""
    if not told.lead:
        return no("no_lead")
    return no("lead_supports") if told.lead in told.supports else None


def countersigned(
    ticket: Ticket, actor: Actor, told: forms.Dispatch, now: Moment
) -> Refusal | None:
    """疑难 is dispatched by the head of the desk."""
    hard = told.tier in now.policy.leader_tiers
    return no("hard_dispatch") if hard and Part.SUPERVISOR not in actor.parts else None


def not_sounded(ticket: Ticket, actor: Actor, told: forms.SoundOut, now: Moment) -> Refusal | None:
    """A department is asked again only when it let the time go by."""
    asked = any(
        one.unit == told.unit and (one.ours is not None or now.at <= one.until)
        for one in ticket.soundings
    )
    return no("sounded_already") if asked else None


def still_asked(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """After the time to answer it is as if nobody had asked."""
    waits = any(one.unit in actor.units and now.at <= one.until for one in ticket.soundings)
    return None if waits else no("sounding_over")


def in_return_window(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """A department says within the window from 交办 that a case is not its own (T9)."""
    if ticket.dispatched_at is None:
        return no("not_now")
    until = due_after(
        now.policy.terms(ticket.tier).returning, ticket.dispatched_at, now.days
    ).at.astimezone(OFFICE_ZONE)
    return no("return_late", until=f"{until:%m-%d %H:%M}") if now.at > until else None


def first_return(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """A department returns a case once; the ruling on it is final."""
    done = any(one.unit == ticket.lead_unit for one in ticket.returns)
    return no("returned_before") if done else None


def has_basis(ticket: Ticket, actor: Actor, told: forms.Return, now: Moment) -> Refusal | None:
    """退单 names the rule and the department it belongs to, another one."""
    if not told.suggested:
        return no("return_no_unit")
    return no("return_same_unit") if told.suggested == ticket.lead_unit else None


def may_rule(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """The second dispute about one case is ruled by the leader who owns it, if there is one (T10).

    The department that asks never rules.
    """
    request = ticket.return_request
    if request is not None and request.by == actor.person:
        return no("own_return")
    if len(ticket.returns) > 1 and ticket.leader and Part.LEADER not in actor.parts:
        return no("leader_rules")
    return None


def ruled_elsewhere(
    ticket: Ticket, actor: Actor, told: forms.Ruling, now: Moment
) -> Refusal | None:
    """A case that moves goes to another department that is not its 协办."""
    if not told.unit or told.unit == ticket.lead_unit:
        return no("ruled_same_unit")
    if any(one.unit == told.unit for one in ticket.returns):
        return no("ruled_back")
    return None


def unsigned(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Who was taken as having signed still names a handler, once."""
    return no("signed_already") if ticket.handler else None


def waits_for(ticket: Ticket, actor: Actor, told: forms.Waiver, now: Moment) -> Refusal | None:
    """There is such a 协办, and it has not answered."""
    waits = any(task.unit == told.unit and task.open for task in ticket.co_tasks)
    return None if waits else no("nothing_to_waive")


def sign_missed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """What nobody signed for in time counts as signed for (T8b)."""
    sign = ticket.deadline(Clock.SIGN.value)
    return None if sign and now.at >= sign.due_at else no("not_now")

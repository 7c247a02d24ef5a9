"""What stands against acts of leaders and of the ladder."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.errands import last_tick, tickable
from flows.tickets.guards.base import no
from flows.tickets.letters import answers
from flows.tickets.parts import Actor, Part, is_party
from flows.tickets.policy import Moment
from flows.tickets.state import OUTSIDE


def other_leader(ticket: Ticket, actor: Actor, told: forms.Lead, now: Moment) -> Refusal | None:
    """A case has one leader at a time, who did not report it; another one takes it over."""
    if is_party(ticket, told.leader):
        return no("leader_reports")
    return no("leads_already") if ticket.leader == told.leader else None


def unsupervised(
    ticket: Ticket, actor: Actor, told: forms.Supervised, now: Moment
) -> Refusal | None:
    """One strike for each clock, rung and missed deadline."""
    known = {(one.clock, one.rung, one.deadline) for one in ticket.supervisions}
    return no("supervised") if (told.clock, told.rung, told.deadline) in known else None


def can_call_off(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """A letter that has not left yet may be called off for a telephone call."""
    waits = any(one.open and one.sends_at and now.at < one.sends_at for one in ticket.supervisions)
    return None if waits else no("letter_left")


def is_supervised(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """There is something to answer, and it is not for another department to do so."""
    waits = any(
        one.open and one.rung > 1 and answers(ticket, one, actor) for one in ticket.supervisions
    )
    return None if waits else no("nothing_supervised")


def is_led(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """There is a leader to take it from."""
    return None if ticket.leader else no("not_led")


def own_words(ticket: Ticket, actor: Actor, told: forms.Instructed, now: Moment) -> Refusal | None:
    """Only a secretary writes down a leader's words (代录), and only of the leader they serve."""
    if is_party(ticket, told.leader):
        return no("leader_reports")
    own = told.leader == actor.person and bool(actor.parts & {Part.LEADER, Part.OFFICIAL})
    return None if own or told.leader in actor.serves else no("foreign_words")


def takers_known(
    ticket: Ticket, actor: Actor, told: forms.Instructed, now: Moment
) -> Refusal | None:
    """An errand goes to a department of the case, or one that comes in as 协办, or to a person."""
    units = {one.who for one in told.errands if one.person is None}
    outside = sorted(units - ticket.units)
    if set(outside) - set(told.adds):
        return no("errand_outside", units=outside)
    return no("no_support_now", units=outside) if outside and ticket.state not in OUTSIDE else None


def errand_open(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """An errand of an instruction waits for this person; the desk may tick any."""
    if tickable(ticket, actor):
        return None
    others = any(one.open for _, one in ticket.errands)
    return no("others_errand") if others else no("no_errand")


def errand_waits(
    ticket: Ticket, actor: Actor, told: forms.ErrandDone, now: Moment
) -> Refusal | None:
    """The errand that is told is one of those."""
    places = {place for place, _ in tickable(ticket, actor)}
    return None if told.errand == 0 or told.errand in places else no("errand_over")


def ticked_today(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """A wrong tick is taken back on the day of it, by who made it or by the desk."""
    return None if last_tick(ticket, actor, now) else no("nothing_ticked")

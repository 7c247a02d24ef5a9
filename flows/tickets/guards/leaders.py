"""What stands against acts of leaders and of the ladder."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.guards.base import no
from flows.tickets.parts import Actor, Part
from flows.tickets.policy import Moment


def other_leader(ticket: Ticket, actor: Actor, told: forms.Lead, now: Moment) -> Refusal | None:
    """A case has one leader at a time; another one takes it over."""
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
    """There is something to answer."""
    return None if ticket.rung > 1 else no("nothing_supervised")


def is_led(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """There is a leader to take it from."""
    return None if ticket.leader else no("not_led")


def own_words(ticket: Ticket, actor: Actor, told: forms.Instructed, now: Moment) -> Refusal | None:
    """Only a secretary writes down a leader's words (代录), and only of the leader they serve."""
    own = told.leader == actor.person and bool(actor.parts & {Part.LEADER, Part.OFFICIAL})
    return None if own or told.leader in actor.serves else no("foreign_words")


def errand_open(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """An errand of an instruction waits."""
    waits = any(e.done_at is None for one in ticket.instructions for e in one.errands)
    return None if waits else no("no_errand")

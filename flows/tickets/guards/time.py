"""What stands against asking for time and granting it: 延期, 挂起."""

from __future__ import annotations

from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.guards.base import no
from flows.tickets.parts import Actor, Part
from flows.tickets.policy import Moment


def in_time_to_ask(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """延期 is asked for until closing time of the working day before the last one (C8)."""
    handling = ticket.handling
    if handling is None:
        return no("not_now")
    last = now.days.workday_before(handling.due_at.astimezone(OFFICE_ZONE).date())
    until = now.days.end_of(last)
    return no("longer_late", until=f"{until:%m-%d %H:%M}") if now.at > until else None


def nothing_open(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """One request at a time."""
    return no("request_open") if ticket.extension or ticket.suspension else None


def tier_extends(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Some tiers give no days more at all."""
    return None if now.policy.terms(ticket.tier).longer else no("no_longer")


def longer_possible(
    ticket: Ticket, actor: Actor, told: forms.Longer, now: Moment
) -> Refusal | None:
    """The tier says how many days more there can be."""
    most = now.policy.terms(ticket.tier).longer
    return no("too_long", most=most) if told.days > most else None


def may_decide_longer(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """More than ten working days, or a second extension, is for the leader."""
    needs_leader = is_leaders_longer(ticket, now) and Part.LEADER not in actor.parts
    return no("leader_decides") if needs_leader else None


def is_leaders_longer(ticket: Ticket, now: Moment) -> bool:
    """Say whether only the leader who owns the case may grant the days that are asked for."""
    asked = ticket.extension
    again = any(one.granted for one in ticket.extensions)
    return asked is not None and (again or asked.days > now.policy.long_extension)


def longer_asked(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Somebody asked for more days."""
    return None if ticket.extension else no("nothing_asked")


def rest_asked(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Somebody asked for the case to rest."""
    return None if ticket.suspension else no("nothing_asked")


def rest_possible(ticket: Ticket, actor: Actor, told: forms.Resting, now: Moment) -> Refusal | None:
    """A case rests until a coming day, and not longer than 60 working days in all (T11)."""
    today = now.at.astimezone(OFFICE_ZONE).date()
    if told.resume_on <= today:
        return no("rest_past")
    rested = sum(one.days for one in ticket.suspensions if one.granted)
    left = now.policy.rest_most - rested
    wanted = now.days.workdays_between(today, told.resume_on)
    return no("rest_too_long", left=max(left, 0)) if wanted > left else None


def rested_enough(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """The clock wakes a case on its day (T12); people may do so earlier."""
    rest = ticket.resting
    today = now.at.astimezone(OFFICE_ZONE).date()
    early = Part.SYSTEM in actor.parts and rest is not None and today < rest.resume_on
    return no("not_now") if early else None


def another_tier(ticket: Ticket, actor: Actor, told: forms.Retier, now: Moment) -> Refusal | None:
    """It is not that hard already."""
    return no("same_tier") if told.tier is ticket.tier else None

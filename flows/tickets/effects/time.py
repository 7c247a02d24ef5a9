"""What becomes of a ticket when somebody asks for time: 延期, 挂起, and how hard it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told as forms
from flows.tickets.case import Ticket
from flows.tickets.change import Change, noted, replaced_last
from flows.tickets.children import Extension, Suspension
from flows.tickets.clocks import Clock
from flows.tickets.limits import Limit
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment

_DECIDED = (Clock.DECIDE.value,)


def longer_asked(ticket: Ticket, actor: Actor, told: forms.Longer, now: Moment) -> Change:
    """Keep that the department asks for more days (C8)."""
    handling = ticket.handling
    asked = Extension(
        days=told.days,
        reason=told.reason,
        by=actor.person,
        at=now.at,
        was_due=handling.due_at if handling else now.at,
    )
    return Change({"extensions": (*ticket.extensions, asked)}, begins=_decide(ticket, now))


def _decide(ticket: Ticket, now: Moment) -> Mapping[str, Limit]:
    """Begin the time in which what is asked for has to be decided."""
    return {Clock.DECIDE.value: now.policy.limit(ticket.tier, Clock.DECIDE)}


def longer(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Grant the days."""
    asked = ticket.extensions[-1]
    return Change(
        {
            "extensions": replaced_last(
                ticket.extensions, granted=True, decider=actor.person, decided_at=now.at
            )
        },
        extra=asked.days,
        ends=_DECIDED,
    )


def not_longer(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Do not grant them."""
    return Change(
        {
            "extensions": replaced_last(
                ticket.extensions, granted=False, decider=actor.person, decided_at=now.at
            ),
            "notes": noted(ticket, actor, now, "not_longer", told.text),
        },
        ends=_DECIDED,
    )


def rest_asked(ticket: Ticket, actor: Actor, told: forms.Resting, now: Moment) -> Change:
    """Keep that the department asks to let it rest (T11)."""
    today = now.at.astimezone(OFFICE_ZONE).date()
    asked = Suspension(
        reason=told.reason,
        text=told.text,
        resume_on=told.resume_on,
        days=now.days.workdays_between(today, told.resume_on),
        by=actor.person,
        at=now.at,
    )
    return Change({"suspensions": (*ticket.suspensions, asked)}, begins=_decide(ticket, now))


def rested(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Let it rest until the day named (T11)."""
    return Change(
        {
            "suspensions": replaced_last(
                ticket.suspensions, granted=True, decider=actor.person, decided_at=now.at
            )
        },
        ends=_DECIDED,
    )


def no_rest(ticket: Ticket, actor: Actor, told: forms.Words, now: Moment) -> Change:
    """Do not let it rest."""
    return Change(
        {
            "suspensions": replaced_last(
                ticket.suspensions, granted=False, decider=actor.person, decided_at=now.at
            ),
            "notes": noted(ticket, actor, now, "no_rest", told.text),
        },
        ends=_DECIDED,
    )


def resumed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Go on (T12); only the days that it really rested count."""
    rest = ticket.suspensions[-1]
    day = now.days.day_zero(now.at)
    began = now.days.day_zero(rest.decided_at or rest.at)
    return Change(
        {
            "suspensions": replaced_last(
                ticket.suspensions,
                resumed_at=now.at,
                days=max(now.days.workdays_between(began, day), 0),
            )
        }
    )


def retiered(ticket: Ticket, actor: Actor, told: forms.Retier, now: Moment) -> Change:
    """Count the time by another tier, from the same beginning, rests included.

    Only what is 疑难 owes 阶段答复.
    """
    staged = told.tier in now.policy.leader_tiers
    had = ticket.deadline(Clock.STAGE.value)
    begins = {Clock.STAGE.value: f"{now.policy.stage_every}WD"}
    return Change(
        {"tier": told.tier, "notes": noted(ticket, actor, now, "retier", told.text)},
        begins=begins if staged and (had is None or had.stopped_at) else {},
        changes={Clock.HANDLE.value: now.policy.limit(told.tier, Clock.HANDLE)},
        ends=() if staged else (Clock.STAGE.value,),
    )

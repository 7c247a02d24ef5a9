"""What stands against keeping a case to few, and what a case that is kept to few stands against."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.guards.base import no
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment


def not_confidential(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """It is not kept to few already."""
    return no("confided_already") if ticket.confidential else None


def is_confidential(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """It is kept to few."""
    return None if ticket.confidential else no("not_confided")


def stays_inside(
    ticket: Ticket,
    actor: Actor,
    told: forms.Dispatch | forms.SoundOut | forms.Ruling,
    now: Moment,
) -> Refusal | None:
    """What the enterprise kept for the office (只给工商联看) goes to the office's own unit."""
    units = {told.lead, *told.supports} if isinstance(told, forms.Dispatch) else {told.unit}
    return no("kept_inside") if ticket.kept_inside and units - {now.policy.home} else None


def joins_nothing(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """Whoever has the other case would read it, so it is merged into none (只给工商联看)."""
    return no("kept_inside") if ticket.kept_inside else None

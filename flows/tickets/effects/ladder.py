"""What becomes of a ticket that somebody urges by hand, or marks 应急."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.case import Ticket
from flows.tickets.causes import HAND
from flows.tickets.change import Change, noted
from flows.tickets.children import Supervision
from flows.tickets.ladder import Rung
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment


def pressed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Urge by hand (L1): no date was missed, the moment itself stands for it."""
    one = Supervision(rung=Rung.URGED, clock=HAND, deadline=now.at, at=now.at, by=actor.person)
    return Change({"supervisions": (*ticket.supervisions, one)})


def marked(ticket: Ticket, actor: Actor, told: forms.Emergency, now: Moment) -> Change:
    """Let its letters leave at any hour; those that wait for the morning leave with it."""
    letters = tuple(
        one.model_copy(update={"sends_at": min(one.sends_at, told.leaves_at)})
        if one.waits and one.sends_at
        else one
        for one in ticket.supervisions
    )
    notes = noted(ticket, actor, now, "emergency", told.text)
    return Change({"emergency": True, "supervisions": letters, "notes": notes})


def unmarked(ticket: Ticket, actor: Actor, told: forms.Emergency, now: Moment) -> Change:
    """Keep to the office's hours again, also with the letters that wait."""
    letters = tuple(
        one.model_copy(update={"sends_at": max(one.sends_at, told.leaves_at)})
        if one.waits and one.sends_at
        else one
        for one in ticket.supervisions
    )
    notes = noted(ticket, actor, now, "no_emergency", told.text)
    return Change({"emergency": False, "supervisions": letters, "notes": notes})

"""What stands against 督办 by hand and 应急."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told as forms
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.causes import HAND
from flows.tickets.guards.base import no
from flows.tickets.ladder import Rung
from flows.tickets.parts import Actor, Part
from flows.tickets.policy import Moment

_LETTERS = frozenset({Rung.SUPERVISED, Rung.LETTER, Rung.CONFERENCE})
_RUNGS: Mapping[Part, frozenset[Rung]] = {
    Part.SUPERVISOR: frozenset({Rung.SUPERVISED}),
    Part.INSPECTOR: _LETTERS,
    Part.LEADER: _LETTERS,
    Part.SYSTEM: frozenset(Rung),
}
"""Which letters each part may send by hand; the rungs below may be skipped."""


def rungs_of(parts: frozenset[Part]) -> tuple[Rung, ...]:
    """Return the rungs that somebody may set, the lowest first."""
    return tuple(sorted(frozenset[Rung]().union(*(_RUNGS.get(p, frozenset()) for p in parts))))


def own_rung(ticket: Ticket, actor: Actor, told: forms.Supervised, now: Moment) -> Refusal | None:
    """受理负责人 send a 督办单; 督办, and the leader of the case, also what is above it."""
    return None if told.rung in rungs_of(actor.parts) else no("foreign_rung")


def not_standing(
    ticket: Ticket, actor: Actor, told: forms.Supervised, now: Moment
) -> Refusal | None:
    """By hand no letter is sent while one as high waits for its answer."""
    by_hand = Part.SYSTEM not in actor.parts
    return no("supervised_open") if by_hand and ticket.rung >= told.rung else None


def not_pressed(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """One 催办 by hand a day."""
    today = now.at.astimezone(OFFICE_ZONE).date()
    days = {
        one.at.astimezone(OFFICE_ZONE).date()
        for one in ticket.supervisions
        if one.clock == HAND and one.rung == Rung.URGED
    }
    return no("pressed_today") if today in days else None


def not_emergency(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """It is not marked already."""
    return no("emergency_already") if ticket.emergency else None


def is_emergency(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Refusal | None:
    """It was marked."""
    return None if ticket.emergency else no("no_emergency")

"""Whom a rung of the ladder is for, and which of them somebody may answer (督办回复)."""

from __future__ import annotations

from flows.tickets.case import Ticket
from flows.tickets.causes import OF_DESK
from flows.tickets.children import Supervision
from flows.tickets.clocks import Clock, clock_named
from flows.tickets.parts import DESK, Actor, Part

_FOR_ALL = DESK | {Part.LEADER, Part.OFFICIAL, Part.INSPECTOR, Part.SECRETARY}


def addressed(ticket: Ticket, letter: Supervision) -> str:
    """Name the department that a rung is for: 协办 and 批示事项 have their own, else the 主办.

    Empty = the desk, or a person by name who has to do what a 批示 asks.
    """
    clock, _, about = letter.clock.partition(":")
    about = about.partition(".")[0]
    if clock == Clock.OPINION.value and about:
        return about
    if clock_named(letter.clock) in OF_DESK:
        return ""
    errand = dict(ticket.errands).get(int(about)) if clock == Clock.ERRAND.value else None
    if errand is not None:
        return errand.who if errand.person is None else ""
    return ticket.lead_unit or ""


def answers(ticket: Ticket, letter: Supervision, actor: Actor) -> bool:
    """Say whether somebody may answer a rung: a department answers for itself alone."""
    return bool(actor.parts & _FOR_ALL) or addressed(ticket, letter) in actor.units

"""What the rules add to an act: who leads the hard case, and how high the unhappy one stands."""

from __future__ import annotations

from typing import Any

from flows.tickets import told as forms
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, due_after
from flows.tickets.ladder import Ladder, Rung, leaves_at
from flows.tickets.policy import Moment

RATING = "rating"  # what a rung is about that no clock brought


def consequences(
    act: Act, ticket: Ticket, leader: int | None, now: Moment, ladder: Ladder
) -> tuple[tuple[Act, Any], ...]:
    """Return the acts of the clock that follow at once; `leader` is whom the rule would name."""
    match act:
        case Act.ASSIGN | Act.RETIER if ticket.tier in now.policy.leader_tiers:
            return _led(ticket, leader, "hard")
        case Act.TAKE_AS_SIGNED:
            return _unsigned(ticket)
        case Act.REDO if ticket.round < now.policy.rounds:
            return (_rung(Rung.SUPERVISED, now, ladder),)
        case Act.REDO:
            return (*_led(ticket, leader, "unhappy"), _rung(Rung.LETTER, now, ladder))
        case Act.CLOSE_UNHAPPY:
            return (_rung(Rung.CONFERENCE, now, ladder),)
    return ()


def _led(ticket: Ticket, leader: int | None, why: str) -> tuple[tuple[Act, Any], ...]:
    if leader is None or ticket.leader is not None:
        return ()
    return ((Act.LEAD, forms.Lead(leader, why)),)


def _unsigned(ticket: Ticket) -> tuple[tuple[Act, Any], ...]:
    """A department that never signed is urged, though the clock of signing has stopped (C3)."""
    missed = ticket.deadline(Clock.SIGN.value)
    if missed is None:
        return ()
    return ((Act.SUPERVISE, forms.Supervised(Rung.URGED, missed.key, missed.due_at)),)


def _rung(rung: Rung, now: Moment, ladder: Ladder) -> tuple[Act, forms.Supervised]:
    sends = leaves_at(now.at, ladder, now.days)
    due = due_after(ladder.answer, sends, now.days).at
    return Act.SUPERVISE, forms.Supervised(rung, RATING, now.at, due, sends)

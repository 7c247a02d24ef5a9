"""What the rules add to an act: who leads the hard case, and how high the unhappy one stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.tickets import told as forms
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.causes import OF_DESK, OF_LEAD, RATING
from flows.tickets.children import Supervision
from flows.tickets.clocks import Clock, clock_named, due_after
from flows.tickets.ladder import Ladder, Rung, leaves_at, pace_of
from flows.tickets.policy import Moment


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
            return (_rated(ticket, Rung.SUPERVISED, now, ladder),)
        case Act.REDO:
            led = _led(ticket, leader, "unhappy")
            return (*led, _rated(ticket, Rung.LETTER, now, ladder))
        case Act.CLOSE_UNHAPPY:
            return (_rated(ticket, Rung.CONFERENCE, now, ladder),)
        case Act.SUPERVISE:
            return _urged_again(ticket, now, ladder)
    return ()


Missed = tuple[str, datetime]
"""What a letter is about: the clock, or another cause, and the date that was missed."""


def letter(
    ticket: Ticket, rung: int, about: Missed, ladder: Ladder, now: Moment
) -> forms.Supervised:
    """Make a letter (L2 and above): when it leaves, and until when it has to be answered."""
    sends = leaves_at(now.at, ladder, now.days, pace_of(ticket, ladder).hours)
    due = due_after(ladder.answer, sends, now.days).at
    return forms.Supervised(rung, *about, due, sends)


def may_name_leader(act: Act, ticket: Ticket) -> bool:
    """Say whether an act may give a case its leader by the rule."""
    return act in {Act.ASSIGN, Act.RETIER, Act.REDO} and ticket.leader is None


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


def _rated(ticket: Ticket, rung: Rung, now: Moment, ladder: Ladder) -> tuple[Act, forms.Supervised]:
    return Act.SUPERVISE, letter(ticket, rung, (RATING, now.at), ladder, now)


def _urged_again(ticket: Ticket, now: Moment, ladder: Ladder) -> tuple[tuple[Act, Any], ...]:
    """The second 催办 of whoever has to move is a 督办单 (L2), once.

    A department does not answer for what the desk missed, nor one department for another.
    """
    last = ticket.supervisions[-1]
    if last.rung != Rung.URGED or clock_named(last.clock) is None or ticket.rung > Rung.URGED:
        return ()
    whose = _side(ticket, last)
    missed = {
        (one.clock, one.deadline)
        for one in ticket.supervisions
        if one.rung == Rung.URGED and clock_named(one.clock) and _side(ticket, one) == whose
    }
    if len(missed) != ladder.second:
        return ()
    about = last.clock, last.deadline
    told = letter(ticket, Rung.SUPERVISED, about, ladder, now)
    return ((Act.SUPERVISE, told),)


def _side(ticket: Ticket, one: Supervision) -> str:
    """Name who has to move: the desk, the lead department of that day, or the key's own."""
    clock = clock_named(one.clock)
    if clock in OF_DESK:
        return "desk"
    if clock not in OF_LEAD:
        return one.clock
    moved = [ruling for ruling in ticket.returns if ruling.moved_to and ruling.ruled_at]
    return f"lead:{sum(1 for ruling in moved if ruling.ruled_at and ruling.ruled_at <= one.at)}"

"""Why a case stands on a rung of the ladder, and whether that is still so."""

from __future__ import annotations

from datetime import datetime

from flows.tickets.case import Ticket
from flows.tickets.children import Supervision
from flows.tickets.clocks import Clock, clock_named
from flows.tickets.parts import SYSTEM
from flows.tickets.silence import last_word
from flows.tickets.state import State

RATING = "rating"  # an answer that was bad; no clock brought it
HAND = "hand"  # somebody's word (督办 by hand)
CAUSES = (RATING, HAND)
"""What a rung may be about beside the clocks."""
OF_DESK = frozenset(
    {
        *(Clock.ACCEPT, Clock.SUPPLEMENT, Clock.DISPATCH, Clock.RULING, Clock.AUDIT),
        *(Clock.CALLBACK, Clock.DECIDE),
    }
)
"""Clocks of what the office itself has to do."""
OF_LEAD = frozenset({Clock.SIGN, Clock.CONTACT, Clock.HANDLE, Clock.STAGE, Clock.PROGRESS})
"""Clocks of what the lead department has to do."""


def late(ticket: Ticket, name: str, deadline: datetime) -> bool:
    """Say whether what was missed is still open: the clock runs, and to the same date."""
    clock = clock_named(name)
    if clock is None:
        return True
    if clock is Clock.SIGN and ticket.auto_signed:  # 视为签收 stopped the clock, not the lateness
        return not ticket.handler
    if clock is Clock.PROGRESS:
        return ticket.state is State.IN_PROGRESS and last_word(ticket) < deadline
    plain = name.partition(".")[0]
    found = ticket.deadline(plain)
    return found is not None and found.runs and found.due_at == deadline


def stands(ticket: Ticket, one: Supervision) -> bool:
    """Say whether a rung still has its cause: what it names is open, or was never answered."""
    return late(ticket, one.clock, one.deadline) or any(
        lower.open
        and lower.sent_at is not None
        and lower.due_at is not None
        and lower.due_at <= one.at
        and lower.rung < one.rung
        and (lower.clock, lower.deadline) == (one.clock, one.deadline)
        for lower in ticket.supervisions
    )


def still_caused(ticket: Ticket) -> tuple[Supervision, ...]:
    """Call off letters that have not left and whose cause fell away."""
    return tuple(
        one.model_copy(update={"called_off_by": SYSTEM.person})
        if one.waits and not stands(ticket, one)
        else one
        for one in ticket.supervisions
    )

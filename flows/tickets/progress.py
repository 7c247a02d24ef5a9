"""What a ticket's progress says: who has it, until when, and what the enterprise needs to do."""

from __future__ import annotations

from dataclasses import dataclass

from flows.calendar import OFFICE_ZONE, Due, WorkingDays
from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, counted_again
from flows.tickets.state import OUTSIDE, State


@dataclass(frozen=True, slots=True)
class Progress:
    """The facts behind the four lines."""

    state: State
    holder: str | None  # a department's id; None = the office itself
    handler: str
    phone: str  # the 经办人's; empty = the office's
    due: Due | None
    ended: bool


_WAITED_FOR = {
    State.SUBMITTED: Clock.ACCEPT,
    State.NEED_INFO: Clock.SUPPLEMENT,
    State.ACCEPTED: Clock.DISPATCH,
    State.REPLIED: Clock.AUDIT,
    State.CALLBACK: Clock.CALLBACK,
}


def progress(ticket: Ticket) -> Progress:
    """Say where a ticket stands."""
    # Which department a case is disputed with is not for the enterprise: the office has it then.
    outside = ticket.state in OUTSIDE and ticket.state is not State.RETURN_REVIEW
    return Progress(
        state=ticket.state,
        holder=ticket.lead_unit if outside else None,
        handler=ticket.handler if outside else "",
        phone=ticket.handler_phone if outside else "",
        due=_due(ticket),
        ended=ticket.ended,
    )


def _due(ticket: Ticket) -> Due | None:
    if ticket.resting is not None:
        return Due(ticket.resting.resume_on, provisional=False)
    clock = Clock.HANDLE if ticket.state in OUTSIDE else _WAITED_FOR.get(ticket.state)
    deadline = ticket.deadline(clock.value) if clock else None
    if deadline is None:
        return None
    return Due(deadline.due_at.astimezone(OFFICE_ZONE).date(), deadline.provisional)


def recounted(ticket: Ticket, days: WorkingDays) -> Ticket | None:
    """Count provisional dates again; None while none can be final, or all are already.

    A day that people were told never moves to an earlier one.
    """
    if ticket.ended:
        return None
    fresh = {one.key: counted_again(one, days) for one in ticket.deadlines}
    if not any(fresh.values()):
        return None
    deadlines = tuple(fresh[one.key] or one for one in ticket.deadlines)
    return ticket.model_copy(update={"deadlines": deadlines, "version": ticket.version + 1})

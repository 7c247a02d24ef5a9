"""移送回访: when the desk is reminded to ask a body outside what became of a case."""

from __future__ import annotations

from datetime import date

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.policy import Moment


def follow_up_on(ticket: Ticket, now: Moment) -> date | None:
    """Name the day of the next reminder; None = nobody is asked any more.

    While nothing is recorded it comes again after as many working days as the rules say.
    """
    waits = ticket.follow_up
    if waits is None:
        return None
    if waits.reminded_at is None:
        return waits.on
    reminded = waits.reminded_at.astimezone(OFFICE_ZONE).date()
    return now.days.add(reminded, now.policy.follow_days).day

"""Tries to reach an enterprise for its rating (回访), as the rules count them."""

from __future__ import annotations

from datetime import date

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.policy import Moment


def tried_days(ticket: Ticket, now: Moment) -> frozenset[date]:
    """Return the working days on which somebody tried; any other day counts for nothing (T18)."""
    days = {one.at.astimezone(OFFICE_ZONE).date() for one in ticket.attempts}
    return frozenset(day for day in days if now.days.is_workday(day))

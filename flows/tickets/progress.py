"""What a ticket's progress says: who has it, until when, and what the enterprise needs to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.calendar import Due, WorkingDays
from flows.tickets.case import ENDED, State, Ticket


@dataclass(frozen=True, slots=True)
class Stages:
    """Working days of the office's own stages."""

    accept: int = 1
    dispatch: int = 1
    audit: int = 1
    callback: int = 3
    supplement: int = 5
    redo: int = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """The facts behind the four lines."""

    state: State
    holder: str | None  # a department's id; None = the office itself
    handler: str
    phone: str  # the 经办人's; empty = the office's
    due: Due | None
    ended: bool


def progress(ticket: Ticket, days: WorkingDays, stages: Stages) -> Progress:
    """Say where a ticket stands."""
    outside = ticket.state in {State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED}
    return Progress(
        state=ticket.state,
        holder=ticket.lead_unit if outside else None,
        handler=ticket.handler if outside else "",
        phone=ticket.handler_phone if outside else "",
        due=_due(ticket, days, stages),
        ended=ticket.state in ENDED,
    )


def _due(ticket: Ticket, days: WorkingDays, stages: Stages) -> Due | None:
    if ticket.state in {State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED}:
        return Due(ticket.due_on, ticket.due_provisional) if ticket.due_on else None
    since, allowed = {
        State.SUBMITTED: (ticket.created_at, stages.accept),
        State.NEED_INFO: (_asked_at(ticket), stages.supplement),
        State.ACCEPTED: (ticket.accepted_at, stages.dispatch),
        State.REPLIED: (ticket.replied_at, stages.audit),
        State.CALLBACK: (ticket.audited_at, stages.callback),
    }.get(ticket.state, (None, 0))
    return promise(since, allowed, days) if since else None


def _asked_at(ticket: Ticket) -> datetime:
    """Return when more information was asked for."""
    asked = [note.at for note in ticket.notes if note.kind == "ask_info"]
    return asked[-1] if asked else ticket.created_at


def due_changes(at: datetime, allowed: int, days: WorkingDays) -> Mapping[str, Any]:
    """Return what a ticket keeps of a date promised now: the date and how it was counted."""
    due = promise(at, allowed, days)
    return {
        "due_on": due.day,
        "due_provisional": due.provisional,
        "due_from": days.day_zero(at),
        "due_days": allowed,
    }


def recounted(ticket: Ticket, days: WorkingDays) -> Ticket | None:
    """Count a provisional date again; None while it cannot be final, or is final already.

    A day that people were told never moves to an earlier one.
    """
    told, since, allowed = ticket.due_on, ticket.due_from, ticket.due_days
    if not ticket.due_provisional or told is None or since is None or allowed is None:
        return None
    due = days.add(since, allowed)
    if ticket.state in ENDED or due.provisional:
        return None
    return ticket.model_copy(
        update={
            "due_on": max(told, due.day),
            "due_provisional": False,
            "version": ticket.version + 1,
        }
    )


def promise(at: datetime, allowed: int, days: WorkingDays) -> Due:
    """Return the working day something is due that starts now (次日起算; after hours: next day)."""
    return days.add(days.day_zero(at), allowed)

"""台账: what the office's ledger says of a ticket, one row for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flows import reading
from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.clocks import Deadline
from flows.tickets.hiding import hide
from flows.tickets.limits import Limit
from flows.tickets.state import State

SHOWN = 2  # characters of a masked name


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One ticket as the ledger shows it; ids are worded by whoever writes it."""

    number: str
    filed_on: date
    enterprise: str
    phone: str
    body: str
    category: str
    lead: str
    supports: tuple[str, ...]
    state: State
    limit: Limit | None  # 时限
    extra: int  # working days more (延期)
    due_on: date | None
    on_time: bool | None  # None = it still may be
    outcome: Outcome | None
    satisfaction: Satisfaction | None
    tries: int  # 回访
    rung: int  # 督办级别, the highest that was reached
    closed_on: date | None
    readable: bool = True
    elsewhere: str = ""  # 已在别处反映过的: the same problem stands in that body's count, too


def unread_row(
    number: str,
    *,
    created_at: datetime,
    state: State,
    category: str,
    lead: str,
    closed_at: datetime | None,
) -> LedgerRow:
    """Write down what is known of a ticket that cannot be read: none is missing in the count."""
    return LedgerRow(
        number=number,
        filed_on=_day(created_at),
        enterprise="",
        phone="",
        body="",
        category=category,
        lead=lead,
        supports=(),
        state=state,
        limit=None,
        extra=0,
        due_on=None,
        on_time=None,
        outcome=None,
        satisfaction=None,
        tries=0,
        rung=0,
        closed_on=_day(closed_at) if closed_at else None,
        readable=False,
    )


def ledger_row(ticket: Ticket, now: datetime, *, full: bool) -> LedgerRow:
    """Write a ticket down; without `full` nobody is named."""
    handling = ticket.handling
    return LedgerRow(
        number=ticket.number,
        filed_on=_day(ticket.created_at),
        enterprise=ticket.enterprise if full else _masked(ticket.enterprise),
        phone=ticket.phone if full else reading.mask_numbers(ticket.phone),
        body=hide(ticket, ticket.body, full),
        category=ticket.category,
        lead=ticket.lead_unit or "",
        supports=tuple(task.unit for task in ticket.co_tasks),
        state=ticket.state,
        limit=handling.limit if handling else None,
        extra=handling.extra if handling else 0,
        due_on=ticket.due_on,
        on_time=_on_time(handling, ticket.state, now) if handling else None,
        outcome=ticket.reply.outcome if ticket.reply else None,
        satisfaction=ticket.satisfaction,
        tries=len(ticket.attempts),
        rung=max((one.rung for one in ticket.supervisions), default=0),
        closed_on=_day(ticket.closed_at) if ticket.closed_at else None,
        elsewhere=ticket.told_elsewhere if full else ticket.told_elsewhere.partition(" ")[0],
    )


def _on_time(handling: Deadline, state: State, now: datetime) -> bool | None:
    """Say whether the promised date was kept; an answer that is audited has stopped the time.

    A case that rests (挂起) was not answered, and is not late either.
    """
    if state is State.SUSPENDED:
        return None
    answered = handling.stopped_at or handling.resting_since
    if answered is not None:
        return answered <= handling.due_at
    return False if now > handling.due_at else None


def _masked(name: str) -> str:
    return f"{name[:SHOWN]}***" if name else ""


def _day(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()

"""What a desk asks of a ticket: what it waits for, until when, and whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import StrEnum

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, opinion_key
from flows.tickets.state import OUTSIDE, State


class Waits(StrEnum):
    """What a running ticket waits for."""

    ACCEPT = "accept"  # 待受理
    REJECT = "reject"  # 待复核: 不予受理 was proposed
    SUPPLEMENT = "supplement"  # 待企业补充
    ASSIGN = "assign"  # 待交办
    SIGN = "sign"  # 待签收
    RULING = "ruling"  # 待裁定
    REPLY = "reply"  # 待答复
    LONGER = "longer"  # 待批延期
    REST = "rest"  # 待批挂起
    RESTING = "resting"  # 挂起中
    AUDIT = "audit"  # 待审核
    CALLBACK = "callback"  # 待回访
    RATING = "rating"  # 待评价, by messages alone: nobody calls (只发消息)
    OPINION = "opinion"  # 待协办意见; of a supporting department only


NO_DATE = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for the date of a running ticket that no clock is known of: after every other."""

_BY_STATE: Mapping[State, tuple[Waits, Clock | None]] = {
    State.SUBMITTED: (Waits.ACCEPT, Clock.ACCEPT),
    State.NEED_INFO: (Waits.SUPPLEMENT, Clock.SUPPLEMENT),
    State.ACCEPTED: (Waits.ASSIGN, Clock.DISPATCH),
    State.ASSIGNED: (Waits.SIGN, Clock.SIGN),
    State.RETURN_REVIEW: (Waits.RULING, Clock.RULING),
    State.IN_PROGRESS: (Waits.REPLY, Clock.HANDLE),
    State.SUSPENDED: (Waits.RESTING, None),
    State.REPLIED: (Waits.AUDIT, Clock.AUDIT),
    State.CALLBACK: (Waits.CALLBACK, Clock.CALLBACK),
}
_ASKED = frozenset({Waits.LONGER, Waits.REST})
_LEAD_WAITS = frozenset({Waits.SIGN, Waits.REPLY, Waits.LONGER, Waits.REST, Waits.RESTING})


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a ticket waits for, and until when."""

    waits: Waits
    due_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """A department's part in a ticket; nothing is expected of it when it waits for nothing."""

    unit: str
    waiting: Waiting | None


def waiting(ticket: Ticket) -> Waiting | None:
    """Say what a ticket waits for; None = it is over."""
    found = _BY_STATE.get(ticket.state)
    if found is None:
        return None
    waits, clock = found
    since = ticket.passages[-1].at if ticket.passages else ticket.created_at
    deadline = ticket.deadline(clock.value) if clock else None
    due_at = deadline.due_at if deadline else NO_DATE
    if ticket.resting is not None:  # until that day begins nobody is expected to do anything
        due_at = datetime.combine(ticket.resting.resume_on, time.max, tzinfo=OFFICE_ZONE)
    if waits is Waits.ACCEPT and ticket.asked_reject_by is not None:
        waits = Waits.REJECT
    elif waits is Waits.CALLBACK and ticket.no_calls:
        waits, due_at = Waits.RATING, NO_DATE
    elif waits is Waits.REPLY and (asked := _asked(ticket)) is not None:
        deciding = ticket.deadline(Clock.DECIDE.value)
        # Whoever decides has a date of their own; a request of earlier days has none.
        due_at = deciding.due_at if deciding and deciding.runs else due_at
        waits = asked
    return Waiting(waits, due_at, since)


def _asked(ticket: Ticket) -> Waits | None:
    """Say what a department asked for that waits for a decision."""
    if ticket.extension is not None:
        return Waits.LONGER
    return Waits.REST if ticket.suspension is not None else None


def shares(ticket: Ticket) -> tuple[Share, ...]:
    """Return the part of each department, the 主办 first."""
    found: dict[str, Share] = {}
    if ticket.lead_unit:
        whole = waiting(ticket)
        theirs = whole if whole and whole.waits in _LEAD_WAITS else None
        if theirs and theirs.waits in _ASKED and ticket.handling:  # they wait, and go on working
            theirs = replace(theirs, due_at=ticket.handling.due_at)
        found[ticket.lead_unit] = Share(ticket.lead_unit, theirs)
    for task in ticket.co_tasks:
        open_one = task.open and ticket.state in OUTSIDE
        deadline = ticket.deadline(opinion_key(task.unit))
        due_at = deadline.due_at if deadline else NO_DATE
        since = deadline.since if deadline else ticket.created_at
        asked = Waiting(Waits.OPINION, due_at, since) if open_one else None
        found.setdefault(task.unit, Share(task.unit, asked))
    return tuple(found.values())

"""Tickets as they may stand in the records, made without a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.tickets.case import CoTask, Ticket
from flows.tickets.children import LeaderCase, Outcome, Reply
from flows.tickets.clocks import Clock, Deadline, opinion_key
from flows.tickets.state import State
from handlers.ports import PersonId
from tests.engines import NOON

CLOCKS = {
    State.SUBMITTED: Clock.ACCEPT,
    State.NEED_INFO: Clock.SUPPLEMENT,
    State.ACCEPTED: Clock.DISPATCH,
    State.ASSIGNED: Clock.SIGN,
    State.RETURN_REVIEW: Clock.RULING,
    State.IN_PROGRESS: Clock.HANDLE,
    State.REPLIED: Clock.AUDIT,
    State.CALLBACK: Clock.CALLBACK,
}


def deadline(key: str, due: datetime) -> Deadline:
    """Make a clock that runs until then."""
    return Deadline(key=key, since=NOON, limit="5WD", due_at=due)


def made(
    serial: int,
    reporter: PersonId,
    state: State = State.SUBMITTED,
    *,
    due: timedelta = timedelta(days=3),
    supports: Sequence[str] = (),
    leader: PersonId | None = None,
    author: PersonId | None = None,
    **more: object,
) -> Ticket:
    """Make a ticket in a state whose clock strikes `due` after noon."""
    clocks = [deadline(CLOCKS[state].value, NOON + due)] if state in CLOCKS else []
    clocks += [deadline(opinion_key(unit), NOON + due) for unit in supports]
    fields: dict[str, object] = {
        "number": f"ZH-2026-{serial:04d}",
        "state": state,
        "reporter": reporter,
        "enterprise": "蛟川机械有限公司",
        "contact": "王一",
        "phone": "13800000000",
        "category": "power",
        "body": "停电三天",
        "created_at": NOON + timedelta(minutes=serial),
        "deadlines": tuple(clocks),
        "co_tasks": tuple(CoTask(unit=unit) for unit in supports),
        **more,
    }
    if leader is not None:
        fields["leaders"] = (LeaderCase(leader=leader, why="chosen", since=NOON),)
    if author is not None:
        fields["reply"] = Reply(text="查清了", outcome=Outcome.SOLVED, by=author, at=NOON, round=0)
    return Ticket.model_validate(fields)

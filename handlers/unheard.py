"""Tell the 受理员 each morning whose reporters have heard nothing of their tickets yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.office import Content
from handlers.ports import Office, Post, Role, Text, ToPerson, Tx

NAMED = 20  # tickets of one message


async def tell_of_unheard(tx: Tx, office: Office, now: datetime, numbers: Sequence[str]) -> None:
    """Name these tickets to everybody who accepts, once a working day."""
    today = now.astimezone(OFFICE_ZONE).date()
    if not numbers or not office.days.is_workday(today):
        return
    roster = await tx.people.roster(today)
    desk = {p.id: p for role in (Role.CLERK, Role.SUPERVISOR) for p in roster.holders(role)}
    readers = list(desk.values()) or list(roster.holders(Role.ADMIN))
    told = Text("notice.unheard", {"count": len(numbers), "numbers": tuple(numbers[:NAMED])})
    await tx.post(
        [
            Post(ToPerson(one.id), Content.PROGRESS, (told,), f"unheard:{today}:{one.id}")
            for one in readers
        ],
        {},
    )

"""Who was first when two colleagues do the same with one ticket, and when."""

from __future__ import annotations

from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from handlers.ports import Role
from handlers.visit import Visit


async def overtaken(visit: Visit, ticket: Ticket, act: Act) -> Refusal | None:
    """Name the colleague at the desk who did it already; None = nobody has, or it is not theirs."""
    if not visit.person.has(Role.CLERK, Role.SUPERVISOR, Role.ADMIN):
        return None
    subject, name = f"ticket:{ticket.number}", act.value
    entries = [
        *await visit.book.tx.told(subject, name),
        *(one for one in visit.book.entries if (one.subject, one.act) == (subject, name)),
    ]
    if not entries or entries[-1].actor in (None, visit.person.id):
        return None
    return Refusal("ticket.refused.overtaken", {"by": entries[-1].actor, "at": entries[-1].at})

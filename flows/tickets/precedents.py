"""判例: how a 退单 was ruled, kept without anything that names a person or an enterprise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.tickets.acting import Act
from flows.tickets.case import Ticket

RULINGS = frozenset({Act.RULE_MOVED, Act.RULE_KEPT})


@dataclass(frozen=True, slots=True)
class Precedent:
    """One ruling: which department said that a case of a class was not its own, and whose it is."""

    number: str
    category: str
    unit: str  # that returned it
    suggested: str
    ruled: str  # whose it is; the same as `unit` when it stayed
    at: datetime


def precedent_of(ticket: Ticket) -> Precedent | None:
    """Return what the latest ruling on a ticket teaches; None before there is one."""
    ruled = ticket.returns[-1] if ticket.returns else None
    if ruled is None or ruled.ruled_at is None:
        return None
    return Precedent(
        number=ticket.number,
        category=ticket.category,
        unit=ruled.unit,
        suggested=ruled.suggested,
        ruled=ruled.moved_to or ruled.unit,
        at=ruled.ruled_at,
    )

"""What tickets come out of, besides a channel and 代录."""

from __future__ import annotations

from flows.tickets.case import Ticket

VISIT, EVENT = "visit", "event"  # 走访; an activity: raised there, or a 议题 of it


def is_topic(ticket: Ticket) -> bool:
    """Say whether the enterprise itself named it beforehand, to talk about it at an activity."""
    return ticket.source == EVENT and ticket.recorded_by is None


__all__ = ["EVENT", "VISIT", "is_topic"]

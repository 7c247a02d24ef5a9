"""What becomes of a case that only those who handle it may read (保密)."""

from __future__ import annotations

from typing import Any

from flows.tickets.case import Ticket
from flows.tickets.change import Change
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment


def confided(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Keep it to those who took it in or on, the head of the desk and its leader."""
    return Change({"confidential": True})


def released(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Let the whole desk read it again, and departments get it (只给工商联看 is over)."""
    return Change({"confidential": False, "kept_inside": False})

"""What a guard is: it passes with None, or says what stands against an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment

Guard = Callable[[Ticket, Actor, Any, Moment], Refusal | None]


def no(key: str, **params: Any) -> Refusal:
    """Refuse with a sentence of config/texts/ticket.toml."""
    return Refusal(f"ticket.refused.{key}", params)

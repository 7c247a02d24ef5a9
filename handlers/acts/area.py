"""What an area of the case brings to the chat: forms, acts done at once, and what is offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.moves import move
from flows.tickets.parts import Actor
from handlers.acts.after import after, refuse
from handlers.acts.desk import ActDesk
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class AtOnce:
    """An act that a button or a word does without a question, and what it tells."""

    act: Act
    told: Any
    act_for: Callable[[Visit, Ticket], Act] | None = None  # where it depends on the person
    tell: Callable[[Visit, Ticket], Any] | None = None  # where it depends on the case

    def do(self, visit: Visit, ticket: Ticket, actor: Actor) -> bool:
        """Do it and tell everybody; False = it was refused, and the person told why."""
        act = self.act_for(visit, ticket) if self.act_for else self.act
        told = self.tell(visit, ticket) if self.tell else self.told
        moved = move(ticket, act, actor, told, visit.book.moment)
        if isinstance(moved, Refusal):
            refuse(visit, ticket, moved)
            return False
        after(visit, act, ticket, moved, actor)
        return True


@dataclass(frozen=True, slots=True)
class Area:
    """Part of the case's life: words and buttons of the chat → what they do.

    `offered` are the acts that stand as buttons under the whole case, in their order.
    """

    desks: Mapping[str, ActDesk] = field(default_factory=dict)
    at_once: Mapping[str, AtOnce] = field(default_factory=dict)
    offered: Mapping[Act, str] = field(default_factory=dict)

"""What an area of the case brings to the chat: forms, acts done at once, and what is offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from handlers.acts.desk import ActDesk
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class AtOnce:
    """An act that a button or a word does without a question, and what it tells."""

    act: Act
    told: Any
    act_for: Callable[[Visit, Ticket], Act] | None = None  # where it depends on the person
    tell: Callable[[Visit, Ticket], Any] | None = None  # where it depends on the case


@dataclass(frozen=True, slots=True)
class Area:
    """Part of the case's life: words and buttons of the chat → what they do.

    `offered` are the acts that stand as buttons under the whole case, in their order.
    """

    desks: Mapping[str, ActDesk] = field(default_factory=dict)
    at_once: Mapping[str, AtOnce] = field(default_factory=dict)
    offered: Mapping[Act, str] = field(default_factory=dict)

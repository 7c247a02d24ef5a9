"""What an act changes: fields of the ticket and its clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.tickets.case import Ticket
from flows.tickets.children import Note
from flows.tickets.clocks import Limit
from flows.tickets.parts import Actor
from flows.tickets.policy import Moment
from flows.tickets.state import State


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a ticket; `state` only where the table cannot know it."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    begins: Mapping[str, Limit] = field(default_factory=dict)
    changes: Mapping[str, Limit] = field(default_factory=dict)
    ends: tuple[str, ...] = ()
    extra: int = 0
    floor: int = 0
    state: State | None = None


Files = tuple[str, ...]
Effect = Callable[[Ticket, Actor, Any, Moment], Change]


def unchanged(ticket: Ticket, actor: Actor, told: Any, now: Moment) -> Change:
    """Change nothing but the state."""
    return Change()


def noted(
    ticket: Ticket, actor: Actor, now: Moment, kind: str, text: str, *, files: Files = ()
) -> tuple[Note, ...]:
    """Add a note to those a ticket has."""
    return (*ticket.notes, Note(kind=kind, text=text, by=actor.person, at=now.at, files=files))


def replaced_last(children: tuple[Any, ...], **update: Any) -> tuple[Any, ...]:
    """Change the last child record, the one that is open."""
    return (*children[:-1], children[-1].model_copy(update=update))

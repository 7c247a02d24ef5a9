"""What an act changes: fields of the ticket and its clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.tickets.case import Ticket
from flows.tickets.children import Note
from flows.tickets.limits import Limit
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
    """Add a note to those a ticket has; a department's is marked as its own."""
    note = Note(
        kind=kind,
        text=text,
        by=actor.person,
        at=now.at,
        files=files,
        unit=_speaks_for(ticket, actor, kind),
    )
    return (*ticket.notes, note)


def _speaks_for(ticket: Ticket, actor: Actor, kind: str) -> str:
    """Name the department that a note is written for.

    An opinion is a supporting department's, also where the desk stands in for it (代录).
    """
    lead = {ticket.lead_unit or ""} & actor.departments
    supports = {task.unit for task in ticket.co_tasks}
    supports &= actor.units if kind == "opinion" else actor.departments
    own = supports if kind == "opinion" else lead or supports
    return min(own, default="")


def enclosed(ticket: Ticket, actor: Actor, now: Moment, files: Files) -> dict[str, Any]:
    """Keep what was sent along with an act whose words stand elsewhere (签批扫描件)."""
    return {"notes": noted(ticket, actor, now, "enclosed", "", files=files)} if files else {}


def replaced_last(children: tuple[Any, ...], **update: Any) -> tuple[Any, ...]:
    """Change the last child record, the one that is open."""
    return (*children[:-1], children[-1].model_copy(update=update))

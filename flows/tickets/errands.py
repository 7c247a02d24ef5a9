"""What a 批示 asks of whom (批示事项): who may tick it off, and what becomes of it."""

from __future__ import annotations

from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Errand, Instruction, Ticket
from flows.tickets.parts import DESK, Actor
from flows.tickets.policy import Moment

Placed = tuple[int, Errand]
"""An errand with its place among all that the instructions of a ticket ask."""


def is_for(errand: Errand, actor: Actor) -> bool:
    """Say whether an errand is somebody's own: of their department, of them, of whom they serve."""
    if errand.person is None:
        return errand.who in actor.units
    return errand.person == actor.person or errand.person in actor.serves


def tickable(ticket: Ticket, actor: Actor) -> tuple[Placed, ...]:
    """Return the open errands that somebody may tick off: their own, or for the desk any."""
    desk = bool(actor.parts & DESK)
    return tuple(
        (place, one) for place, one in ticket.errands if one.open and (desk or is_for(one, actor))
    )


def last_tick(ticket: Ticket, actor: Actor, now: Moment) -> Placed | None:
    """Return the errand that somebody ticked off last, if that was today; the desk, any."""
    desk = bool(actor.parts & DESK)
    today = now.at.astimezone(OFFICE_ZONE).date()
    ticked = [
        (one.done_at, place, one)
        for place, one in ticket.errands
        if one.done_at is not None
        and one.done_at.astimezone(OFFICE_ZONE).date() == today
        and (desk or one.done_by == actor.person)
    ]
    if not ticked:
        return None
    _, place, one = max(ticked, key=lambda tick: tick[:2])
    return place, one


def handed_on(ticket: Ticket, gone: str, taker: str) -> tuple[Instruction, ...]:
    """Give what a department still has to do to the one that takes the case over (裁定改派)."""
    said = ticket.instructions
    for place, one in ticket.errands:
        if one.open and one.who == gone:
            moved = ticket.model_copy(update={"instructions": said})
            said = changed(moved, place, who=taker)
    return said


def changed(ticket: Ticket, place: int, **update: Any) -> tuple[Instruction, ...]:
    """Return the instructions of a ticket, the errand in one place changed."""
    found, before = [], 0
    for said in ticket.instructions:
        errands = tuple(
            one.model_copy(update=update) if before + n == place else one
            for n, one in enumerate(said.errands, 1)
        )
        before += len(said.errands)
        found.append(said.model_copy(update={"errands": errands}))
    return tuple(found)

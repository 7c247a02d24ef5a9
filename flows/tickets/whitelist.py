"""What the whitelist of moves is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flows.tickets.acting import Act
from flows.tickets.change import Effect, unchanged
from flows.tickets.guards.base import Guard
from flows.tickets.parts import Part
from flows.tickets.state import State


@dataclass(frozen=True, slots=True)
class Move:
    """Where an act leads, who may do it, what stands against it, and what becomes of it."""

    to: State
    parts: frozenset[Part]
    effect: Effect = unchanged
    needs: tuple[Guard, ...] = ()  # known before anything is told
    guards: tuple[Guard, ...] = ()  # look at what was told


Table = dict[tuple[State, Act], Move]


def stay(states: Iterable[State], act: Act, move: Move) -> Table:
    """Make a row for each state, which the act leaves as it is."""
    return {(s, act): Move(s, move.parts, move.effect, move.needs, move.guards) for s in states}


def lead_to(states: Iterable[State], act: Act, move: Move) -> Table:
    return {(state, act): move for state in states}

"""A form driven from its start: what the last input brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flows.engine import advance
from flows.engine.flow import Flow, State
from flows.engine.words import Submit


def played(
    flow: Flow[Any, Any], events: Iterable[Any], facts: Any, subject: str = ""
) -> tuple[State, list[Any]]:
    """Return where the form stands after these inputs, and the effects of the last."""
    state = State(flow=flow.name, subject=subject)
    effects: list[Any] = []
    for event in events:
        turn = advance(flow, state, event, facts)
        state, effects = turn.state, list(turn.effects)
    return state, effects


def submitted(effects: Sequence[Any]) -> Any:
    """Return the form that was handed over."""
    return next(effect.form for effect in effects if isinstance(effect, Submit))

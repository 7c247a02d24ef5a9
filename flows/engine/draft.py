"""One turn in the making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.engine.flow import Flow, State, Step
from flows.engine.standing import Standing, fresh, question, standing
from flows.engine.validity import fault
from flows.engine.words import Effect, Event, Say, What


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one input."""

    state: State
    effects: tuple[Effect, ...]
    events: tuple[Event, ...]


@dataclass(slots=True)
class Draft:
    """Collect what one input changes, says and leaves in the funnel."""

    flow: Flow[Any, Any]
    facts: Any
    state: State
    effects: list[Effect] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    stand: Standing = field(init=False)

    def __post_init__(self) -> None:
        self.stand = standing(self.flow, self.state, self.facts)

    def turn(self) -> Turn:
        """Return the finished turn."""
        return Turn(self.state, tuple(self.effects), tuple(self.events))

    def change(self, **fields: Any) -> None:
        """Change the state; where the conversation stands follows the answers."""
        self.state = self.state.model_copy(update=fields)
        if "answers" in fields:
            self.stand = standing(self.flow, self.state, self.facts)

    def say(self, key: str, params: Mapping[str, Any] | None = None) -> None:
        """Add a text."""
        self.effects.append(Say(key, params or {}))

    def note(self, what: What, step: str = "") -> None:
        """Add an entry of the funnel."""
        self.events.append(Event(what, step))

    def opened(self) -> tuple[Step[Any], ...]:
        """Return the steps of the open question, () at the review."""
        return self._asked() or question(self.stand, self.facts)

    def forget_gone(self) -> None:
        """Close the question about steps that no longer apply, or are no longer in the flow."""
        asked = tuple(step.field for step in self._asked())
        self.change(asked=asked, mode=self.state.mode if asked else "")

    def _asked(self) -> tuple[Step[Any], ...]:
        return tuple(
            step
            for name in self.state.asked
            for step in self.stand.steps
            if step.field == name and not step.switch
        )

    def fault(self, step: Step[Any], raw: str) -> Say | None:
        """Say what is wrong with an answer as things stand."""
        return fault(self.flow, step, raw, self.stand.values, self.facts)

    def accepts(self, step: Step[Any], raw: str) -> bool:
        """Tell whether an answer is usable as things stand."""
        return self.fault(step, raw) is None

    def take(self, step: Step[Any], raw: str) -> None:
        """Store a usable answer as the latest one."""
        others = {name: value for name, value in self.state.answers.items() if name != step.field}
        hashes = {**self.state.hashes, step.field: self.flow.hashes[step.field]}
        self.change(answers={**others, step.field: raw}, hashes=hashes, faults=0)
        self.note("answered" if raw or not step.optional else "skipped", step.field)

    def drop(self, name: str) -> None:
        """Forget one answer."""
        self.change(
            answers={key: value for key, value in self.state.answers.items() if key != name},
            hashes={key: value for key, value in self.state.hashes.items() if key != name},
        )

    def drop_changed(self) -> bool:
        """Forget the answers to steps whose meaning changed; tell whether there were any."""
        kept = fresh(self.flow, self.state)
        changed = [
            name for name in self.state.answers if name in self.flow.hashes and name not in kept
        ]
        for name in changed:
            self.drop(name)
        return bool(changed)

    def read(self, text: str) -> Mapping[str, str]:
        """Return what the flow finds in a text."""
        return self.flow.read(text, self.facts)

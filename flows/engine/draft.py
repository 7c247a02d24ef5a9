"""One turn in the making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.engine.flow import Flow, State, Step
from flows.engine.standing import fresh, question, standing
from flows.engine.validity import fault
from flows.engine.words import Effect, Event, Say, What


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one input."""

    state: State
    effects: tuple[Effect, ...]
    events: tuple[Event, ...]


class Draft:
    """Collect what one input changes, says and leaves in the funnel."""

    def __init__(self, flow: Flow[Any, Any], facts: Any, state: State) -> None:
        """Begin with the state as it was, field by field: only `turn` makes another."""
        self.flow = flow
        self.facts = facts
        self.effects: list[Effect] = []
        self.events: list[Event] = []
        self.answers: Mapping[str, str] = state.answers
        self.files, self.asked = state.files, state.asked
        self.mode, self.faults, self.phase = state.mode, state.faults, state.phase
        self._began = state
        self._hashes: Mapping[str, str] = state.hashes
        self._readings: dict[str, Mapping[str, str]] = {}
        self._look()

    def turn(self) -> Turn:
        """Return the finished turn."""
        changed = {
            "version": self.flow.version,
            "answers": self.answers,
            "hashes": self._hashes,
            "files": self.files,
            "asked": self.asked,
            "mode": self.mode,
            "faults": self.faults,
            "phase": self.phase,
        }
        state = self._began.model_copy(update=changed)
        return Turn(state, tuple(self.effects), tuple(self.events))

    def _look(self) -> None:
        """See where the conversation stands; it follows the answers."""
        known = fresh(self.flow, self.answers, self._hashes)
        self.stand = standing(self.flow, known, self.facts)

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
        self.asked = tuple(step.field for step in self._asked())
        if not self.asked:
            self.mode = ""

    def _asked(self) -> tuple[Step[Any], ...]:
        return tuple(
            step
            for name in self.asked
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
        others = {name: value for name, value in self.answers.items() if name != step.field}
        self.answers = {**others, step.field: raw}
        self._hashes = {**self._hashes, step.field: self.flow.hashes[step.field]}
        self.faults = 0
        self._look()
        self.note("answered" if raw or not step.optional else "skipped", step.field)

    def drop(self, name: str) -> None:
        """Forget one answer."""
        self.answers = {key: value for key, value in self.answers.items() if key != name}
        self._hashes = {key: value for key, value in self._hashes.items() if key != name}
        self._look()

    def drop_changed(self) -> bool:
        """Forget the answers to steps whose meaning changed; tell whether there were any."""
        kept = fresh(self.flow, self.answers, self._hashes)
        meanings = self.flow.hashes
        changed = [name for name in self.answers if name in meanings and name not in kept]
        for name in changed:
            self.drop(name)
        return bool(changed)

    def read(self, text: str) -> Mapping[str, str]:
        """Return what the flow finds in a text; a text is asked about more than once a turn."""
        found = self._readings.get(text)
        if found is None:
            found = self._readings[text] = self.flow.read(text, self.facts)
        return found

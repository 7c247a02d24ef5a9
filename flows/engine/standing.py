"""Where a conversation stands: computed from its answers, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.engine.flow import Answers, Flow, Step
from flows.engine.validity import fault


@dataclass(frozen=True, slots=True)
class Standing:
    """The steps that apply, the usable values, and the steps without one."""

    steps: tuple[Step[Any], ...]
    values: Mapping[str, str]
    missing: tuple[Step[Any], ...]

    def step(self, name: str) -> Step[Any] | None:
        """Return an applicable step by its field or by what people call it."""
        by_field = next((step for step in self.steps if step.field == name), None)
        return by_field or next((step for step in self.steps if name in step.words), None)


def fresh(flow: Flow[Any, Any], answers: Answers, hashes: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that were given to the steps as they are now."""
    meanings = flow.hashes
    return {
        field: raw
        for field, raw in answers.items()
        if field in meanings and hashes.get(field) == meanings[field]
    }


def standing(flow: Flow[Any, Any], answers: Answers, facts: Any) -> Standing:
    """Go through the steps in order; each sees what is known once those before it are settled.

    The answers are fresh ones.
    """
    known = dict(answers)
    steps: list[Step[Any]] = []
    missing: list[Step[Any]] = []
    for step in flow.steps:
        if not step.when(known, facts):
            known.pop(step.field, None)
            continue
        steps.append(step)
        value = _value(flow, step, known, facts)
        if value is not None:
            known[step.field] = value
            continue
        known.pop(step.field, None)
        missing.append(step)
    # A skip ("") counts as a value here; it leaves the form in `form_values`.
    return Standing(tuple(steps), known, tuple(missing))


def _value(flow: Flow[Any, Any], step: Step[Any], known: Answers, facts: Any) -> str | None:
    raw = known.get(step.field)
    if raw is None:
        raw = step.propose(known, facts)
    if raw is not None and fault(flow, step, raw, known, facts) is None:
        return raw
    return "no" if step.switch else None


def form_values(stand: Standing) -> dict[str, str]:
    """Return what goes into the form: a skipped step leaves its default."""
    return {
        step.field: stand.values[step.field]
        for step in stand.steps
        if step.field in stand.values and not (step.optional and stand.values[step.field] == "")
    }


def question(stand: Standing, facts: Any) -> tuple[Step[Any], ...]:
    """Return the steps to ask now, () when nothing is missing.

    What is required comes first; optional steps ride along or are asked once at the end.
    """
    required = [step for step in stand.missing if not step.optional]
    queue = required or list(stand.missing)
    if not queue:
        return ()
    if not is_plain(queue[0], stand.values, facts):
        return (queue[0],)
    return tuple(step for step in stand.missing if is_plain(step, stand.values, facts))


def is_plain(step: Step[Any], answers: Answers, facts: Any) -> bool:
    """Tell whether a step may share a question with others."""
    return not (step.alone or step.gathers or step.choices(answers, facts))

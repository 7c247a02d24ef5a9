"""A whole form filled at once, as a page does that shows all of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from flows.engine.draft import Draft
from flows.engine.flow import Flow, State, Step
from flows.engine.parsing import chosen, clean, narrow
from flows.engine.standing import form_values
from flows.engine.validity import label, text_fault
from flows.engine.words import Say, Submit


@dataclass(frozen=True, slots=True)
class Filled:
    """The finished form, or what is wrong with which field ("" = with the whole)."""

    state: State
    submit: Submit | None
    faults: Mapping[str, Say]


def fill(
    flow: Flow[Any, Any],
    subject: str,
    said: Mapping[str, str],
    facts: Any,
    files: tuple[str, ...] = (),
) -> Filled:
    """Take what was typed into each field; a field that does not apply is left out.

    An emptied field is empty: nothing is proposed behind the person's back.
    """
    kept = files if flow.takes_files else ()
    draft = Draft(flow, facts, State(flow=flow.name, subject=subject, files=kept))
    faults: dict[str, Say] = {}
    for step in flow.steps:
        if step not in draft.stand.steps:
            continue
        found = _take(draft, step, clean(said.get(step.field, "")))
        if found is not None:
            faults[step.field] = found
    submit = None if faults else _submit(draft, faults)
    return Filled(draft.turn().state, submit, faults)


def _take(draft: Draft, step: Step[Any], raw: str) -> Say | None:
    """Take one answer in the best way it can be read; say what is wrong when there is none."""
    if step.switch:
        raw = "yes" if raw == "yes" else "no"
    ways = [raw] if step.switch or not raw else _ways(draft, step, raw)
    usable = next((way for way in ways if draft.accepts(step, way)), None)
    if usable is not None:
        draft.take(step, usable)
        return None
    if not raw:
        return Say("engine.cannot_skip", {"missing": (label(draft.flow, step, draft.facts),)})
    return draft.fault(step, raw)


def _ways(draft: Draft, step: Step[Any], raw: str) -> list[str]:
    offered = step.choices(draft.stand.values, draft.facts)
    choice = next((one for one in offered if one.value == raw), None) or chosen(raw, offered)
    if choice is not None:
        return [choice.value]
    ways = (step.reads(raw, draft.facts), raw, narrow(raw), draft.read(raw).get(step.field))
    return list(dict.fromkeys(way for way in ways if way))


def _submit(draft: Draft, faults: dict[str, Say]) -> Submit | None:
    try:
        return Submit(draft.flow.form.model_validate(form_values(draft.stand)), draft.files)
    except ValidationError as error:
        places = {str(part) for one in error.errors() for part in one["loc"][:1]}
        for step in draft.stand.steps:
            if step.field in places:
                given = draft.stand.values.get(step.field, "")
                faults[step.field] = text_fault(draft.flow, step, given, "invalid")
        if not faults:
            faults[""] = Say("engine.invalid_form")
        return None

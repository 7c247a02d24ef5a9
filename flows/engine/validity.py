"""What makes an answer usable, and what is said when it is not."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Key, Say

_SHOWN = 40  # characters of an unusable answer that are repeated to the person


def label(flow: Flow[Any, Any], step: Step[Any], facts: Any) -> str:
    """Return what a step is called: the catalogue's name, or the office's own question."""
    return step.asks(facts) or Key(f"{flow.name}.{step.field}.label")


def fault(
    flow: Flow[Any, Any], step: Step[Any], raw: str, answers: Answers, facts: Any
) -> Say | None:
    """Say what is wrong with an answer, or None; "" stands for a skipped step."""
    if step.switch:
        return None if raw in {"yes", "no"} else Say("engine.not_offered")
    if raw == "" and step.optional:
        return None
    if raw.strip() == "" and not step.gathers:
        return text_fault(flow, step, raw, "invalid")
    offered = step.choices(answers, facts) if step.strict else ()
    if offered and raw not in {choice.value for choice in offered}:
        return Say("engine.not_offered")
    form: type[BaseModel] = flow.form
    try:
        field_adapter(form, step.field).validate_python(raw)
    except ValidationError as error:
        limit = _length_limit(error)
        if limit is not None:
            return Say("engine.too_long", {"label": label(flow, step, facts), "limit": limit})
        return text_fault(flow, step, raw, "invalid")
    objection = step.objection(raw, answers, facts)
    return None if objection is None else text_fault(flow, step, raw, objection)


def text_fault(flow: Flow[Any, Any], step: Step[Any], raw: str, name: str) -> Say:
    """Name a fault in the catalogue's words of the step, repeating the head of the answer."""
    return Say(f"{flow.name}.{step.field}.{name}", {"given": raw[:_SHOWN]})


def _length_limit(error: ValidationError) -> int | None:
    for entry in error.errors(include_url=False, include_input=False):
        if entry["type"] == "string_too_long":
            return int(entry["ctx"]["max_length"])
    return None


@cache
def field_adapter(form: type[BaseModel], field: str) -> TypeAdapter[Any]:
    """Validate one field alone, with every constraint the form puts on it."""
    info = form.model_fields[field]
    annotation: Any = Annotated[info.annotation, info]
    return TypeAdapter(annotation)

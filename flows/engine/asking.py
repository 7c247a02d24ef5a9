"""What is shown next: a question, the review, or the finished form."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from flows.engine.draft import Draft
from flows.engine.flow import Step
from flows.engine.standing import form_values, question
from flows.engine.validity import label, text_fault
from flows.engine.words import Ask, Choice, Key, Line, Say, Submit

PATIENCE = 3  # unusable answers in a row before a person is offered


def show(draft: Draft) -> None:
    """Show what comes next as things stand."""
    draft.mode = ""
    steps = question(draft.stand, draft.facts)
    if steps:
        ask(draft, steps)
    elif draft.flow.review:
        review(draft)
    else:
        submit(draft)


def show_again(draft: Draft) -> None:
    """Repeat the open question, or go on when there is none."""
    asked = draft.opened()
    if draft.asked and asked:
        ask(draft, asked)
    else:
        show(draft)


def carry_on(draft: Draft) -> None:
    """Leave a correction; a step that still gathers goes on gathering."""
    if draft.mode == "gathering":
        show_again(draft)
    else:
        show(draft)


def ask(draft: Draft, steps: tuple[Step[Any], ...]) -> None:
    """Ask for one step, or for several in one question."""
    fields = tuple(step.field for step in steps)
    choices = (*_choices(draft, steps), *_human(draft))
    name = draft.flow.name
    if len(steps) > 1:
        labels = tuple(label(draft.flow, step, draft.facts) for step in steps)
        optional = all(step.optional for step in steps)
        params = {"missing": labels, "optional": optional}
        effect = Ask(f"{name}.missing", params, choices, fields)
    elif steps[0].gathers and draft.mode == "gathering":
        params = {"files": len(draft.files)}
        effect = Ask(f"{name}.{fields[0]}.more", params, choices, fields)
    else:
        question = steps[0].asks(draft.facts)
        params = dict(steps[0].tells(draft.stand.values, draft.facts))
        params |= {"question": question} if question else {}
        effect = Ask(f"{name}.{fields[0]}.ask", params, choices, fields)
    draft.asked = fields
    draft.effects.append(effect)
    for field in fields:
        draft.note("asked", field)


def _choices(draft: Draft, steps: tuple[Step[Any], ...]) -> tuple[Choice, ...]:
    found: list[Choice] = []
    if len(steps) == 1:
        step = steps[0]
        found += [
            Choice(offer.label, f"pick:{step.field}:{offer.value}", offer.style)
            for offer in step.choices(draft.stand.values, draft.facts)
        ]
        if step.gathers:
            found.append(Choice(Key("engine.choice.finish"), "finish", "primary"))
    if all(step.optional and not step.gathers for step in steps):
        found.append(Choice(Key("engine.choice.skip"), "skip"))
    return tuple(found)


def _human(draft: Draft) -> tuple[Choice, ...]:
    if draft.faults < PATIENCE:
        return ()
    return (Choice(Key("engine.choice.human"), "human"),)


def review(draft: Draft, key: str | None = None) -> None:
    """Show everything that is known and wait for a yes."""
    flow, values = draft.flow, draft.stand.values
    lines = tuple(
        Line(label(flow, step, draft.facts), shown)
        for step in draft.stand.steps
        if not step.switch and (raw := values.get(step.field))
        if (shown := step.show(raw, values, draft.facts))
    )
    params = {
        "lines": lines,
        "files": len(draft.files),
        **flow.review_params(values, draft.facts),
    }
    choices = (
        Choice(Key("engine.choice.confirm"), "confirm", "primary"),
        *(_toggle(draft, step) for step in draft.stand.steps if step.switch),
        *((Choice(Key("engine.choice.edit"), "edit"),) if lines else ()),
        Choice(Key("engine.choice.cancel"), "cancel"),
        *_human(draft),
    )
    draft.asked = ()
    draft.mode = ""
    draft.effects.append(Ask(key or f"{flow.name}.review", params, choices))
    draft.note("reviewed")


def _toggle(draft: Draft, step: Step[Any]) -> Choice:
    way = "toggle_on" if draft.stand.values[step.field] == "yes" else "toggle_off"
    return Choice(Key(f"{draft.flow.name}.{step.field}.{way}"), f"toggle:{step.field}")


def ask_to_correct(draft: Draft, step: Step[Any]) -> None:
    """Ask for one known answer anew; it stays until the new one is there."""
    draft.mode = "editing"
    ask(draft, (step,))


def ask_which(draft: Draft) -> None:
    """Ask which answer to correct."""
    choices = tuple(
        Choice(label(draft.flow, step, draft.facts), f"edit:{step.field}")
        for step in draft.stand.steps
        if not step.switch
    )
    if not choices:
        show_again(draft)
        return
    draft.asked = ()
    draft.mode = ""
    draft.effects.append(Ask("engine.edit_which", {}, choices))


def submit(draft: Draft) -> None:
    """Hand the form over; what only the whole form can object to is asked again."""
    try:
        form = draft.flow.form.model_validate(form_values(draft.stand))
    except ValidationError as error:
        _ask_again(draft, error)
        return
    draft.effects.append(Submit(form, draft.files))
    draft.phase = "done"
    draft.asked = ()
    draft.mode = ""
    draft.faults = 0
    draft.note("submitted")


def _ask_again(draft: Draft, error: ValidationError) -> None:
    places = [str(part) for entry in error.errors(include_url=False) for part in entry["loc"][:1]]
    steps = [step for name in places for step in draft.stand.steps if step.field == name]
    step = next((step for step in steps if not step.switch), None)
    if step is None:
        refuse(draft, Say("engine.invalid_form"))
        review(draft)
        return
    given = draft.stand.values.get(step.field, "")
    refuse(draft, text_fault(draft.flow, step, given, "invalid"), step)
    ask(draft, (step,))


def refuse(draft: Draft, said: Say, step: Step[Any] | None = None) -> None:
    """Say what was wrong; after a few times in a row offer a person."""
    draft.effects.append(said)
    draft.note("refused", step.field if step else "")
    draft.faults += 1
    if draft.faults == PATIENCE:
        draft.say("engine.offer_human")

"""Advance a conversation by one input. No I/O, no clock, no randomness."""

from __future__ import annotations

from typing import Any, TypeVar

from flows.engine.asking import (
    ask,
    ask_to_correct,
    ask_which,
    carry_on,
    refuse,
    show,
    show_again,
    submit,
)
from flows.engine.draft import Draft, Turn
from flows.engine.flow import Flow, State, Step
from flows.engine.parsing import clean
from flows.engine.said import hear, open_with, take_all
from flows.engine.standing import Standing, form_values, fresh, question, standing
from flows.engine.validity import label, text_fault
from flows.engine.words import (
    Back,
    Cancel,
    Confirm,
    Edit,
    Finish,
    Input,
    Leave,
    Picked,
    Refused,
    Remind,
    Said,
    Say,
    Skip,
    Start,
    Toggle,
)

Facts = TypeVar("Facts")

_FLIPPED = {"yes": "no", "no": "yes"}


def current(flow: Flow[Any, Facts], state: State, facts: Facts) -> Step[Facts] | None:
    """Return the first step that is to be asked, None when nothing is missing."""
    return next(iter(question(_stand(flow, state, facts), facts)), None)


def kept(flow: Flow[Any, Facts], state: State, facts: Facts) -> dict[str, str]:
    """Return the answers that count, proposals included, without skipped steps."""
    return form_values(_stand(flow, state, facts))


def _stand(flow: Flow[Any, Facts], state: State, facts: Facts) -> Standing:
    return standing(flow, fresh(flow, state.answers, state.hashes), facts)


def advance(flow: Flow[Any, Facts], state: State, event: Input, facts: Facts) -> Turn:
    """Apply one input to a conversation."""
    draft = Draft(flow, facts, state)
    match event:
        case Refused() if state.phase != "cancelled":
            _reopen(draft, event)
        case _ if state.phase in {"done", "cancelled"}:
            draft.say("engine.closed")
        case Leave():
            draft.note("left", _place(draft))
            draft.phase = "paused"
            draft.say("engine.left")
        case Cancel() if state.mode != "editing":
            draft.note("cancelled", _place(draft))
            draft.phase = "cancelled"
            draft.asked = ()
            draft.mode = ""
            draft.faults = 0
            draft.say(f"{flow.name}.cancelled")
        case _:
            if draft.drop_changed():
                draft.say("engine.changed")
            if state.phase == "paused" and not isinstance(event, Remind):
                draft.phase = "open"
                draft.note("resumed")
            draft.forget_gone()
            _apply(draft, event)
    return draft.turn()


def _place(draft: Draft) -> str:
    return draft.asked[0] if draft.asked else ""


def _apply(draft: Draft, event: Input) -> None:
    """Apply an input to an open conversation."""
    match event:
        case Start(text, given, files):
            open_with(draft, text, given, files)
        case Said(text, files):
            hear(draft, text, files)
        case Picked(field, value):
            _pick(draft, field, value)
        case Toggle(field):
            _toggle(draft, field)
        case Confirm():
            _confirm(draft)
        case Skip():
            _skip(draft)
        case Finish():
            _finish(draft)
        case _:
            _move_about(draft, event)


def _move_about(draft: Draft, event: Input) -> None:
    """Apply an input that answers nothing."""
    match event:
        case Back():
            _back(draft)
        case Edit(field):
            step = draft.stand.step(field) if field else None
            if step is None or step.switch:
                ask_which(draft)
            else:
                ask_to_correct(draft, step)
        case Remind():
            draft.say("engine.remind")
            show_again(draft)
        case _:  # Resume, and Cancel of a correction
            if not any(entry.what == "resumed" for entry in draft.events):
                draft.note("resumed")
            carry_on(draft)


def _pick(draft: Draft, field: str, value: str) -> None:
    step = draft.stand.step(field)
    if step is None:
        draft.say("engine.not_understood")
        show_again(draft)
        return
    open_one = step.field in draft.asked
    faults = take_all(draft, {step.field: [clean(value)]})
    if faults:
        refuse(draft, *faults[0])
    if faults or (draft.mode and not open_one):
        show_again(draft)
    else:
        show(draft)


def _back(draft: Draft) -> None:
    """Ask for the latest answer again, then for the one before; each stays until replaced."""
    known = [draft.stand.step(name) for name in draft.answers]
    given = [step for step in known if step is not None and not step.switch]
    if draft.mode == "editing":
        edited = [n for n, step in enumerate(given) if step.field in draft.asked]
        given = given[: edited[0]] if edited else []
    if given:
        ask_to_correct(draft, given[-1])
    elif draft.mode == "editing":
        carry_on(draft)
    else:
        draft.say("engine.nothing_before")
        show_again(draft)


def _toggle(draft: Draft, field: str) -> None:
    step = draft.stand.step(field)
    if step is not None and step.switch:
        draft.take(step, _FLIPPED[draft.stand.values[step.field]])
    show_again(draft)


def _confirm(draft: Draft) -> None:
    asked, missing = draft.opened(), draft.stand.missing
    if not draft.asked and not missing:
        submit(draft)
        return
    if not any(not step.optional for step in missing):
        for step in asked:
            if draft.asked and step in missing:
                draft.take(step, "")
        draft.mode = ""
    carry_on(draft)


def _skip(draft: Draft) -> None:
    steps = draft.opened()
    required = tuple(step for step in steps if not step.optional)
    if required:
        labels = tuple(label(draft.flow, step, draft.facts) for step in required)
        refuse(draft, Say("engine.cannot_skip", {"missing": labels}), required[0])
        ask(draft, steps)
        return
    for step in steps:
        draft.take(step, "")
    show(draft)


def _finish(draft: Draft) -> None:
    steps = draft.opened()
    if len(steps) != 1 or not steps[0].gathers:
        show_again(draft)
        return
    step = steps[0]
    if step in draft.stand.missing:
        if not draft.files or not draft.accepts(step, ""):
            refuse(draft, text_fault(draft.flow, step, "", "invalid"), step)
            ask(draft, steps)
            return
        draft.take(step, "")
    show(draft)


def _reopen(draft: Draft, event: Refused) -> None:
    """Go on after a refused filing: every answer stays but the one concerned."""
    draft.drop_changed()
    draft.phase = "open"
    draft.mode = ""
    draft.asked = ()
    draft.say(event.key, event.params)
    draft.note("refused", event.at or "")
    step = draft.stand.step(event.at) if event.at else None
    askable = [step for step in draft.stand.steps if not step.switch]
    if step is not None and not step.switch:
        draft.drop(step.field)
        ask(draft, (step,))
    elif draft.flow.review or draft.stand.missing or not askable:
        show(draft)
    else:
        # Without a review the same form would be handed over again at once.
        ask_to_correct(draft, askable[-1])

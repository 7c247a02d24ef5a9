"""What a typed text means, given the open question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flows.engine.asking import ask, ask_to_correct, refuse, review, show, show_again
from flows.engine.draft import Draft
from flows.engine.flow import Step, joined
from flows.engine.parsing import (
    chosen,
    clean,
    labelled,
    named,
    narrow,
    partitions,
    split_labels,
    without_word,
)
from flows.engine.validity import label
from flows.engine.words import Choice, Say

GROWTH = 4  # characters from which a text at the review is more than a wave of the hand
_TELLING = 10  # characters around the facts found from which a text tells the matter itself
_PARTS = 12  # a text of more parts is a story, not a list of answers

Steps = tuple[Step[Any], ...]
Faults = tuple[tuple[Say, Step[Any]], ...]
Ways = Mapping[str, list[str]]  # by field: how a text can be taken, the best first


def hear(draft: Draft, text: str, files: tuple[str, ...]) -> None:
    """Take a typed text and files as an answer to the open question."""
    text, steps = clean(text), draft.opened()
    if _switched(draft, text):
        show_again(draft)
        return
    gathering = len(steps) == 1 and steps[0].gathers
    if files:
        _keep_files(draft, files, quiet=gathering)
    if gathering and (text or files):
        _gather(draft, steps[0], text)
    elif not text and files:
        show_again(draft)
    elif not text:
        refuse(draft, Say("engine.not_understood"), *steps[:1])
        show_again(draft)
    elif steps:
        _answer_question(draft, steps, text)
    elif draft.flow.review:
        _at_review(draft, text)
    else:
        show(draft)


def open_with(draft: Draft, text: str, given: Mapping[str, str], files: tuple[str, ...]) -> None:
    """Take what is known at the start; what is unusable will be asked."""
    text = clean(text)
    if files:
        _keep_files(draft, files, quiet=True)
    for said, step in take_all(draft, {name: [clean(raw)] for name, raw in given.items()}):
        if step.grows:  # the matter itself was told and is not kept: that is said
            refuse(draft, said, step)
    if text:
        found = draft.read(text)
        wrong = take_all(draft, {name: [raw] for name, raw in found.items() if name not in given})
        if wrong:
            refuse(draft, *wrong[0])
        _take_whole(draft, text)
    show(draft)


def take_all(draft: Draft, found: Ways) -> Faults:
    """Take the usable values in the order of the steps; return what is wrong with the others."""
    faults: list[tuple[Say, Step[Any]]] = []
    for step in draft.flow.steps:
        ways = [_as_offered(draft, step, raw) for raw in found.get(step.field, ())]
        if not ways or step not in draft.stand.steps:
            continue
        usable = next((raw for raw in ways if draft.accepts(step, raw)), None)
        if usable is not None:
            draft.take(step, usable)
        elif said := draft.fault(step, ways[0]):
            faults.append((said, step))
    return tuple(faults)


def _as_offered(draft: Draft, step: Step[Any], raw: str) -> str:
    choice = named(raw, step.choices(draft.stand.values, draft.facts))
    return choice.value if choice else raw


def _take_whole(draft: Draft, text: str) -> None:
    """Take a paragraph as the problem itself, unless the problem was found in it."""
    growing = [step for step in draft.stand.missing if step.grows]
    if not growing:
        return
    said = draft.fault(growing[0], text)
    if said is None:
        draft.take(growing[0], text)
    else:
        refuse(draft, said, growing[0])


def _keep_files(draft: Draft, files: tuple[str, ...], quiet: bool) -> None:
    if not draft.flow.takes_files:
        draft.say("engine.no_files")
        return
    draft.files = (*draft.files, *files)
    if not quiet:
        draft.say("engine.files_added", {"count": len(draft.files)})


def _gather(draft: Draft, step: Step[Any], text: str) -> None:
    offered = named(text, step.choices(draft.stand.values, draft.facts)) if text else None
    if offered is not None:  # it says that there is nothing to gather
        _answer(draft, (step,), step, [offered.value], text)
        return
    going_on = draft.mode == "gathering" or step.adds is not joined
    before = draft.stand.values.get(step.field, "") if going_on else ""
    whole = step.adds(before, text, draft.files, draft.facts)
    if whole != before:
        if said := draft.fault(step, whole):
            refuse(draft, said, step)
            ask(draft, (step,))
            return
        draft.take(step, whole)
    elif text:
        refuse(draft, Say("engine.not_understood"), step)
    if text or draft.flow.takes_files:
        draft.mode = "gathering"
    ask(draft, (step,))


def _answer_question(draft: Draft, steps: Steps, text: str) -> None:
    if len(steps) > 1:
        _answer_several(draft, steps, text)
        return
    step = steps[0]
    others = [other for other in draft.stand.steps if other != step and not other.switch]
    offered = step.choices(draft.stand.values, draft.facts)
    choice = _choice(draft, step, text, offered)
    corrections, rest = split_labels(text, others)
    if choice:
        _answer(draft, steps, step, [choice.value], text)
    elif corrections and (offered or not rest):
        _correct(draft, steps, _located(draft, text, ()))
    elif offered and step.strict:
        refuse(draft, Say("engine.not_offered"), step)
        ask(draft, steps)
    else:
        _answer(draft, steps, step, _ways(draft, step, text), text)


def _choice(draft: Draft, step: Step[Any], text: str, offered: tuple[Choice, ...]) -> Choice | None:
    if not offered:
        return None
    told = labelled(text, [step]).get(step.field, text)
    return chosen(told, offered) or named(draft.read(text).get(step.field, ""), offered)


def _answer(draft: Draft, steps: Steps, step: Step[Any], ways: list[str], text: str) -> None:
    """Answer one of the open steps."""
    usable = next((raw for raw in ways if draft.accepts(step, raw)), None)
    if usable is None:
        if said := draft.fault(step, ways[0]):
            refuse(draft, said, step)
        ask(draft, steps)
        return
    draft.take(step, usable)
    if step.grows:
        _take_also(draft, text, {other.field for other in draft.stand.missing})
    elif step.alone:  # "人社局 协办 街道": who answers more than was asked means it
        open_ones = {other.field for other in draft.stand.steps} - draft.answers.keys()
        _take_also(draft, text, open_ones)
    _skip_rest(draft, steps)
    show(draft)


def _take_also(draft: Draft, text: str, fields: Iterable[str]) -> None:
    """Take what else a text answers, of these steps."""
    wanted, found = set(fields), draft.read(text)
    take_all(draft, {name: [raw] for name, raw in found.items() if name in wanted})


def _ways(draft: Draft, step: Step[Any], text: str) -> list[str]:
    """Return how a text can be taken as the answer to one step, the best first."""
    told = labelled(text, draft.stand.steps).get(step.field)
    own = step.reads(told or text, draft.facts)
    ways = (own, told, text, narrow(text), draft.read(text).get(step.field))
    return list(dict.fromkeys(way for way in ways if way))


def _located(draft: Draft, text: str, asked: Iterable[str]) -> Ways:
    """Find values for the asked steps, and for others that the text names by a label."""
    steps = [step for step in draft.stand.steps if not step.switch]
    told, read, asked = labelled(text, steps), draft.read(text), set(asked)
    found = {}
    for step in steps:
        if step.field in told or step.field in asked:
            ways = (read.get(step.field), told.get(step.field))
            found[step.field] = [way for way in ways if way]
    return {name: ways for name, ways in found.items() if ways}


def _answer_several(draft: Draft, steps: Steps, text: str) -> None:
    located = dict(_located(draft, text, [step.field for step in steps]))
    located |= _by_position(draft, steps, text, located)
    required = [step for step in steps if not step.optional]
    rest = [step for step in required if step.field not in located]
    if located:
        told = len(text) - sum(len(ways[0]) for ways in located.values())
        if len(rest) == 1 and rest[0].grows and told >= _TELLING:
            located[rest[0].field] = [text]
        _correct(draft, steps, located)
    elif len(required) == 1:
        _answer(draft, steps, required[0], _ways(draft, required[0], text), text)
    elif growing := [step for step in steps if step.grows]:
        _answer(draft, steps, growing[0], _ways(draft, growing[0], text), text)
    else:
        refuse(draft, Say("engine.not_understood"), *steps[:1])
        ask(draft, steps)


def _by_position(draft: Draft, steps: Steps, text: str, located: Ways) -> Ways:
    """Match the parts of a text that are not explained yet with the open steps, in order."""
    rest = [step for step in steps if step.field not in located]
    required = [step for step in rest if not step.optional]
    for parts in partitions(text):
        if not rest or not 1 < len(parts) <= _PARTS:
            continue
        words = {word for step in draft.stand.steps for word in step.words}
        asked = {step.field for step in steps}
        loose = [
            part
            for part in parts
            if part not in words
            and not _explained(draft, part, located)
            and not draft.read(part).keys() - asked  # it answers something else
        ]
        for wanted in (rest, required):
            if wanted and len(loose) == len(wanted):
                pairs = zip(wanted, loose, strict=True)
                found = {step.field: _part_ways(draft, step, part) for step, part in pairs}
                if all(found.values()):
                    return found
    return {}


def _explained(draft: Draft, part: str, located: Ways) -> bool:
    if labelled(part, draft.stand.steps) or draft.read(part).keys() & located.keys():
        return True
    return any(way in part or part in way for ways in located.values() for way in ways)


def _part_ways(draft: Draft, step: Step[Any], part: str) -> list[str]:
    ways = (without_word(part, step), narrow(part), draft.read(part).get(step.field))
    return [way for way in ways if way and draft.accepts(step, way)]


def _correct(draft: Draft, steps: Steps, found: Ways) -> None:
    """Take what was found for open and labelled steps; the first unusable one is named."""
    faults = take_all(draft, found)
    if faults:
        refuse(draft, *faults[0])
    asked = tuple(step for step in steps if step.field not in found or step in draft.stand.missing)
    if faults and asked:
        ask(draft, asked)
        return
    if found.keys() & {step.field for step in steps}:
        _skip_rest(draft, steps)
        show(draft)
    else:
        show_again(draft)


def _skip_rest(draft: Draft, steps: Steps) -> None:
    """Take optional steps as skipped once the question they rode along with is answered."""
    if any(step in draft.stand.missing and not step.optional for step in steps):
        return
    for step in steps:
        if step in draft.stand.missing:
            draft.take(step, "")


def _switched(draft: Draft, text: str) -> bool:
    """Flip a switch by its words, off with 不 in front: 对部门隐去企业名, 不隐去企业名."""
    for step in draft.stand.steps:
        if step.switch and text.removeprefix("不") in step.words:
            draft.take(step, "no" if text.startswith("不") else "yes")
            return True
    return False


def _added(draft: Draft, text: str) -> Ways:
    """Find what a text at the review fills in, or corrects by naming it: 号码打错了，139…"""
    read = draft.read(text)
    found = {}
    for step in draft.stand.steps:
        raw = read.get(step.field)
        named = any(word in text for word in step.words)
        if raw and not step.grows and (named or not draft.stand.values.get(step.field)):
            found[step.field] = [raw]
    return found


def _misplaced(draft: Draft, added: Ways) -> list[str]:
    """Find what answered an optional question by its place alone and gives way to a better answer.

    Who sends a story in pieces tells the next piece there: it belongs to the story.
    """
    found = []
    for step in draft.stand.steps:
        old = draft.stand.values.get(step.field, "")
        given_way = step.optional and step.field in added and len(old) >= _TELLING
        if given_way and draft.read(old).get(step.field) != old:
            found.append(old)
    return found


def _at_review(draft: Draft, text: str) -> None:
    step = draft.stand.step(text)
    found = _located(draft, text, ())
    growing = next((step for step in draft.stand.steps if step.grows), None)
    if step is not None and not step.switch:
        ask_to_correct(draft, step)
    elif found:
        faults = take_all(draft, found)
        if faults:
            refuse(draft, *faults[0])
        show(draft)
    elif growing is not None and (len(text) >= GROWTH or growing.adds is not joined):
        added = _added(draft, text)
        misplaced = _misplaced(draft, added)
        take_all(draft, added)
        for old in misplaced:
            _grow(draft, growing, old)
        told = len(text) - sum(len(ways[0]) for ways in added.values())
        if added and told < _TELLING:
            show(draft)
        else:
            _grow(draft, growing, text)
    elif draft.flow.rereads and (read := draft.read(text)):
        faults = take_all(draft, {name: [raw] for name, raw in read.items()})
        if faults:
            refuse(draft, *faults[0])
        show(draft)
    else:
        refuse(draft, Say("engine.at_review"))
        review(draft, "engine.review_hint")


def _grow(draft: Draft, step: Step[Any], text: str) -> None:
    before = draft.stand.values.get(step.field, "")
    whole = step.adds(before, text, draft.files, draft.facts)
    if said := draft.fault(step, whole):
        refuse(draft, said, step)
    elif whole == before:
        refuse(draft, Say("engine.at_review"))
    else:
        draft.take(step, whole)
        if step.adds is joined:  # of an answer in parts the card itself shows what became of it
            draft.say("engine.grown", {"label": label(draft.flow, step, draft.facts)})
    show(draft)

"""Forms of the ladder by hand: 督办, 应急."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.tickets.forms.common import EDGE, CaseFacts, Frozen, Sentence, sentence
from flows.tickets.ladder import Rung

EMERGENCY = sentence("emergency")  # 应急

_WORDS: Mapping[str, Rung] = {
    "督办单": Rung.SUPERVISED,
    "督办函": Rung.LETTER,
    "会商": Rung.CONFERENCE,
}


class SuperviseForm(Frozen):
    """督办 by hand: which rung, and why."""

    level: Literal["2", "3", "4"]
    text: Sentence


def _levels(answers: Answers, facts: CaseFacts) -> tuple[Choice, ...]:
    """Offer the rungs that the person may set."""
    named = {rung: word for word, rung in _WORDS.items()}
    return tuple(
        Choice(
            Key(f"supervise.level.{Rung(rung).name.lower()}"),
            str(rung),
            words=(named[Rung(rung)],),
        )
        for rung in facts.rungs
    )


def _only_level(answers: Answers, facts: CaseFacts) -> str | None:
    return str(facts.rungs[0]) if len(facts.rungs) == 1 else None


def _read(text: str, facts: CaseFacts) -> Mapping[str, str]:
    """Read "督办函 三次催办没有回应"; a rung counts only where it is said first."""
    words = text.strip(EDGE)
    for word, rung in _WORDS.items():
        if words.startswith(word):
            why = words.removeprefix(word).strip(EDGE)
            return {"level": str(int(rung)), **({"text": why} if why else {})}
    return {"text": words} if words else {}


SUPERVISE: Flow[SuperviseForm, CaseFacts] = Flow(
    name="supervise",
    form=SuperviseForm,
    read=_read,
    review=False,  # what leaves may be called off for half an hour
    steps=(
        Step(
            "level",
            words=("级别",),
            choices=_levels,
            propose=_only_level,
            strict=False,  # who asks for a rung of others is told whose it is
            alone=True,
        ),
        Step("text", words=("理由", "原因"), alone=True),
    ),
)

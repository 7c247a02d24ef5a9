"""The question which of several activities is meant; what was said of it is kept meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.engine.flow import Flow, Step
from flows.engine.words import Choice
from flows.registration.event import Event


class WhichForm(BaseModel):
    """The activity that was meant, and the sentence that named several."""

    model_config = ConfigDict(frozen=True)

    event: str
    text: Annotated[str, StringConstraints(max_length=200)] = ""


@dataclass(frozen=True, slots=True)
class WhichFacts:
    """The activities that may be meant, the likeliest first."""

    events: Sequence[Event] = ()


WHICH: Flow[WhichForm, WhichFacts] = Flow(
    name="which",
    form=WhichForm,
    review=False,
    steps=(
        Step("text", words=("原话",), optional=True, propose=lambda answers, facts: ""),
        Step(
            "event",
            words=("活动",),
            choices=lambda answers, facts: tuple(
                Choice(one.title_whole[:20], one.number) for one in facts.events
            ),
            alone=True,
        ),
    ),
)

"""What those who came say of an activity the morning after: one tap, and a sentence if they like.

The office reads counts and sentences, never who gave them, and nothing before enough answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.engine.flow import Flow, Step
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll

FEWEST = 5  # answers from which they are shown: of fewer one could guess whose each is
LONGEST = 200  # characters of the sentence


class Gain(StrEnum):
    """What somebody got out of an activity."""

    MUCH = "much"  # 收获大
    SOME = "some"  # 一般
    NOTHING = "nothing"  # 没收获


@dataclass(frozen=True, slots=True)
class Results:
    """What was answered, as far as it may be shown."""

    asked: int  # parties that came
    answered: int
    counts: Mapping[Gain, int] = field(default_factory=dict)  # empty = too few answered
    sentences: tuple[str, ...] = ()  # in an order that says nothing of who wrote them


def unasked(roll: Roll) -> tuple[Registration, ...]:
    """Return who is to be asked: those who came, can be written to and were not asked yet."""
    came = roll.standing(Standing.ARRIVED)
    return tuple(one for one in came if one.person is not None and not one.asked)


def asked_now(before: Roll, after: Roll) -> tuple[Registration, ...]:
    """Return whom a stroke of the clock asks."""
    was = {one.seq for one in before.registrations.values() if one.asked}
    found = (one for one in after.registrations.values() if one.asked)
    return tuple(one for one in found if one.seq not in was)


def results(roll: Roll) -> Results:
    """Count what was answered."""
    came = roll.standing(Standing.ARRIVED)
    gains = [Gain(one.gain) for one in came if one.gain]
    if len(gains) < FEWEST:
        return Results(len(came), len(gains))
    found = Counter(gains)
    counts = {gain: found[gain] for gain in Gain}
    return Results(len(came), len(gains), counts, tuple(sorted(o.remark for o in came if o.remark)))


class SurveyForm(BaseModel):
    """The sentence that may follow."""

    model_config = ConfigDict(frozen=True)

    remark: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)] = ""


SURVEY: Flow[SurveyForm, None] = Flow(
    name="survey",
    form=SurveyForm,
    review=False,
    steps=(Step("remark", words=("一句话",), optional=True, alone=True),),
)


__all__ = ["FEWEST", "SURVEY", "Gain", "Results", "SurveyForm", "asked_now", "results", "unasked"]

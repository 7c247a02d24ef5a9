"""The conversations about a place that somebody has: more or fewer people, a colleague, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Key
from flows.people.contact import PersonName, Phone
from flows.registration.reading import read_sign_up
from flows.registration.registration import Registration
from flows.registration.roll import Roll


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A list, and whose place on it the conversation is about."""

    roll: Roll
    place: Registration


class PeopleForm(BaseModel):
    """How many come instead, and who."""

    model_config = ConfigDict(frozen=True)

    party: Annotated[int, Field(ge=1, le=50)]
    companions: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class InsteadForm(BaseModel):
    """Who of the same enterprise comes instead."""

    model_config = ConfigDict(frozen=True)

    name: PersonName
    phone: Phone


class LeaveForm(BaseModel):
    """Nothing but a yes."""

    model_config = ConfigDict(frozen=True)


def about(answers: Answers, facts: PlaceFacts) -> Mapping[str, Any]:
    """Return what a review says of the place."""
    place, event = facts.place, facts.roll.event
    return {
        "event": event.title_whole,
        "starts": event.starts_at,
        "name": place.name,
        "party": place.party,
        "standing": Key(f"registration.standing.{place.standing.value}"),
    }


def _party(text: str, facts: PlaceFacts) -> str | None:
    found = "".join(char for char in text if char.isdecimal())
    return found or None


PEOPLE: Flow[PeopleForm, PlaceFacts] = Flow(
    name="party",
    form=PeopleForm,
    review=False,
    steps=(
        Step("party", words=("人数",), reads=_party, tells=about, alone=True),
        Step(
            "companions",
            words=("随行",),
            when=lambda answers, facts: answers.get("party", "1") != "1",
            optional=True,
            alone=True,
        ),
    ),
)


def _who(text: str, facts: PlaceFacts) -> Mapping[str, str]:
    """Read "沈丽君 13805740003"."""
    told = read_sign_up(text)
    return {name: value for name, value in (("name", told.name), ("phone", told.phone)) if value}


INSTEAD: Flow[InsteadForm, PlaceFacts] = Flow(
    name="instead",
    form=InsteadForm,
    read=_who,
    review_params=about,
    steps=(
        Step("name", words=("姓名", "名字")),
        Step("phone", words=("电话", "手机")),
    ),
)

LEAVE: Flow[LeaveForm, PlaceFacts] = Flow(
    name="leave", form=LeaveForm, review_params=about, steps=()
)

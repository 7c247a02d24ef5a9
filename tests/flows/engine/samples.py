"""Two small flows that use every trait of a step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows.engine import (
    Answers,
    Ask,
    Choice,
    Effect,
    Event,
    Flow,
    Input,
    Key,
    Say,
    State,
    Step,
    Submit,
    Turn,
    advance,
)

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=20)]


class PetitionForm(BaseModel):
    """What a petition consists of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: Short
    contact: Short
    mobile: Annotated[str, StringConstraints(pattern=r"^1[3-9]\d{9}$")]
    problem: Annotated[str, StringConstraints(min_length=4, max_length=60)]
    kind: Literal["road", "water"]
    depth: Annotated[int | None, Field(ge=1, le=5)] = None
    since: Annotated[str, StringConstraints(max_length=20)] = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The world of the samples."""

    company: str = ""
    contact: str = ""
    mobile: str = ""
    blocked: str = ""
    kinds: tuple[str, ...] = ("road", "water")


LABELS = {"road": "道路", "water": "水"}


def _read(text: str, facts: Facts) -> Mapping[str, str]:
    found = {}
    if mobile := re.search(r"1[3-9]\d{9}", text):
        found["mobile"] = mobile.group()
    if company := re.search(r"[\u4e00-\u9fff]{2,10}公司", text):
        found["company"] = company.group()
    return found


def _kinds(answers: Answers, facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(LABELS[kind], kind) for kind in facts.kinds)


def _is_water(answers: Answers, facts: Facts) -> bool:
    return answers.get("kind") == "water"


def _blocked(raw: str, answers: Answers, facts: Facts) -> str | None:
    return "blocked" if raw == facts.blocked else None


PETITION: Flow[PetitionForm, Facts] = Flow(
    name="petition",
    form=PetitionForm,
    read=_read,
    takes_files=True,
    review_params=lambda answers, facts: {"who": answers["company"]},
    steps=(
        Step("company", words=("企业", "公司"), propose=lambda a, f: f.company or None),
        Step("contact", words=("联系人", "姓名"), propose=lambda a, f: f.contact or None),
        Step(
            "mobile",
            words=("电话", "手机"),
            objection=_blocked,
            propose=lambda a, f: f.mobile or None,
        ),
        Step("problem", words=("问题",), grows=True),
        Step(
            "kind",
            words=("类别",),
            choices=_kinds,
            show=lambda raw, a, f: LABELS.get(raw, raw),
        ),
        Step("depth", words=("水深",), when=_is_water),
        Step("since", words=("时间",), optional=True),
        Step("hidden", words=("隐名",), switch=True),
    ),
)


class DiaryForm(BaseModel):
    """What a diary entry consists of."""

    model_config = ConfigDict(frozen=True)

    story: Annotated[str, StringConstraints(max_length=30)] = ""
    mood: str = ""
    title: Annotated[str, StringConstraints(max_length=10)] = ""


def _moods(answers: Answers, facts: None) -> tuple[Choice, ...]:
    return (Choice("好", "good", "primary"), Choice("坏", "bad"))


def diary(takes_files: bool = True, **title: Any) -> Flow[DiaryForm, None]:
    """Make a flow without a review: several messages, then two optional steps."""
    return Flow(
        name="diary",
        form=DiaryForm,
        review=False,
        takes_files=takes_files,
        steps=(
            Step("story", words=("经过",), gathers=True),
            Step("mood", words=("心情",), choices=_moods, optional=True),
            Step("title", words=("标题",), optional=True, **title),
        ),
    )


DIARY = diary()
BOUND = Facts("宁波紧固件公司", "张三", "13800000000")


@dataclass(frozen=True, slots=True)
class Told:
    """Where a played conversation ended, and all that was noted on the way."""

    turn: Turn
    events: tuple[Event, ...]

    @property
    def state(self) -> State:
        return self.turn.state

    @property
    def answers(self) -> dict[str, str]:
        return self.turn.state.answers

    @property
    def effects(self) -> tuple[Effect, ...]:
        return self.turn.effects

    @property
    def keys(self) -> list[str]:
        """The texts of the last turn; "submit" for the form."""
        return ["submit" if isinstance(e, Submit) else e.key for e in self.effects]

    @property
    def ask(self) -> Ask:
        """The open question."""
        return next(effect for effect in self.effects if isinstance(effect, Ask))

    @property
    def says(self) -> list[Say]:
        return [effect for effect in self.effects if isinstance(effect, Say)]

    @property
    def form(self) -> BaseModel:
        """The form that was handed over."""
        return next(effect.form for effect in self.effects if isinstance(effect, Submit))

    @property
    def verbs(self) -> list[str]:
        return [choice.value for choice in self.ask.choices]


def play(
    flow: Flow[Any, Any], *inputs: Input, facts: Any = None, state: State | None = None
) -> Told:
    """Play inputs in order."""
    state = state or State(flow=flow.name)
    events: list[Event] = []
    for event in inputs:
        turn = advance(flow, state, event, facts)
        state = turn.state
        events += turn.events
    return Told(turn, tuple(events))


def petition(*inputs: Input, facts: Facts | None = None, state: State | None = None) -> Told:
    """Play a petition; by default nothing is known of the person."""
    return play(PETITION, *inputs, facts=facts or Facts(), state=state)


def labels(*fields: str) -> tuple[Key, ...]:
    """Return the labels of a petition's steps."""
    return tuple(Key(f"petition.{field}.label") for field in fields)

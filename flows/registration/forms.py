"""The conversation that signs somebody up for an activity (报名)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows import reading
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.people.contact import Company, PersonName, Phone
from flows.registration.event import Event, Kind, Question
from flows.registration.registration import Standing
from flows.registration.roll import Roll

MOST_QUESTIONS = 6  # of the office's own, of either kind; a longer form is not filled in
_Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_PLATE = r"^[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}$"


class SignUpForm(BaseModel):
    """One party that wants to come; q = what must be answered, o = what may be."""

    model_config = ConfigDict(frozen=True)

    enterprise: Company
    name: PersonName
    phone: Phone
    party: Annotated[int, Field(ge=1, le=50)]
    companions: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    plate: Annotated[str, StringConstraints(pattern=_PLATE)] | Literal[""] = ""
    waits: Literal["yes", ""] = ""
    q1: _Answer = ""
    q2: _Answer = ""
    q3: _Answer = ""
    q4: _Answer = ""
    q5: _Answer = ""
    q6: _Answer = ""
    o1: _Answer = ""
    o2: _Answer = ""
    o3: _Answer = ""
    o4: _Answer = ""
    o5: _Answer = ""
    o6: _Answer = ""

    def answers(self, event: Event) -> Mapping[str, str]:
        """Return what was answered, by the questions' keys."""
        found: dict[str, str] = {}
        for letter, required in (("q", True), ("o", False)):
            for place, question in enumerate(of_kind(event, required=required), 1):
                told = getattr(self, f"{letter}{place}")
                if told:
                    found[question.key] = told
        return found


@dataclass(frozen=True, slots=True)
class SignUpFacts:
    """What is known when somebody signs up."""

    roll: Roll
    enterprise: str = ""
    name: str = ""
    phone: str = ""
    known: Sequence[str] = ()  # names of known enterprises
    reader: Callable[[str], Mapping[str, str]] | None = None
    consent_due: bool = False

    @property
    def event(self) -> Event:
        """Return the activity."""
        return self.roll.event


def of_kind(event: Event, *, required: bool) -> tuple[Question, ...]:
    """Return the questions that must be answered, or those that may be."""
    found = (one for one in event.questions if one.required is required)
    return tuple(found)[:MOST_QUESTIONS]


def _question(facts: SignUpFacts, place: int, required: bool) -> Question | None:
    asked = of_kind(facts.event, required=required)
    return asked[place - 1] if place <= len(asked) else None


def _step(place: int, *, required: bool) -> Step[SignUpFacts]:
    """Make the step of one of the office's own questions."""

    def question(facts: SignUpFacts) -> Question | None:
        return _question(facts, place, required)

    def choices(answers: Answers, facts: SignUpFacts) -> tuple[Choice, ...]:
        asked = question(facts)
        if asked is None or asked.kind not in {Kind.CHOICE, Kind.YES_NO}:
            return ()
        if asked.kind is Kind.YES_NO:
            return (
                Choice(Key("sign_up.yes"), "是", words=("要", "好", "可以", "好的", "是的")),
                Choice(Key("sign_up.no"), "否", words=("不", "不要", "不用", "不是")),
            )
        return tuple(Choice(option, option) for option in asked.options)

    def objection(raw: str, answers: Answers, facts: SignUpFacts) -> str | None:
        asked = question(facts)
        if asked is None:
            return None
        if asked.kind is Kind.NUMBER and not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", raw.strip()):
            return "number"
        if asked.kind is Kind.PHONE and not reading.phone(raw):
            return "phone"
        return None

    return Step(
        f"{'q' if required else 'o'}{place}",
        when=lambda answers, facts: question(facts) is not None,
        choices=choices,
        objection=objection,
        asks=lambda facts: asked.label if (asked := question(facts)) else "",
        optional=not required,
        alone=True,
    )


def _size(answers: Answers) -> int:
    told = answers.get("party", "1")
    return int(told) if told.isdecimal() else 1


def must_wait(answers: Answers, facts: SignUpFacts) -> bool:
    """Say whether there are no seats for the party, but places in the waitlist."""
    return not facts.roll.fits(_size(answers)) and facts.event.waitlist > 0


def _smaller(answers: Answers, facts: SignUpFacts) -> int:
    """Return the number of people for whom there would be seats; 0 = for nobody."""
    free = facts.roll.free
    return free if 0 < free < _size(answers) and facts.roll.fits(free) else 0


def _waiting(answers: Answers, facts: SignUpFacts) -> Mapping[str, Any]:
    smaller = _smaller(answers, facts)
    return {
        "party": _size(answers),
        "ahead": facts.roll.people(Standing.WAITING),
        "fewer": Key("sign_up.fewer") if smaller else "",
        "smaller": smaller,
    }


def _review(answers: Answers, facts: SignUpFacts) -> Mapping[str, Any]:
    """Say what a yes brings: a seat, a place in the waitlist, or a decision of the office."""
    event = facts.event
    if must_wait(answers, facts):
        brings = "sign_up.brings_wait"
    elif event.approval:
        brings = "sign_up.brings_approval"
    else:
        brings = "sign_up.brings_seat"
    return {
        "event": event.title_whole,
        "starts": event.starts_at,
        "venue": event.venue,
        "brings": Key(brings),
        "free": max(facts.roll.free, 0),
        "ahead": facts.roll.people(Standing.WAITING),
        "notice": Key("report.notice") if facts.consent_due else "",
    }


def _read(text: str, facts: SignUpFacts) -> Mapping[str, str]:
    return facts.reader(text) if facts.reader else {}


SIGN_UP: Flow[SignUpForm, SignUpFacts] = Flow(
    name="sign_up",
    form=SignUpForm,
    read=_read,
    review_params=_review,
    rereads=True,
    steps=(
        Step(
            "enterprise",
            words=("企业", "单位", "公司", "企业名称", "单位名称"),
            propose=lambda answers, facts: facts.enterprise or None,
        ),
        Step(
            "name",
            words=("姓名", "参加人", "名字", "联系人"),
            propose=lambda answers, facts: facts.name or None,
        ),
        Step(
            "phone",
            words=("电话", "手机", "手机号", "联系电话"),
            show=lambda raw, answers, facts: reading.phone(raw) or raw,
            propose=lambda answers, facts: facts.phone or None,
        ),
        Step(
            "party",
            words=("人数", "几个人"),
            propose=lambda answers, facts: "1",
            alone=True,
        ),
        Step(
            "companions",
            words=("随行", "随行人员", "同行"),
            when=lambda answers, facts: _size(answers) > 1,
            optional=True,
            alone=True,
        ),
        Step(
            "waits",
            words=("候补",),
            when=must_wait,
            choices=lambda answers, facts: (
                Choice(Key("sign_up.wait"), "yes", "primary", words=("候补", "要", "好", "可以")),
            ),
            show=lambda raw, answers, facts: Key("sign_up.waits_shown"),
            tells=_waiting,
            alone=True,
        ),
        *(_step(place, required=True) for place in range(1, MOST_QUESTIONS + 1)),
        *(_step(place, required=False) for place in range(1, MOST_QUESTIONS + 1)),
        Step(
            "plate",
            words=("车牌", "车牌号"),
            propose=lambda answers, facts: "",
            optional=True,
        ),
    ),
)

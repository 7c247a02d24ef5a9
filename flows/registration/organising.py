"""The conversations of those who run an activity: calling off, moving, seats, a rejection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows.calendar import WorkingDays
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key, Say
from flows.people.contact import Company, PersonName
from flows.reading import times
from flows.registration.planning import LENGTH, show_span, span_of, spread
from flows.registration.reading import read_sign_up
from flows.registration.registration import COMING, LIVE
from flows.registration.roll import Roll

_Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """A list, and the day it is."""

    roll: Roll
    today: date
    days: WorkingDays
    seq: int = 0  # of the place it is about


class ReasonForm(BaseModel):
    """Why something is called off, paused or rejected; everybody concerned reads it."""

    model_config = ConfigDict(frozen=True)

    reason: _Reason


class MoveForm(BaseModel):
    """When and where an activity is instead."""

    model_config = ConfigDict(frozen=True)

    when: str
    venue: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    reason: _Reason

    @property
    def starts_at(self) -> datetime:
        """Return when it starts."""
        return spread(self.when)[0]

    @property
    def ends_at(self) -> datetime:
        """Return when it ends."""
        return spread(self.when)[1]


class SeatsForm(BaseModel):
    """How many seats there are."""

    model_config = ConfigDict(frozen=True)

    capacity: Annotated[int, Field(ge=1, le=5000)]
    anyway: Literal["yes", ""] = ""


class WalkInForm(BaseModel):
    """Somebody at the door who did not sign up."""

    model_config = ConfigDict(frozen=True)

    enterprise: Company
    name: PersonName
    party: Annotated[int, Field(ge=1, le=50)] = 1  # everybody who comes along, too
    anyway: Literal["yes", ""] = ""


def about(answers: Answers, facts: OfficeFacts) -> Mapping[str, Any]:
    """Return what a review or a question says of the activity."""
    roll = facts.roll
    one = roll.registrations.get(facts.seq)
    topics = sum(bool(other.topic) for other in roll.standing(*LIVE))
    return {
        "event": roll.event.title_whole,
        "starts": roll.event.starts_at,
        "capacity": roll.event.capacity,
        "taken": roll.event.capacity - roll.free,
        "coming": answers.get("party") or "1",
        "confirmed": roll.people(*COMING),
        "live": len(roll.standing(*LIVE)),
        "topics": Say("event_off.topics", {"count": topics}) if topics else "",
        "name": one.name if one else "",
    }


def _reason(name: str, *, review: bool) -> Flow[ReasonForm, OfficeFacts]:
    return Flow(
        name=name,
        form=ReasonForm,
        review=review,
        review_params=about,
        steps=(Step("reason", words=("原因", "理由"), tells=about),),
    )


CALL_OFF = _reason("event_off", review=True)
PAUSE = _reason("event_pause", review=False)
REJECT = _reason("event_no", review=False)


def _when(text: str, facts: OfficeFacts) -> str | None:
    """Read the new time; an hour alone is one of the same day."""
    found = times.span(text, facts.today, facts.days)
    if found is None and (told := times.hours(text)) is not None:
        begins, ends = told
        day = times.local(facts.roll.event.starts_at).date()
        found = times.at(day, begins), times.at(day, ends) if ends else None
    if found is None:
        return None
    event = facts.roll.event
    length = event.ends_at - event.starts_at if event.ends_at > event.starts_at else LENGTH
    return span_of(found[0], found[1] or found[0] + length)


def _ahead(raw: str, answers: Answers, facts: OfficeFacts) -> str | None:
    try:
        begins, ends = spread(raw)
    except ValueError:
        return "invalid"
    return "invalid" if ends <= begins or begins.date() < facts.today else None


MOVE: Flow[MoveForm, OfficeFacts] = Flow(
    name="event_move",
    form=MoveForm,
    read=lambda text, facts: {"when": found} if (found := _when(text, facts)) else {},
    review_params=about,
    steps=(
        Step(
            "when",
            words=("时间", "改到"),
            reads=_when,
            show=show_span,
            objection=_ahead,
            tells=about,
            alone=True,
        ),
        Step("venue", words=("地点",), propose=lambda answers, facts: "", optional=True),
        Step("reason", words=("原因",), tells=about),
    ),
)


def _number(text: str, facts: OfficeFacts) -> str | None:
    return "".join(char for char in text if char.isdecimal()) or None


def _over_seats(answers: Answers, facts: OfficeFacts) -> int:
    """Count the people of a walk-in beyond the seats that are free."""
    told = answers.get("party") or "1"
    party = int(told) if told.isdecimal() else 1
    return party - max(facts.roll.free, 0)


def _over(answers: Answers, facts: OfficeFacts) -> int:
    told = answers.get("capacity", "")
    taken = facts.roll.event.capacity - facts.roll.free
    return taken - int(told) if told.isdecimal() else 0


def _anyway(when: Any) -> Step[OfficeFacts]:
    """Ask for a word where seats are given beyond what there are."""
    return Step(
        "anyway",
        words=("超额",),
        when=when,
        choices=lambda answers, facts: (
            Choice(Key("event.anyway"), "yes", "danger", words=("仍要", "是", "好")),
        ),
        show=lambda raw, answers, facts: Key("event.anyway"),
        tells=lambda answers, facts: {**about(answers, facts), "over": _over(answers, facts)},
        alone=True,
    )


SEATS: Flow[SeatsForm, OfficeFacts] = Flow(
    name="event_seats",
    form=SeatsForm,
    review=False,
    steps=(
        Step("capacity", words=("名额",), reads=_number, tells=about, alone=True),
        _anyway(lambda answers, facts: _over(answers, facts) > 0),
    ),
)


def _who(text: str, facts: OfficeFacts) -> Mapping[str, str]:
    """Read "明达机械 何明 3人"."""
    told = read_sign_up(text)
    party = str(told.party) if told.party else ""
    found = (("enterprise", told.enterprise), ("name", told.name), ("party", party))
    return {name: value for name, value in found if value}


WALK_IN: Flow[WalkInForm, OfficeFacts] = Flow(
    name="walk_in",
    form=WalkInForm,
    read=_who,
    review=False,
    steps=(
        Step("enterprise", words=("企业", "单位")),
        Step("name", words=("姓名",)),
        Step("party", words=("人数",), reads=_number, optional=True),
        _anyway(lambda answers, facts: _over_seats(answers, facts) > 0),
    ),
)

"""events.toml: when activities remind and close, and how each series usually is."""

from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.config.office import Clock, Positive, Text
from bot.config.source import Table, parse
from flows.registration.clock import Schedule
from flows.registration.event import Guests
from flows.registration.forms import MOST_QUESTIONS
from flows.registration.planning import Template, questions_of
from flows.registration.seating import Customs
from flows.registration.waitlist import Waking

Count = Annotated[int, Field(ge=0, le=5000, strict=True)]
_EMPTY = Annotated[str, Field(max_length=100)]


def _rises(hours: tuple[time, time]) -> tuple[time, time]:
    if hours[0] >= hours[1]:
        raise ValueError("the waking hours end after they begin")
    return hours


class Series(Table):
    """How the activities of a series usually are."""

    name: Text
    capacity: Positive
    waitlist: Count
    per_enterprise: Count
    companions: Count
    closes_before_hours: Count
    approval: bool
    guests: Guests
    venue: _EMPTY
    audience: _EMPTY
    questions: Annotated[tuple[Text, ...], Field(max_length=MOST_QUESTIONS)]

    def template(self) -> Template:
        """Return it as the form of a new activity needs it."""
        return Template(
            series=self.name,
            capacity=self.capacity,
            waitlist=self.waitlist,
            per_enterprise=self.per_enterprise,
            companions=self.companions,
            closes=timedelta(hours=self.closes_before_hours),
            approval=self.approval,
            venue=self.venue,
            audience=self.audience,
            guests_for=self.guests,
            questions=questions_of("\n".join(self.questions)),
        )


class Seating(Table):
    """How people are seated (座次)."""

    posts: Annotated[tuple[Text, ...], Field(max_length=200)]
    second_on_left: bool
    rostrum_order: Literal["written", "posts"]
    rostrum: Annotated[int, Field(ge=1, le=60, strict=True)]
    row: Annotated[int, Field(ge=1, le=60, strict=True)]

    def customs(self) -> Customs:
        """Return it as the plan of seats needs it."""
        return Customs(
            posts=self.posts,
            second_on_left=self.second_on_left,
            as_written=self.rostrum_order == "written",
            rostrum=self.rostrum,
            row=self.row,
        )


class Events(Table):
    """The whole file."""

    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,6}$")]
    remind_before_hours: Annotated[tuple[Positive, ...], Field(max_length=4)]
    offer_minutes: Positive
    waking: Annotated[tuple[Clock, Clock], AfterValidator(_rises)]
    erase_after_days: Positive
    door_link_hours: Positive
    receipt_minutes: Positive = 30
    undo_relay_hours: Positive
    seating: Seating
    series: tuple[Series, ...]

    def schedule(self) -> Schedule:
        """Return when an activity's clock strikes."""
        return Schedule(
            reminders=tuple(timedelta(hours=n) for n in self.remind_before_hours),
            erase=timedelta(days=self.erase_after_days),
            offer=timedelta(minutes=self.offer_minutes),
            waking=Waking(*self.waking),
            doors=timedelta(hours=self.door_link_hours),
            receipt=timedelta(minutes=self.receipt_minutes),
            undo_relay=timedelta(hours=self.undo_relay_hours),
        )

    def templates(self) -> tuple[Template, ...]:
        """Return the series."""
        return tuple(one.template() for one in self.series)


def load_events(path: Path) -> Events:
    """Read events.toml."""
    return parse(Events, path)

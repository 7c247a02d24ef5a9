"""campaigns.toml: when campaigns leave, how often they may bother, how long they may be."""

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.config.office import Clock, Positive
from bot.config.source import Table, parse
from flows.campaigns.calm import Limits
from flows.campaigns.enclosing import Luggage
from flows.campaigns.hours import Quiet
from flows.campaigns.lengths import Room
from flows.campaigns.mandatory import Mandatory
from flows.campaigns.sending import Sending
from flows.campaigns.settings import Settings


def _over_midnight(hours: tuple[time, time]) -> tuple[time, time]:
    if hours[0] <= hours[1]:
        raise ValueError("the quiet hours begin in the evening and end the next morning")
    return hours


class Hours(Table):
    """When nothing leaves (免打扰时段)."""

    quiet: Annotated[tuple[Clock, Clock], AfterValidator(_over_midnight)]
    working_days_only: bool

    def hours(self) -> Quiet:
        """Return them as campaigns need them."""
        return Quiet(*self.quiet, working_days=self.working_days_only)


class Calm(Table):
    """How often somebody may be bothered (打扰账)."""

    pushes_a_week: Positive
    digest: Clock
    digest_lines: Annotated[int, Field(ge=1, le=20, strict=True)]
    meets_a_month: Positive
    days_apart: Annotated[int, Field(ge=0, le=365, strict=True)]

    def limits(self) -> Limits:
        """Return it as the ledger needs it."""
        return Limits(
            pushes_a_week=self.pushes_a_week,
            digest=self.digest,
            meets_a_month=self.meets_a_month,
            days_apart=self.days_apart,
            digest_lines=self.digest_lines,
        )


class Door(Table):
    """How long a message may be at one door."""

    bytes: Annotated[int, Field(ge=200, le=1_000_000, strict=True)]
    counts: Literal["text", "json"]

    def room(self) -> Room:
        """Return it as campaigns need it."""
        return Room(self.bytes, as_json=self.counts == "json")


class Doors(Table):
    """How long a message may be, door by door."""

    dingtalk_robot: Door
    dingtalk_card: Door
    dingtalk_hook: Door
    wecom_group: Door
    wecom_app: Door
    official_account: Door
    wecom_customers: Door = Door(bytes=4000, counts="text")  # newer than many an office's file

    def rooms(self) -> Mapping[str, Room]:
        """Return them by their names."""
        return {name: getattr(self, name).room() for name in type(self).model_fields}


class Leaving(Table):
    """How campaigns leave (发送)."""

    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,6}$")]
    hold_seconds: Positive
    decide_hours: Positive
    ahead: Positive
    failures_in_a_row: Positive
    same_document_days: Positive
    remind_hours: Positive
    receipt_days: Positive = 14
    progress_seconds: Positive

    def sending(self) -> Sending:
        """Return it as campaigns need it."""
        return Sending(
            prefix=self.prefix,
            hold=timedelta(seconds=self.hold_seconds),
            decide_within=timedelta(hours=self.decide_hours),
            ahead=self.ahead,
            run=self.failures_in_a_row,
            same_within=timedelta(days=self.same_document_days),
            remind_after=timedelta(hours=self.remind_hours),
            receipt=timedelta(days=self.receipt_days),
            progress=timedelta(seconds=self.progress_seconds),
        )


class Must(Table):
    """Who may call a message mandatory (必达), and how often a month."""

    roles: Annotated[
        tuple[Literal["clerk", "supervisor", "organiser", "admin"], ...], Field(min_length=1)
    ]
    a_month: Annotated[int, Field(ge=0, le=31, strict=True)]

    def rule(self) -> Mandatory:
        """Return it as campaigns need it."""
        return Mandatory(frozenset(self.roles), self.a_month)


class Files(Table):
    """What a message may carry (推送附件)."""

    most: Annotated[int, Field(ge=0, le=9, strict=True)]
    megabytes: Annotated[int, Field(ge=1, le=20, strict=True)]
    types: Annotated[
        tuple[Literal["jpg", "png", "gif", "bmp", "pdf", "doc", "docx", "xlsx", "zip", "rar"], ...],
        Field(min_length=1),
    ]

    def luggage(self) -> Luggage:
        """Return it as campaigns need it."""
        return Luggage(self.most, self.megabytes, frozenset(self.types))


class Campaigns(Table):
    """The whole file."""

    sending: Leaving
    hours: Hours
    calm: Calm
    mandatory: Must
    files: Files
    doors: Doors

    def settings(self) -> Settings:
        """Return it as campaigns need it."""
        return Settings(
            self.hours.hours(),
            self.calm.limits(),
            self.doors.rooms(),
            self.sending.sending(),
            self.mandatory.rule(),
            self.files.luggage(),
        )


def load_campaigns(path: Path) -> Campaigns:
    """Read campaigns.toml."""
    return parse(Campaigns, path)

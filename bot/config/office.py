"""office.toml: the office's name, hours, limits and terms."""

from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bot.config.source import Table, fault, parse
from bot.documents.caps import Caps
from flows.people.pairing import Terms

Positive = Annotated[int, Field(ge=1, strict=True)]
Text = Annotated[str, Field(min_length=1, max_length=200)]


def _clock(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError('a time of day is written like "08:30"') from None


Clock = Annotated[time, BeforeValidator(_clock)]


def _in_order(segments: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
    clocks = [clock for segment in segments for clock in segment]
    if any(later <= earlier for earlier, later in pairwise(clocks)):
        raise ValueError("the hours must follow each other in the order of the day")
    return segments


class Hours(Table):
    """When the office works."""

    segments: Annotated[
        tuple[tuple[Clock, Clock], ...], Field(min_length=1), AfterValidator(_in_order)
    ]


class Conversation(Table):
    """Reminder and time-outs of a conversation that waits for its person."""

    remind_after_minutes: Positive
    leave_after_hours: Positive
    resumable_days: Positive

    @property
    def remind_after(self) -> timedelta:
        """How long a question may stay open before one reminder."""
        return timedelta(minutes=self.remind_after_minutes)

    @property
    def leave_after(self) -> timedelta:
        """How long a question may stay open before the form is put aside."""
        return timedelta(hours=self.leave_after_hours)

    @property
    def resumable(self) -> timedelta:
        """How long a form put aside may be taken up again."""
        return timedelta(days=self.resumable_days)


class Attachments(Table):
    """What may be sent along; types are extensions by content."""

    types: Annotated[tuple[Text, ...], Field(min_length=1)]
    max_megabytes: Annotated[int, Field(ge=1, le=100, strict=True)]
    max_per_report: Positive
    nameless_hours: Annotated[int, Field(ge=2, le=24 * 30, strict=True)] = 24

    @property
    def nameless(self) -> timedelta:
        """How long a file stays that belongs to nothing."""
        return timedelta(hours=self.nameless_hours)

    @property
    def max_bytes(self) -> int:
        """The size limit of one file."""
        return self.max_megabytes * 1024 * 1024


class Documents(Table):
    """How much is read of a Word file or a spreadsheet that somebody sends to be read."""

    max_megabytes: Annotated[int, Field(ge=1, le=100, strict=True)] = 10
    max_unpacked_megabytes: Annotated[int, Field(ge=1, le=500, strict=True)] = 40
    max_part_megabytes: Annotated[int, Field(ge=1, le=100, strict=True)] = 8
    max_rows: Annotated[int, Field(ge=1, le=5000, strict=True)] = 300
    max_columns: Annotated[int, Field(ge=1, le=200, strict=True)] = 30
    # As the longest answer of a form: what is longer is refused there, by row and column.
    max_characters: Annotated[int, Field(ge=10, le=10_000, strict=True)] = 3000

    def caps(self) -> Caps:
        """Return it as whoever reads needs it."""
        return Caps(
            megabytes=self.max_megabytes,
            unpacked_megabytes=self.max_unpacked_megabytes,
            part_megabytes=self.max_part_megabytes,
            rows=self.max_rows,
            columns=self.max_columns,
            characters=self.max_characters,
        )


class Records(Table):
    """How long the text of messages is kept."""

    retention_days: Positive


class Consent(Table):
    """The version of the personal-information notice, and the key of its short text."""

    version: Text
    text: Text


class Links(Table):
    """How long a link to a ticket's page is good, and how long that it was there is kept."""

    valid_hours: Annotated[int, Field(ge=1, le=24 * 30, strict=True)] = 72
    kept_days: Positive = 180

    @property
    def valid(self) -> timedelta:
        """How long a link is good."""
        return timedelta(hours=self.valid_hours)

    @property
    def kept(self) -> timedelta:
        """How long a link that is over still says why it is."""
        return timedelta(days=self.kept_days)


class Pages(Table):
    """How many seconds a form of a page may take to come, over a poor connection too."""

    form_seconds: Annotated[int, Field(ge=5, le=600, strict=True)] = 30
    upload_seconds: Annotated[int, Field(ge=30, le=3600, strict=True)] = 300  # one with files


class Deputies(Table):
    """For how long somebody may stand in for a 联络员 (代理)."""

    longest_days: Positive = 60

    @property
    def longest(self) -> timedelta:
        """How far away the last day may be."""
        return timedelta(days=self.longest_days)


class Pairing(Table):
    """Codes by which people link their accounts (关联码)."""

    valid_minutes: Annotated[int, Field(ge=1, le=60, strict=True)] = 10
    wrong: Annotated[int, Field(ge=1, le=20, strict=True)] = 5
    rest_minutes: Annotated[int, Field(ge=10, le=24 * 60, strict=True)] = 60
    undo_hours: Annotated[int, Field(ge=1, le=24 * 7, strict=True)] = 24

    def terms(self) -> Terms:
        """Return it as the flows need it."""
        return Terms(
            valid=timedelta(minutes=self.valid_minutes),
            wrong=self.wrong,
            within=timedelta(minutes=self.rest_minutes),
            undo=timedelta(hours=self.undo_hours),
        )


Word = Annotated[str, Field(min_length=2, max_length=8)]
Called = Annotated[tuple[Word, ...], Field(min_length=1)]


class Office(Table):
    """The office's own settings."""

    name: Text
    short_name: Text
    phone: Text
    elsewhere: tuple[Annotated[str, Field(min_length=2, max_length=20)], ...] = ()
    ticket_prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,6}$")]
    messages_per_minute: Positive
    hours: Hours
    conversation: Conversation
    attachments: Attachments
    documents: Documents = Documents()
    records: Records
    consent: Consent
    links: Links = Links()
    pages: Pages = Pages()
    deputies: Deputies = Deputies()
    pairing: Pairing = Pairing()
    channels: dict[str, Called] = Field(default_factory=dict)


def load_office(path: Path) -> Office:
    """Read office.toml."""
    office = parse(Office, path)
    conversation = office.conversation
    if conversation.leave_after <= conversation.remind_after:
        raise fault(
            path, "[conversation]", "leave_after_hours", "must be longer than the reminder's time"
        )
    said: dict[str, str] = {}
    for channel, words in office.channels.items():
        for word in words:
            if said.setdefault(word, channel) != channel:
                raise fault(path, "[channels]", channel, f'"{word}" means "{said[word]}" already')
    return office

"""What goes into the records and comes out of them besides the words of the ports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.channels.base import Letter, Message
from flows.office import Content, Door
from handlers.ports import ArrivalId, PersonId, Role

Trace = Mapping[str, object]
"""Which rows a message became, for the chat page; no bodies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One message to one place, ready to be sent or refused at once."""

    dedupe: str
    channel: str
    robot: str
    door: Door
    to: str
    lane: str
    message: Message
    content: Content
    mention: str = ""
    card: str = ""
    update: bool = False
    reply_url: str = ""
    reply_until: datetime | None = None
    person: PersonId | None = None
    question: int | None = None  # of `person`, which it asks
    arrival: ArrivalId | None = None
    ticket: str | None = None
    state: Literal["ready", "failed"] = "ready"
    code: str = ""


class Claimed(Letter):
    """A letter handed to a worker, with what the worker must know to run it."""

    channel: str
    lane: str
    resends: int = 0
    person: PersonId | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of the deliveries that a crash left half sent."""

    resent: int
    uncertain: int
    untold: tuple[str, ...] = ()  # tickets of which a group may not have heard


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person was last seen; without a staff id they cannot be written to 1:1."""

    channel: str
    robot: str
    staff_id: str | None


@dataclass(frozen=True, slots=True)
class Fetch:
    """A file to fetch."""

    id: str
    robot: str
    channel: str
    code: str  # empty = the row cannot be read
    kind: str
    name: str
    person: PersonId
    attempts: int


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as the records know it; what is fetched has hash, type and size."""

    state: Literal["pending", "stored", "refused"]
    kind: str
    name: str  # as its sender called it; pictures have none
    sha256: str = ""
    mime: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class SeedRole:
    """A role of people.toml; both days are included."""

    role: Role
    unit: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class SeedPerson:
    """A person of people.toml."""

    name: str
    channel: str
    staff_id: str
    phone: str = ""
    enterprise: str = ""
    title: str = ""
    roles: tuple[SeedRole, ...] = ()

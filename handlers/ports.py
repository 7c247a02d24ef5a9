"""What the handlers need from the world; bot/ supplies it, tests fake it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from flows.calendar import WorkingDays
from flows.engine.flow import State
from flows.engine.words import Event
from flows.office import Category, Department, Emergency
from flows.tickets.case import Ticket
from flows.tickets.progress import Stages
from handlers.arrival import (
    Arrival,
    ArrivalId,
    Button,
    Filed,
    Forwarded,
    Incoming,
    Kind,
    PersonId,
    Place,
    ReplyPath,
    Sender,
)
from handlers.person import Group, Invite, Person, Role, Roster
from handlers.post import Post, Text, To, ToArrival, ToGroup, ToPerson


class Frame(BaseModel):
    """One open conversation of a person and when it was last touched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State
    touched: datetime
    reminded: bool = False


class Conversation(BaseModel):
    """What a person is in the middle of: the top of the stack is the open question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stack: tuple[Frame, ...] = ()
    aside: tuple[Frame, ...] = ()  # paused or cancelled, 继续 brings the latest back
    question: int = 0  # serial number of the latest question to this person
    options: tuple[str, ...] = ()  # action ids behind the numbers 1, 2, … last shown
    shown_at: float = 0.0  # POSIX time the options were shown
    recent: tuple[float, ...] = ()  # POSIX times of the last messages, for the pace limit
    slowed_at: float = 0.0
    alarm: float = 0.0  # POSIX time its timer strikes; one that strikes too early is set anew


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a subject's history; `personal` values can be erased, the chain stays valid."""

    subject: str  # "ticket:ZH-2026-0001", "person:12"
    act: str
    actor: PersonId | None  # None = the system
    role: str
    channel: str
    at: datetime
    before: str = ""
    after: str = ""
    public: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    arrival: ArrivalId | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A stored timer: what becomes of `subject` at `due_at`."""

    kind: str
    subject: str
    due_at: datetime
    dedupe: str


@dataclass(frozen=True, slots=True)
class Task:
    """Work for staff that is not a ticket yet: 请给我回电话, 绑定核验."""

    id: int
    kind: Literal["callback", "binding"]
    person: PersonId
    detail: Mapping[str, str]
    at: datetime
    done_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class FlowEvent:
    """A funnel entry with the conversation it belongs to."""

    flow: str
    version: str
    event: Event
    arrival: ArrivalId | None
    at: datetime


class Conversations(Protocol):
    """Open conversations, one per person."""

    async def lock(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Conversation]:
        """Lock (in key order, inserting missing rows first) and load."""

    async def save(self, conversations: Mapping[PersonId, Conversation]) -> None: ...


class Tickets(Protocol):
    """The cases."""

    async def load(
        self, numbers: Sequence[str], reporters: Sequence[PersonId], *, running: bool = False
    ) -> Sequence[Ticket]:
        """Return tickets by number, all of the given reporters, and (running) all not ended."""

    async def promised(self, after: str, limit: int) -> Sequence[Ticket]:
        """Return running tickets with a date, by number, those after `after`."""

    async def next_number(self, prefix: str, year: int, count: int) -> int:
        """Reserve `count` serial numbers of a year, return the first."""

    async def save(self, changed: Sequence[Ticket], known: Mapping[str, int]) -> None:
        """Insert new tickets, update others where the stored version is `known[number]`.

        Raises Stale when a ticket was changed by somebody else meanwhile.
        """


class Stale(Exception):
    """A record was changed by another transaction meanwhile; the batch is run again."""


class People(Protocol):
    """Persons, their accounts, enterprises, roles and groups."""

    async def load(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Person]: ...

    async def roster(self, today: date) -> Roster: ...

    async def find(self, channel: str, staff_id: str) -> Person | None: ...

    async def save(self, persons: Sequence[Person]) -> None:
        """Store name, phone, enterprise, binding and consent."""

    async def grant(self, person: PersonId, role: Role, unit: str, by: PersonId | None) -> None: ...

    async def revoke(
        self, person: PersonId, role: Role, unit: str, by: PersonId | None
    ) -> None: ...

    async def set_group(self, group: Group) -> None: ...

    async def enterprises(self) -> Sequence[str]:
        """Return the names of known enterprises."""

    async def invite(self, invite: Invite) -> None: ...

    async def redeem(self, code: str, person: PersonId, at: datetime) -> Invite | None:
        """Use an invitation up; None when unknown, used or expired."""


class Tasks(Protocol):
    """Work for staff."""

    async def add(self, task: Task) -> int:
        """Store a task (its id is ignored) unless the same is open; return the id."""

    async def open(self) -> Sequence[Task]: ...

    async def get(self, task: int) -> Task | None: ...

    async def done(self, task: int, by: PersonId, at: datetime) -> bool:
        """Close a task; False when somebody else did."""


class Tx(Protocol):
    """One transaction of the records; what is written in it is committed together."""

    conversations: Conversations
    tickets: Tickets
    people: People
    tasks: Tasks

    async def post(self, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]) -> None:
        """Write deliveries (outbox rows); a known dedupe key is left alone."""

    async def record(self, entries: Sequence[Entry]) -> None:
        """Append to the history of each subject."""

    async def funnel(self, events: Sequence[FlowEvent]) -> None: ...

    async def remind(self, dues: Sequence[Due], cancel: Sequence[str] = ()) -> None:
        """Set timers (a known dedupe key is replaced) and cancel others by dedupe key."""

    async def stored_files(self, files: Sequence[str]) -> Sequence[str]:
        """Return those of the attachments that were not refused, in order."""


class Records(Protocol):
    """The database."""

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Open a write transaction; leaving it normally commits."""


@dataclass(frozen=True, slots=True)
class Office:
    """What config/ says, as the handlers need it."""

    prefix: str
    name: str
    phone: str
    departments: tuple[Department, ...]
    categories: tuple[Category, ...]
    emergencies: tuple[Emergency, ...]
    days: WorkingDays
    stages: Stages
    consent: str  # version of the personal-information notice
    remind_after: timedelta
    leave_after: timedelta
    resumable: timedelta
    per_minute: int
    max_files: int

    def unit(self, ident: str | None) -> str:
        """Return a department's name."""
        return next((d.name for d in self.departments if d.id == ident), ident or "")

    def phone_of(self, ident: str | None) -> str:
        """Return a department's telephone, or the office's own."""
        phones = (d.phone for d in self.departments if d.id == ident and d.phone)
        return next(phones, self.phone)

    def category(self, ident: str) -> Category | None:
        """Return a category by its id."""
        return next((c for c in self.categories if c.id == ident), None)


class Clock(Protocol):
    """What time it is (aware, UTC)."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What the reception tells the channel at once: the pressed card's new status text."""

    card_status: Text | None = None
    card_over: bool = False  # its buttons go


__all__ = [
    "Answered",
    "Arrival",
    "ArrivalId",
    "Button",
    "Clock",
    "Conversation",
    "Conversations",
    "Due",
    "Entry",
    "Filed",
    "FlowEvent",
    "Forwarded",
    "Frame",
    "Group",
    "Incoming",
    "Invite",
    "Kind",
    "Office",
    "People",
    "Person",
    "PersonId",
    "Place",
    "Post",
    "Records",
    "ReplyPath",
    "Role",
    "Roster",
    "Sender",
    "Stale",
    "Task",
    "Tasks",
    "Text",
    "Tickets",
    "To",
    "ToArrival",
    "ToGroup",
    "ToPerson",
    "Tx",
]

"""What the handlers need from the world; bot/ supplies it, tests fake it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from flows.campaigns.enclosing import Enclosed, Look
from flows.engine.words import Event
from flows.tickets.case import Ticket
from flows.tickets.precedents import Precedent
from handlers.arrival import (
    Arrival,
    ArrivalId,
    Button,
    Document,
    Filed,
    Forwarded,
    Incoming,
    Kind,
    PersonId,
    Place,
    ReplyPath,
    Sender,
)
from handlers.campaigns.allowance import Allowance
from handlers.campaigns.records import Campaigns, Recalls, Topics
from handlers.campaigns.ways import Ways
from handlers.conversation import Conversation, Frame
from handlers.departures import Departures
from handlers.link import Link, Links
from handlers.lists import Lists
from handlers.office import Office
from handlers.outreach import Outreaches
from handlers.pairing.records import Pairings
from handlers.person import Enterprises, Group, Invite, Person, Role, Roster, Term
from handlers.policies.records import Facts, Policies
from handlers.post import Nudge, Post, Text, To, ToArrival, ToGroup, ToPerson
from handlers.rolls import Proxies, Rolls


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
    """The cases; one that cannot be read is in no answer, and stops no other."""

    @property
    def unreadable(self) -> Mapping[str, PersonId]:
        """Return which tickets were looked up and cannot be read, and who reported them."""

    async def load(
        self, numbers: Sequence[str], reporters: Sequence[PersonId], *, running: bool = False
    ) -> Sequence[Ticket]:
        """Return tickets by number, all of the given reporters, and (running) all not ended."""

    async def hold(self, numbers: Sequence[str]) -> None:
        """Hold tickets still until the commit: what is read from here on is what stays."""

    async def running(self, after: str, limit: int) -> Sequence[Ticket]:
        """Return running tickets by number, those after `after`."""

    async def followed_by(self, reporter: PersonId) -> Sequence[Ticket]:
        """Return every ticket that one of this person's own follows, however far up (并案)."""

    async def alike(self, category: str, limit: int) -> Sequence[Ticket]:
        """Return the latest running tickets of a class."""

    async def closed(self, since: datetime, leads: Sequence[str]) -> Sequence[Ticket]:
        """Return tickets closed since then, of these 主办 departments; none named = of all."""

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

    async def grant(
        self,
        person: PersonId,
        role: Role,
        unit: str,
        by: PersonId | None,
        until: date | None = None,
    ) -> None:
        """Give a role from now on, up to a day that is included; None = without an end."""

    async def terms(self, today: date) -> Sequence[Term]:
        """Return the roles of today with their last days."""

    async def stood_for(self, person: PersonId) -> Sequence[PersonId]:
        """Return for whom somebody stands or stood in (代理), whether or not it is over."""

    async def revoke(
        self, person: PersonId, role: Role, unit: str, by: PersonId | None
    ) -> None: ...

    async def set_group(self, group: Group) -> None: ...

    async def enterprises(self) -> Sequence[str]:
        """Return the names of known enterprises, without those that were deregistered (注销)."""

    async def speakers(self, enterprise: str) -> Sequence[Person]:
        """Return who is bound to an enterprise."""

    async def speakers_of(self, enterprises: Sequence[str]) -> Mapping[str, Sequence[Person]]:
        """Return who is bound to each of these enterprises; nobody = it is left out."""

    async def meet(self, enterprise: str, name: str, phone: str) -> PersonId:
        """Return whom staff met there and who has no account; known by the telephone number."""

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


class Urging(Protocol):
    """The lines of the next digests, and calms (缓催) in which nobody is urged."""

    async def add(self, nudges: Sequence[Nudge], at: datetime) -> None:
        """Write lines down; a known dedupe key is left alone."""

    async def waiting(self, persons: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Nudge]]:
        """Return what was not told yet, the oldest first."""

    async def latest(self, persons: Sequence[PersonId]) -> Mapping[PersonId, datetime]:
        """Return when each person had the last digest."""

    async def told(self, nudges: Sequence[Nudge], at: datetime) -> None:
        """Note that a digest told these."""

    async def drop(self, nudges: Sequence[Nudge]) -> None:
        """Forget lines that are moot before anybody was told."""

    async def calm(self) -> date | None:
        """Name the last day of the calm that was said last; it may be over."""

    async def set_calm(self, until: date, by: PersonId, at: datetime) -> None:
        """Let nobody be urged up to a day, that day included; a day that is over ends it."""


class Precedents(Protocol):
    """Rulings on 退单 (判例)."""

    async def add(self, precedents: Sequence[Precedent]) -> None:
        """Store rulings; one that is known is left alone."""

    async def of(self, category: str, limit: int) -> Sequence[Precedent]:
        """Return the latest rulings on a class, the latest first."""


class Tx(Protocol):
    """One transaction of the records; what is written in it is committed together."""

    conversations: Conversations
    tickets: Tickets
    people: People
    enterprises: Enterprises
    tasks: Tasks
    precedents: Precedents
    lists: Lists
    urging: Urging
    links: Links
    rolls: Rolls
    proxies: Proxies
    outreaches: Outreaches
    campaigns: Campaigns
    topics: Topics
    recalls: Recalls
    ways: Ways
    allowance: Allowance
    policies: Policies
    facts: Facts
    pairings: Pairings
    departures: Departures

    async def post(self, posts: Sequence[Post], arrivals: Mapping[ArrivalId, Filed]) -> None:
        """Write deliveries (outbox rows); a known dedupe key is left alone."""

    async def record(self, entries: Sequence[Entry]) -> None:
        """Append to the history of each subject."""

    async def funnel(self, events: Sequence[FlowEvent]) -> None: ...

    async def remind(self, dues: Sequence[Due], cancel: Sequence[str] = ()) -> None:
        """Set timers (a known dedupe key is replaced) and cancel others by dedupe key."""

    async def wind(self, dues: Sequence[Due]) -> None:
        """Set timers that are missing; a known dedupe key is left alone."""

    async def wake(self, kinds: Sequence[str], now: datetime) -> None:
        """Let every timer of these kinds be due now; whoever handles it sets it anew."""

    async def told(self, subject: str, act: str) -> Sequence[Entry]:
        """Return the lines of a subject's history about one act, the oldest first."""

    async def forget(self, subjects: Sequence[str]) -> None:
        """Erase the personal values in the histories of these subjects; the chains stay valid."""

    async def make_file(self, filed: Filed, code: str, name: str) -> None:
        """Have a file made for whoever asked; it is sent to them when it is there."""

    async def read_file(self, filed: Filed, file: str, purpose: str) -> bool:
        """Have what is in a file brought in as an arrival; False when it is not their file."""

    async def stored_files(self, files: Sequence[str]) -> Sequence[str]:
        """Return those of the attachments that were not refused, in order."""

    async def enclosed(self, files: Sequence[str], look: Look = Look.NOT) -> Mapping[str, Enclosed]:
        """Return what is known of attachments, by id, in order; `look` at how each is kept."""


class Records(Protocol):
    """The database."""

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Open a write transaction; leaving it normally commits."""


class Clock(Protocol):
    """What time it is (aware, UTC)."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What the reception tells the channel at once: the pressed card's new status text."""

    card_status: Text | None = None
    card_over: bool = False  # its buttons go


__all__ = [
    "Allowance",
    "Answered",
    "Arrival",
    "ArrivalId",
    "Button",
    "Campaigns",
    "Clock",
    "Conversation",
    "Conversations",
    "Departures",
    "Document",
    "Due",
    "Enterprises",
    "Entry",
    "Facts",
    "Filed",
    "FlowEvent",
    "Forwarded",
    "Frame",
    "Group",
    "Incoming",
    "Invite",
    "Kind",
    "Link",
    "Links",
    "Lists",
    "Nudge",
    "Office",
    "Outreaches",
    "Pairings",
    "People",
    "Person",
    "PersonId",
    "Place",
    "Policies",
    "Post",
    "Precedents",
    "Proxies",
    "Recalls",
    "Records",
    "ReplyPath",
    "Role",
    "Rolls",
    "Roster",
    "Sender",
    "Stale",
    "Task",
    "Tasks",
    "Term",
    "Text",
    "Tickets",
    "To",
    "ToArrival",
    "ToGroup",
    "ToPerson",
    "Topics",
    "Tx",
    "Urging",
    "Ways",
]

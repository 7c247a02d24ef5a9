"""What goes into the records and comes out of them besides the words of the ports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.channels.base import WEBHOOK, Letter, Message, Receipt
from flows.office import Content, Door
from handlers.person import DINGTALK, MASS
from handlers.ports import ArrivalId, PersonId, Role

Trace = Mapping[str, object]
"""Which rows a message became, for the chat page; no bodies."""


RELEASED = "quota.released"
"""The code of a row that a person has let go."""
REPLIES = "p:"
"""How a lane begins in which one person is answered."""

KNOWN_FOR = timedelta(hours=20)
"""How long a mass send is tried again under one name, from when it got that name.

The platform knows a clientmsgid for 24 hours (群发接口, "24小时内"); the rest is for its clock and
for calls that take their time.
"""


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
    campaign: str | None = None
    answers: bool = False  # the arrival's own person, in whose lane nobody else writes meanwhile
    state: Literal["ready", "failed"] = "ready"
    code: str = ""


class Claimed(Letter):
    """A letter handed to a worker, with what the worker must know to run it."""

    channel: str
    lane: str
    content: Content
    person: PersonId | None = None
    question: int | None = None
    ticket: str | None = None
    campaign: str | None = None
    arrival: ArrivalId | None = None
    dedupe: str = ""
    code: str = ""  # why it was not sent before
    named_at: datetime | None = None  # not after its first attempt under this name

    def may_double(self, now: datetime) -> bool:
        """Say whether another try could reach the subscribers twice.

        It may have arrived before, under a name that the platform may have forgotten by now.
        """
        named = self.named_at
        is_old = named is not None and now - named >= KNOWN_FOR
        return is_old and self.resends > 0 and self.to.startswith(MASS)

    @property
    def is_keyed(self) -> bool:
        """Say whether the platform knows a repetition when it sees one."""
        return is_keyed(self.channel, self.card, self.to)


def is_keyed(channel: str, card: str, to: str) -> bool:
    """Say whether a delivery can be repeated without being shown twice.

    DingTalk's custom robots know a repetition by its name, and so does a mass send for a day; the
    robots of 企业微信 know none.
    """
    hooked = channel == DINGTALK and to.startswith(WEBHOOK)
    return bool(card) or hooked or to.startswith(MASS)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one attempt; a row that has no due time any more is done."""

    id: int
    attempt: int
    lane: str
    state: Literal["sent", "asked", "ready", "failed", "unknown", "cancelled"]
    code: str = ""
    due_at: datetime | None = None
    sent_at: datetime | None = None
    receipt: Receipt | None = None
    counts: bool = True  # as a try
    worded: bool = False  # it has no card any more: words stood for it
    ago: float = 0.0  # seconds since it ended


@dataclass(frozen=True, slots=True)
class Start:
    """A delivery that is about to be sent: the rate it counts against and the call it shares."""

    id: int
    window: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of deliveries that a process left half sent."""

    resent: int = 0
    uncertain: int = 0
    given_back: int = 0  # claimed, but certainly not sent
    untold: tuple[str, ...] = ()  # tickets of which a group may not have heard


@dataclass(frozen=True, slots=True)
class Reach:
    """An account of a person, by channel; without its id they cannot be written to there."""

    channel: str
    robot: str
    staff_id: str | None
    preferred: bool = False  # its person wants to hear of things there


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
    arrival: ArrivalId = 0  # with which it came, or was ordered


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
    serves: str = ""  # staff id of the leader of a 秘书, the 联络员 of a 代理; becomes the unit


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

"""What every channel does, in our words, and how its faults are named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from bot.papers.worded import Worded
from flows.office import Door
from handlers.ports import Answered, Arrival

Take = Callable[[Arrival], Awaitable[Answered]]
"""Hand an arrival over; returns after the commit, so that the frame can be acknowledged."""


class NotTaken(Exception):
    """An arrival was not taken, as whoever raises this has told already: it must come again."""


WEBHOOK = "webhook:"
"""How the chat id of a group begins that is reached through its custom robot (外部群)."""

OpenFile = Callable[["Enclosure"], Awaitable[bytes]]
"""Read a file in our keeping by its SHA-256, or draw a paper. Raises NoFile."""


class NoFile(Exception):
    """A file is not in our keeping, or cannot be read any more."""


class Option(BaseModel):
    """One choice of a message, as a button where the door has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    action: str  # what the button carries back
    style: Literal["primary", "danger", "plain"] = "plain"


class Enclosure(BaseModel):
    """A file that goes out as a message of its own: one in our keeping, or a paper.

    A paper is kept as what is on it, with the message, and goes when that is erased; `sha256` and
    `size` are of that. It is drawn when it is sent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    name: str  # safe as a file's name; ends in `extension`
    extension: str  # by content
    mime: str
    size: int
    paper: Worded | None = None


class Form(BaseModel):
    """What stands for a message where the platform has a form for it (模板消息)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str  # the platform's name of the form
    fields: tuple[tuple[str, str], ...]  # name, value
    url: str = ""
    key: str  # the same for every part of the message: the platform shows the form once
    part: int = 1  # of the message; a later one is shown by the form only where the first one was


class Message(BaseModel):
    """A rendered message: markdown whose personal text is already escaped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str
    options: tuple[Option, ...] = ()
    spelt: str = ""  # the options in words, for a door without buttons
    status: str = ""
    file: Enclosure | None = None  # goes out instead of the text where the door can show it
    instead: bool = True  # whether the text may stand for a file that the platform refuses
    hint: bool = False  # it says no more than to log in: what it is about may not stand there
    form: Form | None = None  # goes out where nobody may be written to of one's own accord


class Hook(BaseModel):
    """The custom robot of one group: its address carries the token, the secret signs each call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = Field(repr=False)
    secret: str = Field(default="", repr=False)  # empty = the robot checks keywords instead


@dataclass(frozen=True, slots=True)
class Manner:
    """What a channel can show: the outbox words every message by it."""

    door: Door = Door.PRIVATE  # what its 1:1 chats are to config/exposure.toml
    cards: bool = True  # buttons, on messages that can be changed later
    limit: int = 0  # bytes (UTF-8) that one message may have; 0 = the channel shortens by itself
    group_cards: bool = True  # in groups too
    carries: Callable[[Message], bool] = lambda message: True  # a card can have its choices
    card_text: int = 0  # characters of text that a card shows; 0 = it shortens by itself
    hears: bool = True  # whether what people write there reaches us
    hears_groups: bool = True  # and what they write in groups
    shows: Callable[[Enclosure], bool] = lambda file: True  # a file itself, not words in its place

    def shows_cards(self, door: Door) -> bool:
        """Say whether it has cards behind a door."""
        return self.cards and (self.group_cards or not door.is_group)


class Letter(BaseModel):
    """One delivery on its way out, as the channel gets it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    robot: str
    door: Door
    to: str  # account (1:1) or the group's conversation id; may be empty with a reply path
    mention: str = ""  # staff id to @ in a group
    message: Message
    card: str = ""  # stable card id (the platform's idempotency key); empty = no card wanted
    update: bool = False  # change the card `card` instead of sending
    reply_url: str = ""  # session webhook, while it lives
    reply_until: datetime | None = None
    attempt: int = 1
    resends: int = 0  # attempts before this one of which nobody knows whether they arrived
    key: str = ""  # same for every attempt, for ways that know repeats by it (msgUuid)
    hook: Hook | None = None  # goes out through this custom robot and no other way
    plain: bool = False  # no card: the month's calls run low
    urgent: bool = False  # somebody waits for it: it goes before what nobody asked for
    first: str = ""  # of a later part with a form: the receipt's key of the first, if that was sent


@dataclass(frozen=True, slots=True)
class Span:
    """How much may go out in a longer time."""

    limit: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Window:
    """How much may go out in how long; `key` names what is limited.

    A window that is `spread` is claimed so many calls at a time, somewhat ahead of the moments at
    which they may begin; 0 = all that it has room for, when it has room. What goes out counts in
    longer spans `also`, and whichever has least room decides. An answer that has to wait for a
    window that `yields` lets those to the same reader go past that need no window: each of them
    goes back on the call that asked for it, which waits for seconds and no longer.
    """

    key: str
    limit: int
    seconds: float
    spread: int = 0
    rests: str = ""  # what rests when who sends is refused; empty = what is limited
    also: tuple[Span, ...] = ()
    yields: bool = False

    @property
    def pause(self) -> float:
        """Compute the seconds from one claim to the next."""
        return self.seconds * self.spread / self.limit if self.spread else self.seconds

    @property
    def ahead(self) -> float:
        """Compute how many seconds ahead is claimed: more than `pause`, for a claim may be late."""
        return 1.5 * self.pause if self.spread else 0.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform said: `key` is its own name of the message (processQueryKey, card id)."""

    key: str = ""
    via: Literal["webhook", "api", "card", "task"] = "api"
    awaits: bool = False  # somebody at the platform has to let it go out first
    in_words: bool = False  # words stood for its file


class SendFault(Exception):
    """The platform refused; nothing was delivered. `retry_after` seconds, None = never again.

    `breaks` names what must rest for `retry_after` seconds because of it: nothing ("") but this
    delivery, the window's robot ("robot"), or everything that goes to this platform ("channel").
    `gone`: nothing can be written into that group any more, because it was dissolved or has no
    robot of ours.
    """

    def __init__(
        self,
        code: str,
        retry_after: float | None,
        breaks: Literal["", "robot", "channel"] = "",
        *,
        gone: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.breaks = breaks
        self.gone = gone


class SendDoubt(SendFault):
    """No answer came to a call that may be repeated: it may have been carried out all the same."""


class NotYet(SendFault):
    """Nothing left, and it is no try: what it shows is still on its way to the platform."""


class WayClosed(NotYet):
    """Nothing left, and it is no try: it was to go a way without a rate, which closed meanwhile."""


class SendUnknown(Exception):
    """The bytes left and no answer came: it may have been delivered."""


class WordsUnknown(SendUnknown):
    """So it is with words that stood for a card: the platform knows no repetition of them."""


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody has read a message of ours; `key` is the receipt's."""

    robot: str
    key: str
    chat: str  # the conversation's id as the platform tells it
    reader: str  # staff id
    at: datetime


CLOSED: Final = "window.closed"
"""The code of a SendFault: the platform lets nobody write to who has not written for a while."""

NoteRead = Callable[[Read], None]
"""Hear that a message was read; returns at once, a note may be lost."""

Count = Callable[[str, int], None]
"""Count what the month's quota counts (API, MESSAGES), or that the platform says it is used up."""

API: Final = "api"
MESSAGES: Final = "messages"


def used_up(quota: str) -> str:
    """Name a month's quota that is used up: a name to Count, and the code of a SendFault."""
    return f"quota.{quota}"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery that the platform took, as far as a recall must know it."""

    id: int
    robot: str
    door: Door
    to: str
    key: str  # the receipt's
    via: Literal["webhook", "api", "card", "task"] = "api"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of a message that somebody at the platform had to let go out.

    `reached` counts who got it, where one message goes to many and the platform says how many.
    """

    state: Literal["sent", "failed"]
    code: str = ""
    reached: int | None = None


@runtime_checkable
class Confirming(Protocol):
    """A channel some of whose messages wait for somebody at the platform."""

    async def confirmed(self, asked: Sequence[Delivered]) -> Mapping[int, Confirmed]:
        """Ask what became of such messages, by id; who waits still is left out.

        Raises SendFault.
        """


class FetchFault(Exception):
    """A file could not be fetched; `retry_after` seconds, None = never again."""

    def __init__(self, code: str, retry_after: float | None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a channel is connected, and what is wrong when it is not (English, no secrets)."""

    ready: bool
    reason: str = ""


class Singly:
    """Has no two letters share a call."""

    def batch(self, letter: Letter) -> str:
        """Name no call to share."""
        return ""

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        """Hear that none was named."""
        raise AssertionError("no letter of this channel names a call to share")


class Channel(Protocol):
    """A door to one platform."""

    name: str

    @property
    def manner(self) -> Manner:
        """Say what it can show."""

    async def run(self, take: Take) -> None:
        """Listen until cancelled; acknowledge each frame after `take` returned."""

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""

    def window(self, letter: Letter) -> Window | None:
        """Name the rate that sending it counts against; None = it is not limited."""

    def batch(self, letter: Letter) -> str:
        """Name the call it can share with others of the same name; empty = none."""

    async def send_batch(self, letters: Sequence[Letter]) -> Mapping[int, Receipt | SendFault]:
        """Deliver letters that share a call, by id. Raises SendFault or SendUnknown for all."""

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take messages back; by id, empty = it is gone, else why not. Raises like send."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a file of at most `limit` bytes. Raises FetchFault."""

    def health(self) -> Health: ...

    async def stop(self) -> None:
        """Stop reading, let acknowledgements in flight out (5 s), close."""

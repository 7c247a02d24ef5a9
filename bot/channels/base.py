"""What every channel does, in our words, and how its faults are named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from flows.office import Door
from handlers.ports import Answered, Arrival

Take = Callable[[Arrival], Awaitable[Answered]]
"""Hand an arrival over; returns after the commit, so that the frame can be acknowledged."""

OpenFile = Callable[[str], Awaitable[bytes]]
"""Read a file in our keeping by its SHA-256. Raises NoFile."""


class NoFile(Exception):
    """A file is not in our keeping, or cannot be read any more."""


class Option(BaseModel):
    """One choice of a message, as a button where the door has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    action: str  # what the button carries back
    style: Literal["primary", "danger", "plain"] = "plain"


class Enclosure(BaseModel):
    """A file in our keeping that goes out as a message of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    name: str  # safe as a file's name; ends in `extension`
    extension: str  # by content
    mime: str
    size: int


class Message(BaseModel):
    """A rendered message: markdown whose personal text is already escaped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str
    options: tuple[Option, ...] = ()
    spelt: str = ""  # the options in words, for a door without buttons
    status: str = ""
    file: Enclosure | None = None  # goes out instead of the text where the door can show it


class Letter(BaseModel):
    """One delivery on its way out, as the channel gets it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    robot: str
    door: Door
    to: str  # staff id (private) or the group's conversation id; may be empty with a reply path
    mention: str = ""  # staff id to @ in a group
    message: Message
    card: str = ""  # stable card id (the platform's idempotency key); empty = no card wanted
    update: bool = False  # change the card `card` instead of sending
    reply_url: str = ""  # session webhook, while it lives
    reply_until: datetime | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform said: `key` is its own name of the message (processQueryKey, card id)."""

    key: str = ""
    via: Literal["webhook", "api", "card"] = "api"


class SendFault(Exception):
    """The platform refused; nothing was delivered. `retry_after` seconds, None = never again."""

    def __init__(self, code: str, retry_after: float | None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class SendUnknown(Exception):
    """The bytes left and no answer came: it may have been delivered."""


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


class Channel(Protocol):
    """A door to one platform."""

    name: str

    async def run(self, take: Take) -> None:
        """Listen until cancelled; acknowledge each frame after `take` returned."""

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once. Raises SendFault or SendUnknown."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a file of at most `limit` bytes. Raises FetchFault."""

    def health(self) -> Health: ...

    async def stop(self) -> None:
        """Stop reading, let acknowledgements in flight out (5 s), close."""

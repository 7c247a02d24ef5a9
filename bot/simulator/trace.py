"""What the chat page asks the bot about a bubble: which rows it became."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class InboundTrace:
    """A message that a person sent to the robot."""

    msg_id: str


@dataclass(frozen=True, slots=True)
class CallTrace:
    """What a platform brought to the bot's address, as it stood inside the seal."""

    channel: str
    xml: str


@dataclass(frozen=True, slots=True)
class WordsTrace:
    """A message to which its platform gives no name: known by where it stands and what it shows.

    `later` counts the messages below it there that show the same.
    """

    channel: str
    to: str
    text: str = ""
    content: bytes = b""  # of a picture
    name: str = ""  # of a file
    later: int = 0


@dataclass(frozen=True, slots=True)
class BroadcastTrace:
    """A template message or a mass send of 公众号, by the number that the platform gave it."""

    way: Literal["template", "mass"]
    number: int


@dataclass(frozen=True, slots=True)
class WebhookReplyTrace:
    """The nth reply (from 1) through the sessionWebhook of an inbound message."""

    msg_id: str
    nth: int


@dataclass(frozen=True, slots=True)
class QueryKeyTrace:
    """A message sent through the OpenAPI."""

    key: str


@dataclass(frozen=True, slots=True)
class CardTrace:
    """A card, by its outTrackId."""

    out_track_id: str


TraceQuery = (
    InboundTrace
    | CallTrace
    | WordsTrace
    | BroadcastTrace
    | WebhookReplyTrace
    | QueryKeyTrace
    | CardTrace
)
Trace = Callable[[TraceQuery], Awaitable[Mapping[str, Any] | None]]

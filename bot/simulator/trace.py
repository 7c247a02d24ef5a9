"""What the chat page asks the bot about a bubble: which rows it became."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class InboundTrace:
    """A message that a person sent to the robot."""

    msg_id: str
    channel: str = "dingtalk"


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


TraceQuery = InboundTrace | WebhookReplyTrace | QueryKeyTrace | CardTrace
Trace = Callable[[TraceQuery], Awaitable[Mapping[str, Any] | None]]

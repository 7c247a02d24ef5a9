"""Frames of the stream protocol: how they are read, and how they are acknowledged."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dingtalk_stream import Card_Callback_Router_Topic
from dingtalk_stream.chatbot import ChatbotMessage
from dingtalk_stream.frames import (
    AckMessage,
    CallbackMessage,
    EventMessage,
    Headers,
    SystemMessage,
)
from dingtalk_stream.version import VERSION_STRING

SYSTEM: str = SystemMessage.TYPE
EVENT: str = EventMessage.TYPE
CALLBACK: str = CallbackMessage.TYPE
DISCONNECT: str = SystemMessage.TOPIC_DISCONNECT
PING = "ping"
READ = "robot_msg_read"
# Events about the organisation's address book cost nothing of the month.
_EXEMPT_EVENTS = ("user_", "org_", "label_")
ROBOT: str = ChatbotMessage.TOPIC
CARD: str = Card_Callback_Router_Topic
OK: int = AckMessage.STATUS_OK
BAD_REQUEST: int = AckMessage.STATUS_BAD_REQUEST
NO_SUCH_TOPIC: int = AckMessage.STATUS_NOT_IMPLEMENT

SUBSCRIPTIONS = (
    {"type": EVENT, "topic": "*"},
    {"type": CALLBACK, "topic": ROBOT},
    {"type": CALLBACK, "topic": CARD},
)
# The gateway has been seen to refuse names it does not know ("ua invalid").
USER_AGENT = f"dingtalk-sdk-python/v{VERSION_STRING}"

ROBOT_TAKEN: Mapping[str, Any] = {"response": None}
CARD_TAKEN: Mapping[str, Any] = {"response": {}}
EVENT_TAKEN: Mapping[str, Any] = {"status": "SUCCESS", "message": ""}


class BadFrame(Exception):
    """What came is no frame, or its data is no JSON object; the message says why, not what."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the platform; `data` is still the JSON text it came as."""

    type: str
    topic: str
    message_id: str
    data: str
    event: str = ""  # what happened, of an EVENT
    event_id: str = ""

    @property
    def counts(self) -> bool:
        """Say whether the month's messages pay for it."""
        return self.type != SYSTEM and not self.event.startswith(_EXEMPT_EVENTS)

    def body(self) -> dict[str, Any]:
        """Parse the data."""
        return _object(self.data)


def read_frame(raw: bytes) -> Frame:
    """Read one frame; unknown keys and odd values in the headers do not matter."""
    body = _object(raw.decode("utf-8", "replace"))
    given = body.get("headers")
    headers = Headers.from_dict(
        {name: _text(given, name) for name in ("messageId", "topic") if _text(given, name)}
    )
    data = body.get("data")
    return Frame(
        type=_text(body, "type"),
        topic=headers.topic or "",
        message_id=headers.message_id or "",
        data=data if isinstance(data, str) else json.dumps(data),
        event=_text(given, "eventType"),
        event_id=_text(given, "eventId"),
    )


def acknowledgement(
    frame: Frame, data: Mapping[str, Any], code: int = OK, message: str = "OK"
) -> str:
    """Word the acknowledgement of a frame."""
    ack = AckMessage()
    ack.code = code
    ack.message = message
    ack.headers.message_id = frame.message_id
    ack.headers.content_type = Headers.CONTENT_TYPE_APPLICATION_JSON
    ack.data = data
    return json.dumps(ack.to_dict())


def card_changed(status: str, *, over: bool = False) -> Mapping[str, Any]:
    """Answer a pressed button with the card's new status; a card that is over has no buttons."""
    values = {"status": status, **({"actions": "[]"} if over else {})}
    return {
        "response": {
            "cardUpdateOptions": {"updateCardDataByKey": True},
            "cardData": {"cardParamMap": values},
        }
    }


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("not JSON") from None
    if not isinstance(value, dict):
        raise BadFrame("not a JSON object")
    return value


def _text(holder: object, name: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""

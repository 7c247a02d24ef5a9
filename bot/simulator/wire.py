"""Frames of the stream protocol: how the gateway writes them, and how it reads acknowledgements."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

ROBOT_TOPIC = "/v1.0/im/bot/messages/get"
CARD_TOPIC = "/v1.0/card/instances/callback"
EVENT_TOPIC = "*"


class FrameType(StrEnum):
    """The three kinds of frames."""

    SYSTEM = "SYSTEM"
    EVENT = "EVENT"
    CALLBACK = "CALLBACK"


@dataclass(frozen=True, slots=True)
class Ack:
    """One acknowledgement as the client sent it; `data` is parsed where it was JSON."""

    message_id: str
    code: int
    data: Any
    connection_id: str
    at: datetime
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether the client took the message over."""
        return self.code == 200


class BadAck(Exception):
    """What the client sent is no acknowledgement."""


def dumps(value: Any) -> str:
    """Write JSON as the platform does; escape everything only where UTF-8 cannot carry it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def milliseconds(moment: datetime) -> int:
    """Give a moment in the platform's unit."""
    return int(moment.timestamp() * 1000)


def frame(
    kind: FrameType,
    topic: str,
    data: str,
    *,
    message_id: str,
    at: datetime,
    extra: Mapping[str, str] | None = None,
) -> str:
    """Write one frame; `data` is already a JSON string and stays a string."""
    headers = {
        "appId": "simulated-app",
        "contentType": "application/json",
        "messageId": message_id,
        "time": str(milliseconds(at)),
        "topic": topic,
        **(extra or {}),
    }
    return dumps({"specVersion": "1.0", "type": kind.value, "headers": headers, "data": data})


def read_ack(text: str, connection_id: str, at: datetime) -> Ack:
    """Read an acknowledgement, naming what is wrong with it instead of refusing it."""
    try:
        body = json.loads(text)
    except ValueError as error:
        raise BadAck("not JSON") from error
    if not isinstance(body, dict) or not isinstance(body.get("headers"), dict):
        raise BadAck("no headers")
    problems: list[str] = []
    code = body.get("code")
    if not isinstance(code, int):
        problems.append("ack-code-not-a-number")
    message_id = body["headers"].get("messageId")
    if not isinstance(message_id, str):
        raise BadAck("no messageId")
    data = body.get("data")
    if isinstance(data, str):
        try:
            data = json.loads(data) if data else None
        except ValueError:
            problems.append("ack-data-not-json")
    elif data is not None:
        problems.append("ack-data-not-a-string")
    number = code if isinstance(code, int) else 500
    return Ack(message_id, number, data, connection_id, at, tuple(problems))

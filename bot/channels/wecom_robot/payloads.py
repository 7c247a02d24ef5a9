"""Letters as the bodies that a group robot takes."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Enclosure, Message
from bot.markup import plain

LIMIT = 4096
"""Bytes of a markdown message ("消息推送配置说明")."""
PICTURES = frozenset({"jpg", "png"})
PICTURE_LIMIT = 2 * 1024 * 1024  # before base64
FILE_LEAST, FILE_LIMIT = 5, 20 * 1024 * 1024
_CUT = "…"


def markdown(message: Message) -> Mapping[str, Any]:
    """Word a message. Bold, quotes and links are the platform's own, a line ends where it ends.

    What people typed has no markup any more (flows/markup.py); the outbox has cut what is longer.
    """
    text = "\n\n".join(plain(part) for part in (message.text, message.spelt) if part)
    return {"msgtype": "markdown", "markdown": {"content": _clipped(text or message.title or "-")}}


def is_picture(file: Enclosure) -> bool:
    """Say whether a file is shown as a picture; any other is a file to open."""
    return file.extension in PICTURES and 0 < file.size <= PICTURE_LIMIT


def fits(file: Enclosure) -> bool:
    """Say whether the platform takes a file; else words stand for it."""
    return is_picture(file) or FILE_LEAST <= file.size <= FILE_LIMIT


def picture(content: bytes) -> Mapping[str, Any]:
    """Show a picture, which travels with the message."""
    told = base64.b64encode(content).decode()
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()  # as the platform wants it
    return {"msgtype": "image", "image": {"base64": told, "md5": digest}}


def file(media: str) -> Mapping[str, Any]:
    """Show an uploaded file."""
    return {"msgtype": "file", "file": {"media_id": media}}


def _clipped(text: str) -> str:
    content = text.encode()
    if len(content) <= LIMIT:
        return text
    return content[: LIMIT - len(_CUT.encode())].decode(errors="ignore") + _CUT

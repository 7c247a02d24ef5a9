"""Letters as the bodies that the app's interfaces take (path/90236, path/94945, path/90241)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from bot.channels.base import Enclosure, Letter, Message
from bot.channels.tencent.reply import inert
from bot.channels.tencent.wording import plain

LIMIT = 2048
"""Bytes of a text; the platform cuts what is longer, without a word."""
TITLE, TEXT = 36, 160
"""Characters that a card shows of its title and of its text."""
BUTTONS, LABEL, KEY = 6, 10, 1024  # the key in bytes
SAME = 4 * 3600
"""Seconds in which a card is known again: the most that the platform takes."""
PICTURES = frozenset({"jpg", "png"})
MEGABYTE = 1024 * 1024
_MOST: Mapping[str, int] = {"image": 10, "voice": 2, "video": 10, "file": 20}  # MB (path/90253)
_LEAST = 5  # bytes
_STYLES = {"primary": 1, "danger": 3, "plain": 2}  # blue, red on grey, black on grey


def carries(message: Message) -> bool:
    """Say whether a card can carry the choices of a message."""
    options = message.options
    return (
        0 < len(options) <= BUTTONS
        and len(plain(message.title)) <= TITLE
        and all(0 < len(one.label) <= LABEL for one in options)
        and all(0 < len(one.action.encode()) <= KEY for one in options)
        and len({one.action for one in options}) == len(options)
    )


def fits_card(message: Message) -> bool:
    """Say whether a card shows a message whole."""
    return carries(message) and len(plain(message.text)) <= TEXT


def face(letter: Letter, choose: str = "") -> dict[str, Any]:
    """Word a card with its buttons; `choose` stands for a text that it would not show whole."""
    message = letter.message
    shown = {
        "card_type": "button_interaction",
        "main_title": {"title": plain(message.title)},
        "task_id": letter.card,
        "button_list": [
            {"text": one.label, "style": _STYLES[one.style], "key": one.action}
            for one in message.options
        ],
    }
    text = plain(message.text) if fits_card(message) else choose
    return shown | ({"sub_title_text": text} if text else {})


def card(letter: Letter) -> dict[str, Any]:
    """Send a card; no other has its task_id, so nothing but its own repetition is the same."""
    return {
        "msgtype": "template_card",
        "template_card": face(letter),
        "enable_duplicate_check": 1,
        "duplicate_check_interval": SAME,
    }


def text(content: str) -> dict[str, Any]:
    """Send a text; the same words twice are two messages, and both are shown."""
    return {"msgtype": "text", "text": {"content": content}}


def medium(kind: str, media_id: str) -> dict[str, Any]:
    """Show an uploaded file."""
    return {"msgtype": kind, kind: {"media_id": media_id}}


def media_type(file: Enclosure) -> str:
    """Name the kind of medium that a file is uploaded as: what can be seen or heard at once."""
    kind = "file"
    if file.extension in PICTURES:
        kind = "image"
    elif file.extension in ("mp4", "amr"):
        kind = "video" if file.extension == "mp4" else "voice"
    # A paper has its size when it is drawn: a picture of one is never so large.
    return kind if file.size <= _MOST[kind] * MEGABYTE else "file"


def shows(file: Enclosure) -> bool:
    """Say whether people can be shown a file; else its message stands for it."""
    return _LEAST < file.size <= _MOST["file"] * MEGABYTE


def change(letter: Letter, choose: str) -> dict[str, Any]:
    """Change a card: into one with other buttons, or to what stands now instead of them.

    Whoever can still choose keeps the buttons, whether the card shows the text or not.
    """
    message = letter.message
    if carries(message):
        return {"template_card": face(letter, choose)}
    return {"button": {"replace_name": replaced(message.status or message.title)}}


def replaced(status: str) -> str:
    """Word what stands where the buttons were."""
    told = plain(status).replace("\n", " ")
    return told if len(told) <= LABEL else f"{told[: LABEL - 1]}…"


def button_reply(to: str, sender: str, status: str, now: float) -> str:
    """Word the answer to a press that takes the buttons away."""
    return (
        f"<xml><ToUserName>{escape(to)}</ToUserName><FromUserName>{escape(sender)}</FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime><MsgType>update_button</MsgType>"
        f"<Button><ReplaceName><![CDATA[{inert(replaced(status))}]]></ReplaceName></Button></xml>"
    )

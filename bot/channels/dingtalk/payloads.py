"""Letters as the bodies that DingTalk's sending interfaces take."""

import json
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Enclosure, Letter, Message

MSG_PARAM_LIMIT = 15_000
HOOK_LIMIT = 19_500  # of the 20,000 that the whole body may have
CARD_VALUE_LIMIT = 1024
MOST_BUTTONS = 10  # as docs/card-template.md asks for
CUT = "…"
MEDIA_LIMIT = 20 * 1024 * 1024
PICTURES = frozenset({"jpg", "png", "gif", "bmp"})
FILES = frozenset({"xlsx", "pdf", "zip", "rar", "doc", "docx"})  # what sampleFile documents


def spelt_out(message: Message) -> str:
    """Join a message and its choices in words, for places without buttons."""
    return "\n\n".join(part for part in (message.text, message.spelt) if part)


def clipped(text: str, limit: int, mark: str = CUT) -> str:
    """Cut a text to `limit` bytes at a character's edge, visibly."""
    content = text.encode()
    if len(content) <= limit:
        return text
    return content[: max(0, limit - len(mark.encode()))].decode(errors="ignore") + mark


def markdown(letter: Letter, prefix: str = "", limit: int = MSG_PARAM_LIMIT) -> dict[str, str]:
    """Word a markdown message of at most `limit` bytes of JSON."""
    text = prefix + spelt_out(letter.message)
    title = clipped(letter.message.title or text.split("\n", 1)[0], 100, "…") or "-"
    content = {"title": title, "text": text or title}
    room = len(content["text"].encode())
    while (excess := len(_json(content).encode()) - limit) > 0:
        room -= max(1, excess // 2)  # a character may take two bytes or more as JSON
        content = {"title": title, "text": clipped(text, room)}
    return content


def template_message(content: Mapping[str, str]) -> dict[str, str]:
    """Wrap a markdown message for the OpenAPI."""
    return {"msgKey": "sampleMarkdown", "msgParam": _json(content)}


def shows(file: Enclosure) -> bool:
    """Say whether people can be shown a file; else its message stands for it."""
    return file.extension in PICTURES | FILES and 0 < file.size <= MEDIA_LIMIT


def media_type(file: Enclosure) -> str:
    """Name the kind of medium that a file is uploaded as."""
    return "image" if file.extension in PICTURES else "file"


def file_message(file: Enclosure, media: str) -> dict[str, str]:
    """Show an uploaded file."""
    if file.extension in PICTURES:
        return {"msgKey": "sampleImageMsg", "msgParam": _json({"photoURL": media})}
    content = {"mediaId": media, "fileName": file.name, "fileType": file.extension}
    return {"msgKey": "sampleFile", "msgParam": _json(content)}


def webhook_message(
    letter: Letter, *, calls: bool = True, limit: int = MSG_PARAM_LIMIT
) -> dict[str, Any]:
    """Word what goes to a webhook; only there can somebody in a group be called by name."""
    if not letter.mention or not calls:
        return {"msgtype": "markdown", "markdown": markdown(letter, limit=limit)}
    content = markdown(letter, prefix=f"@{letter.mention}\n\n", limit=limit)
    at = {"atUserIds": [letter.mention], "atMobiles": [], "isAtAll": False}
    return {"msgtype": "markdown", "markdown": content, "at": at}


def hook_message(letter: Letter, *, calls: bool) -> dict[str, Any]:
    """Word what a custom robot says; `msgUuid` makes a second call show nothing."""
    body = webhook_message(letter, calls=calls, limit=HOOK_LIMIT)
    return body | ({"msgUuid": letter.key} if letter.key else {})


def actions(message: Message) -> str:
    """Word the buttons of a card for its variable `actions`."""
    return _json(
        [{"id": o.action, "label": o.label, "style": o.style} for o in message.options],
    )


def fits_card(letter: Letter) -> bool:
    """Say whether a card can carry the letter; in a group its body may be cut."""
    message = letter.message
    if len(message.options) > MOST_BUTTONS:
        return False
    if len(actions(message).encode()) > CARD_VALUE_LIMIT:
        return False
    return letter.door != "private" or len(message.text.encode()) <= CARD_VALUE_LIMIT


def card_values(message: Message) -> dict[str, str]:
    """Give a new card its variables."""
    return {
        "title": clipped(message.title, CARD_VALUE_LIMIT),
        "body": clipped(message.text, CARD_VALUE_LIMIT),
        "status": clipped(message.status, CARD_VALUE_LIMIT),
        "actions": actions(message),
    }


def card(letter: Letter, robot: str, template: str) -> dict[str, Any]:
    """Create and deliver a card; `outTrackId` makes a second call do nothing."""
    body: dict[str, Any] = {
        "cardTemplateId": template,
        "outTrackId": letter.card,
        "callbackType": "STREAM",
        "userIdType": 1,
        "cardData": {"cardParamMap": card_values(letter.message)},
    }
    if letter.door == "private":
        return body | {
            "openSpaceId": f"dtv1.card//IM_ROBOT.{letter.to}",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": robot},
        }
    deliver: dict[str, Any] = {"robotCode": robot}
    if letter.mention:
        deliver["atUserIds"] = {letter.mention: letter.mention}
    return body | {
        "openSpaceId": f"dtv1.card//IM_GROUP.{letter.to}",
        "imGroupOpenSpaceModel": {"supportForward": False},
        "imGroupOpenDeliverModel": deliver,
    }


def card_change(letter: Letter) -> dict[str, Any]:
    """Change a card; what the letter leaves empty stays, except the buttons."""
    values = card_values(letter.message)
    return {
        "outTrackId": letter.card,
        "userIdType": 1,
        "cardData": {
            "cardParamMap": {k: v for k, v in values.items() if v or k == "actions"},
        },
        # Without this the variables that are not named would be emptied.
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }


def card_emptied(card: str, status: str) -> dict[str, Any]:
    """Take from a card what it said, and its buttons."""
    return {
        "outTrackId": card,
        "userIdType": 1,
        "cardData": {"cardParamMap": {"body": "", "status": status, "actions": "[]"}},
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

"""Messages and events of an app as arrivals (path/90239, path/90240)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.channels.tencent.heard import Heard, field, joined, name_of
from bot.channels.wecom.access import NAME
from handlers.ports import Arrival, Button, Incoming, Place, ReplyPath, Sender

PRESSES = frozenset({"template_card_event", "template_card_menu_event"})
LEFT = "unsubscribe"


class Inbound:
    """Read what the platform brings."""

    def __init__(self, answer: timedelta) -> None:
        """`answer` = how long the call waits."""
        self._answer = answer

    def arrival(self, heard: Heard, now: datetime) -> Arrival | None:
        """Make an arrival of what somebody said or pressed; None for what asks for no answer.

        Raises BadCallback.
        """
        said = self._said(heard)
        if said is None:
            return None
        name = name_of(heard)
        # The call of a press takes what becomes of the card; what is said goes out as a message.
        path = None if "button" in said else ReplyPath(name, now + self._answer)
        return Arrival(
            channel=NAME,
            robot=heard.to[:64],
            msg_id=name,
            sender=Sender(heard.account, None, None),  # the platform tells no names
            place=Place(private=True, chat=heard.account),
            at=heard.at,
            reply_path=path,
            **said,
        )

    def _said(self, heard: Heard) -> dict[str, Any] | None:
        if heard.kind == "event":
            return _happened(heard)
        media = field(heard.fields, "MediaId")
        match heard.kind:
            case "text":
                return {"text": heard.text}
            case "image" if media:
                return {"files": (Incoming(media, "picture"),)}
            case "voice" if media:
                return {"files": (Incoming(media, "audio"),)}
            case "video" if media:
                return {"files": (Incoming(media, "video"),)}
            case "file" if media:
                # Not among the documented kinds yet: whichever name it comes with is the file's.
                name = field(heard.fields, "FileName") or field(heard.fields, "Title")
                return {"files": (Incoming(media, "file", name[:200]),)}
            case "location":
                return {"text": joined(heard, " ", "Label", "Location_X", "Location_Y")}
            case "link":
                return {"text": joined(heard, "\n", "Title", "Description", "Url")}
        return {"kind": "unsupported"}


def _happened(heard: Heard) -> dict[str, Any] | None:
    card = field(heard.fields, "TaskId")
    if heard.event in PRESSES and card and heard.key:
        return {"kind": "button", "button": Button(heard.key, card)}
    if heard.event == "click" and heard.key:
        return {"text": heard.key}
    # Who enters the app, or may from now on, did not ask anything: hundreds may at once.
    return None

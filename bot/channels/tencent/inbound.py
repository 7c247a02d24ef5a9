"""What people send to an account of 公众号 or an app of 企业微信, as arrivals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.tencent.heard import Heard, field, joined, name_of
from handlers.ports import Arrival, Incoming, Place, ReplyPath, Sender

Said = Mapping[str, Any]
"""The fields of an Arrival that say what somebody said, sent or pressed."""

Happened = Callable[[Heard], Said | None]
"""Say what an event stands for; None = it asks for no answer. Raises BadCallback."""


class Inbound:
    """Reads what a platform brings; what its events mean each platform says for itself."""

    def __init__(self, channel: str, answer: timedelta, happened: Happened) -> None:
        """`answer` = how long the call waits."""
        self._channel = channel
        self._answer = answer
        self._happened = happened

    def arrival(self, heard: Heard, now: datetime) -> Arrival | None:
        """Make an arrival of what somebody did; None for what asks for no answer.

        Raises BadCallback.
        """
        said = self._happened(heard) if heard.kind == "event" else _sent(heard)
        if said is None:
            return None
        name = name_of(heard)
        # The call of a press takes what becomes of the card; what is said goes out as a message.
        path = None if "button" in said else ReplyPath(name, now + self._answer)
        return Arrival(
            channel=self._channel,
            robot=heard.to[:64],
            msg_id=name,
            sender=Sender(heard.account, None, None),  # the platforms tell no names
            place=Place(private=True, chat=heard.account),
            at=heard.at,
            reply_path=path,
            **said,
        )


def _sent(heard: Heard) -> Said:
    """Read a message of any kind that one of the platforms has."""
    media = field(heard.fields, "MediaId")
    match heard.kind:
        case "text":
            return {"text": heard.text}
        case "image" if media:
            return {"files": (Incoming(media, "picture"),)}
        case "voice" if media:
            spoken = field(heard.fields, "Recognition")
            file = Incoming(media, "audio")
            return {"text": spoken, "spoken": bool(spoken), "files": (file,)}
        case "video" | "shortvideo" if media:
            return {"files": (Incoming(media, "video"),)}
        case "file" if media:
            # Among the documented kinds of neither (path/90239): whichever name it comes with is
            # the file's, and without a medium it is told of as what we cannot read.
            name = field(heard.fields, "FileName") or field(heard.fields, "Title")
            return {"files": (Incoming(media, "file", name[:200]),)}
        case "location":
            return {"text": joined(heard, " ", "Label", "Location_X", "Location_Y")}
        case "link":
            return {"text": joined(heard, "\n", "Title", "Description", "Url")}
    return {"kind": "unsupported"}


__all__ = ["Happened", "Inbound", "Said"]

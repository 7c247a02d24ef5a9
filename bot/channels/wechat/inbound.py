"""Messages and events of an official account as arrivals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.channels.tencent.heard import Heard, field, joined, name_of
from bot.channels.wechat.access import NAME
from handlers.ports import Arrival, Incoming, Place, ReplyPath, Sender

SCENE = "qrscene_"  # how the scene begins of a code that somebody subscribed by
SCANNED = frozenset({"subscribe", "scan"})
QUICK = frozenset({"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"})
"""Events that let us write to somebody for a minute."""


class Inbound:
    """Read what the platform brings."""

    def __init__(self, greeting: Callable[[], str], answer: timedelta) -> None:
        """`greeting` = what is taken as said by who begins to follow; `answer` = how long the
        call waits.
        """
        self._greeting = greeting
        self._answer = answer

    def arrival(self, heard: Heard, now: datetime) -> Arrival | None:
        """Make an arrival of what somebody said; None for what asks for no answer.

        Raises BadCallback.
        """
        said = self._said(heard)
        if said is None:
            return None
        name = name_of(heard)
        return Arrival(
            channel=NAME,
            robot=heard.to[:64],
            msg_id=name,
            sender=Sender(heard.account, None, None),  # the platform tells no names
            place=Place(private=True, chat=heard.account),
            at=heard.at,
            reply_path=ReplyPath(name, now + self._answer),
            **said,
        )

    def _said(self, heard: Heard) -> dict[str, Any] | None:
        if heard.kind == "event":
            return self._happened(heard)
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
            case "location":
                return {"text": joined(heard, " ", "Label", "Location_X", "Location_Y")}
            case "link":
                return {"text": joined(heard, "\n", "Title", "Description", "Url")}
        return {"kind": "unsupported"}

    def _happened(self, heard: Heard) -> dict[str, Any] | None:
        if heard.event in SCANNED:
            # The code of an activity carries what its reader would type.
            scene = heard.key.removeprefix(SCENE)
            told = "" if scene.isdecimal() else scene
            if heard.event == "scan" and not told:
                return None
            return {"text": told or self._greeting()}
        if heard.event == "click" and heard.key:
            return {"text": heard.key}
        return None

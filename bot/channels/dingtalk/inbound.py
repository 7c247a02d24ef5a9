"""Robot messages and pressed buttons of DingTalk as arrivals."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import MESSAGES, Count, Read, used_up
from bot.channels.dingtalk.body import Body
from bot.channels.dingtalk.forwarded import read_record
from bot.channels.dingtalk.origins import Origins
from handlers.ports import Arrival, Button, Clock, Forwarded, Incoming, Place, ReplyPath, Sender

log = logging.getLogger(__name__)

CHANNEL = "dingtalk"
OVER_QUOTA = "20001"
GROUP, PRIVATE = "2", "1"
UNION_ID = "2"  # userIdType of a card
_MENTION = re.compile(r"\s*@\S{1,40}\s*")
_GROUP_MARKS = ("conversationTitle", "isInAtList", "atUsers")

Spot = Callable[[str], Place | None]
"""Where a card was put, if that is known."""

Shown = Callable[[str], str]
"""The card that a message shows, by the platform's name of the message; else that name."""

SECONDS_END = 1e11  # as milliseconds it would be 1973


class Unreadable(Exception):
    """A body that cannot become an arrival; the message says what is missing, not what came."""


class Inbound:
    """Read what the platform pushes, whatever is missing."""

    def __init__(
        self,
        robot: str,
        origins: Origins,
        clock: Clock,
        spot: Spot,
        *,
        shown: Shown = str,
        count: Count | None = None,
    ) -> None:
        self._robot = robot
        self._origins = origins
        self._clock = clock
        self._spot = spot
        self._shown = shown
        self._count = count

    def message(self, raw: dict[str, Any], frame_id: str) -> Arrival:
        """Read a robot message."""
        body = Body(raw)
        msg_id = body.text("msgId") or frame_id
        sender = Sender(
            staff_id=body.text("senderStaffId") or None,
            union_id=body.text("senderUnionId") or None,
            sender_id=body.text("senderId") or None,
            nick=body.text("senderNick"),
        )
        if not msg_id:
            raise Unreadable("no msgId")
        if not sender.names:
            raise Unreadable("no sender")
        if body.text("errorCode") == OVER_QUOTA and self._count is not None:
            self._count(used_up(MESSAGES), 1)
        said = _Said(body)
        return Arrival(
            channel=CHANNEL,
            robot=body.text("robotCode") or self._robot,
            msg_id=msg_id,
            sender=sender,
            place=_place(body),
            at=_moment(body.text("createAt")) or self._clock(),
            kind=said.kind,
            text=said.text,
            files=tuple(said.files),
            forwarded=tuple(said.forwarded),
            quoted=_quoted(body),
            spoken=said.spoken,
            reply_path=self._reply_path(body, msg_id),
        )

    def pressed(self, raw: dict[str, Any], frame_id: str) -> Arrival:
        """Read a card callback."""
        body = Body(raw)
        card, user = body.text("outTrackId"), body.text("userId")
        private = body.part("content").part("cardPrivateData")
        action = private.part("params").text("action") or private.first("actionIds")
        if not (card and user and action):
            raise Unreadable("no card, user or action")
        union = body.text("userIdType") == UNION_ID
        return Arrival(
            channel=CHANNEL,
            robot=self._robot,
            # Every push carries the id of its frame: a redelivery that keeps it is one arrival,
            # the next press of the same button is another.
            msg_id=f"card:{card}:{action}:{user}:{frame_id}",
            sender=Sender(None if union else user, user if union else None, None),
            place=self._spot(card) or _card_place(body, user),
            at=self._clock(),
            kind="button",
            button=Button(action, card),
        )

    def read(self, raw: dict[str, Any]) -> Read:
        """Read the event that somebody has read a message."""
        body = Body(raw)
        key, reader = body.text("processQueryKey"), body.text("userId")
        if not (key and reader):
            raise Unreadable("no key or reader")
        return Read(
            robot=body.text("robotCode") or self._robot,
            key=self._shown(key),
            chat=body.text("openConversationId"),
            reader=reader,
            # The documents spell it so.
            at=_moment(body.text("operatTime", "operateTime")) or self._clock(),
        )

    def _reply_path(self, body: Body, msg_id: str) -> ReplyPath | None:
        url = body.text("sessionWebhook")
        expires_at = _moment(body.text("sessionWebhookExpiredTime"))
        if not url or expires_at is None:
            return None
        if not self._origins.allows_reply(url):
            log.warning("message %s: its reply address is not the platform's, ignored", msg_id)
            return None
        return ReplyPath(url, expires_at)


class _Said:
    """What a message says, by its type."""

    def __init__(self, body: Body) -> None:
        self.kind: Any = "text"
        self.text = ""
        self.files: list[Incoming] = []
        self.forwarded: list[Forwarded] = []
        self.spoken = False
        if body.text("errorCode") == OVER_QUOTA:
            self.kind = "over_quota"
            return
        content = body.part("content")
        match body.text("msgtype") or "text":
            case "text":
                self.text = body.part("text").text("content").strip()
            case "richText":
                self._rich(content)
            case "picture":
                self._file(content, "picture")
            case "audio":
                self.text = content.text("recognition").strip()
                self.spoken = bool(self.text)
                self._file(content, "audio")
            case "video":
                self._file(content, "video")
            case "file":
                self._file(content, "file")
            case "chatRecord":
                self.forwarded, self.files = read_record(content)
                self.kind = "text" if self.forwarded else "unsupported"
            case _:
                self.kind = "unsupported"

    def _file(self, content: Body, kind: Any) -> None:
        code = content.text("downloadCode", "pictureDownloadCode")
        if code:
            self.files.append(Incoming(code, kind, content.text("fileName")))
        elif not self.text:
            self.kind = "unsupported"

    def _rich(self, content: Body) -> None:
        words: list[str] = []
        for raw in content.items("richText"):
            item = Body(raw)
            code = item.text("downloadCode", "pictureDownloadCode")
            if code:
                self.files.append(Incoming(code, "picture"))
                words.append("\n")
            elif item.text("type") != "at" and not _MENTION.fullmatch(item.text("text")):
                words.append(item.text("text"))
        self.text = re.sub(r"\n{2,}", "\n", "".join(words)).strip()


def _place(body: Body) -> Place:
    kind = body.text("conversationType")
    group = kind == GROUP or (kind != PRIVATE and any(mark in body for mark in _GROUP_MARKS))
    return Place(not group, body.text("conversationId"), body.text("conversationTitle"))


def _card_place(body: Body, user: str) -> Place:
    # A callback's own words about its place are not documented, and a 1:1 chat has a "cid…" too.
    # Answering the presser 1:1 is always safe, so a group must be named as one.
    space = body.text("spaceId")
    return Place(private=body.text("spaceType") != "IM_GROUP", chat=space or user)


def _quoted(body: Body) -> str:
    replied = body.part("text").part("repliedMsg") or body.part("content").part("repliedMsg")
    content = replied.part("content")
    if not replied:
        return body.part("quoteMessage").part("text").text("content").strip()
    rich = "".join(Body(item).text("text", "content") for item in content.items("richText"))
    return (content.text("text", "recognition", "fileName") or rich).strip()


def _moment(number: str) -> datetime | None:
    """Read a time in milliseconds, or in seconds where it would lie before there was DingTalk."""
    try:
        value = float(number)
        return datetime.fromtimestamp(value if 0 < value < SECONDS_END else value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None

"""A deliberately poor platform and the channel to it: what the product owes every channel.

No buttons, no cards, no groups; text out, text and pictures in; one answer to each message within
five seconds, and otherwise at most five messages in the 48 hours after somebody wrote; 2,048 bytes
a message. Its people have accounts of its own. The limits are those of a WeChat official account.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from bot.channels.base import (
    CLOSED,
    Delivered,
    FetchFault,
    Health,
    Letter,
    Manner,
    Receipt,
    SendFault,
    SendUnknown,
    Singly,
    Take,
    Window,
)
from flows.office import Door
from handlers.ports import Arrival, Clock, Incoming, Place, ReplyPath, Sender

NAME = "poor"
ROBOT = "gh_poor"
ANSWER_WITHIN = timedelta(seconds=5)
OPEN_FOR = timedelta(hours=48)
PUSHES = 5
LIMIT = 2048  # bytes, UTF-8
MANNER = Manner(door=Door.OFFICIAL_ACCOUNT, cards=False, limit=LIMIT, shows=lambda file: False)

Fault = Literal["busy", "lost", "swallowed"]
"""Refused for now; or no answer came, although it was delivered ("lost") or was not."""


class Frame(TypedDict):
    """What the platform tells of one message."""

    msg_id: str
    account: str
    text: str
    media: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that somebody sees on the platform."""

    account: str
    text: str
    way: Literal["answer", "push"]


@dataclass(slots=True)
class Connection:
    """The call that brings a message: it can carry one answer back, for five seconds."""

    frame: Frame
    opened: datetime
    answered: str | None = None


class Refused(Exception):
    """The platform says no, by its number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"errcode {number}")
        self.number = number


BUSY, NOBODY, TOO_LONG, NOT_NOW, TOO_MANY = -1, 40003, 45002, 45015, 45047
_CODES: Mapping[int, tuple[str, float | None]] = {
    BUSY: ("busy", 1.0),
    NOBODY: ("unreachable", None),
    NOT_NOW: (CLOSED, None),
    TOO_MANY: (CLOSED, None),
}


@dataclass(slots=True)
class PoorPlatform:
    """The platform: who wrote when, what everybody sees, and what it is told to get wrong."""

    clock: Clock
    shown: list[Shown] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    wrote: dict[str, datetime] = field(default_factory=dict)
    pushed: dict[str, int] = field(default_factory=dict)  # since they wrote
    keys: set[str] = field(default_factory=set)
    calls: dict[str, Connection] = field(default_factory=dict)  # the latest of each message
    channel: Poor | None = None
    count: int = 0

    async def say(
        self, account: str, text: str = "", *, pictures: Sequence[bytes] = ()
    ) -> Connection:
        """Let somebody write."""
        self.count += 1
        names = [f"media-{self.count}-{n}" for n in range(len(pictures))]
        self.media.update(zip(names, pictures, strict=True))
        self.wrote[account] = self.clock()
        self.pushed[account] = 0
        frame = Frame(msg_id=f"p{self.count}", account=account, text=text, media=names)
        return await self.call(frame)

    async def call(self, frame: Frame) -> Connection:
        """Bring a message, once more where it was brought before; no button ever comes."""
        assert self.channel is not None
        known = self.calls.get(frame["msg_id"])
        connection = Connection(frame, self.clock())
        self.calls[frame["msg_id"]] = connection
        await self.channel.hear(frame)
        if known is not None and known.answered is not None:
            connection.answered = known.answered  # the same bytes
        return connection

    def answer(self, msg_id: str, text: str) -> bool:
        """Take an answer to a message, if somebody still waits for it."""
        connection = self.calls.get(msg_id)
        if connection is None or connection.answered is not None:
            return False
        if self.clock() - connection.opened > ANSWER_WITHIN:
            return False
        _check(text)
        connection.answered = text
        self.shown.append(Shown(connection.frame["account"], text, "answer"))
        return True

    def push(self, account: str, text: str, key: str) -> None:
        """Take a message to somebody; one that has the key of another is not shown again."""
        fault = self.faults.pop(0) if self.faults else None
        if fault == "busy":
            raise Refused(BUSY)
        if fault == "swallowed":
            raise TimeoutError
        if account not in self.wrote:
            raise Refused(NOBODY)
        if self.clock() - self.wrote[account] > OPEN_FOR:
            raise Refused(NOT_NOW)
        if key not in self.keys:
            if self.pushed[account] >= PUSHES:
                raise Refused(TOO_MANY)
            _check(text)
            self.pushed[account] += 1
            self.keys.add(key)
            self.shown.append(Shown(account, text, "push"))
        if fault == "lost":
            raise TimeoutError

    def told(self, account: str) -> str:
        """Return everything that somebody was told."""
        return "\n".join(one.text for one in self.shown if one.account == account)


def _check(text: str) -> None:
    if len(text.encode()) > LIMIT:
        raise Refused(TOO_LONG)


class Poor(Singly):
    """The channel: no buttons and no cards, an answer while it is waited for, otherwise a push."""

    name = NAME

    def __init__(self, platform: PoorPlatform, clock: Clock) -> None:
        self._platform = platform
        self._clock = clock
        self._take: Take | None = None
        self._stopped = asyncio.Event()
        self.sent: list[Letter] = []
        platform.channel = self

    @property
    def manner(self) -> Manner:
        """Say what it can show."""
        return MANNER

    async def run(self, take: Take) -> None:
        """Listen until cancelled."""
        self._take = take
        try:
            await self._stopped.wait()
        finally:
            self._take = None

    async def hear(self, frame: Frame) -> None:
        """Take a message in; returns after the commit."""
        assert self._take is not None, "nobody listens"
        await self._take(arrival(frame, self._clock()))

    async def send(self, letter: Letter) -> Receipt:
        """Deliver once: as the answer to a message where it is still waited for."""
        text = "\n\n".join(part for part in (letter.message.text, letter.message.spelt) if part)
        try:
            if letter.reply_url and self._platform.answer(letter.reply_url, text):
                self.sent.append(letter)
                return Receipt(letter.reply_url, "webhook")
            self._platform.push(letter.to, text, letter.key)
        except Refused as refused:
            raise _fault(refused.number) from None
        except TimeoutError:
            raise SendUnknown from None
        self.sent.append(letter)
        return Receipt(letter.key, in_words=letter.message.file is not None)

    def window(self, letter: Letter) -> Window | None:
        """Limit nothing."""
        return None

    async def recall(self, sent: Sequence[Delivered]) -> Mapping[int, str]:
        """Take nothing back: the platform cannot."""
        return {one.id: "not possible" for one in sent}

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a picture."""
        content = self._platform.media.get(code)
        if content is None:
            raise FetchFault("gone", None)
        if len(content) > limit:
            raise FetchFault("too.large", None)
        return content

    def health(self) -> Health:
        """Say whether messages can come in."""
        return Health(self._take is not None, "nobody listens")

    async def stop(self) -> None:
        """Stop listening."""
        self._stopped.set()


def arrival(frame: Frame, now: datetime) -> Arrival:
    """Read a frame; the account is what a person can be written to under."""
    account = frame["account"]
    return Arrival(
        channel=NAME,
        robot=ROBOT,
        msg_id=frame["msg_id"],
        sender=Sender(account, None, None),  # the platform tells no names
        place=Place(private=True, chat=account),
        at=now,
        text=frame["text"],
        files=tuple(Incoming(name, "picture") for name in frame["media"]),
        reply_path=ReplyPath(frame["msg_id"], now + ANSWER_WITHIN),
    )


def _fault(number: int) -> SendFault:
    """Name what the platform said in our words."""
    code, again = _CODES.get(number, (f"errcode.{number}", None))
    return SendFault(code, again)

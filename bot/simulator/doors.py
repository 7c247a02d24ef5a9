"""Chats of other platforms on the chat page: one place for each person who chats there."""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.simulator.tencent.calling import Brought, Caller
from bot.simulator.tencent.sealing import element
from bot.simulator.trace import CallTrace, TraceQuery
from bot.simulator.world import User

View = dict[str, Any]
Tell = Callable[[View], None]
ROBOT = "robot"
KEPT = 5000


class NotFollowing(LookupError):
    """Somebody writes to an account that they do not follow."""


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that somebody of the page may open."""

    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class Line:
    """One message of a chat: what a person did, or what the platform shows them."""

    seq: int
    address: str
    at: int  # milliseconds
    brought: Brought | None = None
    shown: Any = None


class ChatDoor(ABC):
    """What the page sees of another platform, and what its people do there.

    `seats` = whose pane it is, by the id that the platform knows the person under.
    """

    channel: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, seats: Mapping[str, User], caller: Caller) -> None:
        self.seats = seats
        self._lines: dict[int, Line] = {}  # by the identity of what they show, and keep alive
        self._seq = 0
        self._tell: Tell = _nobody
        self._places: dict[str, View] = {}
        caller.watchers.append(self._brought)

    def watch(self, tell: Tell) -> None:
        """Be told what the page is to be told."""
        self._tell = tell

    def places(self) -> list[View]:
        """Word every chat."""
        for address in self.seats:
            self._places[address] = self._place(address)
        return list(self._places.values())

    def bubbles(self) -> list[View]:
        """Word every message, oldest first."""
        return [self._bubble(line) for line in self._lines.values()]

    def place_id(self, address: str) -> str:
        """Name a chat."""
        return f"{self.channel}:{address}"

    def address(self, place: str) -> str:
        """Return whose chat a place is. Raises LookupError."""
        channel, _, address = place.partition(":")
        if channel != self.channel or address not in self.seats:
            raise LookupError("no such place")
        return address

    @abstractmethod
    async def act(self, order: Mapping[str, Any]) -> View | None:
        """Carry out what somebody ordered; return what their page is answered.

        Raises LookupError.
        """

    @abstractmethod
    def upload(self, place: str, kind: str, name: str, content: bytes) -> None:
        """Let somebody send a picture or a file. Raises LookupError."""

    @abstractmethod
    def medium(self, medium_id: str) -> Medium | None:
        """Return a file."""

    @abstractmethod
    def _more(self, address: str) -> View:
        """Say what is peculiar to a chat: its menu, whether its person follows."""

    @abstractmethod
    def _said(self, brought: Brought, kind: str) -> tuple[str, View]:
        """Word what somebody did as kind and content."""

    @abstractmethod
    def _looks(self, shown: Any) -> View:
        """Word what somebody is shown as kind, content, card, recalled, via."""

    @abstractmethod
    def _receipt(self, shown: Any) -> tuple[TraceQuery | None, list[list[str]]]:
        """Say what the bot may know a message by, and what the platform knows of it."""

    def facts(self, key: str) -> tuple[TraceQuery | None, list[list[str]]]:
        """Say what the bot may know a bubble by, and what the platform knows of it.

        Raises LookupError.
        """
        line = next((one for one in self._lines.values() if self._key(one) == key), None)
        if line is None:
            raise LookupError("no such bubble")
        rows = [["平台", self.title]]
        if line.brought is None:
            query, more = self._receipt(line.shown)
            return query, rows + more
        rows.append(["推送", f"{len(line.brought.statuses)} 次"])
        rows += [["应答", str(code) if code else "无"] for code in line.brought.statuses]
        msg_id = line.brought.msg_id
        rows.append(["消息", msg_id or "事件，平台不给编号"])
        return CallTrace(self.channel, line.brought.xml), rows

    def refresh(self) -> None:
        """Tell the page of chats that look different now."""
        before = dict(self._places)
        for place, address in zip(self.places(), self.seats, strict=True):
            if before.get(address) != place:
                self._tell({"type": "place", "place": place})

    def note(self, address: str, shown: Any) -> None:
        """Show a message, or its change, where somebody of the page sees it."""
        self._note(address, shown, shown=shown)

    def _brought(self, brought: Brought) -> None:
        self._note(brought.sender, brought, brought=brought)
        self.refresh()

    def _note(self, address: str, what: object, **line: Any) -> None:
        if address not in self.seats:
            return
        found = self._lines.get(id(what))
        if found is None:
            self._seq += 1
            found = Line(self._seq, address, time.time_ns() // 1_000_000, **line)
            self._lines[id(what)] = found
            if len(self._lines) > KEPT:
                del self._lines[next(iter(self._lines))]
        self._tell({"type": "bubble", "bubble": self._bubble(found)})

    def _key(self, line: Line) -> str:
        return f"{self.channel}-{line.seq}"

    def _place(self, address: str) -> View:
        return {
            "id": self.place_id(address),
            "title": self.title,
            "group": False,
            "channel": self.channel,
            "kind": "",
            "size": 1,
            **self._more(address),
        }

    def _bubble(self, line: Line) -> View:
        user = self.seats[line.address]
        view: View = {
            "key": self._key(line),
            "seq": line.seq,
            "place": self.place_id(line.address),
            "sender": ROBOT,
            "nick": "",
            "colour": "",
            "at": line.at,
            "onlyFor": None,
            "mentions": {},
            "recalled": False,
            "state": "",
            "quoted": None,
        }
        if line.brought is None:
            return {**view, **self._looks(line.shown)}
        kind, content = self._said(line.brought, element(line.brought.xml, "MsgType"))
        mine = {"sender": user.user_id, "nick": user.nick, "colour": user.colour}
        more = {"kind": kind, "content": content, "via": "person", "state": _state(line.brought)}
        return {**view, **mine, **more}

    def _src(self, medium_id: str) -> str:
        return f"/page/files/{self.channel}:{medium_id}"


def field(xml: str, name: str) -> str:
    """Return what an element says; empty = there is none."""
    return element(xml, name) if f"<{name}>" in xml else ""


def menu_of(made: Mapping[str, Any]) -> list[View]:
    """Word a menu as both platforms take it: buttons, and buttons below buttons."""
    return [_entry(one) for one in made.get("button", ())]


def named(made: Mapping[str, Any], key: str) -> str:
    """Return what stands on the menu where this key is; the key itself = it is not there."""
    entries = menu_of(made)
    below = [each for one in entries for each in one["below"]]
    return next((str(one["name"]) for one in entries + below if one["key"] == key), key)


def plain(markdown: str) -> str:
    """Leave the colours of 企业微信's markdown out."""
    return re.sub(r"</?font[^>]*>", "", markdown)


def _entry(one: Mapping[str, Any]) -> View:
    below: Sequence[Mapping[str, Any]] = one.get("sub_button", ())
    told = {"name": one["name"], "key": one.get("key", ""), "url": one.get("url", "")}
    return {**told, "below": [_entry(each) for each in below]}


def _state(brought: Brought) -> str:
    if 200 in brought.statuses:
        return "已送达"
    return "服务没有应答" if brought.is_over.is_set() else "已发出"


def _nobody(_view: View) -> None:
    """Tell nobody: no page watches."""

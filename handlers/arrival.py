"""A message or a pressed button as it comes in, in our words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PersonId = int
ArrivalId = int


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a platform says a message is from; a staff id may be missing (facts: outsiders)."""

    staff_id: str | None
    union_id: str | None
    sender_id: str | None
    nick: str = ""

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Return (kind, id) pairs, the strongest first."""
        pairs = (("staff", self.staff_id), ("union", self.union_id), ("sender", self.sender_id))
        return tuple((kind, value) for kind, value in pairs if value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message was written: a 1:1 chat with the robot or a group."""

    private: bool
    chat: str  # the platform's conversation id
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReplyPath:
    """A short-lived address for answers (DingTalk sessionWebhook); a secret."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that came with a message, not fetched yet."""

    code: str  # the platform's download code
    kind: Literal["picture", "file", "audio", "video"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One line of a forwarded chat record (转发的聊天记录)."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A pressed card button: the action's id and the card it was on."""

    action: str
    card: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is in a file that a handler asked to be read (`Tx.read_file`)."""

    purpose: str  # what it was asked for
    file: str  # id of the attachment
    name: str  # as its sender called it
    table: bool = False  # a spreadsheet: `rows` are its rows, the first is row 1
    rows: tuple[tuple[str, ...], ...] = ()  # of a text: a paragraph each, or the cells of a table
    cut: bool = False  # there is more than is read of one file
    long: tuple[int, ...] = ()  # the rows, from 1, in which a text is too long and not whole
    fault: str = ""  # why nothing could be read


Kind = Literal["text", "button", "unsupported", "over_quota", "document"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message or a pressed button as every channel delivers it."""

    channel: str
    robot: str
    msg_id: str
    sender: Sender
    place: Place
    at: datetime
    kind: Kind = "text"
    text: str = ""
    files: tuple[Incoming, ...] = ()
    forwarded: tuple[Forwarded, ...] = ()
    quoted: str = ""  # text of the message this one answers to
    spoken: bool = False  # the text is recognised speech
    button: Button | None = None
    reply_path: ReplyPath | None = None
    document: Document | None = None  # no channel sends it: we read it


@dataclass(frozen=True, slots=True)
class Filed:
    """An arrival that is new, with what the records know about it."""

    id: ArrivalId
    arrival: Arrival
    person: PersonId
    files: tuple[str, ...] = ()  # ids of its attachment rows, in order

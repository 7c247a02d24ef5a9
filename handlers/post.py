"""A message on its way out, before it is worded and addressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.engine.words import Choice
from flows.office import Content
from flows.tickets.papers import Paper
from handlers.arrival import ArrivalId, PersonId

HERE_ALONE = "#here"
"""How the name of a post ends that goes to no other account: its reader hears it there anyway."""


@dataclass(frozen=True, slots=True)
class ToPerson:
    """1:1 with a person, wherever they can be reached."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class ToGroup:
    """A group chat of a channel."""

    chat: str


@dataclass(frozen=True, slots=True)
class ToArrival:
    """Back to where an arrival came from (in a group: @ its sender)."""


To = ToPerson | ToGroup | ToArrival


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the catalogue with its blanks."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A line of somebody's next digest (提醒、催办 and what leaders hear of once a day).

    `kind` is its text's key in config/texts/digest.toml. `dedupe` makes it unique: for a rung of
    the ladder ticket, clock, rung, missed deadline and recipient.
    """

    person: PersonId
    ticket: str
    kind: str
    dedupe: str
    clock: str = ""
    rung: int = 0
    deadline: datetime | None = None
    id: int = 0  # of the row


@dataclass(frozen=True, slots=True)
class Post:
    """A message on its way to one place, before exposure and rendering.

    `parts` are joined by a blank line into one message. `brief` is what goes out where
    config/exposure.toml allows no more than a title. `dedupe` makes the row unique. `card` names a
    card that later posts of the same name change. `question` is the person's question that this
    post asks: answered meanwhile, it is cancelled instead of sent. `file` is an attachment's
    id: the file itself goes out, to one person only, and the outbox words what stands for it.
    `paper` goes out in the same way, as a file that is made for it. `through` is the channel at
    which a person is to hear of it, where several are theirs.
    """

    to: To
    content: Content
    parts: tuple[Text, ...]
    dedupe: str
    choices: tuple[Choice, ...] = ()
    title: Text | None = None
    brief: tuple[Text, ...] = ()
    status: Text | None = None
    card: str | None = None
    update: bool = False  # changes the card named by `card`, sends nothing new
    question: tuple[PersonId, int] | None = None
    arrival: ArrivalId | None = None  # the arrival it answers, for the reply path
    ticket: str | None = None
    campaign: str | None = None  # of which it is one message
    file: str = ""
    paper: Paper | None = None
    through: str = ""

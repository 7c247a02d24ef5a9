"""The vocabulary between a conversation and the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

Style = Literal["primary", "danger", "plain"]


class Key(str):
    """Name a text of the catalogue (config/texts) where a literal text could stand."""

    __slots__ = ()


# What comes in -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """Open the conversation with what is already there: a paragraph, set answers, files."""

    text: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """The person typed something, sent files, or both."""

    text: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picked:
    """The person pressed a choice of one step."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Back:
    """Undo the latest answer (返回)."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Correct one answer (修改); without a field the person is asked which."""

    field: str | None = None


@dataclass(frozen=True, slots=True)
class Toggle:
    """Flip a switch of the review, e.g. 对部门隐去企业名."""

    field: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Leave without submitting (取消)."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Accept the review (确认)."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the optional facts of the open question out (跳过)."""


@dataclass(frozen=True, slots=True)
class Finish:
    """End a step that gathers several messages (完成)."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Show the open question again (继续), also after a digression."""


@dataclass(frozen=True, slots=True)
class Remind:
    """The clock: nothing came for a while."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The clock: put the conversation aside, it can be resumed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The filing was refused; the step concerned is asked again with the reason."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    at: str | None = None  # the step to ask again


Input = (
    Start
    | Said
    | Picked
    | Back
    | Edit
    | Toggle
    | Cancel
    | Confirm
    | Skip
    | Finish
    | Resume
    | Remind
    | Leave
    | Refused
)

# What goes out -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: what is shown (a literal or a Key) and what is stored or done."""

    label: str
    value: str
    style: Style = "plain"
    words: tuple[str, ...] = ()  # what else people type for it, where the label is a Key


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a review: the label (a Key) and the value in the person's words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Say:
    """Show a text of the catalogue."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """Show a text of the catalogue and wait for an answer.

    `fields` are the steps asked about (empty at the review); a choice's value is an engine verb:
    `pick:FIELD:VALUE`, `confirm`, `edit`, `edit:FIELD`, `toggle:FIELD`, `back`, `skip`, `finish`,
    `cancel`, or `human` (hand-over to a person, a command of the reception).
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand the finished form to the desk that owns it."""

    form: BaseModel
    files: tuple[str, ...] = ()


Effect = Say | Ask | Submit

What = Literal[
    "asked",
    "answered",
    "skipped",
    "refused",
    "reviewed",
    "submitted",
    "cancelled",
    "left",
    "resumed",
]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the funnel: what happened at which step ("" = the conversation as a whole)."""

    what: What
    step: str = ""

"""What a person is in the middle of."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from flows.engine.flow import State


class Frame(BaseModel):
    """One open conversation of a person and when it was last touched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State
    touched: datetime
    reminded: bool = False


class Conversation(BaseModel):
    """What a person is in the middle of: the top of the stack is the open question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stack: tuple[Frame, ...] = ()
    aside: tuple[Frame, ...] = ()  # paused or cancelled, 继续 brings the latest back
    question: int = 0  # serial number of the latest question to this person
    options: tuple[str, ...] = ()  # action ids behind the numbers 1, 2, … last shown
    labels: tuple[tuple[bool, str], ...] = ()  # what stood on them; True = it names a text
    shown_at: float = 0.0  # POSIX time the options were shown
    recent: tuple[float, ...] = ()  # POSIX times of the last messages, for the pace limit
    slowed_at: float = 0.0
    misses: tuple[float, ...] = ()  # POSIX times of wrong codes (关联码)
    alarm: float = 0.0  # POSIX time its timer strikes; one that strikes too early is set anew

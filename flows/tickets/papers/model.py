"""A paper from top to bottom, before it is worded and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from flows.engine.words import Key
from flows.office import Content


class Kind(StrEnum):
    """Which paper."""

    ORDER = "order"  # 交办单
    SIGNING = "signing"  # 审签稿
    SUPERVISION = "supervision"  # 督办单
    LETTER = "letter"  # 督办函
    REFERRAL = "referral"  # 移交函


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the catalogue with its blanks, as it stands on paper."""

    key: str
    params: Mapping[str, Value] = field(default_factory=dict)


Value = str | int | date | datetime | Sentence
"""What stands in a blank or a cell; a Key is worded, any other string is what people typed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a paper's table."""

    label: Key
    value: Value


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    heading: Key
    paragraphs: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper from top to bottom, before it is worded and drawn."""

    kind: Kind
    ticket: str  # its number
    name: Key  # what people call it; also of its file
    title: Key
    number: Sentence
    to: Value | None = None
    opening: tuple[Value, ...] = ()
    rows: tuple[Row, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: tuple[Value, ...] = ()
    spaces: tuple[Key, ...] = ()  # lines to write and sign on
    sender: str = ""
    dated: date | None = None
    draft: bool = False  # 草稿，未盖章无效
    content: Content = Content.BODY


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer that was given before, as the history has it."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is known of the office and the case when a paper is made."""

    office: str
    phone: str
    units: Mapping[str, str]  # department id → name
    category: str
    today: date
    answers: tuple[Earlier, ...] = ()  # all that were given, the oldest first
    proposed: str = ""  # an answer that is to be signed before it is given

    def unit(self, ident: str | None) -> str:
        """Return a department's name."""
        return self.units.get(ident or "", ident or "")

"""A paper in words: its blanks filled from the catalogue, what people typed kept as plain text."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.markup import BREAKS, visible
from bot.texts import OFFICE_TIME, Texts, UnusableText
from flows.engine.words import Key
from flows.tickets.papers import Paper, Sentence

# XML has no place for them, though they are neither control nor format characters.
_NOT_IN_XML = str.maketrans("", "", "\ufffe\uffff")


class Worded(BaseModel):
    """A paper as it is drawn; a line break within a string begins a new paragraph."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    number: str
    to: str = ""
    opening: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()  # heading, paragraphs
    closing: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    sender: str = ""
    dated: str = ""
    mark: str = ""  # on top of every page

    @property
    def content(self) -> bytes:
        """Return all that is on it, as it is stored."""
        return self.model_dump_json().encode()

    @property
    def sha256(self) -> str:
        """Name it by what is on it: the same paper is uploaded once."""
        return sha256(self.content).hexdigest()


def worded(paper: Paper, texts: Texts) -> Worded:
    """Word a paper. Raises UnusableText when a text lacks what it needs."""
    words = Words(texts)
    return Worded(
        title=words.of(paper.title),
        number=words.of(paper.number),
        to=words.of(paper.to) if paper.to is not None else "",
        opening=tuple(words.of(one) for one in paper.opening),
        rows=tuple((words.of(row.label), words.of(row.value)) for row in paper.rows),
        sections=tuple(
            (words.of(one.heading), tuple(words.of(text) for text in one.paragraphs))
            for one in paper.sections
        ),
        closing=tuple(words.of(one) for one in paper.closing),
        spaces=tuple(words.of(one) for one in paper.spaces),
        sender=plain(paper.sender),
        dated=words.of(paper.dated) if paper.dated else "",
        mark=words.of(Key("paper.draft")) if paper.draft else "",
    )


def plain(text: str) -> str:
    """Keep typed text as it is, without what no page can show; lines stay apart."""
    lines = (visible(line).translate(_NOT_IN_XML).strip() for line in BREAKS.split(text))
    return "\n".join(line for line in lines if line)


class Words:
    """The catalogue as papers need it: no markup to be wary of, and dates with their year."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def of(self, value: object) -> str:
        """Word a value as it stands in a blank or a cell."""
        match value:
            case Key():
                return self._filled(value, {})
            case str():
                return plain(value)
            case int():
                return str(value)
            case datetime():
                local = value.astimezone(OFFICE_TIME)
                return f"{self.of(local.date())} {local:%H:%M}"
            case date():
                return f"{value.year}年{value.month}月{value.day}日"
            case Sentence():
                return self._filled(value.key, value.params)
        raise UnusableText(f"a paper cannot show a {type(value).__name__}")

    def _filled(self, key: str, params: Mapping[str, Any]) -> str:
        return self._texts.filled(key, params, lambda _, __, value: self.of(value)).strip()

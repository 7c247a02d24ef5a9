"""Attachments of a campaign (推送附件): which go out with it, and what the form says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from flows.engine.flow import Answers
from flows.engine.words import Choice, Key
from flows.sizes import readable

KEEP = "all"
"""The answer that leaves nothing out; any other names what is left out: -ID,ID."""
_OUT = re.compile(r"-[\w.-]+(,[\w.-]+)*", re.ASCII)
_NONE = ("都去掉", "去掉附件", "去掉", "不要", "不要附件", "不带附件")
_UNNAMED = "图片"
_ON_A_BUTTON = 14  # characters of a file's name


class Look(Enum):
    """How closely an attachment is looked at, beside what the records say of it."""

    NOT = "not"
    THERE = "there"  # whether it is there with its size
    WHOLE = "whole"  # whether all of it can be read; what was read unchanged is not read again
    ANEW = "anew"  # the same, and read again in any case


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One attachment, as far as it is known."""

    name: str
    extension: str  # by content; empty = it is not here yet
    size: int  # bytes; 0 = it is not here yet
    state: str  # pending, stored, unreadable, refused, erased

    @property
    def called(self) -> str:
        """Return what people call it; pictures come without a name."""
        return self.name or _UNNAMED

    @property
    def shown(self) -> str:
        """Return its name and its size, as far as that is known."""
        return f"{self.called}（{readable(self.size)}）" if self.size else self.called


@dataclass(frozen=True, slots=True)
class Luggage:
    """What a campaign may carry."""

    most: int  # attachments of one campaign
    megabytes: int  # of one of them
    types: frozenset[str]  # by content

    def fits(self, one: Enclosed) -> bool:
        """Say whether it is neither too large nor of a kind that no door takes."""
        return one.extension in self.types and one.size <= self.megabytes * 1024 * 1024


class Carrying(Protocol):
    """Facts that know the attachments of a form."""

    @property
    def files(self) -> Mapping[str, Enclosed]:
        """Return them by id, in their order."""


def left_out(raw: str) -> frozenset[str]:
    """Return the ids that an answer leaves out."""
    return frozenset(raw[1:].split(",")) if raw.startswith("-") else frozenset()


def without(idents: Iterable[str]) -> str:
    """Return the answer that leaves these out."""
    return f"-{','.join(idents)}"


def file_choices(answers: Answers, facts: Carrying) -> tuple[Choice, ...]:
    """Offer to leave out each that is still in, all of them, or none."""
    out = left_out(answers.get("files", KEEP))
    single = (
        Choice(f"去掉 {_short(one.called)}", without([*sorted(out), ident]))
        for ident, one in facts.files.items()
        if ident not in out
    )
    return (
        *single,
        Choice(Key("compose.files.none"), without(facts.files), words=_NONE),
        Choice(Key("compose.files.keep"), KEEP, words=("都留下", "都要")),
    )


def _short(name: str) -> str:
    return name if len(name) <= _ON_A_BUTTON else f"{name[: _ON_A_BUTTON - 1]}…"


def no_choice(raw: str, answers: Answers, facts: Carrying) -> str | None:
    """Refuse what says nothing about attachments."""
    return None if raw == KEEP or _OUT.fullmatch(raw) else "invalid"


def shown_files(raw: str, answers: Answers, facts: Carrying) -> str:
    """Name those that go out."""
    out = left_out(raw)
    names = [one.shown for ident, one in facts.files.items() if ident not in out]
    return "、".join(names) if names else Key("compose.files.left_out")


__all__ = [
    "KEEP",
    "Enclosed",
    "Look",
    "Luggage",
    "file_choices",
    "left_out",
    "no_choice",
    "shown_files",
    "without",
]

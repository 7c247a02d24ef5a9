"""One person with several accounts (关联账号): the code, who may be linked, what becomes of forms.

A code is made at one account and typed at another. Rules alone stand here: nothing is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

DIGITS = 8
_BEGINNINGS = tuple(f"{one:02}" for one in (*range(19), *range(90, 100)))
"""Telephones in town begin with 2 to 8, dates with 19 or 20: none is ever taken for a code."""
_FOLLOWING = DIGITS - 2
CODES = len(_BEGINNINGS) * 10**_FOLLOWING
"""So many codes there are."""
SHOWN = 4  # signs of an enterprise's name that are shown before it is said who somebody is
_PARTS = re.compile(r"[\s\-－—_.．。,，:：!！码是为]+")
_WHOLE = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Terms:
    """What config/office.toml says of codes."""

    valid: timedelta = timedelta(minutes=10)
    wrong: int = 5  # wrong codes that somebody may type
    within: timedelta = timedelta(hours=1)  # before they have to rest
    undo: timedelta = timedelta(days=1)  # so long everything goes back when accounts are parted


class Refusal(StrEnum):
    """Why two accounts may not become one person."""

    SERVES = "serves"  # the one that would go holds an office; the other way round they may
    BOTH = "both"  # each holds an office
    FIRMS = "firms"  # each speaks for another enterprise
    BOUND = "bound"  # the one that would go speaks for an enterprise, the other for none
    CHANNEL = "channel"  # both are of one channel
    SEVERAL = "several"  # the one that would go has several accounts already


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two who would be one."""

    serves: bool = False
    bound: bool = False
    enterprise: str = ""
    channels: frozenset[str] = frozenset()


def refusal(stays: Side, goes: Side) -> Refusal | None:
    """Say why two may not be linked, of whom `goes` becomes the other; None = they may."""
    if goes.serves:
        return Refusal.BOTH if stays.serves else Refusal.SERVES
    if stays.bound and goes.bound and stays.enterprise != goes.enterprise:
        return Refusal.FIRMS
    if stays.channels & goes.channels:
        return Refusal.CHANNEL
    if len(goes.channels) > 1:  # or one of them could carry the others off
        return Refusal.SEVERAL
    if goes.bound and not stays.bound:
        return Refusal.BOUND
    return None


def read_code(text: str) -> str | None:
    """Read a code as people type it: 1234 5678, 1234-5678; "" = nothing, None = no code."""
    plain = _PARTS.sub("", text)
    if not plain:
        return ""
    if not _WHOLE.fullmatch(plain):
        return None
    return plain


def code_of(draw: int) -> str:
    """Return one of the codes; `draw` counts them, from 0 to below CODES."""
    beginning, rest = divmod(draw, 10**_FOLLOWING)
    return f"{_BEGINNINGS[beginning]}{rest:0{_FOLLOWING}d}"


def like_code(digits: str) -> bool:
    """Say whether a number that stands alone may be a code."""
    return len(digits) == DIGITS and digits.startswith(_BEGINNINGS)


def spelt_code(code: str) -> str:
    """Write a code so that it is easily read out."""
    return f"{code[:4]} {code[4:]}"


def resting(misses: Sequence[float], now: datetime, terms: Terms) -> bool:
    """Say whether somebody typed so many wrong codes that they have to wait."""
    return len(recent(misses, now, terms)) >= terms.wrong


def recent(misses: Sequence[float], now: datetime, terms: Terms) -> tuple[float, ...]:
    """Return those wrong codes (POSIX times) that still count."""
    since = (now - terms.within).timestamp()
    return tuple(one for one in misses if one > since)


def masked_name(name: str) -> str:
    """Show a name so that its owner knows it and nobody else learns it: 王＊."""
    return f"{name[0]}＊" if name else ""


def masked_enterprise(name: str) -> str:
    """Show the beginning of an enterprise's name."""
    return name if len(name) <= SHOWN else f"{name[:SHOWN]}…"


class Touched(Protocol):
    """A form that somebody has begun."""

    @property
    def touched(self) -> datetime:
        """Return when it was last worked at."""


Form = TypeVar("Form", bound=Touched)


@dataclass(frozen=True, slots=True)
class Forms(Generic[Form]):
    """What somebody is in the middle of: the last one is worked at, the others wait below it."""

    open: tuple[Form, ...] = ()
    aside: tuple[Form, ...] = ()  # put aside; the last comes back first


def together(one: Forms[Form], other: Forms[Form]) -> tuple[Forms[Form], Form | None]:
    """Put the forms of two together; what was touched last goes on.

    Returns with it the form that was open, too, and is put aside for 继续; nothing is lost.
    """
    aside = tuple(sorted((*one.aside, *other.aside), key=lambda form: form.touched))
    if not one.open or not other.open:
        return Forms(one.open or other.open, aside), None
    newer, older = sorted((one, other), key=lambda forms: forms.open[-1].touched, reverse=True)
    return Forms(newer.open, (*aside, *older.open)), older.open[-1]


__all__ = [
    "CODES",
    "DIGITS",
    "Forms",
    "Refusal",
    "Side",
    "Terms",
    "code_of",
    "like_code",
    "masked_enterprise",
    "masked_name",
    "read_code",
    "recent",
    "refusal",
    "resting",
    "spelt_code",
    "together",
]

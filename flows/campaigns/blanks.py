"""The blanks of a text (${企业简称}): who lacks what, and filling them in."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import TypeVar

from flows.markup import inert
from flows.reading.text import BLANKS

Recipient = TypeVar("Recipient", bound=Hashable)
Values = Mapping[str, str]

_BLANK = re.compile(r"\$\{([^${}\s]{1,30})\}")
_OPENED = re.compile(r"\$\{[^}\n]*\}?")
# A value must not become a blank, not even together with the words around it.
_WIDE = str.maketrans("${}", "＄｛｝", "".join(BLANKS))


class MissingValue(Exception):
    """A blank cannot be filled; whoever fills asks `lacking` first."""


def blanks(text: str) -> tuple[str, ...]:
    """Name the blanks of a text, each once, in their order."""
    return tuple(dict.fromkeys(_BLANK.findall(text)))


def broken(text: str) -> tuple[str, ...]:
    """Return what was begun as a blank and is none: ${企业简称 without its end, ${}, ${a b}."""
    opened = (match.group() for match in _OPENED.finditer(text))
    return tuple(piece for piece in opened if not _BLANK.fullmatch(piece))


def lacking(text: str, values: Values) -> tuple[str, ...]:
    """Name the blanks of a text for which nothing that shows is known."""
    return tuple(name for name in blanks(text) if not quiet(values.get(name, "")))


def holes(text: str, recipients: Mapping[Recipient, Values]) -> Mapping[Recipient, tuple[str, ...]]:
    """Name the recipients to whom the text would go with a hole, and which."""
    found = ((one, lacking(text, values)) for one, values in recipients.items())
    return {one: names for one, names in found if names}


def fill(text: str, values: Values) -> str:
    """Fill the blanks in one pass, each value inert; raises MissingValue before a hole is left."""
    missing = lacking(text, values)
    if missing:
        raise MissingValue(f"{len(missing)} blanks have no value")
    return _BLANK.sub(lambda found: quiet(values[found[1]]), text)


def quiet(value: str) -> str:
    """Return what somebody typed on one line as it may stand in a message.

    Nothing in it acts: no blank, no markup, no mention (@所有人), nothing invisible.
    """
    return " ".join(inert(value).translate(_WIDE).split())


__all__ = ["MissingValue", "blanks", "broken", "fill", "holes", "lacking", "quiet"]

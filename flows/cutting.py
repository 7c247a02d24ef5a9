"""A text cut into pieces that have room where they go."""

import re
from bisect import bisect_right
from collections.abc import Callable

from flows.graphemes import parts_at

MOST = 3
"""So many messages stand for one: a platform allows few after each message of a person (facts: a
WeChat official account answers once and writes five times)."""

Size = Callable[[str], int]
"""Measure a text: at least 1 for each character."""

# Where a text is cut rather than elsewhere: after a paragraph, a line, a sentence.
_ENDS = (
    re.compile(r"\n{2,}"),
    re.compile(r"\n"),
    re.compile(r"(?:[。！？；…]+|[.!?](?=\s))[”’」』）)\"]*"),
)


def in_bytes(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    return len(text.encode())


def pieces(text: str, room: int, size: Size = in_bytes) -> list[str]:
    """Cut a text into pieces of at most `room`; what is put together again is the text.

    A piece ends with a paragraph, a line or a sentence if one ends in its second half, else
    anywhere between two characters as people see them. Line breaks at the cuts are left out.
    Raises ValueError where not even one character has room.
    """
    cut: list[str] = []
    while text:
        end = _end(text, room, size)
        cut.append(text[:end].strip("\n"))
        text = text[end:].lstrip("\n")
    return cut


def _end(text: str, room: int, size: Size) -> int:
    """Return where the first piece ends."""
    most = bisect_right(range(min(len(text), room) + 1), room, key=lambda n: size(text[:n])) - 1
    if most < 1:
        raise ValueError("there is no room for a single character")
    if most == len(text):
        return most
    for ends in _ENDS:
        found = [match.end() for match in ends.finditer(text, most // 2, most)]
        whole = [end for end in found if end > most // 2 and parts_at(text, end)]
        if whole:
            return whole[-1]
    between = (end for end in range(most, 0, -1) if parts_at(text, end))
    return next(between, most)  # what people see as one may be longer than any room


__all__ = ["Size", "in_bytes", "pieces"]

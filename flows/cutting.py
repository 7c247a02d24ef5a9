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
# What a cut would break: bold and a link would show as their signs.
_MARKED = re.compile(r"\*\*[^\n]+?\*\*|\[[^\]\n]+\]\([^)\s]+\)")


def in_bytes(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    return len(text.encode())


def pieces(text: str, room: int, size: Size = in_bytes) -> list[str]:
    """Cut a text into pieces of at most `room`; what is put together again is the text.

    A piece ends with a paragraph, a line or a sentence if one ends in its second half, else
    anywhere there between two characters as people see them; inside bold or a link only where
    nothing else is in that half. Line breaks at the cuts are left out.
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
    marked = [match.span() for match in _MARKED.finditer(text)]

    def is_apart(end: int) -> bool:
        return not any(first < end < last for first, last in marked) and parts_at(text, end)

    for ends in _ENDS:
        found = [match.end() for match in ends.finditer(text, most // 2, most)]
        whole = [end for end in found if end > most // 2 and is_apart(end)]
        if whole:
            return whole[-1]
    apart = (end for end in range(most, most // 2, -1) if is_apart(end))
    between = (end for end in range(most, 0, -1) if parts_at(text, end))
    # What people see as one may be longer than any room.
    return next(apart, 0) or next(between, most)


__all__ = ["Size", "in_bytes", "pieces"]

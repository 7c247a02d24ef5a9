"""A message that is too long for its door as several, its choices in words behind the last."""

from __future__ import annotations

from dataclasses import dataclass

from flows.cutting import MOST, in_bytes, pieces

HEAD = 16
"""Bytes that stand over each part: which of how many it is, and the end of that line."""
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Parted:
    """What becomes of a message; `over` is by how many bytes it is too long, 0 = all of it fits."""

    parts: list[str]  # of the text, the choices behind the last where they fit there
    last: list[str]  # what of the choices needs messages of its own
    over: int = 0


def joined(text: str, spelt: str) -> str:
    """Put choices in words behind a text."""
    return _GAP.join(part for part in (text, spelt) if part)


def parted(text: str, spelt: str, limit: int, *, head: int = HEAD, most: int = MOST) -> Parted:
    """Cut a message into at most `most` of at most `limit` bytes, `head` of each kept free.

    What is too long is cut all the same, into more than `most`: whoever sends it leaves out what
    is over, and whoever asks beforehand says by how much.
    """
    whole = joined(text, spelt)
    if in_bytes(whole) <= limit:
        return Parted([whole], [])
    room = limit - head if most > 1 else limit
    parts, last = pieces(text, room), pieces(spelt, room)
    behind = joined(parts[-1], last[0]) if parts and last else ""
    if behind and in_bytes(behind) <= room:
        parts, last = [*parts[:-1], behind], last[1:]
    if len(parts) + len(last) <= most:
        return Parted(parts, last)
    kept = max(most - len(last[1:]), 1)
    over = sum(map(in_bytes, parts[kept:]))
    if last and len(parts) >= kept:
        over += max(in_bytes(joined(parts[kept - 1], last[0])) - room, 0)
    return Parted(parts, last, over)


__all__ = ["HEAD", "Parted", "joined", "parted"]

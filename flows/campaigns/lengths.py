"""How long a message may be at the door it leaves through, and how it is cut where it is longer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial

from flows.cutting import in_bytes, pieces


@dataclass(frozen=True, slots=True)
class Room:
    """How many bytes a door takes, and of what; config/campaigns.toml holds those of each door."""

    most: int
    as_json: bool = False  # counted with the title, as the JSON that the platform is given

    def size(self, text: str, title: str = "") -> int:
        """Count the bytes of a text as this door counts them."""
        if not self.as_json:
            return in_bytes(text)
        content = {"title": title, "text": text}
        return in_bytes(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is, and how long it may be; in bytes."""

    size: int
    most: int

    @property
    def over(self) -> int:
        """Return by how many bytes it is too long; 0 = it fits."""
        return max(self.size - self.most, 0)


def length(text: str, room: Room, title: str = "") -> Length:
    """Measure a text, rendered as it will leave."""
    return Length(room.size(text, title), room.most)


FRAME = 200
"""Bytes of what stands around a campaign's text: the office's name, its code, what to type."""


def framed(text: str, room: Room, title: str = "") -> Length:
    """Measure a campaign's text with what stands around it."""
    return Length(room.size(text, title) + FRAME, room.most)


def parts(text: str, room: Room, title: str = "", *, spare: int = 0) -> tuple[str, ...]:
    """Cut a rendered text into parts that fit, `spare` bytes less each (for "（1/2）").

    Parts end with paragraphs, then with sentences, and never inside a character as people see it.
    Raises ValueError where title and frame leave no room for a single character.
    """
    if room.size(text, title) <= room.most - spare:
        return (text,)
    return tuple(pieces(text, room.most - spare, partial(room.size, title=title)))


__all__ = ["FRAME", "Length", "Room", "framed", "length", "parts"]

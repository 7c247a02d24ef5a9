"""Who sits where (座次): the rostrum from the middle outwards, the audience row by row.

The customs are those of meetings in China: whoever comes first sits in the middle of the rostrum,
the second beside them, the third on the other side, and so on outwards; of an even number the first
two share the middle. On which hand of the first the second sits is a custom of the place, and so is
which post comes before which: both are settings (config/events.toml).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_DEPUTY = "副"
# Whoever works for somebody does not sit where that somebody would.
_SERVES = ("助理", "秘书", "特助")


@dataclass(frozen=True, slots=True)
class Customs:
    """How people are seated; config/events.toml holds the office's own."""

    posts: tuple[str, ...] = ()  # 职务 from the first to the last
    second_on_left: bool = True  # of the first, as those on the rostrum see it
    as_written: bool = True  # officials in the order in which they are written, not by their posts
    rostrum: int = 9  # most who sit on it
    row: int = 10  # seats of a row of the audience


def rank(post: str, posts: Sequence[str]) -> tuple[int, int]:
    """Say how far in front a post is: less is more; an unknown one comes after all others.

    A deputy who is not listed comes right behind the post itself: 副区长 behind 区长.
    """
    plain = unicodedata.normalize("NFKC", post)
    found = [(n, one) for n, one in enumerate(posts) if one in plain]
    # 副区长 contains 区长 too: where both are listed, the longer one is meant.
    meant = [(n, one) for n, one in found if not any(one != o and one in o for _, o in found)]
    last = (len(posts), 0)
    return min((_place(plain, n, one) or last for n, one in meant), default=last)


def _place(post: str, n: int, listed: str) -> tuple[int, int] | None:
    """Say where a post stands that contains a listed one; None = it only serves that one."""
    before, _, after = post.partition(listed)
    if after.startswith(_SERVES):
        return None
    return n, 1 if before.endswith(_DEPUTY) else 0


def rostrum(people: Sequence[T], *, second_on_left: bool) -> tuple[T, ...]:
    """Seat people who come in their order, from the seat furthest to their own left hand."""
    beside, across = people[1::2], people[2::2]
    left, right = (beside, across) if second_on_left else (across, beside)
    return (*reversed(left), *people[:1], *right)


def seen_from_audience(seats: Sequence[T]) -> tuple[T, ...]:
    """Return the rostrum as the audience sees it, who look it in the face."""
    return tuple(reversed(seats))


def rows(people: Sequence[T], width: int) -> tuple[tuple[T, ...], ...]:
    """Fill rows from the front, each from the left as one looks at the rostrum."""
    return tuple(tuple(people[at : at + width]) for at in range(0, len(people), width))


__all__ = ["Customs", "rank", "rostrum", "rows", "seen_from_audience"]

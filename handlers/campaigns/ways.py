"""Which way messages would go, and what would stand there, as the handlers ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.post import Post


@dataclass(frozen=True, slots=True)
class Way:
    """Where one message would go now; another account may take it over when it leaves."""

    channel: str
    hint: bool  # no more than to log in would stand there
    shown: frozenset[str]  # ids of the files that would be shown themselves, not words for them


class Ways(Protocol):
    """Which way messages would go."""

    async def of(self, posts: Sequence[Post], files: Sequence[str]) -> Mapping[str, Way]:
        """Return the way of each, by its name; nothing where all of everything stands everywhere.

        `files` are those that would follow each message.
        """


__all__ = ["Way", "Ways"]

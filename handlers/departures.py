"""What forgetting those who went (取消关注) needs of the records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.arrival import PersonId


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who took every account away, and since when."""

    person: PersonId
    at: datetime
    binding: str


class Departures(Protocol):
    """Who left, and what is still known of them."""

    async def left(self, one: PersonId, channel: str, at: datetime) -> None:
        """Note when an account was taken away; a word from it makes that undone."""

    async def disagree(self, one: PersonId) -> None:
        """Take somebody's consent away, and touch nothing else of them."""

    async def stays(self, one: PersonId, but: str) -> bool:
        """Say whether somebody has an account at another channel than this, and did not leave."""

    async def hold(self, persons: Collection[PersonId]) -> None:
        """Let nobody's accounts change before the commit: a word of theirs waits for it."""

    async def due(self, before: datetime, after: PersonId, most: int) -> Sequence[Departure]:
        """Return some who had taken every account away by then, in the order of their numbers.

        Nobody else holds them until the commit, and who was forgotten since is left out.
        """

    async def held(self, one: PersonId, since: datetime) -> bool:
        """Say whether a case is theirs, something that staff are to do about them, or a place at
        an activity that was not over by then.
        """

    async def erase_words(self, persons: Collection[PersonId]) -> int:
        """Empty what these said and were told, and their nicks; return how many messages."""

    async def forget(self, one: PersonId, at: datetime) -> None:
        """Empty what is known of somebody; that they were here, and what they wanted, stays."""


__all__ = ["Departure", "Departures"]

"""The disturbance ledger (打扰账) and the Friday digest, as the records keep them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flows.campaigns.campaign import Campaign
from handlers.arrival import PersonId


@dataclass(frozen=True, slots=True)
class Pushed:
    """A message of a campaign that somebody was sent 1:1, or that may have reached them."""

    person: PersonId
    campaign: str
    at: datetime


class Calms(Protocol):
    """What bothered people and enterprises, and what waits for the Friday digest."""

    async def pushed(
        self, since: datetime, but: str, persons: Collection[PersonId] | None = None
    ) -> Sequence[Pushed]:
        """Return what people were sent 1:1 since then, by any campaign but one; None = everybody.

        What is under way counts: it arrives within seconds.
        """

    async def campaigns(self, numbers: Collection[str]) -> Mapping[str, Campaign]:
        """Return campaigns by their numbers, without holding them."""

    async def meetings(
        self, enterprises: Collection[str], since: date, until: date, but: str
    ) -> Mapping[str, Sequence[datetime]]:
        """Return when enterprises have a seat in an activity on these days, but for one activity.

        However many of an enterprise come to one, it is one.
        """

    async def visits(self, since: date, until: date) -> Mapping[str, Sequence[date]]:
        """Return the days on which each enterprise was visited (走访)."""

    async def owed(self, after: str, most: int) -> Mapping[str, Sequence[str]]:
        """Return what waits for the digest: keys of so many people behind one, and campaigns."""

    async def told(self, named: Mapping[str, Sequence[str]], at: datetime) -> None:
        """Note that the digest named these campaigns to these keys, or never will."""

    async def is_target(self, number: str, person: PersonId) -> bool:
        """Say whether somebody was meant by a campaign, be it that the digest names it."""


__all__ = ["Calms", "Pushed"]

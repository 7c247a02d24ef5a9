"""What the month still allows of calls to the platforms, as the handlers ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mailing:
    """What a campaign sends, as the ways it goes see it."""

    keys: Sequence[str]  # its targets: g:CHAT, p:PERSON
    card: bool  # whether it is a card where somebody is sent it 1:1
    same: bool  # whether everybody is sent the same words
    files: int = 0  # attachments, each a message of its own

    def of(self, kind: str) -> list[str]:
        """Return the groups ("g") or the persons ("p") among its targets."""
        return [key[2:] for key in self.keys if key.startswith(f"{kind}:")]


@dataclass(frozen=True, slots=True)
class Allowed:
    """A month's quota that has a limit."""

    name: str  # api, messages
    limit: int
    used: int
    groups_until: int | None  # so many used, and what goes to groups is held; None = never
    people_until: int | None  # and what goes to persons


class Allowance(Protocol):
    """The quotas of the platforms; what has no limit is in no answer."""

    async def lock(self) -> None:
        """Keep others from approving until this transaction is over: a month is given once."""

    async def allowed(self, at: datetime) -> Sequence[Allowed]:
        """Return the quotas of the month of a moment."""

    async def needs(self, mailing: Mailing) -> Mapping[str, int]:
        """Return how many calls sending it takes at the most, by the quota's name."""

    async def unsent(self) -> Mapping[str, Sequence[str]]:
        """Return the targets that approved campaigns have still to be sent to, by campaign."""

    async def held(self, number: str) -> int:
        """Count what the quota holds of a campaign."""

    async def first_held(self, number: str) -> int:
        """Return the number of the first message of a campaign that the quota holds; 0 = none."""


__all__ = ["Allowance", "Allowed", "Mailing"]

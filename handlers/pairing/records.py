"""What linking accounts (关联账号) needs of the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from handlers.arrival import ArrivalId, Filed, PersonId

UNITED, PARTED = "unite", "part"
"""Lines of the history of whoever stays."""
FULL, LINK = "moved", "link"
"""What such a line keeps: all that went over, for a day; and what parting needs ever after."""


@dataclass(frozen=True, slots=True)
class Account:
    """One channel at which a person is known; `channel` is a key that nobody here reads."""

    channel: str
    preferred: bool = False  # they asked for notices here
    writable: bool = True  # they can be written to here


class Carried(BaseModel):
    """The rows that went over with an account, by which they find their way back."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    followers: tuple[PersonId, ...] = ()  # who had been linked to them before
    targets: tuple[str, ...] = ()  # campaigns that were about to go to them
    at: datetime | None = None  # what is younger came after the linking


class Pairings(Protocol):
    """Codes (关联码), and which account is whose."""

    async def offer(self, code: str, person: PersonId, expires_at: datetime) -> bool:
        """Keep a code and void the person's older one; False = somebody else has that code."""

    async def claim(self, code: str, by: PersonId, at: datetime) -> PersonId | None:
        """Take a code for oneself and return who made it; None = it is good for nothing."""

    async def claimed(self, by: PersonId, at: datetime) -> PersonId | None:
        """Return who made the code that somebody took and has not used yet."""

    async def spend(self, by: PersonId, at: datetime) -> None:
        """Let what somebody took be used up."""

    async def void(self, code: str, at: datetime) -> None:
        """Let a code be good for nothing any more, whoever made or took it."""

    async def accounts(self, person: PersonId) -> Sequence[Account]:
        """Return where somebody is known, the channel last used first."""

    async def prefer(self, person: PersonId, channel: str) -> None:
        """Let notices go through a channel; "" = wherever they were last."""

    async def hold(self, person: PersonId) -> bool:
        """Hold somebody's conversation beside one's own; False = somebody else keeps it.

        Waited for is only a moment, each time another: whoever waits here might be waited for.
        """

    async def serves(self, person: PersonId) -> bool:
        """Say whether somebody holds an office, or will from a day on."""

    async def standing(self, persons: Sequence[PersonId]) -> Mapping[PersonId, PersonId]:
        """Return whose accounts these people's are now; until the commit nobody changes that."""

    async def unite(self, other: PersonId, stays: PersonId, here: str) -> Carried:
        """Let the accounts of one be another's, with all that is kept by row.

        `here` is the channel at which that is said: the one last used.
        """

    async def part(
        self,
        other: PersonId,
        stays: PersonId,
        carried: Carried,
        *,
        whole: bool,
        tickets: Sequence[str] = (),
    ) -> None:
        """Give accounts back; `whole` = with the rows that came along, `tickets` = theirs again.

        What waits to be told of these goes to the account still, everything else to who stays.
        """

    async def whose(self, filed: Sequence[Filed]) -> Mapping[ArrivalId, PersonId]:
        """Return who has the accounts now from which these came, where it is somebody else.

        They were filed in the very moment in which accounts were parted, or before and failed.
        """

    async def forget(self, stays: PersonId, other: PersonId, *, link: bool) -> None:
        """Erase what was told when two were linked; `link` = by what they are parted as well."""


__all__ = ["FULL", "LINK", "PARTED", "UNITED", "Account", "Carried", "Pairings"]

"""Campaigns and their targets, as the records keep them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flows.campaigns.audience import Target, Why
from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.tally import Tally
from handlers.arrival import PersonId


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one target: of the message in the ledger, or why there is none."""

    key: str
    name: str
    state: str  # waiting, owed, skipped; ready, sending, sent, failed, unknown, cancelled
    why: Why | None = None  # of one that was skipped
    code: str = ""  # of one that failed or is unknown
    delivery: int = 0  # number in the ledger; 0 = it is not there
    recalled: bool = False


class Campaigns(Protocol):
    """Campaigns (推送), their frozen targets, and what became of each."""

    async def next_number(self, year: int) -> int:
        """Reserve the serial number of a new campaign."""

    async def hold(self, number: str) -> Campaign | None:
        """Return a campaign, held until the commit."""

    async def seen(self, number: str) -> Campaign | None:
        """Return a campaign as it was committed last, without holding it."""

    async def by_code(self, code: str) -> Campaign | None:
        """Return the campaign with this 验真码."""

    async def recent(
        self, limit: int, stages: Collection[Stage] = tuple(Stage)
    ) -> Sequence[Campaign]:
        """Return campaigns in these stages, the newest first."""

    async def save(self, one: Campaign) -> None:
        """Store a campaign as it is now."""

    async def freeze(self, number: str, targets: Sequence[Target]) -> None:
        """Fix who gets it, and who is left out with which reason; what was fixed before is gone."""

    async def waiting(self, number: str, limit: int) -> Sequence[Target]:
        """Return the next targets that the ledger does not have yet, in their order."""

    async def owe(self, number: str, keys: Sequence[str]) -> None:
        """Note that the ledger has these now."""

    async def skip(self, number: str, why: Mapping[str, Why]) -> None:
        """Leave targets out that cannot get it any more."""

    async def draw_back(self, number: str) -> int:
        """Take back what is in the ledger and was never tried; say how many wait again."""

    async def put_off(self, number: str, until: datetime) -> None:
        """Let what was tried and waits for another try wait longer."""

    async def cancel(self, number: str) -> int:
        """Give up everything that has not left; say how many targets that are."""

    async def under_way(self, number: str) -> int:
        """Count what the ledger has of it that is not over."""

    async def outcomes(
        self, number: str, limit: int, since: datetime | None
    ) -> Sequence[tuple[str, str]]:
        """Return how the latest attempts ended, newest first: (state, code); none from before."""

    async def had(self, doc_no: str, since: datetime, but: str) -> Collection[str]:
        """Return the targets that were sent the same 文号 since then, by another campaign."""

    async def acknowledge(
        self, number: str, person: PersonId, enterprise: str, at: datetime
    ) -> bool:
        """Note that somebody confirmed it (收到); False when they had already."""

    async def unconfirmed(self, number: str) -> Sequence[PersonId]:
        """Return who was sent it 1:1 and did not confirm, nor anybody of their enterprise."""

    async def fates(self, number: str) -> Sequence[Fate]:
        """Return what became of every target, in their order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of one message that was to be taken back."""

    state: str  # asked, gone, stands
    why: str = ""  # of one that stands


class Recalls(Protocol):
    """Messages that are to be taken back (撤回)."""

    async def ask(self, number: str) -> int:
        """Have everything taken back that a campaign sent; say how much is new."""

    async def standing(self, number: str) -> Mapping[int, Standing]:
        """Return how each message of a campaign stands, by its number in the ledger."""


class Topics(Protocol):
    """What people do not want to be sent any more (退订)."""

    async def leave(self, person: PersonId, topic: str, at: datetime) -> bool:
        """Note that somebody wants no more of a topic; False when that was known."""

    async def come_back(self, person: PersonId, topic: str, every: str) -> bool:
        """Let somebody have a topic again; `every` for all of them. False when they had it."""

    async def left(self) -> Mapping[PersonId, frozenset[str]]:
        """Return who left which topics."""


def tally_of(fates: Sequence[Fate]) -> Tally:
    """Count targets by what became of them."""

    def count(*states: str) -> int:
        return sum(one.state in states for one in fates)

    return Tally(
        waiting=count("waiting"),
        under_way=count("owed", "ready", "sending"),
        sent=count("sent", "recalled"),
        failed=count("failed"),
        unknown=count("unknown"),
        skipped=count("skipped"),
        cancelled=count("cancelled"),
        recalled=sum(one.recalled or one.state == "recalled" for one in fates),
    )


__all__ = ["Campaigns", "Fate", "Recalls", "Standing", "Topics", "tally_of"]

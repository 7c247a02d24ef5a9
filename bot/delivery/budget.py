"""Budget: what the month's quota lets out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, Protocol

from bot.delivery.outcome import Landed
from bot.storage.meters import HELD
from bot.storage.queue import SAVED
from bot.storage.rows import Claimed
from bot.storage.transaction import Transaction

__all__ = ["HELD", "SAVED", "Budget", "Unlimited", "hold_unpaid"]


class Budget(Protocol):
    """What the quota says to each delivery, just before it is sent."""

    def plain(self) -> bool:
        """Say whether cards go out as text now."""

    def verdict(self, letter: Claimed) -> Literal["go", "skip", "hold"]:
        """Say whether a letter goes, is given up, or waits until `resumes`."""

    def resumes(self) -> datetime:
        """Say when what is held may go (aware)."""

    async def flush(self, tx: Transaction) -> None:
        """Add what was counted meanwhile to the meter."""


class Unlimited:
    """No quota: everything goes."""

    def plain(self) -> bool:
        """Leave cards as they are."""
        return False

    def verdict(self, letter: Claimed) -> Literal["go", "skip", "hold"]:
        """Let it go."""
        return "go"

    def resumes(self) -> datetime:
        """Name a time that has passed: nothing is held."""
        return datetime.fromtimestamp(0, UTC)

    async def flush(self, tx: Transaction) -> None:
        """Count nothing."""


async def hold_unpaid(tx: Transaction, budget: Budget, landed: Sequence[Landed]) -> None:
    """Hold at once what the platform has no calls left for: what is urgent waits behind it."""
    refused = [one.letter.model_copy(update={"code": ""}) for one in landed if one.is_unpaid]
    held = [letter.id for letter in refused if budget.verdict(letter) == "hold"]
    if held:
        await tx.meters.hold(held, budget.resumes())
        tx.ledger.left = True

"""How a campaign stands: counts that add up to those who were meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """The targets of a campaign by what became of them."""

    waiting: int = 0  # not in the ledger yet
    under_way: int = 0  # ready or sending
    asked: int = 0  # 待确认: the platform took it, somebody there has to let it go
    sent: int = 0
    failed: int = 0
    unknown: int = 0  # 不明
    skipped: int = 0  # meant, but left out with a reason
    cancelled: int = 0
    recalled: int = 0  # of those sent

    @property
    def total(self) -> int:
        """Count everybody who was meant."""
        ended = self.sent + self.failed + self.unknown + self.skipped + self.cancelled
        return ended + self.asked + self.waiting + self.under_way

    @property
    def over(self) -> bool:
        """Say whether nothing more leaves by itself."""
        return not (self.waiting or self.under_way)

    @property
    def share(self) -> float:
        """Return how much of it is over, from 0.0 to 1.0."""
        left = self.waiting + self.under_way
        return 1.0 - left / self.total if self.total else 1.0


def failing(outcomes: tuple[str, ...], run: int) -> bool:
    """Say whether the latest ones, newest first, failed one after the other: `run` of them."""
    return run > 0 and len(outcomes) >= run and all(one == "failed" for one in outcomes[:run])


__all__ = ["Tally", "failing"]

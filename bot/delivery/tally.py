"""Tally: how many deliveries ended how, counted and logged one by one."""

import logging
from dataclasses import dataclass

from bot import metrics
from bot.delivery.outcome import Landed

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What was delivered since the start."""

    sent: int = 0
    asked: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0
    resent: int = 0

    def count(self, one: Landed) -> None:
        """Count, measure and log how one attempt ended."""
        name = "unknown" if one.outcome == "resent" else one.outcome
        setattr(self, name, getattr(self, name) + 1)
        self.resent += one.outcome == "resent"
        metrics.deliveries.labels(one.outcome).inc()
        letter = one.letter
        about = {"delivery": letter.id, "arrival": letter.arrival, "door": letter.door.value}
        log.info("delivery %s", one.told, extra={**about, "attempt": letter.attempt})

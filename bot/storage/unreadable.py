"""Tickets that cannot be read: their numbers, for whoever can bring them back from a copy."""

import logging
from collections.abc import Sequence
from threading import Lock

log = logging.getLogger(__name__)


class Unreadable:
    """What this process met so far; transactions run on several threads."""

    def __init__(self) -> None:
        self._numbers: set[str] = set()
        self._lock = Lock()

    @property
    def numbers(self) -> Sequence[str]:
        """Return the numbers, in order."""
        with self._lock:
            return sorted(self._numbers)

    def met(self, number: str, error: Exception) -> None:
        """Keep a number, and say once why it is here; what stands in the ticket is not said."""
        with self._lock:
            known = number in self._numbers
            self._numbers.add(number)
        if not known:
            log.error("ticket=%s cannot be read: %s", number, type(error).__name__)

    def mended(self, number: str) -> None:
        """Forget a number whose ticket could be read again."""
        if number in self._numbers:
            with self._lock:
                self._numbers.discard(number)

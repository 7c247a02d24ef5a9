"""Steady time: anchored once, then carried on by a clock that nobody can set."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_NEAR = timedelta(seconds=5)  # further away than drift explains: somebody set the other clock
_STEP = timedelta(milliseconds=50)


class Steady:
    """What every rate, retry and lease is counted by: a wall clock that jumps moves it nowhere."""

    def __init__(self, at: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._anchor = at.astimezone(UTC)
        self._since = monotonic()
        self._latest = self._anchor

    def __call__(self) -> datetime:
        """Return the time (UTC); it never goes back while the process lives."""
        at = self._anchor + timedelta(seconds=self._monotonic() - self._since)
        self._latest = max(self._latest, at)
        return self._latest

    def anchor(self, at: datetime) -> None:
        """Begin to count from this time, also when it lies before what was said so far."""
        self._anchor = self._latest = at.astimezone(UTC)
        self._since = self._monotonic()

    def steer(self, at: datetime) -> None:
        """Follow the clock that all processes share, in steps too small to shorten a lease."""
        off = at - self()
        if abs(off) < _NEAR:
            self._anchor += max(-_STEP, min(_STEP, off))

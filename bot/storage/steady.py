"""Steady time: anchored once, then carried on by a clock that nobody can set."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_SPREAD = 60.0  # seconds over which a step is spread
# Of one step. Ahead, no window may end before the platform's does; back, waits become longer.
_AHEAD = timedelta(milliseconds=50)
_BACK = timedelta(seconds=3)


def awake_or_asleep() -> float:
    """Count seconds, those included in which the machine slept, where the system can."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux; its monotonic clock stands while it sleeps
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Steady:
    """What every rate, retry and lease is counted by: a wall clock that jumps moves it nowhere."""

    def __init__(self, at: datetime, seconds: Callable[[], float] = awake_or_asleep) -> None:
        self._seconds = seconds
        self._anchor = self._latest = at.astimezone(UTC)
        self._since = seconds()
        self._step = timedelta()
        self.off = timedelta()
        """How far ahead the shared clock was when it was last asked."""

    def __call__(self) -> datetime:
        """Return the time (UTC); it never goes back while the process lives."""
        passed = self._seconds() - self._since
        at = self._anchor + timedelta(seconds=passed) + self._step * min(1.0, passed / _SPREAD)
        self._latest = max(self._latest, at)
        return self._latest

    def anchor(self, at: datetime) -> None:
        """Begin to count from this time, also when it lies before what was said so far."""
        self._anchor = self._latest = at.astimezone(UTC)
        self._since = self._seconds()
        self._step = self.off = timedelta()

    def steer(self, at: datetime) -> None:
        """Follow the clock that all processes share, however far off it is, but never in a jump.

        Who did not follow would disagree with the others for good, and call the living dead.
        """
        self._anchor, self._since = self(), self._seconds()
        self.off = at - self._anchor
        self._step = max(-_BACK, min(_AHEAD, self.off))

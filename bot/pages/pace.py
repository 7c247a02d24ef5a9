"""How often a page may be asked for."""

import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
MOST = 4096  # keys that are counted; the longest silent is forgotten


class Pace:
    """Counts what comes in a minute under each key; in memory, because it guards only us."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._seen: dict[str, deque[float]] = {}

    def allows(self, key: str) -> bool:
        """Count one more, and say whether it is not too many."""
        now = self._clock()
        times = self._seen.pop(key, None) or deque(maxlen=self._limit)
        self._seen[key] = times  # the latest is last
        if len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]
        if len(times) == self._limit and times[0] > now - WINDOW_SECONDS:
            return False
        times.append(now)
        return True

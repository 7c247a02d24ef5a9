"""How often each interface may be called: waiting in line just before the call."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable

from bot.channels.base import SendFault

PER_SECOND = 20
# A little more than the platform's second, for calls that overtake each other on the way.
SECOND = 1.04
PATIENCE = 5.0


class Gate:
    """At most so many calls of one interface in any second of this process, first come first.

    Between processes the outbox counts; this keeps everything else in this one (downloads, cards,
    second tries) from being refused with it.
    """

    def __init__(
        self,
        most: int = PER_SECOND,
        seconds: float = SECOND,
        *,
        patience: float = PATIENCE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._patience = patience
        self._now = now
        self._log: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=most))

    async def wait(self, path: str) -> None:
        """Wait for a turn. Raises SendFault when it would take too long: nothing was sent."""
        pause = self.turn(path)
        if pause:
            await asyncio.sleep(pause)

    def turn(self, path: str) -> float:
        """Take the next turn and return in how many seconds it is. Raises SendFault."""
        log, now = self._log[path], self._now()
        full = len(log) == log.maxlen
        pause = max(0.0, log[0] + self._seconds - now) if full else 0.0
        if pause > self._patience:
            raise SendFault("pace", pause)
        log.append(now + pause)
        return pause

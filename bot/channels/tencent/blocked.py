"""Blocks: how long an interface rests that was called too often, where nobody says how long.

企业微信 blocks for as long as the window that was full: 60 s, 60 min, or the rest of the calendar
day (path/90454, and 45009 in path/90313); its answer is the same. So it is asked again after a
minute, and where it was no minute, when the longer ones may be over.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.http import Jitter
from bot.channels.tencent.errors import MINUTE, till_midnight
from handlers.ports import Clock

log = logging.getLogger(__name__)

HOUR = 3600.0
RESTS = (MINUTE, 4 * MINUTE, 10 * MINUTE, HOUR - 15 * MINUTE)
"""Seconds from one question to the next: the last of them ends an hour after the first refusal,
when no hour is full any more. After that it is the day, which is asked about each hour and at its
end."""


@dataclass(slots=True)
class _Block:
    """One interface that is blocked."""

    until: datetime  # steady
    refused: int = 1  # how often, each after a rest


class Blocks:
    """What is blocked, as far as this process was told; the outbox lets the others rest, too."""

    def __init__(self, clock: Clock, steady: Clock, jitter: Jitter) -> None:
        """`clock` knows when the day ends; `steady` times what another clock may not move."""
        self._clock = clock
        self._steady = steady
        self._jitter = jitter
        self._known: dict[str, _Block] = {}

    def rest(self, what: str) -> float:
        """Hear that something was refused; return for how many seconds it is not asked again."""
        now = self._steady()
        known = self._known.get(what)
        if (left := self.left(what)) > 0.0:  # it left before the others were refused
            return left
        # Who has not asked for an hour learns of another block.
        goes_on = known is not None and now - known.until < timedelta(seconds=HOUR)
        refused = known.refused + 1 if known is not None and goes_on else 1
        seconds = RESTS[refused - 1] if refused <= len(RESTS) else HOUR
        seconds = min(seconds, max(MINUTE, till_midnight(self._clock())))
        seconds += self._jitter(MINUTE) - MINUTE  # not everybody at once
        if refused >= len(RESTS):
            log.error("%s is blocked for long: asked again in %d min", what, seconds // MINUTE)
        self._known[what] = _Block(now + timedelta(seconds=seconds), refused)
        return seconds

    def left(self, what: str) -> float:
        """Return for how many seconds it is still not to be asked; 0 = it may be."""
        known = self._known.get(what)
        return max(0.0, (known.until - self._steady()).total_seconds()) if known else 0.0

    def over(self, what: str) -> None:
        """Hear that something was done."""
        self._known.pop(what, None)


__all__ = ["RESTS", "Blocks"]

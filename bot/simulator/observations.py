"""What the platform noticed about its client: breaches of the protocol and the use of the quota."""

import logging
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

log = logging.getLogger(__name__)

KEPT = 10_000

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing the client did that the documents forbid."""

    at: datetime
    code: str
    detail: str


class Observations:
    """The notebook of one simulator."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.breaches: deque[Breach] = deque(maxlen=KEPT)
        self.api_calls = 0
        self.messages = 0
        self.calls_by_path: Counter[str] = Counter()

    def warn(self, code: str, detail: str = "") -> None:
        """Note a breach; it is tolerated all the same."""
        self.breaches.append(Breach(self._clock(), code, detail))
        log.warning("protocol breach %s: %s", code, detail)

    def count_call(self, path: str, *, exempt: bool) -> None:
        """Count one OpenAPI call, against the month unless it is exempt."""
        self.calls_by_path[path] += 1
        if not exempt:
            self.api_calls += 1

    def count_message(self) -> None:
        """Count one webhook or stream message against the month."""
        self.messages += 1

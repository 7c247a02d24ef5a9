"""What the platform noticed about its client: breaches of the protocol and the use of the quota."""

import logging
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

log = logging.getLogger(__name__)

KEPT = 10_000

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing the client did that the documents forbid."""

    at: datetime
    code: str
    detail: str


class Window:
    """The most that ever happened in any so many seconds, by name."""

    def __init__(self, length: timedelta) -> None:
        self._length = length
        self._recent: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self.most: dict[str, int] = {}

    def note(self, name: str, at: datetime) -> None:
        """Note one event."""
        recent = self._recent[name]
        recent.append(at)
        while at - recent[0] >= self._length:
            recent.popleft()
        if len(recent) > self.most.get(name, 0):
            self.most[name] = len(recent)


class Observations:
    """The notebook of one simulator."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.breaches: deque[Breach] = deque(maxlen=KEPT)
        self.api_calls = 0
        self.messages = 0
        self.calls_by_path: Counter[str] = Counter()
        # Everything that came, refused or not: a client that keeps its windows is never refused.
        self.by_second = Window(timedelta(seconds=1))
        self.by_minute = Window(timedelta(minutes=1))

    def warn(self, code: str, detail: str = "") -> None:
        """Note a breach; it is tolerated all the same."""
        self.breaches.append(Breach(self._clock(), code, detail))
        log.warning("protocol breach %s: %s", code, detail)

    def count_call(self, path: str, *, exempt: bool) -> None:
        """Count one OpenAPI call, against the month unless it is exempt."""
        self.calls_by_path[path] += 1
        if not exempt:
            self.api_calls += 1

    def came(self, path: str) -> None:
        """Note that an OpenAPI call came, whatever becomes of it."""
        self.by_second.note(path, self._clock())

    def posted(self, robot: str) -> None:
        """Note that something came for a custom robot, whatever becomes of it."""
        self.by_minute.note(robot, self._clock())

    def count_message(self) -> None:
        """Count one webhook or stream message against the month."""
        self.messages += 1

"""The hub of a process that is alone."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.channels.base import Health
from bot.hub.base import Hear
from bot.hub.listeners import Listeners

ROOM = 10_000  # copies; past that the oldest goes


@dataclass(frozen=True, slots=True)
class _Copy:
    value: bytes
    until: float


class LocalHub:
    """Tells, keeps and excludes inside one process; `now` counts seconds that never run back."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._listeners = Listeners()
        self._copies: OrderedDict[str, _Copy] = OrderedDict()
        self._taken: dict[str, _Copy] = {}

    async def start(self) -> None:
        """Begin to hear."""

    async def stop(self) -> None:
        """Forget everything."""
        self._copies.clear()
        self._taken.clear()

    def on(self, topic: str, hear: Hear) -> None:
        """Hear what is told of a topic."""
        self._listeners.add(topic, hear)

    def tell(self, topic: str, note: str = "") -> None:
        """Tell everybody; they have heard it when the call returns."""
        self._listeners.tell(topic, note)

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a copy for at most so many seconds."""
        self._copies[key] = _Copy(value, self._now() + seconds)
        self._copies.move_to_end(key)
        while len(self._copies) > ROOM:
            self._copies.popitem(last=False)

    async def get(self, key: str) -> bytes | None:
        """Return a copy, while it lives."""
        copy = self._copies.get(key)
        if copy is None:
            return None
        if copy.until <= self._now():
            del self._copies[key]
            return None
        return copy.value

    async def drop(self, key: str, value: bytes) -> None:
        """Forget a copy, if it still is this one."""
        copy = self._copies.get(key)
        if copy is not None and copy.value == value:
            del self._copies[key]

    @asynccontextmanager
    async def alone(self, key: str, seconds: float) -> AsyncIterator[bool]:
        """Give one at a time the task `key` for at most so many seconds; True = yours."""
        taken = self._taken.get(key)
        if taken is not None and taken.until > self._now():
            yield False
            return
        mine = _Copy(b"", self._now() + seconds)
        self._taken[key] = mine
        try:
            yield True
        finally:
            if self._taken.get(key) is mine:
                del self._taken[key]

    def health(self) -> Health:
        """Say that there is nobody else to tell."""
        return Health(True)

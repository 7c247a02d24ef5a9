"""The hub as everything else sees it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.channels.base import Health

Hear = Callable[[str], None]
"""Hear the note of a topic; must return at once and never raises."""

# Topics ------------------------------------------------------------------------------------------
ARRIVALS = "arrivals"  # rows wait for a worker
ANSWERED = "answered"  # the note is an arrival's id: its row carries what the pressed card says
DELIVERIES = "deliveries"  # rows of the outbox are ready
FILES = "files"  # attachments are to be fetched


class UnusableHub(Exception):
    """No hub can ever be reached at this address; the text does not repeat it."""


class Hub(Protocol):
    """Best effort between processes: a call that cannot be carried out is as if not made."""

    async def start(self) -> None:
        """Begin to hear; a hub that cannot be reached is tried again in the background."""

    async def stop(self) -> None:
        """End."""

    def on(self, topic: str, hear: Hear) -> None:
        """Hear what any process tells of a topic, this one included."""

    def tell(self, topic: str, note: str = "") -> None:
        """Tell every process without waiting; this one has heard it when the call returns."""

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a copy for at most so many seconds."""

    async def get(self, key: str) -> bytes | None:
        """Return a copy; None when there is none, or nobody knows."""

    async def drop(self, key: str, value: bytes) -> None:
        """Forget a copy, if it still is this one."""

    def alone(self, key: str, seconds: float) -> AbstractAsyncContextManager[bool]:
        """Give one process at a time the task `key` for at most so many seconds; True = yours.

        Without a word from the hub everybody gets True: twice is wasteful, never wrong.
        """

    def health(self) -> Health:
        """Say whether other processes can be told; not being able to is a degradation."""

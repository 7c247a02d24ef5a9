"""The codes that let a card be changed: one use each, within 72 hours (path/94945)."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

MOST = 10_000


class Codes(Protocol):
    """Keeps the newest code of each card; a code that cannot be kept is lost, and no more."""

    async def put(self, card: str, code: str) -> None:
        """Keep a code."""

    async def take(self, card: str) -> str:
        """Return the code of a card, and keep it no longer; empty = there is none."""


class HeldCodes:
    """Codes that this process alone knows."""

    def __init__(self) -> None:
        self.held: OrderedDict[str, str] = OrderedDict()

    async def put(self, card: str, code: str) -> None:
        """Keep a code; the oldest are forgotten."""
        self.held[card] = code
        if len(self.held) > MOST:
            self.held.popitem(last=False)

    async def take(self, card: str) -> str:
        """Return the code of a card, and keep it no longer."""
        return self.held.pop(card, "")

"""A simulated platform of Tencent's as a whole: `async with` starts and stops it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from aiohttp import web

from bot.simulator.tencent.calling import Brought, Caller
from bot.simulator.tencent.serving import Served


class Interfaces(Protocol):
    """What a platform answers."""

    def application(self) -> web.Application:
        """Build what is served."""

    def release(self) -> None:
        """Let go of every call that hangs."""


def now() -> datetime:
    """Say what time it is."""
    return datetime.now(UTC)


class Platform(ABC):
    """People write; the bot is called, and calls back."""

    def __init__(self, api: Interfaces, caller: Caller) -> None:
        self.caller = caller
        self._interfaces = api
        self._served = Served(api.application)

    @property
    def base_url(self) -> str:
        """Where its interfaces are."""
        return self._served.base_url

    async def start(self) -> None:
        """Begin to answer."""
        await self._served.start()
        await self.caller.start()

    async def stop(self) -> None:
        """Close."""
        await self.caller.stop()
        self._interfaces.release()
        await self._served.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @abstractmethod
    def tell(self, sender: str, kind: str, **fields: str) -> Brought:
        """Let somebody send a message of any kind; it is brought at once."""

    def say(self, sender: str, text: str) -> Brought:
        """Let somebody write."""
        return self.tell(sender, "text", Content=text)

    def bring(self, sender: str, xml: str) -> Brought:
        """Bring a message that was never brought before."""
        return self.caller.begin(Brought(sender, xml))

    def again(self, brought: Brought) -> Brought:
        """Bring a message once more, with a signature of its own."""
        brought.is_over.clear()
        return self.caller.begin(brought)

    async def hang_up(self) -> None:
        """Drop every call that waits."""
        await self.caller.hang_up()

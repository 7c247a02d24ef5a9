"""What an account of 公众号 and an app of 企业微信 have in common as channels."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.channels.base import Health, SendFault, SendUnknown, Singly, Take
from bot.channels.media import Media
from bot.channels.tencent.api import Api, Standing
from bot.channels.tencent.called import Callback, Deaf, Reading, Taking
from bot.channels.tencent.heard import Heard, name_of
from bot.channels.tencent.passive import Calls
from bot.channels.tencent.wire import Wire
from handlers.ports import Answered, Arrival

LEFT = "unsubscribe"
"""The event of who does not follow the account, or may not see the app, any more."""

Left = Callable[[str, str, datetime], Awaitable[None]]
"""Write down when somebody took an account of a channel away; returns after the commit."""


async def unnoted(channel: str, account: str, at: datetime) -> None:
    """Write nothing down."""


class Client(Protocol):
    """The calls for one account, and how the platform sees it."""

    standing: Standing
    api: Api

    async def prove(self) -> None:
        """See that the account may be used from here. Raises SendFault and SendUnknown."""

    async def close(self) -> None:
        """Give up on a token that is still awaited."""


class Account(Singly, ABC):
    """Hears its platform while it runs, and knows whether the platform lets it call.

    The class of a platform says what is made of a message, and how a letter goes out.
    """

    name: str
    prefix: str  # the path below which the platform calls

    def __init__(
        self,
        client: Client,
        wire: Wire,
        reading: Reading,
        media: Media,
        *,
        left: Left,
        answers: bool,
    ) -> None:
        """`left` hears of who took their account away; `answers`: what is answered comes from this
        process, so that it can come on the call.
        """
        self._client = client
        self._wire = wire
        self._clock = wire.clock
        self._media = media
        self._left = left
        self._answers = answers
        self._calls = Calls(wire.pace, reading.nothing)
        self._callback = Callback(reading, self._calls, wire.pace, wire.clock, self._hear)
        self._take: Take | None = None
        self._stopped = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None

    def pages(self) -> Mapping[str, Callable[[], web.Application]]:
        """Return what the platform calls, by the path below which it is served."""
        return {self.prefix: self._callback.application}

    async def run(self, take: Take) -> None:
        """Hear until cancelled or stopped; a call is answered after `take` returned."""
        self._take = take
        proving = asyncio.create_task(self._prove(), name=f"{self.name}-proof")
        try:
            await self._stopped.wait()
        finally:
            self._take = None
            proving.cancel()
            await asyncio.gather(proving, return_exceptions=True)

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        """Download a file of at most `limit` bytes. Raises FetchFault."""
        return await self._client.api.media(code, limit)

    def health(self) -> Health:
        """Say whether messages can come in and go out."""
        if self._take is None:
            return Health(False, "not started")
        return Health(not self.trouble, self.trouble)

    @property
    def trouble(self) -> str:
        """Say what keeps it from sending, in English; it knows without hearing too."""
        return self._client.standing.trouble

    async def stop(self) -> None:
        """Hear nothing new, let answers out, close."""
        if self._ending is None:
            self._stopped.set()
            self._wire.end()
            self._ending = asyncio.create_task(self._end())
        # Whoever waits may be cancelled; the end goes on.
        await asyncio.shield(self._ending)

    @abstractmethod
    def _taking(self, said: Heard, name: str, take: Take) -> Taking | None:
        """Say how a message of this name is taken; None = nothing is to be done about it.

        Raises BadCallback.
        """

    def _note(self, said: Heard) -> None:
        """Learn from what is heard for the first time, whether or not it is taken."""

    def _hear(self, said: Heard) -> Taking | None:
        """Raises BadCallback and Deaf."""
        name, take = name_of(said), self._take
        if said.event == LEFT:
            found: Taking | None = self._leaving(said, name)
        else:
            found = self._taking(said, name, take or _deaf)
        if self._calls.find(name) is None:
            if take is not None:
                self._note(said)
            elif found is not None:
                raise Deaf
        return found

    def _leaving(self, said: Heard, name: str) -> Taking:
        return Taking(name, lambda: self._left(self.name, said.account, said.at), answers=False)

    async def _prove(self) -> None:
        """Use the account at the start: what is wrong with it shows before it is needed."""
        while True:
            with suppress(SendFault, SendUnknown):
                await self._client.prove()
            await asyncio.sleep(self._wire.pace.prove)

    async def _end(self) -> None:
        await self._calls.close(self._wire.pace.stop)
        await self._media.close()
        await self._client.close()
        await self._wire.close()


async def _deaf(arrival: Arrival) -> Answered:
    raise Deaf


__all__ = ["LEFT", "Account", "Client", "Left", "unnoted"]

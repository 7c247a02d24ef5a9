"""The address that a platform calls: verified, opened, handed over, answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import aiohttp
from aiohttp import hdrs, web

from bot.channels.base import NotTaken
from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.heard import MOST, Heard
from bot.channels.tencent.pace import Pace
from bot.channels.tencent.passive import Call, Calls
from bot.logs import place_of
from handlers.ports import Clock

log = logging.getLogger(__name__)

ROUTE = "/callback"
READ_WITHIN = 2.0  # seconds for a body of at most 64 KiB
TELL_EVERY = 100
NOT_NOW = 503
UNREADABLE = 415


@dataclass(frozen=True, slots=True)
class Taking:
    """How a message is named and taken, and whether something is said to it."""

    name: str
    take: Callable[[], Awaitable[object]]
    answers: bool = True


Hear = Callable[[Heard], Taking | None]
"""Say how a message is taken; None = nothing is to be done about it.

Raises BadCallback for a message that cannot be read, Deaf when nobody listens.
"""

Body = Callable[[], Awaitable[bytes]]
"""Read the body of a call. Raises BadCallback."""


class Deaf(NotTaken):
    """This process does not hear the platform now: another one does, or it ends."""


class Reading(Protocol):
    """How one platform signs and seals its calls; `now` in seconds since 1970."""

    nothing: bytes  # what says that a message was taken and is answered in another way

    def echo(self, query: Mapping[str, str], now: float) -> str:
        """Return what the console wants back when somebody saves the address.

        Raises BadCallback.
        """

    async def opened(self, query: Mapping[str, str], body: Body, now: float) -> tuple[Heard, bool]:
        """Return the message, and whether it was sealed: cheapest first, for anybody may call.

        Raises BadCallback.
        """


class Callback:
    """Answers the platform; to anybody else it says no more than a number."""

    def __init__(
        self, reading: Reading, calls: Calls, pace: Pace, clock: Clock, hear: Hear
    ) -> None:
        self._reading = reading
        self._calls = calls
        self._pace = pace
        self._clock = clock
        self._hear = hear
        self._refused = 0

    def application(self) -> web.Application:
        """Build what is served below the channel's prefix."""
        app = web.Application()
        app.router.add_get(ROUTE, self._verify, allow_head=False)
        app.router.add_post(ROUTE, self._called)
        return app

    async def _verify(self, request: web.Request) -> web.StreamResponse:
        """Answer the console when somebody saves the address."""
        try:
            echo = self._reading.echo(request.query, self._clock().timestamp())
        except BadCallback as bad:
            return self._turned_away(bad)
        return web.Response(text=echo, headers={"X-Content-Type-Options": "nosniff"})

    async def _called(self, request: web.Request) -> web.StreamResponse:
        since = asyncio.get_running_loop().time()
        try:
            now = self._clock().timestamp()
            said, sealed = await self._reading.opened(request.query, lambda: _body(request), now)
            found = self._hear(said)
        except BadCallback as bad:
            return self._turned_away(bad)
        except Deaf:
            return web.Response(status=NOT_NOW)
        except Exception as error:  # a defect may cost one message a retry, and nothing else
            log.error("a callback broke off: %s", place_of(error))
            return web.Response(status=NOT_NOW)
        if found is None:
            return web.Response(body=self._reading.nothing, content_type="text/plain")
        call = self._calls.find(found.name)
        if call is None:
            call = Call(said.account, said.to, sealed=sealed, answers=found.answers)
            if not self._calls.begin(found.name, call, found.take):
                log.error("too many messages wait for an answer")
                return web.Response(status=NOT_NOW)
        return await self._answered(request, found.name, call, since)

    async def _answered(
        self, request: web.Request, name: str, call: Call, since: float
    ) -> web.StreamResponse:
        response: web.Response | None = None

        async def write(answer: bytes) -> bool:
            nonlocal response
            kind = "text/plain" if answer == self._reading.nothing else "application/xml"
            response = web.Response(body=answer, content_type=kind)
            return await _written(request, response, self._pace.write)

        await self._calls.serve(name, call, write, since)
        return web.Response(status=NOT_NOW) if response is None else response

    def _turned_away(self, bad: BadCallback) -> web.Response:
        self._refused += 1
        if self._refused % TELL_EVERY == 1:
            log.warning("callback refused: %s (%s so far)", bad.reason, self._refused)
        return web.Response(status=bad.status)


async def _body(request: web.Request) -> bytes:
    """Read at most 64 KiB. Raises BadCallback."""
    if hdrs.CONTENT_ENCODING in request.headers:
        raise BadCallback("a callback is packed", UNREADABLE)
    if (request.content_length or 0) > MOST:
        raise BadCallback("a callback is too large", 413)
    content = bytearray()
    try:
        if request.content.is_eof():  # it came with its head, as nearly all do
            content += request.content.read_nowait()
        else:
            async with asyncio.timeout(READ_WITHIN):
                async for piece in request.content.iter_chunked(16 * 1024):
                    content += piece
                    if len(content) > MOST:
                        break
    except TimeoutError:
        raise BadCallback("a callback does not end", 408) from None
    except (OSError, aiohttp.ClientError, web.RequestPayloadError, ValueError) as error:
        raise BadCallback("a callback broke off") from error
    if len(content) > MOST:
        raise BadCallback("a callback is too large", 413)
    return bytes(content)


async def _written(request: web.Request, response: web.Response, within: float) -> bool:
    """Write a response here and now; False when the connection was gone."""
    transport = request.transport
    if transport is None or transport.is_closing():
        return False
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(within):
            await response.prepare(request)
            await response.write_eof()
            return not transport.is_closing()
    return False

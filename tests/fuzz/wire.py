"""Both WeChats served without a socket: the server's own protocol is fed with bytes."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import aiohttp
from aiohttp import web

from bot.channels.base import Enclosure, SendFault
from bot.channels.tencent.pace import Pace
from bot.channels.tencent.wire import Wire
from bot.channels.wechat import WeChat, WeChatAccess
from bot.channels.wecom import WeCom, WeComAccess
from bot.web import server_log
from handlers.ports import Answered, Arrival, Text

NOW = 1_790_000_000
TOKEN, KEY, OWNER = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
AGENT = 218  # of the sample of path/90968
AT_ONCE = Pace(answer=0.002, stop=1.0)
WITHIN = 30.0  # seconds for one call
Platform = Literal["wechat", "wecom"]


def named(platform: str) -> Platform:
    """Read a platform's name. Raises ValueError."""
    for one in get_args(Platform):
        if one == platform:
            found: Platform = one
            return found
    raise ValueError(platform)


class Broken(AssertionError):
    """A call that was answered as none may be."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a call was answered."""

    status: int
    body: bytes
    took: int  # messages that were taken because of it


class Transport(asyncio.Transport):
    """What the server writes to."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.written = bytearray()
        self.closed = asyncio.Event()

    def write(self, data: Any) -> None:
        """Keep it."""
        self.written += data

    def is_closing(self) -> bool:
        """Say whether the server is through with it."""
        return self.closed.is_set()

    def close(self) -> None:
        """Hear that the server is through with it."""
        self.closed.set()

    abort = close

    def pause_reading(self) -> None:
        """Go on: all is there already."""

    def resume_reading(self) -> None:
        """Go on."""


class Noise(logging.Handler):
    """Keeps what a defect leaves in the log."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep errors, and whatever brings a traceback."""
        if record.levelno >= logging.ERROR or record.exc_info:
            self.heard.append(record.getMessage())


def _no_network() -> aiohttp.ClientSession:
    raise SendFault("no network", 60.0)


async def _no_file(file: Enclosure) -> bytes:
    raise AssertionError("nothing is sent here")


def channel_of(platform: Platform) -> WeChat | WeCom:
    """Build a channel that hears as it does in production, and calls nobody."""

    def clock() -> datetime:
        return datetime.fromtimestamp(NOW, UTC)

    chance = random.Random(7)  # noqa: S311
    wire = Wire(clock, chance, pace=AT_ONCE, session=_no_network)
    given: dict[str, Any] = {"open_file": _no_file, "answers": False}
    if platform == "wechat":
        account = WeChatAccess(app_id=OWNER, app_secret="-", token=TOKEN, aes_key=KEY)
        return WeChat(account, wire, greeting=lambda: "菜单", **given)
    app = WeComAccess(OWNER, AGENT, "-", TOKEN, KEY)
    return WeCom(app, wire, say=lambda text: text.key, **given)


class Served:
    """A channel that is called; each call has a connection of its own."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._loop = asyncio.new_event_loop()
        self._taken = 0
        self._noise = Noise()
        logging.getLogger().addHandler(self._noise)
        self._loop.run_until_complete(self._start())

    def close(self) -> None:
        """End."""
        self._loop.run_until_complete(self._stop())
        self._loop.close()
        logging.getLogger().removeHandler(self._noise)

    def call(self, request: bytes) -> Told:
        """Bring the bytes of one call. Raises Broken."""
        before = self._taken
        head, _, body = self._loop.run_until_complete(self._called(request)).partition(b"\r\n\r\n")
        told = Told(int(head.split()[1]), body, self._taken - before)
        if told.status >= 500 or self._noise.heard:
            raise Broken(f"{told.status}: {self._noise.heard}")
        return told

    async def _called(self, request: bytes) -> bytes:
        transport = Transport()
        protocol = self._server()
        protocol.connection_made(transport)
        protocol.data_received(request)
        try:
            async with asyncio.timeout(WITHIN):
                await transport.closed.wait()
        except TimeoutError:
            raise Broken("no answer came") from None
        protocol.connection_lost(None)
        return bytes(transport.written)

    async def _take(self, arrival: Arrival) -> Answered:
        self._taken += 1
        return Answered(Text("done"), card_over=True)

    async def _start(self) -> None:
        self._channel = channel_of(self.platform)
        app = web.Application()
        for prefix, build in self._channel.pages().items():
            app.add_subapp(prefix, build())
        # As in bot/web.py.
        self._runner = web.AppRunner(
            app, access_log=None, auto_decompress=False, logger=server_log()
        )
        await self._runner.setup()
        server = self._runner.server
        assert server is not None
        self._server = server
        self._run = asyncio.create_task(self._channel.run(self._take))
        await asyncio.sleep(0)

    async def _stop(self) -> None:
        await self._channel.stop()
        await self._run
        await self._runner.cleanup()

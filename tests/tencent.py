"""What the tests of both WeChats share: a channel and the platform that calls it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from aiohttp import web

from bot.channels.tencent.pace import Pace
from bot.channels.tencent.wire import Wire
from bot.channels.wechat import WeChat
from bot.channels.wecom import WeCom
from bot.hub.base import Hub
from bot.keys import Keys
from bot.simulator.tencent.calling import Brought
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.wecom.platform import WeComPlatform
from bot.web import server_log
from handlers.ports import Answered, Arrival, Clock
from tests.bot.channels.platform import eventually

P = TypeVar("P", WeChatPlatform, WeComPlatform)
C = TypeVar("C", WeChat, WeCom)

PATIENT = Pace(answer=60.0, stop=2.0)
"""Waits longer for an answer than any test takes."""
QUICK = Pace(answer=0.3, stop=1.0)
KEYS = Keys("a secret of the tests, long enough")


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def wire(clock: Clock = now, pace: Pace = PATIENT, hub: Hub | None = None) -> Wire:
    """Open a way to a platform; with a hub its token is shared."""
    chance = random.Random(7)  # noqa: S311
    return Wire(clock, chance, hub=hub, keys=KEYS, pace=pace)


@asynccontextmanager
async def served(
    channel: WeChat | WeCom, platform: WeChatPlatform | WeComPlatform
) -> AsyncIterator[None]:
    """Serve what the platform calls, and tell it the address."""
    app = web.Application()
    for prefix, build in channel.pages().items():
        app.add_subapp(prefix, build())
    # As in bot/web.py.
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=1.0, auto_decompress=False, logger=server_log()
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    (prefix,) = channel.pages()
    platform.caller.address = f"http://{host}:{port}{prefix}/callback"
    try:
        yield
    finally:
        await channel.stop()
        await runner.cleanup()


@dataclass(slots=True)
class Line(Generic[P, C]):
    """A platform, the channel to it, and what was taken."""

    platform: P
    channel: C
    who: str  # writes
    taken: list[Arrival] = field(default_factory=list)
    commits: asyncio.Event = field(default_factory=asyncio.Event)  # clear = the database is down
    waiting: int = 0  # to be taken
    refuses: list[Exception] = field(default_factory=list)
    answered: Answered = field(default_factory=Answered)

    async def take(self, arrival: Arrival) -> Answered:
        """Take what the channel hears."""
        self.waiting += 1
        await self.commits.wait()
        self.waiting -= 1
        if self.refuses:
            raise self.refuses.pop()
        self.taken.append(arrival)
        return self.answered

    async def said(self, text: str) -> tuple[Brought, Arrival]:
        """Let somebody write, and wait until it is taken."""
        before = len(self.taken)
        brought = self.platform.say(self.who, text)
        await eventually(lambda: len(self.taken) > before)
        return brought, self.taken[-1]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Let the channel hear, once it has proved that it may send."""
        self.commits.set()
        async with served(self.channel, self.platform):
            run = asyncio.create_task(self.channel.run(self.take))
            await eventually(lambda: self.channel.health().ready and bool(self.platform.api.tokens))
            yield
            await self.channel.stop()
            await run

"""Pictures by a group robot: two megabytes inside the message, over the office's uplink."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from aiohttp import web

from bot.channels.base import Enclosure, Hook, Letter, Message, NotYet, SendUnknown
from bot.channels.tencent.exchange import Exchange
from bot.channels.uplink import IN_BODY, grown
from bot.channels.wecom_robot import WeComRobots, channel
from bot.delivery.flights import FILE_WITHIN
from flows.office import Door
from tests.bot.channels.platform import eventually

CONTENT = b"\xff\xd8" + b"x" * 1_990_000
PICTURE = Enclosure(
    sha256="aa", name="海报.jpg", extension="jpg", mime="image/jpeg", size=len(CONTENT)
)


@dataclass(slots=True)
class Slow:
    """A platform that reads and then waits before it answers."""

    seconds: float
    base: str = ""
    there: int = 0
    most: int = 0
    sizes: list[int] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Take a message."""
        self.there += 1
        self.most = max(self.most, self.there)
        self.sizes.append(len(await request.read()))
        await asyncio.sleep(self.seconds)
        self.there -= 1
        return web.json_response({"errcode": 0, "errmsg": "ok"})


@asynccontextmanager
async def slow(seconds: float) -> AsyncIterator[tuple[Slow, WeComRobots]]:
    """Run a slow platform, and the channel to it."""
    platform = Slow(seconds)
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_post("/cgi-bin/webhook/send", platform.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    robots = WeComRobots(platform.base, opened, random.Random(7))  # noqa: S311
    yield platform, robots
    await robots.stop()
    await runner.cleanup()


async def opened(_file: Enclosure) -> bytes:
    return CONTENT


def letter(base: str, n: int = 1, message: Message | None = None) -> Letter:
    """Show a picture in a group of its own, or say something there."""
    return Letter(
        id=n,
        robot="",
        door=Door.ENTERPRISE_GROUP,
        to=f"webhook:{n}",
        message=message or Message(title="t", text="附件", file=PICTURE, instead=False),
        key="k",
        hook=Hook(address=f"{base}/cgi-bin/webhook/send?key=k{n}"),
    )


async def test_a_picture_is_given_longer_than_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "Exchange", partial(Exchange, patience=0.5))
    async with slow(1.0) as (platform, robots):
        assert (await robots.send(letter(platform.base))).via == "webhook"
        with pytest.raises(SendUnknown):
            await robots.send(letter(platform.base, message=Message(title="t", text="x")))


async def test_a_picture_that_waits_for_others_is_tried_later_and_that_is_no_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel, "QUEUED", 0.2)
    async with slow(30.0) as (platform, robots):
        first = [asyncio.ensure_future(robots.send(letter(platform.base, n))) for n in range(2)]
        await eventually(lambda: platform.there == 2)
        with pytest.raises(NotYet, match=r"media\.slow"):
            await robots.send(letter(platform.base, 2))
        for one in first:
            one.cancel()
        await asyncio.gather(*first, return_exceptions=True)


async def test_few_pictures_share_the_uplink() -> None:
    async with slow(0.05) as (platform, robots):
        await asyncio.gather(*(robots.send(letter(platform.base, n)) for n in range(6)))
    assert platform.most <= 2
    assert len(platform.sizes) == 6
    assert min(platform.sizes) > 2_600_000


@pytest.mark.filterwarnings("error")
async def test_a_large_picture_leaves_piece_by_piece() -> None:
    async with slow(0.0) as (platform, robots):
        await robots.send(letter(platform.base))


def test_a_picture_has_its_time_within_that_of_a_delivery() -> None:
    assert channel.QUEUED + (grown(channel.PICTURE, IN_BODY).total or 0) < FILE_WITHIN

"""What leaves over a slow line: given longer the more it is, and never taken for a doubt."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot.channels import uplink
from bot.channels.base import Enclosure, Hook, SendFault, SendUnknown
from bot.channels.dingtalk.exchange import Exchange as DingTalkExchange
from bot.channels.tencent import api
from bot.channels.tencent.exchange import NOT_WHOLE, WHOLE
from bot.channels.tencent.wire import Wire
from bot.channels.uplink import IN_BODY, SLOWEST, grown, lasting
from bot.channels.wecom_robot import WeComRobots, channel

IMPATIENT = aiohttp.ClientTimeout(total=0.5, connect=0.5)
SLOWLY = 1.0  # seconds: longer than what is impatient waits
CONTENT = b"x" * 2_000_000
HUGE = 24_000_000  # bytes: more than what lies between two processes of one machine
PDF = Enclosure(sha256="bb", name="指南.pdf", extension="pdf", mime="application/pdf", size=14)


class Given:
    """A token that needs no platform."""

    async def valid(self, rejected: str = "") -> str:
        """Give it."""
        return "token"

    async def close(self) -> None:
        """Nothing is awaited."""


@asynccontextmanager
async def line() -> AsyncIterator[URL]:
    """Run a platform that takes its time to read."""

    async def taken(request: web.Request) -> web.Response:
        await request.content.read(64 * 1024)
        await asyncio.sleep(SLOWLY)
        await request.read()
        return web.json_response({"errcode": 0, "errmsg": "ok", "media_id": "m1"})

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/{path:.*}", taken)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield URL(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    await runner.cleanup()


@asynccontextmanager
async def deaf() -> AsyncIterator[URL]:
    """Stand for a platform that is connected to and reads nothing."""

    here = socket.create_server(("127.0.0.1", 0))
    yield URL(f"http://127.0.0.1:{here.getsockname()[1]}/")
    here.close()


def wire() -> Wire:
    """Make the way to a platform."""
    return Wire(lambda: datetime.now(UTC), random.Random(7))  # noqa: S311


def test_a_limit_grows_with_what_leaves_and_with_nothing_else() -> None:
    within = aiohttp.ClientTimeout(total=10, connect=5, sock_read=15)
    longer = grown(within, 10 * SLOWEST)
    assert (longer.total, longer.sock_read) == (20, 25)
    assert longer.connect == 5
    assert grown(within, 0) == within


def test_the_largest_picture_arrives_over_a_line_of_half_a_megabit() -> None:
    half_a_megabit = 500_000 / 8  # bytes a second, which as many pictures share as leave at once
    needs = IN_BODY * channel.PICTURES / half_a_megabit
    assert lasting(IN_BODY) + (channel.PICTURE.total or 0.0) > needs


async def test_a_message_that_is_long_in_leaving_is_waited_for() -> None:
    async with line() as url, wire() as way:
        body = {"image": "x" * 2_000_000}
        reply = await way.exchange("POST", url, body, within=IMPATIENT)
        assert reply.code == ""


async def test_a_short_one_is_not_and_is_doubtful() -> None:
    async with line() as url, wire() as way:
        with pytest.raises(SendUnknown):
            await way.exchange("POST", url, {"text": "x" * 10}, within=IMPATIENT)


async def test_what_did_not_leave_whole_is_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uplink, "SLOWEST", 10**12)
    async with deaf() as url, wire() as way:
        with pytest.raises(SendFault, match=NOT_WHOLE) as told:
            await way.exchange("POST", url, {"image": "x" * HUGE}, within=IMPATIENT)
        assert told.value.retry_after


async def test_what_left_whole_and_got_no_answer_stays_a_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uplink, "SLOWEST", 10**12)
    async with line() as url, wire() as way:
        with pytest.raises(SendUnknown):
            await way.exchange("POST", url, {"image": "x" * (WHOLE + 1)}, within=IMPATIENT)


async def test_an_upload_to_either_account_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "TRANSFER", IMPATIENT)
    async with line() as url, wire() as way:
        calls = api.Api(str(url).rstrip("/"), Given(), way, api.Standing())
        assert await calls.upload("file", "指南.pdf", "application/pdf", CONTENT) == "m1"


async def test_an_upload_by_a_robot_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def opened(_file: Enclosure) -> bytes:
        return CONTENT

    monkeypatch.setattr(channel, "TRANSFER", IMPATIENT)
    async with line() as url:
        robots = WeComRobots(str(url).rstrip("/"), opened, random.Random(7))  # noqa: S311
        hook = Hook(address=f"{url}cgi-bin/webhook/send?key=k1")
        assert await robots._media_of(hook).of(PDF) == "m1"
        await robots.stop()


async def test_an_upload_to_dingtalk_is_waited_for() -> None:
    async with line() as url, aiohttp.ClientSession() as session:
        form = aiohttp.FormData()
        form.add_field("media", BytesIO(CONTENT), filename="a.pdf")
        asks = DingTalkExchange(lambda: session, lambda seconds: seconds)
        answer = await asks("POST", url, form, repeatable=True, within=IMPATIENT, size=len(CONTENT))
        assert answer.refusal() is None

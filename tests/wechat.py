"""What the tests of the official account share: the simulated platform with a channel to it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.channels.wechat import Pace, WeChat, WeChatAccess
from bot.channels.wecom import WeCom
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.wecom.platform import WeComPlatform
from bot.web import server_log
from tests.bot.channels.conftest import open_file

GREETING = "菜单"
PATIENT = Pace(answer=60.0, stop=2.0)
"""Waits longer for an answer than any test takes."""


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def access_to(platform: WeChatPlatform, **more: Any) -> WeChatAccess:
    """Name the account of a platform as its console shows it."""
    given = {
        "app_id": platform.app_id,
        "app_secret": platform.app_secret,
        "token": platform.token,
        "aes_key": platform.aes_key,
        "api_base": platform.base_url,
    }
    return WeChatAccess(**{**given, **more})


def channel_to(
    platform: WeChatPlatform,
    *,
    clock: Callable[[], datetime] = now,
    pace: Pace = PATIENT,
    **more: Any,
) -> WeChat:
    """Build the channel to a platform."""
    chance = random.Random(7)  # noqa: S311
    access = access_to(platform, **more)
    return WeChat(access, clock, chance, greeting=lambda: GREETING, open_file=open_file, pace=pace)


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

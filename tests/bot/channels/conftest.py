"""What the tests of the DingTalk channel share."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import Enclosure, NoFile, Take
from bot.channels.dingtalk import DingTalk, DingTalkAccess, Pace
from handlers.ports import Text
from tests.bot.channels.platform import Platform, platform

SECRET = "secret-that-must-not-be-logged"
KEPT = {"aa": b"\x89PNG\r\n\x1a\n picture", "bb": b"%PDF-1.7 paper"}
QUICK = Pace(
    open=2.0,
    drain=2.5,
    backoff_first=0.05,
    backoff_last=0.2,
    refused=0.2,
    spacing=0.02,
    card_budget=0.2,
    stop=1.0,
)


def say(text: Text) -> str:
    """Word a text as its key."""
    return f"<{text.key}>"


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


async def open_file(file: Enclosure) -> bytes:
    """Read one of the files of these tests."""
    try:
        return KEPT[file.sha256]
    except KeyError:
        raise NoFile("FileNotFoundError") from None


@pytest.fixture
async def ding() -> AsyncIterator[Platform]:
    """Give a running platform."""
    async with platform() as fake:
        yield fake


Make = Callable[..., DingTalk]


@pytest.fixture
async def make(ding: Platform) -> AsyncIterator[Make]:
    """Give a maker of channels that are stopped at the end."""
    made: list[DingTalk] = []

    def maker(
        pace: Pace = QUICK,
        template: str | None = None,
        base: str = "",
        chance: random.Random | None = None,
        **more: Any,
    ) -> DingTalk:
        access = DingTalkAccess(
            client_id="ding-client",
            client_secret=SECRET,
            robot_code="dingrobot",
            card_template_id=template,
            api_base=base or ding.base,
            oapi_base=base or ding.base,
        )
        chosen = chance or random.Random(7)  # noqa: S311
        channel = DingTalk(access, say, now, chosen, open_file=open_file, pace=pace, **more)
        made.append(channel)
        return channel

    yield maker
    for channel in made:
        await channel.stop()


@asynccontextmanager
async def running(channel: DingTalk, take: Take) -> AsyncIterator[asyncio.Task[None]]:
    """Let a channel listen for a while."""
    task = asyncio.create_task(channel.run(take))
    try:
        yield task
    finally:
        await channel.stop()
        await task

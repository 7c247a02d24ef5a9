"""The whole bot with DingTalk and what its settings name beside it, all simulated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.app import App
from bot.config import Config
from bot.demo import demo_settings
from bot.settings import WeChat, WeCom
from bot.simulator.control import Control
from bot.simulator.server import DingTalkSimulator
from bot.simulator.tencent.calling import Brought, Caller
from bot.simulator.tencent.platform import Platform
from tests.bot.test_app import simulated
from tests.engines import on_engine, rows
from tests.handlers.story import STEPS

WHO = "宏业铸造厂 沈丽 13957401234"


@asynccontextmanager
async def beside(
    config: Config, folder: Path, **named: WeChat | WeCom
) -> AsyncIterator[tuple[App, DingTalkSimulator]]:
    """Run the bot with the platforms that its settings name; it may not be connected yet."""
    async with simulated(config) as simulator:
        given = await on_engine(demo_settings(folder, simulator.base_url, 0))
        app = App(given.model_copy(update=named), config)
        async with app.running():
            yield app, simulator


def callable_at(app: App, caller: Caller, prefix: str) -> None:
    """Write the bot's address into a platform's console."""
    caller.address = f"{app.web.address}/{prefix}/callback"


async def answer_to(caller: Caller, brought: Brought) -> str:
    """Wait until a call is over, and return what its sender reads of the answer."""
    await brought.is_over.wait()
    assert caller.breaches == []
    return brought.answer or ""


async def taken_once(app: App, platform: Platform, brought: Brought) -> None:
    """Let a message be brought twice more: it is taken once, and answered the same each time."""
    await brought.is_over.wait()
    for _ in range(2):
        await platform.again(brought).is_over.wait()
    first, *others = brought.bodies
    assert others == [first, first]
    assert rows(app.office.settings.database, "SELECT count(*) FROM arrival") == [(1,)]


async def handled(config: Config, control: Control) -> None:
    """Let the staff say at DingTalk what they say of the story's report."""
    people = {one.name: one.dingtalk for one in config.people.person}
    for _, lines in STEPS[1:-1]:
        for who, text in lines:
            message = await control.say(people[who], text)
            await control.wait_for_ack(message.msg_id)


async def not_ready(app: App, reason: str) -> None:
    """Wait until /readyz says why it is not."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            async with session.get(f"{app.web.address}/readyz") as found:
                if reason in (await found.json())["reasons"]:
                    break
            await asyncio.sleep(0.05)
        assert found.status == 503

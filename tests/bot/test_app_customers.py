"""A customer group of 企业微信 through the whole bot: asked for, let go by its owner, counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.config import BASE, load_config
from bot.settings import WeCom
from bot.simulator.wecom.platform import WeComPlatform
from tests.bot.beside import beside
from tests.bot.pushing import TITLE, Pushing, staff
from tests.bot.runtime import until
from tests.bot.test_app_channels_pushed import CHATS
from tests.faults.pushes import overlay
from tests.wecom import named

pytestmark = pytest.mark.usefixtures("engine")

OWNER = "LiSi"
NAME = "会员企业客户群"
_GROUP = """
[[group]]
id = "customer:{chat}"
name = "{name}"
kind = "enterprise"
channel = "wecom"
owner = "{owner}"
"""


@dataclass(frozen=True, slots=True)
class Run(Pushing):
    """The bot, staff at DingTalk, and a member who owns a customer group."""

    wecom: WeComPlatform
    chat: str


@asynccontextmanager
async def running(folder: Path, *, app_there: bool = True) -> AsyncIterator[Run]:
    """Run the bot with a customer group in people.toml, and with the app or without."""
    made = overlay(folder / "overlay", CHATS)
    async with WeComPlatform() as wecom:
        chat = wecom.customers.add(OWNER)
        with (made / "people.toml").open("a", encoding="utf-8") as file:
            file.write(_GROUP.format(chat=chat, name=NAME, owner=OWNER))
        config = load_config(BASE, made)
        # The platform is asked with every look: seconds, and not minutes, after the task.
        at_once = config.confirming.model_copy(update={"first_minutes": 0})
        config = replace(config, confirming=at_once)
        there = named(wecom) if app_there else WeCom()
        async with beside(config, folder, wecom=there) as (app, simulator):
            await app.connected()
            yield Run(app, staff(simulator), wecom, chat)


async def test_what_the_owner_lets_go_is_counted_as_sent(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        await run.push("全部企业群")
        await until(lambda: run.states("state") == [("dingtalk", "sent"), ("wecom", "asked")])
        assert run.wecom.customers.shown[run.chat] == []
        run.wecom.customers.let_go(OWNER)
        (shown,) = run.wecom.customers.shown[run.chat]
        assert TITLE in shown
        await until(lambda: run.states("state") == [("dingtalk", "sent"), ("wecom", "sent")])


async def test_without_the_app_the_bot_starts_and_leaves_the_group_out(tmp_path: Path) -> None:
    async with running(tmp_path, app_there=False) as run:
        assert NAME in await run.push("全部企业群")
        await until(lambda: run.states("state") == [("dingtalk", "sent")] and "发完" in run.said())
        assert "共 2，已送达 1，没发成 0，不明 0，没有发 1" in run.said()

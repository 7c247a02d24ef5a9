"""A customer group of 企业微信 through the whole bot: asked for, let go by its owner, counted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import App
from bot.config import BASE, load_config
from bot.demo import demo_settings
from bot.settings import WeCom
from bot.simulator.wecom.platform import WeComPlatform
from tests.bot.runtime import until
from tests.bot.test_app import simulated
from tests.bot.test_app_channels_pushed import CHATS, TITLE
from tests.engines import on_engine, rows
from tests.faults.pushes import overlay
from tests.wire.chat import CHIEF, CLERK, Wire

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


@dataclass(frozen=True)
class Run:
    """The bot, staff at DingTalk, and a member who owns a customer group."""

    app: App
    wire: Wire
    wecom: WeComPlatform
    chat: str

    def states(self) -> Sequence[tuple[str, str]]:
        """Return what became of the campaign's messages, by channel."""
        query = "SELECT channel, state FROM delivery WHERE campaign LIKE 'TS-%' ORDER BY 1"
        return [(str(one), str(two)) for one, two in rows(self.app.office.settings.database, query)]

    def said(self) -> str:
        """Return everything that the clerk was told."""
        control = self.wire.control
        seen = control.sent(user=CLERK, place=control.place_of(CLERK))
        return "\n".join(self.wire.words(one) for one in seen)


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
        named = {
            "corp_id": wecom.corp_id,
            "agent_id": wecom.agent_id,
            "secret": wecom.secret,
            "token": wecom.token,
            "aes_key": wecom.aes_key,
            "api_base": wecom.base_url,
        }
        async with simulated(config) as simulator:
            given = await on_engine(demo_settings(folder, simulator.base_url, 0))
            there = WeCom.model_validate(named if app_there else {})
            app = App(given.model_copy(update={"wecom": there}), config)
            async with app.running():
                await app.connected()
                yield Run(app, Wire(simulator, cast(Any, None)), wecom, chat)


async def push(run: Run) -> str:
    """Let it be written, submitted and approved; return what the preview said."""
    for said, heard in (
        (f"写推送\n{TITLE}\n请各企业派人参加，地点在区工商联三楼。", "发给谁"),
        ("全部企业群", "请核对"),
    ):
        await run.wire.say(CLERK, said)
        await run.wire.hears(CLERK, heard, within=60.0)
    await run.wire.say(CLERK, "确认")
    preview = await run.wire.hears(CLERK, "草稿", within=60.0)
    await run.wire.choose(CLERK, "提交审批")
    await run.wire.hears(CHIEF, "待审批", within=60.0)
    await run.wire.choose(CHIEF, "通过")
    return preview


async def test_what_the_owner_lets_go_is_counted_as_sent(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        await push(run)
        await until(lambda: run.states() == [("dingtalk", "sent"), ("wecom", "asked")])
        assert run.wecom.customers.shown[run.chat] == []
        run.wecom.customers.let_go(OWNER)
        (shown,) = run.wecom.customers.shown[run.chat]
        assert TITLE in shown
        await until(lambda: run.states() == [("dingtalk", "sent"), ("wecom", "sent")])


async def test_without_the_app_the_bot_starts_and_leaves_the_group_out(tmp_path: Path) -> None:
    async with running(tmp_path, app_there=False) as run:
        assert NAME in await push(run)
        await until(lambda: run.states() == [("dingtalk", "sent")] and "发完" in run.said())
        assert "共 2，已送达 1，没发成 0，不明 0，没有发 1" in run.said()

"""One push through the whole bot: DingTalk, a group of 企业微信 and a follower of the 公众号."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import App
from bot.channels.base import Hook
from bot.channels.wechat import Pace
from bot.channels.wecom_robot import NAME as ROBOTS
from bot.config import BASE, load_config
from bot.demo import demo_settings
from bot.settings import WeCom
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.wecom.robots import SEND
from bot.simulator.world import Group as Chat
from handlers.ports import Group
from tests.bot.runtime import until
from tests.bot.test_app import simulated
from tests.bot.test_app_wechat import FIRM, named, pushed
from tests.engines import on_engine, rows
from tests.faults.pushes import overlay
from tests.wire.chat import CHIEF, CLERK, ENTERPRISE_GROUP, OWNER, Wire

pytestmark = pytest.mark.usefixtures("engine")

TITLE = "年底用工座谈会"
CHATS = [Chat(ENTERPRISE_GROUP, "镇海民营企业交流群", ())]
NUMBER = "TS-2026-001"


@dataclass(frozen=True)
class Three:
    """The bot with three platforms around it, and staff who write at DingTalk."""

    app: App
    wire: Wire
    account: WeChatPlatform
    wecom: WeComPlatform

    def states(self) -> list[tuple[str, str, str]]:
        """Return what became of the campaign's messages, by channel."""
        query = "SELECT channel, state, code FROM delivery WHERE campaign LIKE 'TS-%' ORDER BY 1, 2"
        return [
            (channel, state, code)
            for channel, state, code in rows(self.app.office.settings.database, query)
        ]

    def said(self) -> str:
        """Return everything that the clerk was told."""
        control = self.wire.control
        seen = control.sent(user=CLERK, place=control.place_of(CLERK))
        return "\n".join(self.wire.words(one) for one in seen)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the calls wait longer for an answer than a machine under load takes."""
    monkeypatch.setattr("bot.channels.wechat.channel.Pace", lambda: Pace(answer=60.0))


@asynccontextmanager
async def three(folder: Path) -> AsyncIterator[Three]:
    """Run the bot with a group's robot of 企业微信 registered, and with somebody who follows."""
    config = load_config(BASE, overlay(folder / "overlay", CHATS))
    async with (
        simulated(config) as simulator,
        WeChatPlatform(patience=90.0) as account,
        WeComPlatform() as wecom,
    ):
        given = await on_engine(demo_settings(folder, simulator.base_url, 0))
        given = given.model_copy(
            update={"wechat": named(account), "wecom": WeCom(api_base=wecom.base_url)}
        )
        app = App(given, config)
        async with app.running():
            await app.connected()
            account.caller.address = f"{app.web.address}/wechat/callback"
            hook = Hook(address=wecom.robots.add("会员单位群"))
            async with app.office.database.begin() as tx:
                group = Group("webhook:会员单位群", "会员单位群", "enterprise", channel=ROBOTS)
                await tx.webhooks.put(group, hook)
            wire = Wire(simulator, cast(Any, None))
            await wire.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周")
            told = await wire.hears(CLERK, "邀请码 ", within=60.0)
            code = re.findall(r"邀请码 ([A-Z2-9-]{9})", told)[0]
            await account.say(FIRM, f"邀请码 {code}").is_over.wait()
            yield Three(app, wire, account, wecom)


async def push(run: Three) -> None:
    """Let it be written, approved and sent to everybody; return when all is over."""
    for said, heard in (
        (f"写推送\n{TITLE}\n请各企业派人参加，地点在区工商联三楼。", "发给谁"),
        ("全部企业群和全部企业的负责人", "请核对"),
        ("确认", "草稿"),
    ):
        await run.wire.say(CLERK, said)
        await run.wire.hears(CLERK, heard, within=60.0)
    await run.wire.choose(CLERK, "提交审批")
    await run.wire.hears(CHIEF, "待审批", within=60.0)
    await run.wire.choose(CHIEF, "通过")
    await until(lambda: len(run.states()) == 4 and "发完" in run.said())


async def test_a_push_over_three_platforms_adds_up_in_one_report(tmp_path: Path) -> None:
    async with three(tmp_path) as run:
        await push(run)
        assert run.states() == [
            ("dingtalk", "sent", ""),
            ("dingtalk", "sent", ""),
            ("wechat", "sent", ""),
            (ROBOTS, "sent", ""),
        ]
        (shown,) = run.wecom.robots.shown("会员单位群")
        assert TITLE in shown.text
        assert len([one for one in pushed(run.account) if TITLE in one]) == 1
        control = run.wire.control
        assert any(TITLE in run.wire.words(one) for one in control.sent(place=ENTERPRISE_GROUP))
        assert any(TITLE in run.wire.words(one) for one in control.sent(user=OWNER))
        assert "共 4，已送达 4，没发成 0，不明 0" in run.said()


async def test_a_doubt_at_one_platform_is_counted_and_shown_once(tmp_path: Path) -> None:
    async with three(tmp_path) as run:
        run.wecom.api.script.once[SEND] = [Fault(done=True)]
        await push(run)
        assert (ROBOTS, "unknown", "no_answer") in run.states()
        assert "共 4，已送达 3，没发成 0，不明 1" in run.said()
        assert len(run.wecom.robots.shown("会员单位群")) == 1


async def test_a_robot_that_is_gone_fails_alone_and_is_left_out_afterwards(tmp_path: Path) -> None:
    async with three(tmp_path) as run:
        run.wecom.robots.remove("会员单位群")
        await push(run)
        assert (ROBOTS, "failed", "93000") in run.states()
        assert "共 4，已送达 3，没发成 1，不明 0" in run.said()
        async with run.app.office.database.read() as tx:
            found = {one.name: one.robot for one in await tx.groups()}
        assert found["会员单位群"] is False


async def test_what_hears_nothing_is_neither_waited_for_nor_asked_whether_it_hears(
    tmp_path: Path,
) -> None:
    async with three(tmp_path) as run:
        assert {one.channel.name for one in run.app.heard} == {"dingtalk", "wechat"}
        assert [finding.what for finding in await run.app.readiness.look()] == []
        held = rows(run.app.office.settings.database, "SELECT name FROM lease")
        assert not [name for (name,) in held if ROBOTS in name]

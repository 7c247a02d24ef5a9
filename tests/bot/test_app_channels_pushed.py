"""One push through the whole bot: DingTalk, a group of 企业微信 and a follower of the 公众号."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.channels.base import Hook
from bot.channels.wecom_robot import NAME as ROBOTS
from bot.config import BASE, load_config
from bot.settings import WeCom
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.wecom.robots import SEND
from bot.simulator.world import Group as Chat
from handlers.ports import Group
from tests.bot.beside import beside, callable_at
from tests.bot.pushing import TITLE, Pushing, staff
from tests.bot.runtime import until
from tests.bot.test_app_wechat import pushed
from tests.days import with_known_years
from tests.engines import rows
from tests.faults.pushes import overlay
from tests.wechat import named
from tests.wire.chat import ENTERPRISE_GROUP, OWNER

pytestmark = pytest.mark.usefixtures("engine", "patient_calls")

CHATS = [Chat(ENTERPRISE_GROUP, "镇海民营企业交流群", ())]


@dataclass(frozen=True, slots=True)
class Three(Pushing):
    """The bot with three platforms around it, and staff who write at DingTalk."""

    account: WeChatPlatform
    wecom: WeComPlatform

    def became(self) -> Sequence[tuple[str, ...]]:
        """Return what became of the campaign's messages, by channel."""
        return self.states("state", "code")

    async def push_to_all(self) -> None:
        """Push to every group and firm; return when all is over."""
        await self.push("全部企业群和全部企业的负责人")
        await until(lambda: len(self.became()) == 4 and "发完" in self.said())


@asynccontextmanager
async def three(folder: Path) -> AsyncIterator[Three]:
    """Run the bot with a group's robot of 企业微信 registered, and with somebody who follows."""
    config = load_config(BASE, with_known_years(overlay(folder / "overlay", CHATS)))
    async with (
        WeChatPlatform(patience=90.0) as account,
        WeComPlatform() as wecom,
        beside(config, folder, wechat=named(account), wecom=WeCom(api_base=wecom.base_url)) as (
            app,
            simulator,
        ),
    ):
        await app.connected()
        callable_at(app, account.caller, "wechat")
        hook = Hook(address=wecom.robots.add("会员单位群"))
        async with app.office.database.begin() as tx:
            group = Group("webhook:会员单位群", "会员单位群", "enterprise", channel=ROBOTS)
            await tx.webhooks.put(group, hook)
        run = Three(app, staff(simulator), account, wecom)
        await run.invite(account)
        yield run


async def test_a_push_over_three_platforms_adds_up_in_one_report(tmp_path: Path) -> None:
    async with three(tmp_path) as run:
        await run.push_to_all()
        assert run.became() == [
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
        await run.push_to_all()
        assert (ROBOTS, "unknown", "no_answer") in run.became()
        assert "共 4，已送达 3，没发成 0，不明 1" in run.said()
        assert len(run.wecom.robots.shown("会员单位群")) == 1


async def test_a_robot_that_is_gone_fails_alone_and_is_left_out_afterwards(tmp_path: Path) -> None:
    async with three(tmp_path) as run:
        run.wecom.robots.remove("会员单位群")
        await run.push_to_all()
        assert (ROBOTS, "failed", "93000") in run.became()
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

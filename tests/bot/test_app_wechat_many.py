"""One push through the whole bot: groups, every subscriber, and a follower by template message."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import App
from bot.channels.wechat import Pace, WeChat
from bot.config import BASE, load_config
from bot.demo import demo_settings
from bot.simulator.wechat.broadcasts import MASS, Mass
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.world import Group as Chat
from tests.bot.runtime import until
from tests.bot.test_app import simulated
from tests.bot.test_app_wechat import FIRM, named
from tests.engines import on_engine, rows
from tests.faults.pushes import overlay
from tests.wire.chat import CHIEF, CLERK, ENTERPRISE_GROUP, Wire

pytestmark = pytest.mark.usefixtures("engine")

TITLE = "年底用工座谈会"
ALL = "公众号全体订阅者"
_MASS = f'\n[[group]]\nid = "mass:all"\nname = "{ALL}"\nkind = "enterprise"\nchannel = "wechat"\n'
_FORM = """
[[template]]
for = "push.notice"
id = "T1"
fields = {thing1 = "${title}", thing2 = "${text}", time3 = "${time}"}

[mass]
a_month = 4
"""


@dataclass(frozen=True)
class Both:
    """The bot with both platforms around it, and staff who write at DingTalk."""

    app: App
    wire: Wire
    account: WeChatPlatform

    def states(self) -> list[tuple[str, str, str]]:
        """Return what became of the campaign's messages."""
        query = 'SELECT channel, "to", state FROM delivery WHERE campaign IS NOT NULL'
        found = rows(self.app.office.settings.database, query)
        return sorted((channel, to, state) for channel, to, state in found)

    def said(self) -> str:
        """Return everything that the clerk was told."""
        control = self.wire.control
        seen = control.sent(user=CLERK, place=control.place_of(CLERK))
        return "\n".join(self.wire.words(one) for one in seen)

    @property
    def mass(self) -> Mass:
        """The one mass send."""
        (found,) = self.account.api.many.masses.values()
        return found


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the calls wait longer for an answer than a machine under load takes."""
    monkeypatch.setattr("bot.channels.wechat.channel.Pace", lambda: Pace(answer=60.0))


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[Both]:
    """Run the bot with a follower who wrote last three days ago."""
    made = overlay(folder / "overlay", [Chat(ENTERPRISE_GROUP, "镇海民营企业交流群", ())])
    with (made / "people.toml").open("a", encoding="utf-8") as file:
        file.write(_MASS)
    (made / "wechat.toml").write_text(_FORM, encoding="utf-8")
    config = load_config(BASE, made)
    async with simulated(config) as simulator, WeChatPlatform(patience=90.0) as account:
        account.api.many.templates.add("T1")
        given = await on_engine(demo_settings(folder, simulator.base_url, 0))
        app = App(given.model_copy(update={"wechat": named(account)}), config)
        async with app.running():
            await app.connected()
            account.caller.address = f"{app.web.address}/wechat/callback"
            wire = Wire(simulator, cast(Any, None))
            await wire.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周")
            told = await wire.hears(CLERK, "邀请码 ", within=60.0)
            code = re.findall(r"邀请码 ([A-Z2-9-]{9})", told)[0]
            await account.say(FIRM, f"邀请码 {code}").is_over.wait()
            follower = account.people.followers[FIRM]
            assert follower.wrote is not None
            follower.wrote -= timedelta(days=3)
            channel = app.channels["wechat"]
            assert isinstance(channel, WeChat)
            channel._allowance.forget()
            yield Both(app, wire, account)


async def push(run: Both) -> None:
    """Let it be written, approved and sent; return when the campaign is over."""
    for said, heard in (
        (f"写推送\n{TITLE}\n请各企业派人参加，地点在区工商联三楼。", "发给谁"),
        (f"全部企业群和全部企业的负责人、{ALL}", "请核对"),
        ("确认", "草稿"),
    ):
        await run.wire.say(CLERK, said)
        await run.wire.hears(CLERK, heard, within=60.0)
    await run.wire.choose(CLERK, "提交审批")
    await run.wire.hears(CHIEF, "待审批", within=60.0)
    await run.wire.choose(CHIEF, "通过")
    await until(lambda: "发完了" in run.said())


async def test_groups_subscribers_and_a_silent_follower_add_up_in_one_report(
    tmp_path: Path,
) -> None:
    async with both(tmp_path) as run:
        await push(run)
        assert [state for _, to, state in run.states() if to == "mass:all"] == ["asked"]
        assert [state for _, to, state in run.states() if to == FIRM] == ["sent"]
        assert "共 4，已送达 3，没发成 0，不明 0，待确认 1" in run.said()
        (form,) = run.account.api.many.forms
        assert form["data"]["thing1"] == {"value": TITLE}
        report = run.account.api.many.confirm(run.mass.number)
        await run.account.happen(FIRM, "MASSSENDJOBFINISH", **report).is_over.wait()
        assert [state for _, to, state in run.states() if to == "mass:all"] == ["sent"]
        await until(lambda: "待确认的都有结果了：共 4，已送达 4" in run.said())
        assert run.account.api.calls.count(MASS) == 1


async def test_a_template_message_that_its_reader_blocks_is_no_longer_counted_as_sent(
    tmp_path: Path,
) -> None:
    async with both(tmp_path) as run:
        await push(run)
        query = 'SELECT receipt FROM delivery WHERE "to" = ? AND campaign IS NOT NULL'
        ((receipt,),) = rows(run.app.office.settings.database, query, FIRM)
        number = receipt.removeprefix("template:")
        report = {"MsgID": number, "Status": "failed:user block"}
        for _ in range(2):  # the platform brings it again
            await run.account.happen(FIRM, "TEMPLATESENDJOBFINISH", **report).is_over.wait()
        assert [state for _, to, state in run.states() if to == FIRM] == ["failed"]

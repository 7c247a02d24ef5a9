"""One push through the whole bot: groups, every subscriber, and a follower by template message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.wechat import WeChat
from bot.config import BASE, load_config
from bot.simulator.wechat.broadcasts import MASS, Mass
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.world import Group as Chat
from tests.bot.beside import beside, callable_at
from tests.bot.pushing import TITLE, Pushing, staff
from tests.bot.runtime import until
from tests.engines import rows
from tests.faults.pushes import overlay
from tests.wechat import FIRM, named
from tests.wire.chat import ENTERPRISE_GROUP

pytestmark = pytest.mark.usefixtures("engine", "patient_calls")

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


@dataclass(frozen=True, slots=True)
class Both(Pushing):
    """The bot with both platforms around it, and staff who write at DingTalk."""

    account: WeChatPlatform

    def became(self, to: str) -> list[str]:
        """Return what became of the campaign's messages to a reader or a group."""
        return [state for _, reader, state in self.states('"to"', "state") if reader == to]

    @property
    def mass(self) -> Mass:
        """The one mass send."""
        (found,) = self.account.api.many.masses.values()
        return found

    async def push_to_all(self) -> None:
        """Push to every group, firm and subscriber; return when the campaign is over."""
        await self.push(f"全部企业群和全部企业的负责人、{ALL}")
        await until(lambda: "发完了" in self.said())


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[Both]:
    """Run the bot with a follower who wrote last three days ago."""
    made = overlay(folder / "overlay", [Chat(ENTERPRISE_GROUP, "镇海民营企业交流群", ())])
    with (made / "people.toml").open("a", encoding="utf-8") as file:
        file.write(_MASS)
    (made / "wechat.toml").write_text(_FORM, encoding="utf-8")
    config = load_config(BASE, made)
    async with (
        WeChatPlatform(patience=90.0) as account,
        beside(config, folder, wechat=named(account)) as (app, simulator),
    ):
        account.api.many.templates.add("T1")
        await app.connected()
        callable_at(app, account.caller, "wechat")
        run = Both(app, staff(simulator), account)
        await run.invite(account)
        follower = account.people.followers[FIRM]
        assert follower.wrote is not None
        follower.wrote -= timedelta(days=3)
        channel = app.channels["wechat"]
        assert isinstance(channel, WeChat)
        channel._allowance.forget()
        yield run


async def test_groups_subscribers_and_a_silent_follower_add_up_in_one_report(
    tmp_path: Path,
) -> None:
    async with both(tmp_path) as run:
        await run.push_to_all()
        assert run.became("mass:all") == ["asked"]
        assert run.became(FIRM) == ["sent"]
        assert "共 4，已送达 3，没发成 0，不明 0，待确认 1" in run.said()
        (form,) = run.account.api.many.forms
        assert form["data"]["thing1"] == {"value": TITLE}
        report = run.account.api.many.confirm(run.mass.number)
        await run.account.happen(FIRM, "MASSSENDJOBFINISH", **report).is_over.wait()
        assert run.became("mass:all") == ["sent"]
        await until(lambda: "待确认的都有结果了：共 4，已送达 4" in run.said())
        assert run.account.api.calls.count(MASS) == 1


async def test_a_template_message_that_its_reader_blocks_is_no_longer_counted_as_sent(
    tmp_path: Path,
) -> None:
    async with both(tmp_path) as run:
        await run.push_to_all()
        query = 'SELECT receipt FROM delivery WHERE "to" = ? AND campaign IS NOT NULL'
        ((receipt,),) = rows(run.app.office.settings.database, query, FIRM)
        number = receipt.removeprefix("template:")
        report = {"MsgID": number, "Status": "failed:user block"}
        for _ in range(2):  # the platform brings it again
            await run.account.happen(FIRM, "TEMPLATESENDJOBFINISH", **report).is_over.wait()
        assert run.became(FIRM) == ["failed"]

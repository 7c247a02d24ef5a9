"""The other platforms of the demo: 公众号 and 企业微信, and who chats there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot import demo_groups, menus, organisation, tencent, wechat, wecom
from bot.settings import Settings, WeChat, WeCom
from bot.simulator.doors import ChatDoor
from bot.simulator.views import Layout
from bot.simulator.wechat.door import WeChatDoor
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.wecom.door import WeComDoor
from bot.simulator.wecom.groups_door import WeComGroupsDoor
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.world import User, World

if TYPE_CHECKING:
    from bot.app import App

# Entrepreneurs who are at one of these platforms alone, and nowhere in people.toml.
FOLLOWER = User("demo-owner-jiang", "", "蒋国梁", colour="#0b6b3a", role="企业家")
MEMBER = User("demo-owner-fu", "", "傅雅琴", colour="#1a5fa0", role="企业家")
COLLEAGUE = "WangMin"  # has no pane at 企业微信
OPENID, USERID = "oDemo-JiangGuoliang-00000001", "FuYaqin"
CHEN, CHENS_OPENID = "demo-owner-chen", "oDemo-ChenJianguo-0000000001"  # one person, two accounts
CLERK = "demo-clerk-wang"


@dataclass(frozen=True, slots=True)
class Doors:
    """Both platforms, and how they look on the page."""

    world: World
    wechat: WeChatPlatform
    wecom: WeComPlatform
    chats: tuple[ChatDoor, ...]

    def account(self) -> WeChat:
        """Name the 公众号 as .env would."""
        return WeChat(
            app_id=self.wechat.app_id,
            app_secret=SecretStr(self.wechat.app_secret),
            token=SecretStr(self.wechat.token),
            aes_key=SecretStr(self.wechat.aes_key),
            api_base=self.wechat.base_url,
        )

    def organisation(self) -> WeCom:
        """Name the app in 企业微信 as .env would."""
        return WeCom(
            corp_id=self.wecom.corp_id,
            agent_id=self.wecom.agent_id,
            secret=SecretStr(self.wecom.secret),
            token=SecretStr(self.wecom.token),
            aes_key=SecretStr(self.wecom.aes_key),
            api_base=self.wecom.base_url,
        )

    def layouts(self) -> tuple[Layout, ...]:
        """Offer DingTalk's people side by side, and those of the others beside a clerk."""
        members = tuple(user.user_id for user in self.world.users if user.pane)
        beside = (CLERK,) if self.world.find_user(CLERK) else members[1:2]
        return (
            Layout("钉钉", members),
            Layout("微信", (FOLLOWER.user_id, MEMBER.user_id, *beside)),
        )

    def call(self, settings: Settings) -> None:
        """Write the bot's addresses into both consoles."""
        self.wechat.caller.address = tencent.callback_address(settings)
        self.wecom.caller.address = organisation.callback_address(settings)

    async def furnish(self, app: App) -> None:
        """Put the menu below the chats of both."""
        settings, menu = app.office.settings, menus.menu_of(app.office.config.texts)
        await menus.put(wechat.client, settings, menu)
        await menus.put(wecom.client, settings, menu)


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[Doors]:
    """Start both platforms for as long as the demo runs."""
    chen = world.find_user(CHEN)
    followers = {OPENID: FOLLOWER, **({CHENS_OPENID: chen} if chen else {})}
    async with WeChatPlatform() as account, WeComPlatform() as app:
        demo_groups.make(app, USERID, COLLEAGUE)
        members = {USERID: MEMBER}
        groups = WeComGroupsDoor(app, demo_groups.GROUPS, members, app=world.robot_name)
        chats = (WeChatDoor(account, followers), WeComDoor(app, members), groups)
        yield Doors(world, account, app, chats)

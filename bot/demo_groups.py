"""Groups of 企业微信 in the demo: one with a robot, one that the app made; pushes arrive there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.channels.base import WEBHOOK, Hook
from bot.channels.wecom_robot import NAME as WECOM_ROBOT
from bot.config import Config
from bot.config.people import Group as Configured
from bot.config.people import GroupKind
from bot.simulator.wecom.appchat import Chat
from bot.simulator.wecom.groups_door import APP, ROBOT, GroupChat
from bot.simulator.wecom.platform import WeComPlatform
from bot.wecom_groups import CHANNEL, chat_of
from handlers.ports import Group

if TYPE_CHECKING:
    from bot.app import App

CHAMBER, FIRMS = "商会企业微信群", "重点企业服务群"
GROUPS = (
    GroupChat(CHAMBER, CHAMBER, WEBHOOK + CHAMBER, ROBOT),
    GroupChat(FIRMS, chat_of(FIRMS), chat_of(FIRMS), APP),
)


def joined(config: Config) -> Config:
    """Name the groups among those of people.toml: what the demo sends may go there."""
    more = tuple(
        Configured(
            id=one.chat,
            name=one.title,
            kind=GroupKind.ENTERPRISE,
            channel=CHANNEL,
            sandbox=True,
        )
        for one in GROUPS
    )
    people = config.people.model_copy(update={"group": (*config.people.group, *more)})
    return replace(config, people=people)


def make(platform: WeComPlatform, *members: str) -> None:
    """Let the app's group be there, as `python -m bot wecom group create` makes it."""
    for one in GROUPS:
        if one.by == APP:
            platform.chats.known[one.key] = Chat(one.title, members[0], members)


async def furnish(app: App, platform: WeComPlatform) -> None:
    """Put a robot into its group and tell the bot its address, as `python -m bot webhooks add`."""
    async with app.office.database.begin() as tx:
        for one in GROUPS:
            if one.by == ROBOT:
                group = Group(one.chat, one.title, "enterprise", channel=WECOM_ROBOT)
                await tx.webhooks.put(group, Hook(address=platform.robots.add(one.key)))

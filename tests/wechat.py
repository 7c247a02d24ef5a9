"""What the tests of the official account share: the simulated platform with a channel to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from bot.channels.base import Confirmed, Letter, Message
from bot.channels.tencent.account import Left, unnoted
from bot.channels.wechat import MANNER, Pace, WeChat, WeChatAccess
from bot.channels.wechat.reports import Settled, unsettled
from bot.hub.base import Hub
from bot.settings import WeChat as Account
from bot.simulator.wechat.platform import WeChatPlatform
from handlers.ports import Arrival, Clock
from tests import tencent
from tests.bot.channels.conftest import open_file
from tests.tencent import PATIENT, now, wire

FIRM = "oA-openid-of-a-firm"
GREETING = "菜单"
Line: TypeAlias = tencent.Line[WeChatPlatform, WeChat]


def names(platform: WeChatPlatform) -> dict[str, str]:
    """Name the account of a platform as the settings do."""
    return {
        "app_id": platform.app_id,
        "app_secret": platform.app_secret,
        "token": platform.token,
        "aes_key": platform.aes_key,
        "api_base": platform.base_url,
    }


def named(platform: WeChatPlatform) -> Account:
    """Return the settings that name an account."""
    return Account.model_validate(names(platform))


def channel_to(
    platform: WeChatPlatform,
    *,
    clock: Clock = now,
    pace: Pace = PATIENT,
    hub: Hub | None = None,
    left: Left = unnoted,
    settled: Settled = unsettled,
    answers: bool = True,
    **more: Any,
) -> WeChat:
    """Build the channel to a platform."""
    return WeChat(
        WeChatAccess(**{**names(platform), **more}),
        wire(clock, pace, hub),
        greeting=lambda: GREETING,
        open_file=open_file,
        left=left,
        settled=settled,
        answers=answers,
    )


@asynccontextmanager
async def line(
    pace: Pace = PATIENT, *, clock: Clock = now, patience: float = 60.0, **more: Any
) -> AsyncIterator[Line]:
    """Open a channel to a platform of its own."""
    async with WeChatPlatform(patience=patience) as platform:
        made = Line(platform, channel_to(platform, clock=clock, pace=pace, **more), FIRM)
        async with made.open():
            yield made


def letter(text: str = "您好", n: int = 1, **more: Any) -> Letter:
    """Write to the firm."""
    message = Message(title="亲清助手", text=text)
    made = Letter(id=n, robot="", door=MANNER.door, to=FIRM, message=message, key=f"k{n}")
    return made.model_copy(update=more)


def into(noted: list[tuple[str, str, Confirmed]]) -> Settled:
    """Note what the platform reports of messages that it had taken."""

    async def settled(channel: str, key: str, told: Confirmed) -> None:
        noted.append((channel, key, told))

    return settled


def answering(text: str, arrival: Arrival, n: int = 1) -> Letter:
    """Answer what the firm wrote."""
    path = arrival.reply_path
    assert path is not None
    return letter(text, n, robot=arrival.robot, reply_url=path.url, reply_until=path.expires_at)

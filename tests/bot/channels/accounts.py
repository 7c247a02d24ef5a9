"""The accounts at both WeChats, as the tests of their calls use either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic

import pytest

from bot.channels.base import Letter, SendFault
from bot.channels.tencent.pace import Pace
from bot.channels.wechat import WeChat
from bot.channels.wecom import WeCom
from bot.hub.base import Hub
from bot.simulator.wechat import api as account
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.wecom import api as app
from bot.simulator.wecom.platform import WeComPlatform
from handlers.ports import Answered, Arrival
from tests import wechat, wecom
from tests.tencent import PATIENT, C, P

SHORT = Pace(call=0.3, prove=600.0)


class Clock:
    """A clock that is moved by hand: nine in the evening of Zhenhai."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Kind(Generic[P, C]):
    """One of the platforms: what its interfaces are called, and who reads there."""

    platform: Callable[..., P]
    channel_to: Callable[..., C]
    letter: Callable[..., Letter]
    meets: Callable[[P], None]  # lets the reader be written to
    reader: str
    token: str
    send: str
    media: str
    upload: str

    @asynccontextmanager
    async def calling(
        self, clock: Clock | None = None, hub: Hub | None = None, pace: Pace = PATIENT, **more: Any
    ) -> AsyncIterator[tuple[P, C]]:
        """Give a platform whose reader may be written to, and a channel to it."""
        clock = clock or Clock()
        async with self.platform(clock=clock) as platform:
            self.meets(platform)
            channel = self.channel_to(platform, clock=clock, hub=hub, pace=pace, **more)
            yield platform, channel
            await channel.stop()

    async def refused(self, channel: C, n: int = 1) -> SendFault:
        """Send a letter that the platform refuses."""
        with pytest.raises(SendFault) as told:
            await channel.send(self.letter(n=n))
        return told.value


async def none(arrival: Arrival) -> Answered:
    """Take nothing."""
    return Answered()


WECHAT: Kind[WeChatPlatform, WeChat] = Kind(
    platform=WeChatPlatform,
    channel_to=wechat.channel_to,
    letter=wechat.letter,
    meets=lambda platform: platform.people.wrote(wechat.FIRM),
    reader=wechat.FIRM,
    token=account.TOKEN,
    send=account.PUSH,
    media=account.MEDIA,
    upload=account.UPLOAD,
)
WECOM: Kind[WeComPlatform, WeCom] = Kind(
    platform=WeComPlatform,
    channel_to=wecom.channel_to,
    letter=wecom.letter,
    meets=lambda platform: platform.people.join(wecom.MEMBER),
    reader=wecom.MEMBER,
    token=app.TOKEN,
    send=app.SEND,
    media=app.MEDIA,
    upload=app.UPLOAD,
)
BOTH: dict[str, Kind[Any, Any]] = {"wechat": WECHAT, "wecom": WECOM}

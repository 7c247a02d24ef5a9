"""What the tests of the app in 企业微信 share: the simulated platform with a channel to it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.base import Letter, Message, Option
from bot.channels.wecom import Pace, WeCom, WeComAccess
from bot.channels.wecom.channel import Left, unnoted
from bot.channels.wecom.codes import Codes
from bot.simulator.tencent.calling import Brought
from bot.simulator.wecom.platform import WeComPlatform
from flows.office import Door
from handlers.ports import Answered, Arrival, Text
from tests.bot.channels.conftest import open_file
from tests.bot.channels.platform import eventually
from tests.wechat import PATIENT, now, served

MEMBER = "ZhangSan"
CLAIM = (Option(label="我来领办", action="a:claim:1", style="primary"),)


def access_to(platform: WeComPlatform, **more: Any) -> WeComAccess:
    """Name the app of a platform as its console shows it."""
    given = {
        "corp_id": platform.corp_id,
        "agent_id": platform.agent_id,
        "secret": platform.secret,
        "token": platform.token,
        "aes_key": platform.aes_key,
        "api_base": platform.base_url,
    }
    return WeComAccess(**{**given, **more})


def channel_to(
    platform: WeComPlatform,
    *,
    clock: Callable[[], datetime] = now,
    pace: Pace = PATIENT,
    codes: Codes | None = None,
    left: Left = unnoted,
    answers: bool = True,
    owners: Mapping[str, str] = {},
    **more: Any,
) -> WeCom:
    """Build the channel to a platform."""
    return WeCom(
        access_to(platform, **more),
        clock,
        random.Random(7),  # noqa: S311
        say=lambda text: text.key,
        open_file=open_file,
        pace=pace,
        codes=codes,
        left=left,
        answers=answers,
        owners=owners,
    )


@dataclass(slots=True)
class Line:
    """A platform, the channel to it, and what was taken."""

    platform: WeComPlatform
    channel: WeCom
    taken: list[Arrival] = field(default_factory=list)
    commits: asyncio.Event = field(default_factory=asyncio.Event)  # clear = the database is down
    waiting: int = 0  # to be taken
    answered: Answered = field(default_factory=Answered)

    async def take(self, arrival: Arrival) -> Answered:
        """Take what the channel hears."""
        self.waiting += 1
        await self.commits.wait()
        self.waiting -= 1
        self.taken.append(arrival)
        return self.answered

    async def said(self, text: str) -> tuple[Brought, Arrival]:
        """Let somebody write, and wait until it is taken."""
        before = len(self.taken)
        brought = self.platform.say(MEMBER, text)
        await eventually(lambda: len(self.taken) > before)
        return brought, self.taken[-1]

    async def pressed(self, card: str, key: str, status: str = "", *, over: bool = True) -> Brought:
        """Let somebody press a button, of which becomes this, and wait until that is over."""
        self.answered = Answered(Text(status) if status else None, over)
        brought = self.platform.press(MEMBER, card, key)
        await brought.is_over.wait()
        return brought


@asynccontextmanager
async def line(
    pace: Pace = PATIENT,
    *,
    clock: Callable[[], datetime] = now,
    answer_within: float = 60.0,
    codes: Codes | None = None,
    left: Left = unnoted,
    answers: bool = True,
    **more: Any,
) -> AsyncIterator[Line]:
    """Open a channel to a platform of its own, at which one member sees the app."""
    async with WeComPlatform(answer_within=answer_within) as platform:
        platform.people.join(MEMBER)
        channel = channel_to(
            platform, clock=clock, pace=pace, codes=codes, left=left, answers=answers, **more
        )
        made = Line(platform, channel)
        made.commits.set()
        async with served(channel, platform):
            run = asyncio.create_task(channel.run(made.take))
            await eventually(lambda: channel.health().ready and bool(platform.api.tokens))
            yield made
            await channel.stop()
            await run


def letter(text: str = "您好", n: int = 1, **more: Any) -> Letter:
    """Write to the member."""
    message = Message(title="亲清助手", text=text)
    made = Letter(id=n, robot="", door=Door.PRIVATE, to=MEMBER, message=message, key=f"k{n}")
    return made.model_copy(update=more)


def answering(text: str, arrival: Arrival, n: int = 1, **more: Any) -> Letter:
    """Answer what the member wrote."""
    path = arrival.reply_path
    assert path is not None
    return letter(text, n, reply_url=path.url, reply_until=path.expires_at, **more)


def carded(text: str = "用地审批，等人领办", n: int = 1, **more: Any) -> Letter:
    """Write with a button, and with words that stand for it."""
    message = Message(title="工单 1", text=text, options=CLAIM, spelt="回复数字：\n1 我来领办")
    return letter(n=n).model_copy(update={"message": message, "card": f"qq-{n}", **more})

"""What the tests of the app in 企业微信 share: the simulated platform with a channel to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.base import Letter, Message, Option
from bot.channels.tencent.account import Left, unnoted
from bot.channels.wecom import Pace, WeCom, WeComAccess
from bot.channels.wecom.codes import Codes
from bot.hub.base import Hub
from bot.settings import WeCom as App
from bot.simulator.tencent.calling import Brought
from bot.simulator.wecom.platform import WeComPlatform
from flows.office import Door
from handlers.ports import Answered, Arrival, Clock, Text
from tests import tencent
from tests.bot.channels.conftest import open_file
from tests.tencent import PATIENT, now, wire

MEMBER = "ZhangSan"
CLAIM = (Option(label="我来领办", action="a:claim:1", style="primary"),)


def names(platform: WeComPlatform) -> dict[str, Any]:
    """Name the app of a platform as the settings do."""
    return {
        "corp_id": platform.corp_id,
        "agent_id": platform.agent_id,
        "secret": platform.secret,
        "token": platform.token,
        "aes_key": platform.aes_key,
        "api_base": platform.base_url,
    }


def named(platform: WeComPlatform, **more: Any) -> App:
    """Return the settings that name an app."""
    return App.model_validate({**names(platform), **more})


def channel_to(
    platform: WeComPlatform,
    *,
    clock: Clock = now,
    pace: Pace = PATIENT,
    hub: Hub | None = None,
    codes: Codes | None = None,
    left: Left = unnoted,
    answers: bool = True,
    owners: Mapping[str, str] = {},
    **more: Any,
) -> WeCom:
    """Build the channel to a platform."""
    return WeCom(
        WeComAccess(**{**names(platform), **more}),
        wire(clock, pace, hub),
        say=lambda text: text.key,
        open_file=open_file,
        codes=codes,
        left=left,
        answers=answers,
        owners=owners,
    )


class Line(tencent.Line[WeComPlatform, WeCom]):
    """So it is with an app, whose cards can be pressed."""

    async def pressed(self, card: str, key: str, status: str = "", *, over: bool = True) -> Brought:
        """Let somebody press a button, of which becomes this, and wait until that is over."""
        self.answered = Answered(Text(status) if status else None, over)
        brought = self.platform.press(MEMBER, card, key)
        await brought.is_over.wait()
        return brought


@asynccontextmanager
async def line(
    pace: Pace = PATIENT, *, clock: Clock = now, answer_within: float = 60.0, **more: Any
) -> AsyncIterator[Line]:
    """Open a channel to a platform of its own, at which one member sees the app."""
    async with WeComPlatform(answer_within=answer_within) as platform:
        platform.people.join(MEMBER)
        made = Line(platform, channel_to(platform, clock=clock, pace=pace, **more), MEMBER)
        async with made.open():
            yield made


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

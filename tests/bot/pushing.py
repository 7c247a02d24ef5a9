"""One push through the whole bot: written at DingTalk, approved there, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.app import App
from bot.simulator.server import DingTalkSimulator
from bot.simulator.wechat.platform import WeChatPlatform
from tests.engines import rows
from tests.wechat import FIRM
from tests.wire.chat import CHIEF, CLERK, Wire

TITLE = "年底用工座谈会"


def staff(simulator: DingTalkSimulator) -> Wire:
    """Let people write at DingTalk to a bot that runs in this process."""
    return Wire(simulator, cast(Any, None))


@dataclass(frozen=True, slots=True)
class Pushing:
    """The bot, and staff who write at DingTalk."""

    app: App
    wire: Wire

    async def push(self, to: str) -> str:
        """Let it be written, submitted and approved; return what the preview said."""
        for said, heard in (
            (f"写推送\n{TITLE}\n请各企业派人参加，地点在区工商联三楼。", "发给谁"),
            (to, "请核对"),
        ):
            await self.wire.say(CLERK, said)
            await self.wire.hears(CLERK, heard, within=60.0)
        await self.wire.say(CLERK, "确认")
        preview = await self.wire.hears(CLERK, "草稿", within=60.0)
        await self.wire.choose(CLERK, "提交审批")
        await self.wire.hears(CHIEF, "待审批", within=60.0)
        await self.wire.choose(CHIEF, "通过")
        return preview

    async def invite(self, account: WeChatPlatform) -> None:
        """Let a firm that follows the 公众号 come in by a code of the clerk's."""
        await self.wire.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周")
        told = await self.wire.hears(CLERK, "邀请码 ", within=60.0)
        code = re.findall(r"邀请码 ([A-Z2-9-]{9})", told)[0]
        await account.say(FIRM, f"邀请码 {code}").is_over.wait()

    def said(self) -> str:
        """Return everything that the clerk was told."""
        control = self.wire.control
        seen = control.sent(user=CLERK, place=control.place_of(CLERK))
        return "\n".join(self.wire.words(one) for one in seen)

    def states(self, *columns: str) -> Sequence[tuple[str, ...]]:
        """Return what became of the campaign's messages, in the order of their channels."""
        named = ", ".join(("channel", *columns))
        query = f"SELECT {named} FROM delivery WHERE campaign LIKE 'TS-%' ORDER BY {named}"  # noqa: S608
        found = rows(self.app.office.settings.database, query)
        return [tuple(str(one) for one in row) for row in found]

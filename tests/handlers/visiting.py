"""Visits as staff write them down, for the tests of 走访代录."""

from __future__ import annotations

from bot.channels.base import Letter
from flows.outreach.record import Outreach
from tests.handlers.story import CLERK
from tests.stage import Stage

HENGTONG = "镇海恒通紧固件有限公司"
TWO = "1. 昨天下午起停电跳闸三次，希望尽快查清\n2. 招工难，焊工招不到"
WHOLE = f"走访 恒通紧固件 陈总 上门\n{TWO}"
UNKNOWN = "走访 新安模具厂 王工 13957401234 上门\n员工宿舍自来水压力太低"


async def visited(play: Stage, text: str = WHOLE, who: str = CLERK) -> list[Letter]:
    """Write a visit down in one message and confirm it."""
    await play.say(who, text)
    return await play.say(who, "确认")


async def kept(play: Stage, ident: int = 1) -> Outreach | None:
    async with play.database.begin() as tx:
        return await tx.outreaches.get(ident)

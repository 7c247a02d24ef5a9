"""Cards of 企业微信 where one process hears and another sends."""

from __future__ import annotations

from bot.card_codes import RecordedCodes
from tests.engines import Opened
from tests.wecom import MEMBER, carded, line

KEY = "a:claim:1"


async def test_a_press_is_answered_by_whoever_hears_it() -> None:
    async with line(answers=False) as there:
        await there.channel.send(carded())
        await there.pressed("qq-1", KEY, "已领办")
        assert there.platform.people.card(MEMBER, "qq-1").replaced == "已领办"


async def test_a_card_of_one_process_is_changed_by_another(records: Opened) -> None:
    async with line(codes=RecordedCodes(records.database, "wecom")) as there:
        await there.channel.send(carded())
    other = RecordedCodes(records.database, "wecom")
    assert await other.take("qq-1") in there.platform.people.codes.given

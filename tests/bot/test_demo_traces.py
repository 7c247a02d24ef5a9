"""What ⓘ shows of a message at 公众号, whose platform gives events and pushes no name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.demo_doors import OPENID, Doors
from bot.demo_traces import Traces
from bot.simulator.trace import BroadcastTrace, WordsTrace
from tests.bot.demoed import demoed

WAIT = 60.0
REPORT = (
    "我是镇海蓝帆新材料有限公司的蒋国梁，电话13805749001。"
    "昨天下午三点起我们厂又停电了，希望供电公司尽快查清原因。"
)


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[tuple[Doors, Traces]]:
    async with demoed(tmp_path) as started:
        yield started


async def shown(doors: Doors, words: str, via: str = "") -> dict[str, Any]:
    """Wait until the follower's chat shows something, perhaps by one way alone."""
    async with asyncio.timeout(WAIT):
        while True:
            for bubble in doors.chats[0].bubbles():
                if words in str(bubble["content"].get("text")) and via in ("", bubble["via"]):
                    return bubble
            await asyncio.sleep(0.05)


async def rows(doors: Doors, traces: Traces, bubble: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the sheet of a message shows of the bot."""
    query, _ = doors.chats[0].facts(bubble["key"])
    assert query is not None
    async with asyncio.timeout(WAIT):
        while True:
            found = await traces(query) or {}
            if any("已送达" in str(told) for told in found.values()):
                return found
            await asyncio.sleep(0.05)


async def test_who_begins_to_follow_and_its_answer_have_their_rows(
    made: tuple[Doors, Traces],
) -> None:
    doors, traces = made
    doors.wechat.happen(OPENID, "subscribe", EventKey="")
    for words in ("关注了公众号", "我是镇海区工商联的亲清助手"):
        assert "来信" in await rows(doors, traces, await shown(doors, words))


async def test_a_push_has_its_delivery_though_the_platform_gave_it_no_name(
    made: tuple[Doors, Traces],
) -> None:
    doors, traces = made
    doors.wechat.say(OPENID, REPORT)
    await shown(doors, "谁能看到")
    doors.wechat.say(OPENID, "1")
    await shown(doors, "已收到")
    doors.wechat.say(OPENID, "转人工")
    bubble = await shown(doors, "", "push")
    query, told = doors.chats[0].facts(bubble["key"])
    assert isinstance(query, WordsTrace)
    assert ["消息", "客服消息，平台不给编号"] in told
    (name,) = [one for one in await rows(doors, traces, bubble) if one.startswith("投递")]
    assert name


async def test_what_the_bot_did_not_send_has_no_rows(made: tuple[Doors, Traces]) -> None:
    _, traces = made
    assert await traces(WordsTrace("wechat", OPENID, "别人发的")) is None
    assert await traces(BroadcastTrace("template", 7)) is None

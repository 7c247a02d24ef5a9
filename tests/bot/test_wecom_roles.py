"""What a process awaits of 企业微信 when it does only a part of the work."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.app import App
from bot.card_codes import RecordedCodes
from bot.channels.wecom import WeCom
from bot.config import load_config
from bot.demo import demo_settings
from bot.duties import ALL, Duty
from bot.settings import WeCom as Given
from tests.engines import Opened
from tests.wecom import MEMBER, carded, line

APP = {"corp_id": "ww1", "agent_id": 7, "secret": "s", "token": "t", "aes_key": "a" * 43}
KEY = "a:claim:1"


async def test_where_another_process_answers_the_call_waits_for_nothing() -> None:
    async with line(answers=False) as there:
        # The channel is patient for a minute: an answer before it is one that awaited none.
        async with asyncio.timeout(30):
            brought = there.platform.say(MEMBER, "菜单")
            await brought.is_over.wait()
        assert (brought.bodies, len(there.taken)) == ([b""], 1)


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


@pytest.mark.parametrize(("duties", "answers"), [(ALL, True), ({Duty.GATEWAY}, False)])
async def test_a_process_answers_on_the_call_if_it_does_the_work(
    duties: frozenset[Duty], answers: bool, tmp_path: Path
) -> None:
    given = demo_settings(tmp_path, "http://127.0.0.1:1", 0)
    settings = given.model_copy(update={"wecom": Given.model_validate(APP)})
    channel = App(settings, load_config(), duties=duties).channels["wecom"]
    assert isinstance(channel, WeCom)
    assert channel._answers is answers
    await channel.stop()

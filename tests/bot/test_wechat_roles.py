"""What a process loads and awaits of 公众号 when it does only a part of the work."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import App
from bot.channels.wechat import WeChat
from bot.config import load_config
from bot.demo import demo_settings
from bot.duties import ALL, Duty
from bot.settings import WeChat as Account
from bot.simulator.wechat.platform import WeChatPlatform
from handlers.ports import Answered, Arrival
from tests.bot.channels.conftest import open_file
from tests.bot.channels.platform import eventually
from tests.wechat import PATIENT, access_to, now, served

FIRM = "oA-openid-of-a-firm"
ACCOUNT = {"app_id": "wx1", "app_secret": "s", "token": "t", "aes_key": "a" * 43}


async def test_where_another_process_answers_the_call_waits_for_nothing() -> None:
    async with WeChatPlatform(patience=60.0) as platform:
        channel = WeChat(
            access_to(platform),
            now,
            random.Random(7),  # noqa: S311
            greeting=lambda: "菜单",
            open_file=open_file,
            pace=PATIENT,
            answers=False,
        )
        taken: list[Arrival] = []

        async def take(arrival: Arrival) -> Answered:
            taken.append(arrival)
            return Answered()

        async with served(channel, platform):
            run = asyncio.create_task(channel.run(take))
            await eventually(lambda: channel.health().ready)
            # The channel is patient for a minute: an answer before it is one that awaited none.
            async with asyncio.timeout(30):
                brought = platform.say(FIRM, "菜单")
                await brought.is_over.wait()
            assert (brought.bodies, len(taken)) == ([b"success"], 1)
            await channel.stop()
            await run


@pytest.mark.parametrize(("duties", "answers"), [(ALL, True), ({Duty.GATEWAY}, False)])
async def test_a_process_answers_on_the_call_if_it_does_the_work(
    duties: frozenset[Duty], answers: bool, tmp_path: Path
) -> None:
    given = demo_settings(tmp_path, "http://127.0.0.1:1", 0)
    settings = given.model_copy(update={"wechat": Account.model_validate(ACCOUNT)})
    channel = App(settings, load_config(), duties=duties).channels["wechat"]
    assert isinstance(channel, WeChat)
    assert channel._answers is answers
    await channel.stop()


def test_the_commands_load_the_office_when_they_open_it() -> None:
    names = ("bot.premises", "bot.tencent", "bot.leavers", "wechatpy")
    asked = f"import sys, bot.__main__; print(*(n for n in {names} if n in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, text=True, timeout=120
    )
    assert told.stdout.split() == []

"""What a process loads and awaits of both WeChats when it does only a part of the work."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.channels.tencent.account import Account
from bot.config import load_config
from bot.demo import demo_settings
from bot.duties import ALL, Duty
from bot.settings import WeChat, WeCom
from tests import wechat, wecom

CALLED = {"token": "t", "aes_key": "a" * 43}
NAMED: dict[str, WeChat | WeCom] = {
    "wechat": WeChat.model_validate({"app_id": "wx1", "app_secret": "s", **CALLED}),
    "wecom": WeCom.model_validate({"corp_id": "ww1", "agent_id": 7, "secret": "s", **CALLED}),
}


@pytest.mark.parametrize(("tests", "nothing"), [(wechat, b"success"), (wecom, b"")])
async def test_where_another_process_answers_the_call_waits_for_nothing(
    tests: Any, nothing: bytes
) -> None:
    async with tests.line(answers=False) as there:
        # The channel is patient for a minute: an answer before it is one that awaited none.
        async with asyncio.timeout(30):
            brought = there.platform.say(there.who, "菜单")
            await brought.is_over.wait()
        assert (brought.bodies, len(there.taken)) == ([nothing], 1)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize(("duties", "answers"), [(ALL, True), ({Duty.GATEWAY}, False)])
async def test_a_process_answers_on_the_call_if_it_does_the_work(
    name: str, duties: frozenset[Duty], answers: bool, tmp_path: Path
) -> None:
    given = demo_settings(tmp_path, "http://127.0.0.1:1", 0)
    settings = given.model_copy(update={name: NAMED[name]})
    channel = App(settings, load_config(), duties=duties).channels[name]
    assert isinstance(channel, Account)
    assert channel._answers is answers
    await channel.stop()


def test_the_commands_load_the_office_when_they_open_it() -> None:
    names = ("bot.premises", "bot.tencent", "bot.leavers", "wechatpy")
    asked = f"import sys, bot.__main__; print(*(n for n in {names} if n in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, check=True, text=True, timeout=120
    )
    assert told.stdout.split() == []

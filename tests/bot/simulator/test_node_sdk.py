"""The platform's own Node SDK takes the simulator for the real gateway."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.timings import Timings
from tests.bot.simulator.client import GROUP, Bot, platform

HERE = Path(__file__).parents[2] / "node"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(
        NODE is None or not (HERE / "node_modules" / "dingtalk-stream").exists(),
        reason="needs node, and `npm ci` in tests/node",
    ),
]

TIMINGS = Timings(silence=timedelta(milliseconds=200))


class Sdk:
    """The SDK in its own process, and what it tells."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def told(self, got: str) -> dict[str, Any]:
        """Read on until it tells of this."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            while line := await self._process.stdout.readline():
                if line.startswith(b'{"got":'):
                    note = json.loads(line)
                    if note["got"] == got:
                        return dict(note)
        raise AssertionError(f"the SDK ended without telling of {got}")


@asynccontextmanager
async def sdk(bot: Bot) -> AsyncIterator[Sdk]:
    """Run the SDK against the simulator."""
    keys = {"CLIENT_ID": "dingdemoclient", "CLIENT_SECRET": "demo-secret", "GATEWAY": bot.base}
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        "client.mjs",
        cwd=HERE,
        env={"PATH": os.environ["PATH"], **keys},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await bot.simulator.control.wait_connected(timeout=20)
        yield Sdk(process)
    finally:
        process.kill()
        await process.communicate()


async def test_the_sdk_talks_acknowledges_and_replies() -> None:
    async with platform(timings=TIMINGS) as bot, sdk(bot) as node:
        control = bot.simulator.control
        bubble = await control.say("ent01", "我要反映问题", group=GROUP)
        note = await node.told("message")
        assert (note["msgId"], note["text"], note["errcode"]) == (
            bubble.msg_id,
            " 我要反映问题",
            0,
        )
        assert (await control.wait_for_ack(bubble.msg_id)).ok
        assert [b.content for b in control.sent(user="ent01")] == [{"text": "收到"}]
        event = await control.event("robot_msg_read", {"userId": "ent01"})
        assert (await node.told("event"))["eventType"] == "robot_msg_read"
        assert (await control.wait_for_ack(event.business_id)).data["status"] == "SUCCESS"
        assert control.breaches == []


async def test_the_sdk_answers_a_card() -> None:
    async with platform(timings=TIMINGS) as bot, sdk(bot) as node:
        order = {
            "cardTemplateId": "demo-card.schema",
            "outTrackId": "node-1",
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": {"title": "新诉求", "status": "待受理"}},
            "openSpaceId": f"dtv1.card//IM_GROUP.{GROUP}",
            "imGroupOpenDeliverModel": {"robotCode": "dingdemorobot"},
        }
        await bot.call("POST", "/v1.0/card/instances/createAndDeliver", order)
        press = await bot.simulator.control.press("clerk01", "node-1", "accept")
        assert press.answered
        content = (await node.told("card"))["content"]
        assert content["cardPrivateData"]["params"] == {"action": "accept"}
        assert bot.simulator.control.card("node-1") == {"title": "新诉求", "status": "已受理"}


async def test_the_sdk_answers_pings_and_comes_back_after_a_disconnect() -> None:
    async with platform(timings=TIMINGS) as bot, sdk(bot) as node:
        control = bot.simulator.control
        await control.ping()
        await control.disconnect()
        await control.wait_connected(timeout=20)
        assert control.opened == 2
        bubble = await control.say("ent01", "还在吗")
        assert (await node.told("message"))["text"] == "还在吗"
        assert (await control.wait_for_ack(bubble.msg_id)).ok
        assert any(isinstance(ack.data, dict) and "opaque" in ack.data for ack in control.acks)
        assert control.breaches == []

"""Calls that 企业微信 answers in its own way; the others are in test_tencent_api."""

from __future__ import annotations

import asyncio

import pytest

from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import AGENT, SEND, TOKEN
from tests.bot.channels.accounts import WECOM, none
from tests.bot.channels.platform import eventually


@pytest.mark.parametrize("code", [40014, 42001])
async def test_a_token_that_is_never_accepted_is_no_loop(code: int) -> None:
    async with WECOM.calling() as (platform, channel):
        platform.api.script.always[SEND] = Fault(code=code)
        told = await WECOM.refused(channel)
        assert (told.code, told.breaks) == (str(code), "robot")
        assert platform.api.calls == [TOKEN, SEND, TOKEN, SEND]


async def test_an_address_that_is_not_trusted_shows_before_anything_is_sent() -> None:
    async with WECOM.calling() as (platform, channel):
        platform.api.script.always[AGENT] = Fault(code=60020)
        run = asyncio.create_task(channel.run(none))
        await eventually(lambda: "60020" in channel.health().reason)
        assert not channel.health().ready
        await channel.stop()
        await run

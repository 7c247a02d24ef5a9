"""How the channels of both WeChats begin and end: what they hear, answer and send meanwhile."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from bot.channels.base import SendFault
from tests import wechat, wecom
from tests.bot.channels.platform import eventually
from tests.tencent import served

BOTH = pytest.mark.parametrize(("kind", "nothing"), [(wechat, b"success"), (wecom, b"")])


@BOTH
async def test_who_leaves_is_noted_by_nobody_who_does_not_hear(kind: Any, nothing: bytes) -> None:
    left: list[str] = []

    async def note(channel: str, account: str, at: datetime) -> None:
        left.append(account)

    async with kind.line(left=note) as there:
        brought = there.platform.happen(there.who, "unsubscribe", EventKey="")
        await brought.is_over.wait()
        assert (brought.bodies, left) == ([nothing], [there.who])
        deaf = kind.channel_to(there.platform, left=note)
        async with served(deaf, there.platform):
            again = there.platform.happen(there.who, "unsubscribe", EventKey="")
            await again.is_over.wait()
        assert (set(again.statuses), left) == ({503}, [there.who])


@BOTH
async def test_a_call_that_waits_at_the_end_is_told_that_it_was_taken(
    kind: Any, nothing: bytes
) -> None:
    async with kind.line() as there:
        brought, _ = await there.said("菜单")
        await there.channel.stop()
        async with asyncio.timeout(30):  # it is patient for a minute
            await brought.is_over.wait()
        assert (brought.statuses, brought.bodies) == ([200], [nothing])


@BOTH
async def test_nothing_is_sent_while_the_last_answers_go_out(kind: Any, nothing: bytes) -> None:
    async with kind.line() as there:
        there.commits.clear()
        there.platform.say(there.who, "菜单")
        await eventually(lambda: there.waiting == 1)
        ending = asyncio.create_task(there.channel.stop())
        await asyncio.sleep(0)
        with pytest.raises(SendFault, match=r"channel\.stopped"):
            await there.channel.send(kind.letter())
        assert not ending.done()
        await ending

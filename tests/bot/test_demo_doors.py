"""The demo's 公众号 and 企业微信: both reach the bot as it is configured, and hear from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import demo_doors
from bot.config import load_config
from bot.demo import world_of
from bot.demo_doors import FOLLOWER, MEMBER, OPENID, USERID, Doors
from tests.bot.demoed import demoed

WAIT = 30.0


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    async with demoed(tmp_path) as (made, _):
        yield made


async def test_both_are_answered_and_both_have_the_menu(doors: Doors) -> None:
    said = (doors.wechat.say(OPENID, "菜单"), doors.wecom.say(USERID, "菜单"))
    async with asyncio.timeout(WAIT):
        for one in said:
            await one.is_over.wait()
        people = doors.wechat.people, doors.wecom.people
        while not (people[0].told(OPENID) and people[1].told(USERID)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert [one.statuses for one in said] == [[200], [200]]
    assert doors.wechat.caller.breaches == doors.wecom.caller.breaches == []
    assert doors.wechat.api.menu == doors.wecom.api.menu != {}


async def test_the_second_layout_puts_both_beside_a_clerk() -> None:
    async with demo_doors.opened(world_of(load_config())) as made:
        assert made.layouts()[1].panes == (FOLLOWER.user_id, MEMBER.user_id, demo_doors.CLERK)

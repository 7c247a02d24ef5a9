"""A code in the wrong hands: who hears of it, what is shown, who may not be linked, guessing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.storage.tables import role
from flows.tickets.case import State
from handlers.ports import PersonId
from tests.handlers.linking import (
    DINGTALK,
    MANNERS,
    WECHAT,
    WECOM,
    account,
    arrival,
    coded,
    linked,
    owner,
    said,
    writes,
)
from tests.handlers.story import ONE, OWNER, REPORT, carry
from tests.handlers.test_pairing_places import taken
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)

OTHER = "沈丽"


# Whoever took a code over, and goes on ----------------------------------------------------------


async def test_a_stolen_account_cannot_carry_its_owner_on_to_another(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    me = (await owner(play, OWNER)).id
    code = await coded(play, OTHER, WECOM)
    told = await writes(play, OTHER, f"关联 {code}", WECHAT)
    assert "这里已和钉钉账号是同一个人" in told
    assert "可能过期了" in await writes(play, OTHER, "是我", WECHAT)
    assert (await owner(play, OWNER)).id == me
    await writes(play, OWNER, "解除关联", DINGTALK)
    assert (await owner(play, OTHER, WECHAT)).id != (await owner(play, OWNER)).id == me
    assert ONE not in await writes(play, OTHER, "进度", WECHAT)


async def test_who_has_two_accounts_makes_the_code_for_a_third(play: Stage) -> None:
    await linked(play, OWNER)
    letters = await linked(play, OWNER, at=WECOM)
    assert "关联好了" in said(letters, account(play, OWNER, WECOM))


@pytest.mark.parametrize("heard_at", [DINGTALK, WECHAT])
async def test_every_account_hears_of_another_one_where_it_is(play: Stage, heard_at: str) -> None:
    await linked(play, OWNER)
    code = await coded(play, OWNER, WECHAT)
    await writes(play, OTHER, f"关联 {code}", WECOM)
    letters = await play.take([arrival(play, OTHER, "是我", WECOM)])
    assert "已与企业微信账号关联" in said(letters, account(play, OWNER, heard_at))


async def test_every_account_hears_that_one_is_parted_and_what_is_linked_still(
    play: Stage,
) -> None:
    await linked(play, OWNER)
    await linked(play, OWNER, OTHER, at=WECOM)
    letters = await play.take([arrival(play, OWNER, "解除关联 企业微信", DINGTALK)])
    for who, channel in ((OWNER, WECHAT), (OTHER, WECOM)):
        assert "企业微信账号已解除关联" in said(letters, account(play, who, channel))
    told = said(letters, account(play, OWNER, DINGTALK))
    assert "还和您连着的：公众号。也要分开，发“解除关联 公众号”" in told


# What is shown, and who may not be linked -------------------------------------------------------


async def test_what_somebody_wrote_of_themselves_is_shown_as_that(play: Stage) -> None:
    await writes(play, OTHER, f"我是镇海恒通紧固件有限公司的陈建国，13805740001。{REPORT}", WECOM)
    await writes(play, OTHER, "确认", WECOM)
    code = await coded(play, OTHER, WECOM)
    told = await writes(play, OWNER, f"关联 {code}", WECHAT)
    assert "陈＊（自己填的，未核实）" in told
    assert "恒通" not in told


async def test_a_bound_account_does_not_become_one_that_is_not(play: Stage) -> None:
    await writes(play, OTHER, "菜单", WECOM)
    code = await coded(play, OTHER, WECOM)
    told = await writes(play, OWNER, f"关联 {code}", DINGTALK)
    assert "请反过来：在这个已核验的账号上发“关联账号”" in told
    assert (await owner(play, OTHER, WECOM)).binding == "none"


async def test_whose_office_begins_later_is_not_made_somebody_else(play: Stage) -> None:
    await writes(play, OTHER, "菜单", WECHAT)
    one = (await owner(play, OTHER, WECHAT)).id
    await serves_from(play, one, days=2)
    code = await coded(play, OWNER)
    assert "有工作岗位" in await writes(play, OTHER, f"关联 {code}", WECHAT)
    play.clock.now += timedelta(days=3)
    assert (await owner(play, OTHER, WECHAT)).id == one


async def serves_from(play: Stage, person: PersonId, *, days: int) -> None:
    """Let somebody be 受理员 some days from now."""
    since = (play.clock.now + timedelta(days=days)).date()
    row = {"person": person, "role": "clerk", "unit": "", "since": since, "source": "config"}
    async with play.database.begin() as tx:
        await tx._session.connection.execute(insert(role), [row])


# Guessing ---------------------------------------------------------------------------------------


async def test_who_links_and_parts_in_between_has_guessed_all_the_same(play: Stage) -> None:
    await writes(play, OTHER, "菜单", WECHAT)
    for n in range(4):
        await writes(play, OTHER, f"关联 9{n:07d}", WECOM)
    await linked(play, OTHER, at=WECOM, known_at=WECHAT)
    await writes(play, OTHER, "解除关联", WECOM)
    await writes(play, OTHER, "关联 90000004", WECOM)
    assert "过 60 分钟再试" in await writes(play, OTHER, "关联 90000005", WECOM)


async def test_what_is_guessed_while_two_are_one_counts_for_both(play: Stage) -> None:
    await linked(play, OTHER, at=WECOM, known_at=WECHAT)
    for n in range(5):
        await writes(play, OTHER, f"关联 9{n:07d}", WECHAT)
    await writes(play, OTHER, "解除关联", WECOM)
    for channel in (WECOM, WECHAT):
        assert "过 60 分钟再试" in await writes(play, OTHER, "关联 90000005", channel)


# The other phone is busy ------------------------------------------------------------------------


@asynccontextmanager
async def busy(play: Stage, person: PersonId, seconds: float) -> AsyncIterator[None]:
    """Let another transaction work at somebody's conversation, so long or until it is let go."""
    held, over = asyncio.Event(), asyncio.Event()

    async def works() -> None:
        async with play.database.begin() as tx:
            await tx.conversations.lock([person])
            held.set()
            await asyncio.wait([asyncio.ensure_future(over.wait())], timeout=seconds)

    working = asyncio.create_task(works())
    await held.wait()
    yield
    over.set()
    await working


# On SQLite one transaction writes at a time.
ON_POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@ON_POSTGRESQL
@pytest.mark.parametrize("seconds", [0.5, 30.0])
async def test_yes_waits_a_moment_for_the_other_phone_and_keeps_the_code(
    play: Stage, seconds: float
) -> None:
    code = await coded(play, OWNER)
    await writes(play, OTHER, f"关联 {code}")
    async with busy(play, (await owner(play, OWNER)).id, seconds):
        await taken(play, arrival(play, OTHER, "是我"))
        letters = await play.send()
    if seconds > 1:
        assert "对方账号正忙" in said(letters, account(play, OTHER))
        letters = await play.take([arrival(play, OTHER, "是我")])
    assert "关联好了" in said(letters, account(play, OTHER))


@ON_POSTGRESQL
async def test_parting_says_so_when_the_other_is_busy(play: Stage) -> None:
    await writes(play, OTHER, "菜单")
    other = (await owner(play, OTHER, WECHAT)).id
    await linked(play, OWNER, OTHER)
    async with busy(play, other, 30.0):
        await taken(play, arrival(play, OWNER, "解除关联", DINGTALK))
        assert "那边的账号正忙" in said(await play.send(), account(play, OWNER, DINGTALK))
    assert "已解除关联" in await writes(play, OWNER, "解除关联", DINGTALK)

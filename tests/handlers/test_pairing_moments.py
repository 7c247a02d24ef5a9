"""Two transactions in one moment, on the engine that has two: parting, leaving, linking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.leavers import Leavers
from flows.tickets.case import State
from handlers.ports import Arrival, Role
from tests.handlers.linking import (
    DINGTALK,
    MANNERS,
    WECHAT,
    WECOM,
    account,
    arrival,
    coded,
    filed,
    linked,
    owner,
    said,
    writes,
)
from tests.handlers.story import CLERK, HEAD, ONE, OWNER, REPORT, carry, ticket
from tests.handlers.test_pairing_places import taken
from tests.stage import Stage

pytestmark = [
    pytest.mark.beside(MANNERS),
    pytest.mark.parametrize("engine", ["postgresql"], indirect=True),
]
OTHER, FIRM = "沈丽", "镇海恒通紧固件有限公司"


@asynccontextmanager
async def beside(
    play: Stage, first: Arrival, then: Coroutine[Any, Any, None]
) -> AsyncIterator[None]:
    """Let something begin while what `first` does is not committed yet."""
    async with play.database.begin() as tx:
        new = [one for one in await tx.admit([first]) if one is not None]
        await play.reception.receive(tx, new)
        other = asyncio.create_task(then)
        await somebody_waits(play)
    await other
    yield


async def somebody_waits(play: Stage) -> None:
    """Return when a transaction waits for another one."""
    blocked = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
    )
    async with asyncio.timeout(30):
        while True:
            async with play.database.read() as tx:
                found = await tx._session.connection.exec_driver_sql(blocked)
                if found.scalar():
                    return
            await asyncio.sleep(0.02)


async def test_what_is_said_in_the_moment_of_parting_is_said_by_whose_account_it_is(
    play: Stage,
) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    parting = arrival(play, OWNER, "解除关联", DINGTALK)
    async with beside(play, parting, taken(play, arrival(play, OTHER, "进度"))):
        told = said(await play.send(), account(play, OTHER))
    assert "还没有反映过问题" in told
    assert ONE not in told


async def test_what_is_filed_in_the_moment_of_parting_is_handled_as_whose_it_is(
    play: Stage,
) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)

    async def files() -> None:
        async with play.database.begin() as tx:
            await tx.admit([arrival(play, OTHER, "进度")], waiting=True)

    async with beside(play, arrival(play, OWNER, "解除关联", DINGTALK), files()):
        async with play.database.begin() as tx:
            found = await tx.backlog(10)
            await play.reception.receive(tx, found)
            await tx.handled([one.id for one in found])
        told = said(await play.send(), account(play, OTHER))
    assert "还没有反映过问题" in told
    assert ONE not in told


async def test_who_leaves_the_channel_in_the_moment_of_parting_has_agreed_to_nothing(
    play: Stage,
) -> None:
    await filed(play)
    await linked(play, OWNER)
    at = play.clock.now + timedelta(minutes=1)
    leaves = Leavers(play.database).left(WECHAT, account(play, OWNER), at)
    async with beside(play, arrival(play, OWNER, "解除关联", DINGTALK), leaves):
        assert (await owner(play, OWNER, WECHAT)).consent == ""


# Staff act for somebody in the very moment in which that one links accounts --------------------


async def calls(play: Stage, line: str) -> Arrival:
    """Bring the clerk to the point of writing down for a caller; return their last word."""
    await writes(play, OWNER, "请给我回电话 13805740001")
    await writes(play, OWNER, "确认")
    told = f"镇海恒通紧固件有限公司 陈建国 13805740001。{REPORT}"
    for said_before in ("代录 1", told):
        await play.say(CLERK, said_before)
    return arrival(play, CLERK, line, DINGTALK)


async def asked(
    play: Stage, maker: str = OWNER, who: str = "", at: str = WECHAT, known_at: str = DINGTALK
) -> Arrival:
    """Bring an account to the point of linking; return the last word."""
    code = await coded(play, maker, known_at)
    await writes(play, who or maker, f"关联 {code}", at)
    return arrival(play, who or maker, "是我", at)


@pytest.mark.parametrize("clerk_first", [True, False])
async def test_what_is_filed_for_a_caller_in_the_moment_of_linking_is_theirs(
    play: Stage, clerk_first: bool
) -> None:
    files, links = await calls(play, "确认"), await asked(play)
    first, second = (files, links) if clerk_first else (links, files)
    async with beside(play, first, taken(play, second)):
        await play.send()
    assert (await ticket(play)).reporter == (await owner(play, OWNER)).id
    assert ONE in await writes(play, OWNER, "进度", DINGTALK)


@pytest.mark.parametrize("clerk_first", [True, False])
async def test_who_is_verified_in_the_moment_of_linking_is_bound(
    play: Stage, clerk_first: bool
) -> None:
    await writes(play, OTHER, "菜单", WECOM)
    for line in ("绑定企业", "宏业铸造厂 沈丽 13900000001", "确认"):
        await writes(play, OTHER, line)
    code = await coded(play, OTHER, WECOM)
    await writes(play, OTHER, f"关联 {code}")
    verifies, links = arrival(play, CLERK, "核验 1", DINGTALK), arrival(play, OTHER, "1")
    first, second = (verifies, links) if clerk_first else (links, verifies)
    async with beside(play, first, taken(play, second)):
        letters = await play.send()
    one = await owner(play, OTHER, WECHAT)
    assert (one.binding, one.enterprise) == ("bound", "宏业铸造厂")
    refused = "请反过来：在这个已核验的账号上发" in said(letters, account(play, OTHER))
    assert refused == clerk_first  # bound by then, they may not become somebody who is not


async def test_who_is_unbound_in_the_moment_of_linking_is_bound_nowhere(play: Stage) -> None:
    await writes(play, OTHER, "菜单", WECOM)
    one = await owner(play, OTHER, WECOM)
    async with play.database.begin() as tx:
        await tx.people.save([replace(one, name="陈建国", enterprise=FIRM, binding="bound")])
    links = await asked(play, OTHER, who=OWNER, at=DINGTALK, known_at=WECOM)
    unbinds = arrival(play, CLERK, f"解绑 {account(play, OWNER, DINGTALK)} 离职", DINGTALK)
    async with beside(play, links, taken(play, unbinds)):
        await play.send()
    for who, channel in ((OWNER, DINGTALK), (OTHER, WECOM)):
        assert (await owner(play, who, channel)).binding == "none"


async def test_who_is_given_an_office_in_the_moment_of_linking_keeps_it(play: Stage) -> None:
    await writes(play, OTHER, "菜单", DINGTALK)
    links = await asked(play, OTHER, at=DINGTALK, known_at=WECHAT)
    grants = arrival(play, HEAD, f"授权 {account(play, OTHER, DINGTALK)} 受理员", DINGTALK)
    async with beside(play, grants, taken(play, links)):
        told = said(await play.send(), account(play, OTHER, DINGTALK))
    assert "有工作岗位" in told
    assert (await owner(play, OTHER)).has(Role.CLERK)

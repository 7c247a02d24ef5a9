"""Linked accounts: where notices go, what is at activities, and two phones at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.handling import persistently
from bot.storage.transaction import Transaction
from flows.registration.registration import Standing
from flows.tickets.case import State
from handlers.ports import Arrival, Role
from tests.handlers.attending import EVENT, publish, roll
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
from tests.handlers.story import CLERK, ONE, OWNER, carry, ticket
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)

OTHER = "沈丽"
SIGN_UP = "我要报名政商面对面，镇海恒通紧固件有限公司 {} {}"


# Where notices go -------------------------------------------------------------------------------


async def accepted(play: Stage) -> dict[str, str]:
    """Let the office take case 1 on; return what each account is told."""
    letters = [letter for line in ("受理 1", "取消") for letter in await play.say(CLERK, line)]
    return {at: said(letters, account(play, OWNER, at)) for at in (WECHAT, DINGTALK)}


async def test_a_notice_goes_where_the_person_last_was(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER)
    told = await accepted(play)
    assert "已受理" in told[WECHAT]
    assert told[DINGTALK] == ""


@pytest.mark.parametrize("asked", ["通知发到 钉钉", "通知发到钉钉", "通知发到：钉钉。"])
async def test_a_notice_goes_where_the_person_asked(play: Stage, asked: str) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER)
    assert "先发到钉钉" in await writes(play, OWNER, asked)
    told = await accepted(play)
    assert "已受理" in told[DINGTALK]
    assert told[WECHAT] == ""


async def test_an_answer_comes_back_where_it_was_asked_all_the_same(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER)
    await writes(play, OWNER, "通知发到 钉钉")
    assert ONE in await writes(play, OWNER, "进度")


async def test_anywhere_is_where_they_last_were_again(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER)
    await writes(play, OWNER, "通知发到 钉钉", DINGTALK)
    await writes(play, OWNER, "哪里都行")
    assert "已受理" in (await accepted(play))[WECHAT]


async def test_a_channel_is_called_by_any_of_its_names(play: Stage) -> None:
    await linked(play, OWNER)
    assert "先发到公众号" in await writes(play, OWNER, "通知发到 微信", DINGTALK)


async def test_the_accounts_are_listed_by_kind_and_chosen_by_number(play: Stage) -> None:
    await linked(play, OWNER)
    told = await writes(play, OWNER, "我的账号")
    assert "公众号\n钉钉\n" in told
    assert account(play, OWNER) not in told
    assert "2 钉钉" in told
    assert "先发到钉钉" in await writes(play, OWNER, "2")
    assert "通知先发到：钉钉" in await writes(play, OWNER, "账号")


async def test_who_asks_what_is_known_of_them_is_told_the_kinds_of_their_accounts(
    play: Stage,
) -> None:
    assert "账号" not in await writes(play, OWNER, "我是谁", DINGTALK)
    await linked(play, OWNER)
    told = await writes(play, OWNER, "我是谁", DINGTALK)
    assert "您用过的账号：钉钉、公众号。" in told
    assert account(play, OWNER) not in told


async def test_where_nobody_is_known_nothing_is_sent(play: Stage) -> None:
    told = await writes(play, OWNER, "通知发到 企业微信", DINGTALK)
    assert "还没有在企业微信找过我" in told


def runs(play: Stage, *channels: str) -> None:
    """Let people write to the office through these channels alone."""
    office = replace(play.reception.office, running=frozenset(channels))
    play.reception = replace(play.reception, office=office)


async def test_a_code_is_typed_where_the_office_can_be_written_to(play: Stage) -> None:
    runs(play, DINGTALK, WECHAT)
    told = await writes(play, OWNER, "关联账号", DINGTALK)
    assert "到公众号里私聊我" in told


async def test_where_there_is_nowhere_else_no_code_is_made(play: Stage) -> None:
    runs(play, DINGTALK)
    assert "没有别处要关联" in await writes(play, OWNER, "关联账号", DINGTALK)
    assert "您只在钉钉找过我" in await writes(play, OWNER, "通知发到 公众号", DINGTALK)


async def test_in_a_group_no_account_is_named(play: Stage) -> None:
    told = await play.say(OWNER, "我的账号", group="企业群")
    assert ["私聊" in letter.message.text for letter in told] == [True]


async def test_staff_hear_at_the_office_unless_they_asked_otherwise(play: Stage) -> None:
    await linked(play, CLERK, known_at=DINGTALK)
    person = (await owner(play, CLERK)).id
    async with play.database.read() as tx:
        assert (await tx.reach([person]))[person][0].channel == WECHAT
    await writes(play, CLERK, "通知发到 公众号")
    async with play.database.read() as tx:
        found = (await tx.reach([person]))[person]
    assert [one.channel for one in found if one.preferred] == [WECHAT]
    assert (await owner(play, CLERK, WECHAT)).has(Role.CLERK)


# Activities -------------------------------------------------------------------------------------


async def signed_up(play: Stage, channel: str, name: str, phone: str) -> None:
    """Sign somebody up at a channel."""
    await writes(play, OWNER, SIGN_UP.format(name, phone), channel)
    for line in ("跳过", "确认"):
        await writes(play, OWNER, line, channel)


async def test_a_place_goes_over_and_comes_back(play: Stage) -> None:
    await publish(play)
    await signed_up(play, WECHAT, "陈国", "13805740001")
    (place,) = (await roll(play)).registrations.values()
    was = (await owner(play, OWNER, WECHAT)).id
    assert (place.person, place.by) == (was, was)
    await linked(play, OWNER)
    now = (await owner(play, OWNER)).id
    (place,) = (await roll(play)).registrations.values()
    assert (place.person, place.by, place.live) == (now, now, True)
    await writes(play, OWNER, "解除关联")
    (place,) = (await roll(play)).registrations.values()
    assert (place.person, place.by) == (was, was)


async def test_of_two_places_at_one_activity_one_stays_and_that_is_said(play: Stage) -> None:
    await publish(play, "名额5人")
    await signed_up(play, DINGTALK, "陈建国", "13805740001")
    await signed_up(play, WECHAT, "陈国", "13805740009")
    assert len(await _live(play)) == 2
    letters = await linked(play, OWNER)
    assert "两边都报过名，留了一个" in said(letters, account(play, OWNER))
    assert await _live(play) == [1]


async def _live(play: Stage) -> list[int]:
    places = (await roll(play, EVENT)).registrations.values()
    return [one.seq for one in places if one.standing is Standing.CONFIRMED]


# Two phones at once -----------------------------------------------------------------------------


async def taken(play: Stage, one: Arrival) -> None:
    """Bring something in as the program does: what is stale is done again."""

    async def work(tx: Transaction) -> None:
        filed = [each for each in await tx.admit([one]) if each is not None]
        outcome = await play.reception.receive(tx, filed)
        assert not outcome.failed, outcome.failed

    await persistently(lambda: play.database.write(work), lambda: "the test waits")


async def test_of_two_phones_with_one_code_one_is_linked(play: Stage) -> None:
    code = await coded(play, OWNER)
    typed = [arrival(play, who, f"关联 {code}") for who in (OTHER, "别人")]
    await asyncio.gather(*(taken(play, one) for one in typed))
    yes = [arrival(play, who, "是我") for who in (OTHER, "别人")]
    await asyncio.gather(*(taken(play, one) for one in yes))
    person = (await owner(play, OWNER)).id
    found = [(await owner(play, who, WECHAT)).id for who in (OTHER, "别人")]
    assert sorted(one == person for one in found) == [False, True]


async def test_who_says_yes_on_both_phones_at_once_is_one_person(play: Stage) -> None:
    code, back = await coded(play, OWNER), await coded(play, OTHER, WECHAT)
    play.clock.now += timedelta(seconds=5)
    await taken(play, arrival(play, OTHER, f"关联 {code}"))
    await taken(play, arrival(play, OWNER, f"关联 {back}", DINGTALK))
    yes = [arrival(play, OTHER, "是我"), arrival(play, OWNER, "是我", DINGTALK)]
    await asyncio.gather(*(taken(play, one) for one in yes))
    ids = {(await owner(play, OTHER, WECHAT)).id, (await owner(play, OWNER)).id}
    assert len(ids) == 1


async def test_yes_twice_at_once_has_one_effect(play: Stage) -> None:
    code = await coded(play, OWNER)
    await taken(play, arrival(play, OTHER, f"关联 {code}"))
    yes = [arrival(play, OTHER, "是我"), arrival(play, OTHER, "是我")]
    await asyncio.gather(*(taken(play, one) for one in yes))
    person = (await owner(play, OWNER)).id
    async with play.database.read() as tx:
        lines = await tx.history.entries(f"person:{person}")
    assert [one.act for one in lines].count("unite") == 1


async def test_both_write_while_they_become_one(play: Stage) -> None:
    code = await coded(play, OWNER)
    await taken(play, arrival(play, OTHER, f"关联 {code}", WECOM))
    busy = [arrival(play, OWNER, "菜单", DINGTALK) for _ in range(3)]
    busy += [arrival(play, OTHER, "进度", WECOM) for _ in range(3)]
    yes = arrival(play, OTHER, "是我", WECOM)
    await asyncio.gather(*(taken(play, one) for one in (busy[0], busy[3], yes, *busy[4:])))
    assert (await owner(play, OTHER, WECOM)).id == (await owner(play, OWNER)).id
    await play.send()
    await carry(play, State.SUBMITTED)
    assert (await ticket(play)).reporter == (await owner(play, OTHER, WECOM)).id

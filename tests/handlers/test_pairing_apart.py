"""What each has once two accounts are parted: rights, forms, places, words on their way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.housekeeping import forgetting
from bot.leavers import Leavers
from flows.tickets.case import State
from handlers.ports import Person
from tests.handlers.attending import EVENT, publish, roll
from tests.handlers.linking import (
    DINGTALK,
    MANNERS,
    OTHER_REPORT,
    WECHAT,
    WECOM,
    account,
    arrival,
    coded,
    filed,
    linked,
    owner,
    said,
    stored,
    writes,
)
from tests.handlers.story import CLERK, ONE, OWNER, carry
from tests.handlers.test_pairing_places import signed_up
from tests.stage import Stage

pytestmark = pytest.mark.beside(MANNERS)

OTHER = "沈丽"
FIRM = "镇海恒通紧固件有限公司"


# Rights -----------------------------------------------------------------------------------------


async def became(play: Stage, who: str, channel: str, **changes: str) -> None:
    """Let the office know something of somebody."""
    one = await owner(play, who, channel)
    changed: Person = replace(one, **changes)  # type: ignore[arg-type]
    async with play.database.begin() as tx:
        await tx.people.save([changed])


@pytest.mark.parametrize("days", [0, 2])
async def test_an_enterprise_that_came_from_one_goes_back_with_it(play: Stage, days: int) -> None:
    await writes(play, OTHER, "菜单", WECHAT)
    await became(play, OTHER, WECHAT, name="沈丽", enterprise="宏业铸造厂", binding="pending")
    await writes(play, OTHER, "菜单", WECOM)
    await linked(play, OTHER, at=WECHAT, known_at=WECOM)
    await became(play, OTHER, WECOM, phone="13900000000", binding="bound")
    play.clock.now += timedelta(days=days)
    await writes(play, OTHER, "解除关联", WECOM)
    stayed, went = await owner(play, OTHER, WECOM), await owner(play, OTHER, WECHAT)
    assert (stayed.binding, stayed.enterprise, stayed.phone) == ("none", "", "13900000000")
    assert (went.binding, went.enterprise) == ("bound", "宏业铸造厂")


async def test_who_was_unbound_while_linked_is_unbound_for_good(play: Stage) -> None:
    await writes(play, OTHER, "菜单", WECOM)
    await became(play, OTHER, WECOM, name="陈建国", enterprise=FIRM, binding="bound")
    await linked(play, OTHER, OWNER, at=DINGTALK, known_at=WECOM)
    await play.say(CLERK, f"解绑 {account(play, OWNER, DINGTALK)} 离职")
    assert (await owner(play, OWNER)).binding == "none"
    await writes(play, OWNER, "解除关联", DINGTALK)
    for who, channel in ((OWNER, DINGTALK), (OTHER, WECOM)):
        assert (await owner(play, who, channel)).binding == "none"


async def test_who_left_the_channel_while_linked_has_agreed_to_nothing(play: Stage) -> None:
    await filed(play)
    await writes(play, OWNER, OTHER_REPORT)
    await linked(play, OWNER)
    play.clock.now += timedelta(minutes=5)
    await Leavers(play.database).left(WECHAT, account(play, OWNER), play.clock())
    play.clock.now += timedelta(minutes=5)
    await writes(play, OWNER, "解除关联", DINGTALK)
    one = await owner(play, OWNER, WECHAT)
    assert (one.consent, one.phone) == ("", "")
    async with play.database.begin() as tx:
        talk = (await tx.conversations.lock([one.id]))[one.id]
    assert not talk.stack
    assert not talk.aside


async def test_what_one_left_after_the_linking_stays_left(play: Stage) -> None:
    await writes(play, OTHER, "菜单")
    one, other = (await owner(play, OWNER)).id, (await owner(play, OTHER, WECHAT)).id
    async with play.database.begin() as tx:
        await tx.topics.leave(other, "政策", play.clock.now)
    await linked(play, OWNER, OTHER)
    play.clock.now += timedelta(minutes=1)
    async with play.database.begin() as tx:
        await tx.topics.leave(one, "政策", play.clock.now)
    await writes(play, OWNER, "解除关联", DINGTALK)
    async with play.database.read() as tx:
        assert (await tx.topics.left())[one] == {"政策"}


# What goes back ---------------------------------------------------------------------------------


async def test_an_open_draft_goes_back_though_it_was_asked_about_again(play: Stage) -> None:
    await writes(play, OTHER, OTHER_REPORT)
    await linked(play, OWNER, OTHER)
    await play.wait(play.reception.office.remind_after + timedelta(seconds=1))
    await writes(play, OWNER, "解除关联", DINGTALK)
    assert "没有" in await writes(play, OWNER, "继续", DINGTALK)
    told = f"{FIRM}，沈丽，13805740009"
    assert "请告诉我" in await writes(play, OTHER, "继续")
    assert "路灯" in await writes(play, OTHER, told)


async def test_what_was_filed_and_waits_is_said_by_whose_account_it_is(play: Stage) -> None:
    await carry(play, State.SUBMITTED)
    await linked(play, OWNER, OTHER)
    async with play.database.begin() as tx:
        await tx.admit([arrival(play, OTHER, "进度")], waiting=True)
    await play.take([arrival(play, OWNER, "解除关联", DINGTALK)])
    async with play.database.begin() as tx:
        waiting = await tx.backlog(10)
        assert waiting
        await play.reception.receive(tx, waiting)
        await tx.handled([one.id for one in waiting])
    assert ONE not in said(await play.send(), account(play, OTHER))


async def test_what_comes_in_one_batch_is_each_time_theirs_whose_account_it_is(
    play: Stage,
) -> None:
    await writes(play, OTHER, "菜单")
    await carry(play, State.SUBMITTED)
    code = await coded(play, OWNER)
    await writes(play, OTHER, f"关联 {code}")
    letters = await play.take([arrival(play, OTHER, one) for one in ("1", "解除关联", "进度")])
    told = said(letters, account(play, OTHER))
    assert "已解除关联" in told
    assert ONE not in told


async def test_a_place_that_was_given_up_is_taken_back_while_there_is_room(play: Stage) -> None:
    await publish(play, "名额5人")
    await signed_up(play, DINGTALK, "陈建国", "13805740001")
    await signed_up(play, WECHAT, "陈国", "13805740009")
    was = (await owner(play, OWNER, WECHAT)).id
    await linked(play, OWNER)
    assert "陈国的报名也恢复了" in await writes(play, OWNER, "解除关联")
    live = [one.person for one in (await roll(play, EVENT)).registrations.values() if one.live]
    assert was in live
    assert len(live) == 2


async def test_a_place_that_is_somebody_elses_by_now_is_said_to_be_gone(play: Stage) -> None:
    await publish(play, "名额2人\n候补：0")
    await signed_up(play, DINGTALK, "陈建国", "13805740001")
    await signed_up(play, WECHAT, "陈国", "13805740009")
    await linked(play, OWNER)
    for line in (f"我要报名政商面对面，{FIRM} 冯三 13805740077", "跳过", "确认"):
        await writes(play, OTHER, line, WECOM)
    assert len([1 for one in (await roll(play)).registrations.values() if one.live]) == 2
    assert "陈国的报名没能恢复" in await writes(play, OWNER, "解除关联")


async def test_who_heard_before_the_linking_has_heard(play: Stage) -> None:
    await filed(play)
    async with play.database.read() as tx:
        assert await tx.doubts.unheard(play.clock.now + timedelta(days=1)) == []
    await linked(play, OWNER)
    async with play.database.read() as tx:
        assert await tx.doubts.unheard(play.clock.now + timedelta(days=1)) == []


# What is kept of it -----------------------------------------------------------------------------


async def kept(play: Stage) -> set[object]:
    """Return the names of what the history keeps of linkings."""
    rows = await stored(play, "SELECT name FROM history_value WHERE name IN ('moved', 'link')")
    return {name for (name,) in rows}


async def test_what_was_told_is_kept_for_a_day_and_parting_works_ever_after(play: Stage) -> None:
    await filed(play)
    await linked(play, OWNER)
    async with play.database.begin() as tx:
        await forgetting(play.reception.office).work(tx, play.clock.now)
    assert await kept(play) == {"link", "moved"}
    play.clock.now += timedelta(days=1, minutes=1)
    async with play.database.begin() as tx:
        await forgetting(play.reception.office).work(tx, play.clock.now)
        person = (await tx.people.find(DINGTALK, account(play, OWNER, DINGTALK))) or Person(0)
        assert await tx.history.first_bad(f"person:{person.id}") is None
    assert await kept(play) == {"link"}
    assert "已解除关联" in await writes(play, OWNER, "解除关联", DINGTALK)
    assert await kept(play) == set()


async def test_nothing_is_kept_once_it_is_parted(play: Stage) -> None:
    await linked(play, OWNER)
    await writes(play, OWNER, "解除关联", DINGTALK)
    assert await kept(play) == set()


async def test_who_leaves_the_channel_leaves_nothing_that_was_told(play: Stage) -> None:
    await linked(play, OWNER)
    play.clock.now += timedelta(minutes=5)
    await Leavers(play.database).left(WECHAT, account(play, OWNER), play.clock())
    assert await kept(play) == {"link"}

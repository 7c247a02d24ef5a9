"""不予受理 and what follows, and what lapsed for want of an answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    OWNER,
    SUPPORT,
    buttons,
    carry,
    heard,
    history,
    known,
    people,
    person,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

WHY = "不予受理 1 属于劳动争议，请找区劳动仲裁院 0574-86270000"
ONE = "ticket:ZH-2026-0001"


async def rejected(play: Stage) -> None:
    """Lead ticket 1 to 不予受理."""
    await carry(play, State.SUBMITTED)
    await play.say(CLERK, WHY)
    await play.say(HEAD, "同意不予受理 1")
    assert (await ticket(play)).state is State.REJECTED


async def acts(play: Stage) -> list[str]:
    return [entry.act for entry in await history(play, ONE)]


async def test_a_clerk_proposes_and_only_the_head_hears_of_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        told = await play.say(CLERK, WHY)
        assert {play.where(letter) for letter in told} == {CLERK, HEAD}
        assert "区劳动仲裁院 0574-86270000" in heard(play, told, HEAD)
        assert buttons(play, told, HEAD) == ["同意不予受理", "受理", "查看"]
        case = await ticket(play)
        clerk = await known(play, CLERK)
        assert (case.state, case.asked_reject_by) == (State.SUBMITTED, clerk.id)
        assert case.reject_reason == "属于劳动争议"


async def test_the_head_agrees_and_the_enterprise_hears_why_where_and_until_when(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(CLERK, WHY)
        told = await play.press(HEAD, "同意不予受理")
        assert (await ticket(play)).state is State.REJECTED
        said = heard(play, told, OWNER)
        for part in ("属于劳动争议", "区劳动仲裁院 0574-86270000", "12月1日"):
            assert part in said
        assert buttons(play, told, OWNER) == ["有异议"]
        assert "负责人已同意" in heard(play, told, CLERK)
        assert (await acts(play))[-2:] == ["ask_reject", "reject"]


async def test_the_head_decides_alone_with_a_reason_and_another_way(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        asked = await play.say(HEAD, "不予受理 1 厂内管理由企业自己定")
        assert "12345 热线" in buttons(play, asked, HEAD)
        told = await play.say(HEAD, "区工商联法律顾问团")
        assert (await ticket(play)).onward == "区工商联法律顾问团"
        assert "区工商联法律顾问团" in heard(play, told, OWNER)


async def test_nothing_is_agreed_to_that_nobody_proposed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        told = heard(play, await play.say(HEAD, "同意不予受理 1"), HEAD)
        assert "请找哪里" in told
        assert (await ticket(play)).state is State.SUBMITTED
        assert await acts(play) == ["file"]


async def test_a_clerk_does_not_agree_to_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(CLERK, WHY)
        assert "不归您办" in heard(play, await play.say(CLERK, "同意不予受理 1"), CLERK)
        assert (await ticket(play)).state is State.SUBMITTED


async def test_who_proposed_hears_that_it_was_taken_on_after_all(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(CLERK, WHY)
        told = await play.say(HEAD, "受理 1")
        assert "没有按不予受理办" in heard(play, told, CLERK)
        case = await ticket(play)
        assert (case.state, case.reject_reason, case.asked_reject_by) == (State.ACCEPTED, "", None)


async def test_without_a_head_a_clerk_decides(tmp_path: Path) -> None:
    overlay = people(
        tmp_path,
        person("陈", '["entrepreneur"]', 'enterprise = "恒通厂"\nphone = "13805740001"')
        + person("王", '["clerk"]'),
    )
    async with stage(tmp_path, overlay) as play:
        await play.say("陈", "厂门口道路坑坑洼洼，上个月起货车进出困难，希望尽快修好")
        await play.say("陈", "确认")
        await play.say("王", "不予受理 1 属于村里的路，请找村委会")
        assert (await ticket(play)).state is State.REJECTED


async def test_an_objection_is_looked_at_once_more_and_cannot_come_twice(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await rejected(play)
        await play.press(OWNER, "有异议")
        told = await play.say(OWNER, "不是劳动争议，是停电")
        case = await ticket(play)
        assert (case.state, case.objected, case.closed_at) == (State.SUBMITTED, True, None)
        assert "不是劳动争议" in heard(play, told, HEAD)
        assert "有异议" in heard(play, told, "工作群")
        assert "不是劳动争议" not in heard(play, told, "工作群")
        again = await play.say(HEAD, WHY)
        assert "仍不予受理" in heard(play, again, OWNER)
        assert buttons(play, again, OWNER) == []
        told = await play.say(OWNER, "有异议 1 还是不同意")
        assert "已复核过一次" in heard(play, told, OWNER)
        assert (await acts(play))[-1] == "reject"


async def test_an_objection_after_five_working_days_is_refused_with_the_cut_off(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await rejected(play)
        play.clock.now += timedelta(days=7, hours=9)
        told = heard(play, await play.say(OWNER, "有异议 不是劳动争议"), OWNER)
        assert "12-01 17:30" in told
        assert (await ticket(play)).state is State.REJECTED


async def test_nobody_but_the_reporter_objects(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await rejected(play)
        for who in ("别人", LIAISON):
            told = heard(play, await play.say(who, "有异议 1 不同意"), who)
            assert "没有找到" in told
        assert (await ticket(play)).state is State.REJECTED


# What nobody answered ---------------------------------------------------------------------------


async def lapsed(play: Stage) -> str:
    """Ask for more, let nothing come, and return what the enterprise heard meanwhile."""
    await carry(play, State.SUBMITTED)
    await play.say(CLERK, "请补充 1 在哪条路上")
    said = []
    for _ in range(8 * 24):
        said.append(heard(play, await play.wait(timedelta(hours=1)), OWNER))
    assert (await ticket(play)).state is State.WITHDRAWN
    return "\n".join(filter(None, said))


async def test_two_reminders_come_before_an_unanswered_case_is_put_away(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        said = await lapsed(play)
        assert said.count("还在等您的补充") == 2
        assert said.count("先收起来了") == 1
        assert said.index("还在等您的补充") < said.index("先收起来了")


async def test_what_was_put_away_goes_on_with_the_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await lapsed(play)
        told = await play.say(OWNER, "补充 在兴海路北侧")
        case = await ticket(play)
        assert (case.state, case.notes[-1].text) == (State.SUBMITTED, "在兴海路北侧")
        assert "接着办" in heard(play, told, OWNER)
        assert "企业补充了" in heard(play, told, "工作群")
        assert (await acts(play))[-1] == "revive"


async def test_what_was_put_away_too_long_ago_is_reported_anew(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await lapsed(play)
        play.clock.now += timedelta(days=31)
        told = heard(play, await play.say(OWNER, "补充 ZH-2026-0001 在兴海路北侧"), OWNER)
        assert "请重新反映" in told
        assert (await ticket(play)).state is State.WITHDRAWN
        assert (await acts(play))[-1] == "lapse"


async def test_what_was_withdrawn_by_wish_is_not_taken_up_by_a_supplement(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OWNER, "撤回 1")
        await play.say(OWNER, "确认")
        told = heard(play, await play.say(OWNER, "补充 1 又停了"), OWNER)
        assert "现在是“已撤回”" in told


# Ways out ---------------------------------------------------------------------------------------


async def test_a_transfer_says_where_it_went_and_frees_every_department(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        told = await play.say(CLERK, "移送 0001 区法院 已告知企业带合同去立案庭")
        case = await ticket(play)
        assert (case.state, case.onward) == (State.TRANSFERRED, "区法院")
        assert [task.open for task in case.co_tasks] == [False]
        said = heard(play, told, OWNER)
        assert "区法院" in said
        assert "已告知企业带合同去立案庭" in said
        for who in (LIAISON, SUPPORT):
            assert "不用再办" in heard(play, told, who)
        assert "已移送" in heard(play, told, "工作群")
        assert (await acts(play))[-1] == "transfer"


async def test_a_transfer_asks_for_what_was_not_said(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        asked = await play.say(CLERK, "移送 1")
        assert "法院" in buttons(play, asked, CLERK)
        assert "编号是多少" in heard(play, await play.press(CLERK, "法院"), CLERK)
        await play.say(CLERK, "（2026）浙0211民初123号")
        assert (await ticket(play)).notes[-1].text == "（2026）浙0211民初123号"


async def test_nobody_but_the_desk_transfers_and_not_after_the_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        assert "不归您办" in heard(play, await play.say(LIAISON, "移送 1 法院 已告知"), LIAISON)
        await carry(play, State.CALLBACK, since=State.IN_PROGRESS)
        told = heard(play, await play.say(CLERK, "移送 1 法院 已告知"), CLERK)
        assert "现在是“待评价”" in told
        assert (await acts(play))[-1] == "approve"


async def test_a_withdrawal_cancels_what_supports_were_asked_and_everybody_hears(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(OWNER, "撤回 1")
        told = await play.say(OWNER, "确认")
        case = await ticket(play)
        assert [task.open for task in case.co_tasks] == [False]
        for who in (LIAISON, SUPPORT):
            assert "企业已撤回" in heard(play, told, who)
        assert "已撤回" in heard(play, told, "工作群")
        late = heard(play, await play.say(SUPPORT, "协办意见 1 同意供电公司的意见"), SUPPORT)
        assert "现在是“已撤回”" in late


async def test_an_emergency_that_begins_like_a_command_of_staff_is_a_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = heard(play, await play.say(OWNER, "应急，厂里起火了，快来人帮忙救火"), OWNER)
        assert "119" in told

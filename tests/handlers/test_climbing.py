"""How a case climbs when nobody answers or says a word, and what people send by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.leading import INSPECTOR, assigned, at, overdue, working
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    buttons,
    carry,
    heard,
    history,
    texts,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


async def unhappy(play: Stage) -> None:
    """Have the enterprise unhappy with its answer: a 督办单 that leaves at half past nine."""
    await carry(play, State.CALLBACK)
    await play.say(OWNER, "不满意 1 还是停电")
    await play.say(HEAD, "改难易 1 一般")
    await play.say(HEAD, "确认")
    told = await at(play, "2026-11-24 09:30")
    assert "督办单 2026-0001" in heard(play, told, LIAISON)


async def rungs(play: Stage) -> list[tuple[int, str]]:
    """Return the rungs of the case above the reminders, in the order in which they came."""
    return [(one.rung, one.clock) for one in (await ticket(play)).supervisions if one.rung]


# Unanswered ------------------------------------------------------------------------------------


async def test_a_supervision_that_nobody_answers_becomes_a_letter(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await unhappy(play)
        assert not texts(play, await at(play, "2026-11-25 17:31"), INSPECTOR)
        told = await at(play, "2026-11-26 09:00")
        assert "ZH-2026-0001 要发督办" in heard(play, told, "工作群")
        told = await at(play, "2026-11-26 09:30")
        for who in (INSPECTOR, LIAISON):
            assert "督办函 2026-0001（内部流水号）：ZH-2026-0001" in heard(play, told, who)
        assert (3, "rating") in await rungs(play)
        again = await at(play, "2026-11-26 10:30")
        assert "督办函" not in heard(play, again, LIAISON)


async def test_the_letter_of_an_urgent_case_does_not_wait_for_the_digest(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)  # 停电 is a class of 紧急
        await play.say(OWNER, "不满意 1 还是停电")
        await at(play, "2026-11-24 09:30")
        assert "要发督办" in heard(play, await at(play, "2026-11-25 17:30"), "工作群")
        assert "督办函 2026-0001" in heard(play, await at(play, "2026-11-25 18:00"), INSPECTOR)


async def test_an_answered_supervision_stays_where_it_is(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await unhappy(play)
        await at(play, "2026-11-25 10:00")
        await play.say(LIAISON, "督办回复 1 开关明天换好")
        for moment in ("2026-11-26 09:00", "2026-11-26 09:30", "2026-11-27 09:30"):
            assert not texts(play, await at(play, moment), INSPECTOR)
        assert (3, "rating") not in await rungs(play)


async def test_a_letter_that_nobody_answers_goes_to_the_conference(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await unhappy(play)
        for moment in ("2026-11-26 09:00", "2026-11-26 09:30", "2026-11-30 09:00"):
            await at(play, moment)
        told = await at(play, "2026-11-30 09:30")
        for who in (INSPECTOR, LEADER):
            assert "会商议题 2026-0001" in heard(play, told, who)
        assert "会商" not in heard(play, told, LIAISON)


async def test_what_left_late_is_answered_later(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        await play.say(OWNER, "不满意 1 还是停电")
        told = await at(play, "2026-11-27 10:00")  # the program stood still for three days
        assert "请在 11月30日 17:30 前回复" in heard(play, told, LIAISON)
        assert (3, "rating") not in await rungs(play)


# The second 催办, and silence -------------------------------------------------------------------


async def test_the_second_urge_of_a_department_is_a_supervision(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await assigned(play)
        await at(play, "2026-11-24 15:00")
        assert await rungs(play) == [(1, "sign")]
        await at(play, "2026-11-26 09:00")
        assert await rungs(play) == [(1, "sign"), (1, "contact"), (2, "contact")]
        told = await at(play, "2026-11-26 09:30")
        assert "督办单 2026-0001（内部流水号）：ZH-2026-0001 到期没有首联" in heard(
            play, told, LIAISON
        )


async def test_five_days_without_a_word_are_urged_until_there_is_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        for who, text in (
            (CLERK, "交办 1 供电公司 协办无 复杂"),
            (CLERK, "确认"),
            (LIAISON, "签收 1"),
            (LIAISON, "首联 1 打过电话了"),
        ):
            await play.say(who, text)
        told = await play.say(LIAISON, "期限 1")
        assert "下一次进展：12月1日 17:30前" in heard(play, told, LIAISON)
        told = await at(play, "2026-12-02 09:00")
        for who in (LIAISON, CLERK):
            assert "【催办】ZH-2026-0001 有几天没有进展了" in heard(play, told, who)
        assert not texts(play, told, OWNER)
        await play.say(LIAISON, "进展 1 开关已经订货")
        told = await at(play, "2026-12-03 09:00")
        assert "没有进展" not in heard(play, told, LIAISON)
        assert await rungs(play) == [(1, "progress")]


async def test_a_word_before_the_digest_goes_out_takes_the_line_away(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        for who, text in (
            (CLERK, "交办 1 供电公司 协办无 复杂"),
            (CLERK, "确认"),
            (LIAISON, "签收 1"),
            (LIAISON, "首联 1 打过电话了"),
        ):
            await play.say(who, text)
        await at(play, "2026-12-01 08:40")
        await play.say(LIAISON, "进展 1 开关已经订货")
        assert "没有进展" not in heard(play, await at(play, "2026-12-02 09:00"), LIAISON)


# Decisions -------------------------------------------------------------------------------------


async def test_who_may_decide_is_urged_when_a_request_waits_too_long(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await play.say(LIAISON, "申请延期 1 3天 待料")
        told = await play.say(HEAD, "期限 1")
        assert "延期挂起审批：11月25日 17:30前" in heard(play, told, HEAD)
        assert "11月25日" in heard(play, await play.say(HEAD, "清单"), HEAD)
        told = await at(play, "2026-11-26 09:00")
        assert "【催办】ZH-2026-0001 延期挂起审批已到期" in heard(play, told, HEAD)
        assert "同意延期" in buttons(play, told, HEAD)
        assert not texts(play, told, LIAISON)
        await play.say(HEAD, "同意延期 1")
        assert await rungs(play) == [(1, "decide")]
        told = await at(play, "2026-11-27 09:00")
        assert "审批" not in heard(play, told, HEAD)


async def test_a_decision_in_time_urges_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await play.say(LIAISON, "申请延期 1 3天 待料")
        await play.say(HEAD, "不同意延期 1 等不起")
        assert "审批" not in heard(play, await at(play, "2026-11-26 09:00"), HEAD)
        assert await rungs(play) == []


async def test_where_only_the_leader_decides_the_leader_is_urged(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await play.say(HEAD, "领办 1 郑伟民")
        await play.say(LIAISON, "申请延期 1 3天 待料")
        await play.say(HEAD, "同意延期 1")
        await play.say(LIAISON, "申请延期 1 3天 还是待料")  # the second one is the leader's
        told = await at(play, "2026-11-26 09:00")
        assert "延期挂起审批已到期" in heard(play, told, LEADER)


# By hand ---------------------------------------------------------------------------------------


async def test_the_head_of_the_desk_sends_a_supervision_that_waits_half_an_hour(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        assert "督办" in buttons(play, await play.say(HEAD, "查看 1"), HEAD)
        told = await play.press(HEAD, "督办")
        assert "为什么督办" in heard(play, told, HEAD)
        told = await play.say(HEAD, "企业打了三次电话，一直没人去现场")
        assert "已上督办，等半小时再发" in heard(play, told, HEAD)
        assert "要发督办" in heard(play, told, "工作群")
        assert not texts(play, told, LIAISON)
        told = await at(play, "2026-11-24 09:30")
        assert "督办单 2026-0001（内部流水号）：ZH-2026-0001 需要抓紧办理" in heard(
            play, told, LIAISON
        )
        assert "现场" not in heard(play, told, LIAISON)  # the words stay in the case
        told = await play.say(LIAISON, "查看 1")
        assert "企业打了三次电话，一直没人去现场" in heard(play, told, LIAISON)
        assert not texts(play, told, OWNER)
        told = await play.say(HEAD, "督办 1 还是没人去")
        assert "已有同级或更高的督办在等回复" in heard(play, told, HEAD)


async def test_a_telephone_call_takes_it_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await play.say(HEAD, "督办 1 一直没人去现场")
        await play.say(HEAD, "撤下 1 已电话李强，下午去")
        assert "督办单" not in heard(play, await at(play, "2026-11-24 09:30"), LIAISON)


async def test_each_part_sends_its_own_letters(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        assert "督办" not in buttons(play, await play.say(CLERK, "查看 1"), CLERK)
        told = await play.say(CLERK, "督办 1 一直没人去现场")
        assert "这一步不归您办" in heard(play, told, CLERK)
        told = await play.say(HEAD, "督办 1 督办函 一直没人去现场")
        assert "督办函、会商请督办员或领办领导发" in heard(play, told, HEAD)
        await play.say(HEAD, "取消")
        assert await rungs(play) == []
        told = await play.say(INSPECTOR, "督办 1 督办函 一直没人去现场")
        assert "已上督办" in heard(play, told, INSPECTOR)
        told = await at(play, "2026-11-24 09:30")
        assert "督办函 2026-0001" in heard(play, told, LIAISON)
        acts = [one.act for one in await history(play, f"ticket:{ONE}")]
        assert acts.count("supervise") == 1


async def test_the_inspector_is_asked_which_rung(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        told = await play.say(INSPECTOR, "督办 1")
        assert {"督办单", "督办函", "会商"} <= set(buttons(play, told, INSPECTOR))
        await play.press(INSPECTOR, "会商")
        await play.say(INSPECTOR, "部门之间定不下来")
        told = await at(play, "2026-11-24 09:30")
        for who in (INSPECTOR, LEADER):
            assert "会商议题 2026-0001" in heard(play, told, who)
        assert not texts(play, told, LIAISON)


async def test_the_desk_urges_with_the_next_digest_once_a_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        told = await play.say(CLERK, "催办 1")
        assert "已催办，部门和受理员下一次汇总" in heard(play, told, CLERK)
        assert not texts(play, told, LIAISON)
        told = await play.say(CLERK, "催办 1")
        assert "今天已经催办过了" in heard(play, told, CLERK)
        told = await at(play, "2026-11-24 15:00")
        assert "【催办】ZH-2026-0001 请抓紧办理" in heard(play, told, LIAISON)
        assert await rungs(play) == [(1, "hand")]


# 应急 ------------------------------------------------------------------------------------------


async def test_the_letters_of_an_emergency_leave_by_night(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await at(play, "2026-11-24 22:00")
        await play.say(INSPECTOR, "督办 1 督办单 厂区积水没人管")
        told = await play.say(HEAD, "应急 1 厂区积水，等不到上班")
        assert "已标为应急" in heard(play, told, HEAD)
        assert "ZH-2026-0001 标为应急" in heard(play, told, "工作群")
        assert "请马上办" in heard(play, told, LIAISON)
        assert "积水" not in heard(play, told, "工作群")
        assert not texts(play, told, OWNER)
        told = await at(play, "2026-11-24 22:30")
        assert "【应急】督办单 2026-0001" in heard(play, told, LIAISON)
        seen = heard(play, await play.say(HEAD, "查看 1"), HEAD)
        assert "【应急】ZH-2026-0001" in seen
        assert "标为应急：厂区积水，等不到上班" in seen
        assert "【应急】" in heard(play, await play.say(HEAD, "清单"), HEAD)


async def test_without_the_mark_a_letter_waits_for_the_morning(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await at(play, "2026-11-24 22:00")
        await play.say(HEAD, "应急 1 厂区积水，等不到上班")
        await play.say(INSPECTOR, "督办 1 督办单 厂区积水没人管")
        told = await play.say(HEAD, "取消应急 1")
        assert "已取消应急" in heard(play, told, HEAD)
        assert "督办单" not in heard(play, await at(play, "2026-11-24 22:30"), LIAISON)
        assert "督办单" in heard(play, await at(play, "2026-11-25 09:30"), LIAISON)
        told = await play.say(HEAD, "取消应急 1")
        assert "没有标应急" in heard(play, told, HEAD)


@pytest.mark.parametrize("who", [CLERK, LIAISON, OWNER])
async def test_an_emergency_is_not_for_everybody_and_leaves_no_trace(
    tmp_path: Path, who: str
) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        before = await ticket(play)
        told = await play.say(who, "应急 1 等不及了")
        assert "这一步不归您办" in heard(play, told, who)
        assert await ticket(play) == before


async def test_the_letters_of_urgent_cases_leave_until_the_evening(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await play.say(HEAD, "改难易 1 紧急")
        await play.say(HEAD, "确认")
        await at(play, "2026-11-24 19:20")
        await play.say(INSPECTOR, "督办 1 督办单 厂区积水没人管")
        assert "督办单 2026-0001" in heard(play, await at(play, "2026-11-24 19:50"), LIAISON)


async def test_one_strike_reaches_nobody_twice(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        told = await at(play, "2026-12-03 09:30")
        assert heard(play, told, LIAISON).count("督办单 2026-0001") == 1
        told = await at(play, "2026-12-07 09:30")  # unanswered, and three days over: one letter
        assert heard(play, told, LIAISON).count("督办函") <= 1
        later = await at(play, "2026-12-07 10:00")
        every = heard(play, [*told, *later], LIAISON)
        assert every.count("督办函 2026-0001") == 1
        assert (await rungs(play)).count((3, "handle")) == 1

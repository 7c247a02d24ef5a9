"""Time in chat: 延期, 挂起, 恢复办理, 改难易."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State, Tier
from flows.tickets.children import RestReason
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    buttons,
    carry,
    heard,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


def office_time(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """Name a moment of 2026 by the clock of the office."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


async def refused(play: Stage, who: str, text: str) -> str:
    """Say what is refused; nothing but the history may change by it."""
    before = await ticket(play)
    told = heard(play, await play.say(who, text), who)
    assert await ticket(play) == before
    return told


async def given(play: Stage, tier: str = "一般") -> None:
    """Lead a case of a tier to 办理中."""
    await carry(play, State.ACCEPTED)
    who = HEAD if tier == "疑难" else CLERK
    for person, text in (
        (who, f"交办 1 供电公司 协办无 {tier}"),
        (who, "确认"),
        (LIAISON, "签收 1"),
        (LIAISON, "首联 1 打过电话了"),
    ):
        await play.say(person, text)
    assert (await ticket(play)).state is State.IN_PROGRESS


# 延期 -------------------------------------------------------------------------------------------


async def test_scenario_13_more_days_are_granted_and_the_enterprise_hears_the_new_date(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)  # due on Tuesday, 12-01
        play.clock.now = office_time(30, 17, 29)
        told = await play.say(LIAISON, "申请延期 1 5天 待料")
        assert "部门申请延期，请批" in heard(play, told, "工作群")
        assert "待料" not in heard(play, told, "工作群")
        assert buttons(play, told, "工作群") == ["同意延期", "不同意延期", "查看"]
        assert "5 个工作日，待料" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        assert "不归您办" in await refused(play, CLERK, "同意延期 1")
        told = await play.press(HEAD, "同意延期", group="工作群")
        granted = await ticket(play)
        assert str(granted.due_on) == "2026-12-08"
        assert granted.extensions[-1].granted
        assert "12月8日" in heard(play, told, OWNER)
        assert "待料" not in heard(play, told, OWNER)
        assert "12月8日" in heard(play, told, LIAISON)


async def test_scenario_13_on_the_last_day_it_is_too_late_to_ask(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        play.clock.now = office_time(1, 8, 31, month=12)
        assert "11-30 17:30 前可以申请" in await refused(play, LIAISON, "申请延期 1 5天 待料")


async def test_scenario_13_the_second_extension_is_the_leaders(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play, "疑难")
        await play.say(LIAISON, "申请延期 1 5天 待料")
        await play.say(HEAD, "同意延期 1")
        told = await play.say(LIAISON, "申请延期 1 两天 还差一批料")
        assert buttons(play, told, "工作群") == ["查看"]
        assert "请您批" in heard(play, told, LEADER)
        assert "由领办领导批" in await refused(play, HEAD, "同意延期 1")
        before = (await ticket(play)).due_on
        await play.say(LEADER, "同意延期 1")
        after = (await ticket(play)).due_on
        assert before is not None
        assert after is not None
        assert after > before


async def test_more_days_than_the_tier_has_are_asked_for_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        told = heard(play, await play.say(LIAISON, "申请延期 1 8天 待料"), LIAISON)
        assert "最多延 5 个工作日" in told
        await play.say(LIAISON, "5")
        assert (await ticket(play)).extensions[-1].days == 5


async def test_what_is_not_granted_leaves_the_date_and_tells_the_department_why(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        promised = (await ticket(play)).due_on
        await play.say(LIAISON, "申请延期 1")
        assert "为什么要延" in heard(play, await play.say(LIAISON, "3天"), LIAISON)
        await play.say(LIAISON, "等厂家")
        assert "上一个申请还没批" in await refused(play, LIAISON, "申请延期 1 2天 等厂家")
        told = await play.say(HEAD, "不同意延期 1 企业停着产，等不起")
        assert (await ticket(play)).due_on == promised
        assert "等不起" in heard(play, told, LIAISON)
        assert heard(play, told, OWNER) == ""


# 挂起 -------------------------------------------------------------------------------------------


async def test_a_case_rests_for_one_of_five_reasons_until_a_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        told = await play.say(LIAISON, "申请挂起 1 到12月20日 汛期不能开挖")
        asked = (await ticket(play)).suspensions[-1]
        assert (asked.reason, asked.text) == (RestReason.SEASON, "汛期不能开挖")
        assert str(asked.resume_on) == "2026-12-20"
        assert buttons(play, told, "工作群") == ["同意挂起", "不同意挂起", "查看"]
        told = await play.say(HEAD, "同意挂起 1")
        assert (await ticket(play)).state is State.SUSPENDED
        seen = heard(play, told, OWNER)
        assert "工程或季节" in seen
        assert "12月20日" in seen
        assert "开挖" not in seen


async def test_a_rest_without_reason_or_day_is_asked_for_them(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        told = await play.say(LIAISON, "申请挂起 1")
        assert "法定程序" in buttons(play, told, LIAISON)
        assert "哪天接着办" in heard(play, await play.say(LIAISON, "司法程序"), LIAISON)
        assert "不是日期" in heard(play, await play.say(LIAISON, "过一阵"), LIAISON)
        await play.say(LIAISON, "12月10日")
        await play.say(LIAISON, "等法院判决")
        assert (await ticket(play)).suspensions[-1].reason is RestReason.COURT


async def test_a_rest_may_last_for_so_many_working_days(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await play.say(LIAISON, "申请挂起 1 5个工作日后恢复 等法院判决")
        rest = (await ticket(play)).suspensions[-1]
        assert (rest.resume_on, rest.text) == (date(2026, 12, 1), "等法院判决")


async def test_a_bare_number_is_no_day_of_return(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await play.say(LIAISON, "申请挂起 1")
        await play.say(LIAISON, "司法程序")
        assert "不是日期" in heard(play, await play.say(LIAISON, "1796083200"), LIAISON)


async def test_a_day_gone_by_and_more_than_sixty_days_are_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        told = heard(play, await play.say(LIAISON, "申请挂起 1 到11月20日 汛期不能开挖"), LIAISON)
        assert "要晚于今天" in told
        told = heard(play, await play.say(LIAISON, "2027年6月1日"), LIAISON)
        assert "还剩 60 个" in told
        await play.say(LIAISON, "12月20日")
        assert (await ticket(play)).suspension is not None


async def test_a_rest_that_is_not_granted_is_told_the_department_with_its_reason(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await play.say(LIAISON, "申请挂起 1 到12月20日 汛期不能开挖")
        told = await play.say(HEAD, "不同意挂起 1 可以先查原因")
        assert (await ticket(play)).state is State.IN_PROGRESS
        assert "可以先查原因" in heard(play, told, LIAISON)


async def test_a_resting_case_goes_on_by_itself_on_its_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)  # one working day used of five is none yet
        await play.say(LIAISON, "申请挂起 1 到12月2日 汛期不能开挖")
        await play.say(HEAD, "同意挂起 1")
        told = await play.wait(timedelta(days=8))
        resumed = await ticket(play)
        assert resumed.state is State.IN_PROGRESS
        assert str(resumed.due_on) == "2026-12-09"  # six working days later
        assert "接着办" in heard(play, told, LIAISON)
        assert "12月9日" in heard(play, told, OWNER)


async def test_people_may_go_on_earlier_and_only_the_days_it_rested_count(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await play.say(LIAISON, "申请挂起 1 到12月20日 汛期不能开挖")
        await play.say(HEAD, "同意挂起 1")
        play.clock.now += timedelta(days=2)
        await play.say(LIAISON, "恢复办理 1")
        resumed = await ticket(play)
        assert str(resumed.due_on) == "2026-12-03"
        assert resumed.suspensions[-1].days == 2


# 改难易 ------------------------------------------------------------------------------------------


async def test_scenario_14_a_rest_counts_once_when_the_tier_changes_and_nobody_is_urged_meanwhile(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await play.say(LIAISON, "申请挂起 1 到12月22日 等企业补材料")
        await play.say(HEAD, "同意挂起 1")
        for _ in range(20):
            await play.wait(timedelta(days=1))
        resting = await ticket(play)
        assert resting.state is State.SUSPENDED
        assert [one for one in resting.supervisions if one.clock == "handle"] == []
        await play.say(HEAD, "改难易 1 复杂 要换整段线路")
        await play.say(HEAD, "确认")
        await play.wait(timedelta(days=8))  # 12-22: twenty working days rested
        changed = await ticket(play)
        assert (changed.state, changed.tier) == (State.IN_PROGRESS, Tier.COMPLEX)
        assert changed.handling is not None
        assert len(changed.handling.rests) == 1
        # 15 and 20 working days after 11-24.
        assert str(changed.due_on) == "2027-01-13"


async def test_the_tier_is_changed_by_the_head_alone_and_everybody_hears_the_new_date(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        assert "不归您办" in await refused(play, CLERK, "改难易 1 复杂")
        told = heard(play, await play.say(HEAD, "改难易 1 复杂"), HEAD)
        assert "12月15日" in told
        done = await play.say(HEAD, "确认")
        assert "12月15日" in heard(play, done, OWNER)
        assert "12月15日" in heard(play, done, LIAISON)


async def test_the_tier_it_has_already_is_asked_for_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play, "复杂")
        await play.say(HEAD, "改难易 1 复杂")
        assert "现在就是这个难易" in await refused(play, HEAD, "确认")


async def test_a_case_that_turns_hard_gets_a_leader_and_owes_stage_replies(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await play.say(HEAD, "改难易 1 疑难")
        await play.say(HEAD, "确认")
        changed = await ticket(play)
        assert changed.leader is not None
        assert changed.deadline("stage") is not None

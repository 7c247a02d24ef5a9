"""退单 and its ruling in chat: who asks, who rules, and what becomes of the dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    SUPPORT,
    buttons,
    carry,
    heard,
    history,
    ticket,
)
from tests.handlers.test_department import (
    HOUSING,
    RETURNED,
    back,
    given,
    refused,
)
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


# 退单 and its ruling ------------------------------------------------------------------------------


async def test_a_return_names_its_ground_and_the_other_department_in_one_sentence(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        told = await play.say(LIAISON, RETURNED)
        assert "一个部门只能退一次" in heard(play, told, LIAISON)
        told = await play.say(LIAISON, "确认")
        (asked,) = (await ticket(play)).returns
        assert (asked.basis, asked.suggested) == ("用户侧线路不属我司职责", "zjj")
        assert "部门提出退单，请裁定" in heard(play, told, "工作群")
        assert "不属我司职责" not in heard(play, told, "工作群")
        assert buttons(play, told, "工作群") == ["裁定改派", "裁定维持", "查看"]


async def test_what_a_return_does_not_say_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        assert "职责依据" in heard(play, await play.say(LIAISON, "退单 1"), LIAISON)
        told = await play.say(LIAISON, "这一段线路是小区自己的")
        assert "建议由哪个部门办" in heard(play, told, LIAISON)
        assert "就是本单位" in heard(play, await play.say(LIAISON, "供电公司"), LIAISON)
        assert "没有“火星局”" in heard(play, await play.say(LIAISON, "火星局"), LIAISON)
        await play.say(LIAISON, "住建局")
        await play.say(LIAISON, "确认")
        assert (await ticket(play)).state is State.RETURN_REVIEW


async def test_the_enterprise_sees_that_departments_are_coordinated_and_not_which(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play, State.IN_PROGRESS)
        told = await play.say(LIAISON, RETURNED)
        told += await play.say(LIAISON, "确认")
        assert heard(play, told, OWNER) == ""
        seen = heard(play, await play.say(OWNER, "进度 1"), OWNER)
        assert "协调部门中" in seen
        for word in ("供电", "李强", "住建", "不属"):
            assert word not in seen
        whole = heard(play, await play.say(OWNER, "查看 1"), OWNER)
        assert "不属我司职责" not in whole
        assert "住建" not in whole


async def test_a_ruling_moves_the_case_and_the_clock_begins_anew_for_a_wrong_dispatch(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await back(play)
        play.clock.now += timedelta(days=1)
        told = await play.say(CLERK, "裁定改派 1 住建局 小区内线路由住建部门管")
        assert "办理期限：12月2日" in heard(play, told, CLERK)
        told = await play.say(CLERK, "确认")
        moved = await ticket(play)
        assert (moved.state, moved.lead_unit, moved.handler) == (State.ASSIGNED, "zjj", "")
        assert str(moved.due_on) == "2026-12-02"
        assert moved.returns[-1].moved_to == "zjj"
        assert "小区内线路由住建部门管" in heard(play, told, HOUSING)
        assert "已改由区住建交通局办" in heard(play, told, LIAISON)
        assert "改由区住建交通局主办" in heard(play, told, SUPPORT)
        assert "区住建交通局" in heard(play, told, OWNER)
        assert "裁定" not in heard(play, told, OWNER)


async def test_a_ruling_may_keep_the_first_date(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        promised = (await ticket(play)).due_on
        await back(play)
        play.clock.now += timedelta(days=1)
        await play.say(CLERK, "裁定改派 1 住建局 由住建部门牵头，期限不变")
        await play.say(CLERK, "确认")
        assert (await ticket(play)).due_on == promised


async def test_a_case_that_stays_goes_back_to_where_it_was_and_no_time_is_won(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play, State.IN_PROGRESS)
        promised = (await ticket(play)).due_on
        await back(play)
        play.clock.now += timedelta(days=1)
        told = await play.say(CLERK, "维持 1 表计以上归供电公司")
        kept = await ticket(play)
        assert (kept.state, kept.lead_unit, kept.due_on) == (State.IN_PROGRESS, "gdj", promised)
        assert "表计以上归供电公司" in heard(play, told, LIAISON)
        assert heard(play, told, HOUSING) == ""
        assert heard(play, told, OWNER) == ""
        said = await refused(play, LIAISON, "退单 1 还是不归我们，建议住建局")
        assert "已退过一次" in said


async def test_scenario_12_a_return_after_the_window_is_refused_with_its_exact_end(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(
            2026, 2, 13, 1, 0, tzinfo=UTC
        )  # the next day is a worked Saturday
        await given(play)
        play.clock.now = datetime(2026, 2, 14, 9, 40, tzinfo=UTC)  # 17:40
        assert "02-14 17:30 前可以退" in await refused(play, LIAISON, RETURNED)


async def test_scenario_11_the_second_dispute_is_the_leaders_and_the_clock_never_stops(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(HEAD, "交办 1 供电公司 协办无 疑难")
        await play.say(HEAD, "确认")
        promised = (await ticket(play)).due_on
        await back(play)
        await play.say(CLERK, "裁定改派 1 住建局 由住建部门牵头，期限不变")
        await play.say(CLERK, "确认")
        play.clock.now += timedelta(hours=2)
        told = await play.say(HOUSING, "退单 1 用电归供电，建议供电公司")
        told += await play.say(HOUSING, "确认")
        assert buttons(play, told, "工作群") == ["查看"]
        assert "请您裁定" in heard(play, told, LEADER)
        assert "由领办领导裁定" in await refused(play, CLERK, "维持 1 住建局先办")
        said = heard(play, await play.say(LEADER, "裁定改派 1 供电公司 归供电"), LEADER)
        assert "不能再派回去" in said
        await play.say(LEADER, "取消")
        told = await play.say(LEADER, "维持 1 住建局牵头，供电公司配合")
        kept = await ticket(play)
        assert (kept.state, kept.lead_unit, kept.due_on) == (State.ASSIGNED, "zjj", promised)
        assert kept.handling is not None
        assert kept.handling.rests == ()
        assert "住建局牵头" in heard(play, told, HOUSING)
        acts = [entry.act for entry in await history(play, "ticket:ZH-2026-0001")]
        assert acts.count("return") == 2


async def test_who_returns_does_not_rule_and_a_stranger_learns_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await back(play)
        assert "不归您办" in await refused(play, LIAISON, "维持 1 我们不办")
        assert "没有找到" in await refused(play, HOUSING, "裁定改派 1 供电公司 归供电")

"""The department's leg in chat: 交办 with its tier, 退单 and its ruling, 转科室, 免除协办, 进展."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State, Tier
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    OWNER,
    REPORT,
    SUPPORT,
    buttons,
    carry,
    heard,
    texts,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

HOUSING = "胡志明"  # 住建局
RETURNED = "退单 1 用户侧线路不属我司职责，建议住建局"
SIGNED_OFF = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


GIVEN = ((CLERK, "交办 1 供电公司 协办 经信局 一般"), (CLERK, "确认"))


async def given(play: Stage, to: State = State.ASSIGNED) -> None:
    """Lead a 一般 case to its department, or until somebody handles it."""
    await carry(play, State.ACCEPTED)
    lines: tuple[tuple[str, str], ...] = GIVEN
    if to is State.IN_PROGRESS:
        lines += ((LIAISON, "签收 1"), (LIAISON, "首联 1 打过电话了"))
    for who, text in lines:
        await play.say(who, text)
    assert (await ticket(play)).state is to


async def back(play: Stage, text: str = RETURNED) -> None:
    """Let the department that has it return the case."""
    who = LIAISON if (await ticket(play)).lead_unit == "gdj" else HOUSING
    await play.say(who, text)
    await play.say(who, "确认")


async def refused(play: Stage, who: str, text: str) -> str:
    """Say what is refused; nothing but the history may change by it."""
    before = await ticket(play)
    told = heard(play, await play.say(who, text), who)
    assert await ticket(play) == before
    return told


# 视为签收 -----------------------------------------------------------------------------------------


async def test_scenario_10_who_never_signs_is_taken_as_signed_and_names_a_handler_later(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        promised = (await ticket(play)).due_on
        told = await play.wait(timedelta(hours=6))
        taken = await ticket(play)
        assert (taken.state, taken.auto_signed, taken.due_on) == (State.IN_PROGRESS, True, promised)
        assert "按已签收计时" in heard(play, told, LIAISON)
        await play.say(LIAISON, "签收 1 张工 0574-86270011")
        signed = await ticket(play)
        assert (signed.handler, signed.due_on) == ("张工", promised)
        assert "转科室 0001" in await refused(play, LIAISON, "签收 1 王工 0574-86270012")


# 转科室, 进展, 免除协办 ---------------------------------------------------------------------------


async def test_u20_passed_on_the_liaison_still_sees_it_and_may_take_it_back(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play, State.IN_PROGRESS)
        told = await play.say(LIAISON, "转科室 1 运检部 张工 0574-86270011")
        passed = await ticket(play)
        assert (passed.office, passed.handler, passed.lead_unit) == ("运检部", "张工", "gdj")
        seen = heard(play, told, OWNER)
        assert "国网镇海供电公司 张工" in seen
        assert "0574-86270011" in seen
        assert "运检部" in heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        await play.say(LIAISON, "转科室 1 客户服务班 李强 13805740021")
        assert (await ticket(play)).handler == "李强"


async def test_what_an_office_lacks_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play, State.IN_PROGRESS)
        told = heard(play, await play.say(LIAISON, "转科室 1 运检部"), LIAISON)
        assert "经办人、电话" in told
        await play.say(LIAISON, "张工 0574-86270011")
        assert (await ticket(play)).office == "运检部"


async def test_progress_is_noted_for_the_desk_and_never_for_the_enterprise(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play, State.IN_PROGRESS)
        told = await play.say(LIAISON, "进展 1 开关已订货，厂家说周五到")
        assert {play.where(letter) for letter in told} == {LIAISON}
        assert "厂家说周五到" in heard(play, await play.say(CLERK, "查看 1"), CLERK)
        assert "厂家说周五到" not in heard(play, await play.say(OWNER, "查看 1"), OWNER)


async def test_an_opinion_is_waived_by_name_and_the_lead_hears_that_it_may_answer(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play, State.IN_PROGRESS)
        assert "不归您办" in await refused(play, LIAISON, "免除协办 1 经信局 不需要")
        told = await play.say(CLERK, "免除协办 1 经信局 与产业政策无关")
        (task,) = (await ticket(play)).co_tasks
        assert (task.open, task.waiver) == (False, "与产业政策无关")
        assert "不用再等区经信局" in heard(play, told, LIAISON)
        assert "不用再写协办意见" in heard(play, told, SUPPORT)
        told = await play.say(LIAISON, "答复 1 线路已检修完毕，11月26日前更换开关，找运检部。")
        assert "解决到什么程度" in heard(play, told, LIAISON)


async def test_the_only_open_opinion_is_the_one_meant(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play, State.IN_PROGRESS)
        assert "理由" in heard(play, await play.say(CLERK, "免除协办 1"), CLERK)
        await play.say(CLERK, "与产业政策无关")
        assert not (await ticket(play)).co_tasks[0].open


# 交办 with its tier -------------------------------------------------------------------------------


async def test_the_class_proposes_the_tier_and_the_review_shows_it_with_its_date(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        told = heard(play, await play.say(CLERK, "交办 1 供电公司 协办无"), CLERK)
        assert "难易：紧急" in told  # 停电
        assert "11月27日" in told


async def test_another_tier_in_the_same_sentence_brings_its_own_limit(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        told = heard(play, await play.say(CLERK, "交办 1 供电公司 协办无 复杂"), CLERK)
        assert "难易：复杂" in told
        assert "12月15日" in told
        await play.say(CLERK, "确认")
        given = await ticket(play)
        assert (given.tier, str(given.due_on)) == (Tier.COMPLEX, "2026-12-15")


async def test_a_hard_case_is_dispatched_by_the_head_alone_and_a_leader_owns_it(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司 协办无 疑难")
        assert "由受理负责人交办" in await refused(play, CLERK, "确认")
        await play.say(CLERK, "取消")
        await play.say(HEAD, "交办 1 供电公司 协办无 疑难")
        await play.say(HEAD, "确认")
        given = await ticket(play)
        assert (given.state, given.tier) == (State.ASSIGNED, Tier.HARD)
        assert given.leader is not None


async def test_a_class_of_long_matters_is_proposed_as_hard(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for who, text in (
            (OWNER, "去年起厂房的产证一直办不下来，希望尽快协调解决历史遗留问题"),
            (OWNER, "确认"),
            (CLERK, "受理 1"),
        ):
            await play.say(who, text)
        told = heard(play, await play.say(CLERK, "资规分局 协办无"), CLERK)
        assert "难易：疑难" in told


# 预交办 ------------------------------------------------------------------------------------------


async def test_a_department_is_asked_softly_and_it_costs_no_return(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        told = await play.say(CLERK, "预交办 1 供电公司")
        assert "归国网镇海供电公司办吗？11月24日 11:00前" in heard(play, told, LIAISON)
        assert buttons(play, told, LIAISON) == ["归我", "不归我"]
        assert {play.where(letter) for letter in told} == {CLERK, LIAISON}
        told = await play.press(LIAISON, "不归我")
        asked = await ticket(play)
        assert (asked.state, asked.returns, asked.lead_unit) == (State.ACCEPTED, (), None)
        assert "说不归他们办" in heard(play, told, CLERK)
        assert "没有找到" in await refused(play, LIAISON, "查看 1")
        await play.say(CLERK, "交办 1 供电公司 协办无 一般")
        await play.say(CLERK, "确认")
        await back(play)
        assert (await ticket(play)).state is State.RETURN_REVIEW


async def test_who_says_it_is_theirs_is_proposed_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "预交办 1 住建局")
        told = await play.say(HOUSING, "归我 1")
        assert "说归他们办" in heard(play, told, CLERK)
        told = await play.say(CLERK, "交办 1")
        assert buttons(play, told, CLERK)[0] == "区住建交通局"
        told = await play.press(CLERK, "交办")
        assert "主办：区住建交通局" in heard(play, told, CLERK)


async def test_silence_is_as_if_nobody_had_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "预交办 1 供电公司")
        said = heard(play, await play.say(CLERK, "预交办 1 供电公司"), CLERK)
        assert "已经问过了" in said
        await play.say(CLERK, "取消")
        play.clock.now += timedelta(hours=2, minutes=1)
        assert "问的时间已过" in await refused(play, LIAISON, "归我 1")
        await play.say(CLERK, "预交办 1 供电公司")
        await play.say(LIAISON, "归我 1")
        assert (await ticket(play)).soundings[-1].ours


async def test_a_department_that_nobody_speaks_for_cannot_be_asked_in_chat_and_why_is_said(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        told = await play.say(CLERK, "预交办 1 应急局")
        assert "还没有联络员" in heard(play, told, CLERK)
        assert buttons(play, told, CLERK) == ["用链接问", "直接交办"]
        assert (await ticket(play)).soundings == ()
        await play.say(CLERK, "预交办 1")
        assert "还没有联络员" in heard(play, await play.say(CLERK, "应急局"), CLERK)


@pytest.mark.parametrize("how", ["用链接问", "预交办 1 应急局 链接"])
async def test_a_department_that_nobody_speaks_for_is_asked_by_a_link(
    tmp_path: Path, how: str
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "预交办 1 应急局")
        told = await (play.press if how == "用链接问" else play.say)(CLERK, how)
        (paste,) = [text for text in texts(play, told, CLERK) if "/l/" in text]
        assert "恒通" not in paste
        assert (await ticket(play)).sounded == {"yjj"}
        assert "已经问过了" in heard(play, await play.say(CLERK, "预交办 1 应急局 链接"), CLERK)
        await play.say(CLERK, "归我 1")  # as it was told on the telephone
        assert "主办" in heard(play, await play.say(CLERK, "交办 1"), CLERK)
        assert (await ticket(play)).soundings[-1].ours


async def test_a_department_that_nobody_speaks_for_gets_the_case_without_being_asked(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "预交办 1 应急局")
        told = await play.press(CLERK, "直接交办")
        assert "区应急管理局" in heard(play, told, CLERK)
        await play.say(CLERK, "无")
        await play.say(CLERK, "一般")
        await play.say(CLERK, "确认")
        assert (await ticket(play)).lead_unit == "yjj"


# 判例 --------------------------------------------------------------------------------------------


async def test_u21_a_ruling_is_shown_at_the_next_case_of_the_class_to_desk_and_department(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await back(play)
        await play.say(CLERK, "裁定改派 1 住建局 小区内线路由住建部门管")
        await play.say(CLERK, "确认")
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        ruled = "判例 ZH-2026-0001：国网镇海供电公司退过，裁定归区住建交通局"
        await play.say(CLERK, "受理 2")
        told = await play.say(CLERK, "供电公司 协办无 一般")
        assert ruled in heard(play, told, CLERK)
        assert "小区内线路" not in heard(play, told, CLERK)
        assert ruled in heard(play, await play.say(CLERK, "修改难易为复杂"), CLERK)
        await play.say(CLERK, "确认")
        told = await play.say(LIAISON, "退单 2 不归我司，建议住建局")
        assert ruled in heard(play, told, LIAISON)


async def test_what_is_kept_of_a_ruling_names_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await back(play)
        await play.say(CLERK, "维持 1 恒通紧固件的表计归供电公司")
        async with play.database.read() as tx:
            (kept,) = await tx.precedents.of("power.outage", 5)
        assert (kept.number, kept.unit, kept.suggested, kept.ruled) == (
            *("ZH-2026-0001", "gdj", "zjj", "gdj"),
        )

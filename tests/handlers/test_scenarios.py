"""Acceptance scenarios that no other file tells by number: ways in, groups, what is masked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.ports import Button, Incoming
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    buttons,
    carry,
    heard,
    history,
    ticket,
    tickets,
)
from tests.handlers.test_report import arrival
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")
PRIVATE = (
    "我的手机13805741234，身份证330211199001011237，账号6222021234567890123，昨天起厂里停电没人管"
)


async def test_scenario_24_of_two_dispatches_at_once_one_wins_and_the_other_hears_so(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司 协办无")
        await play.say(HEAD, "交办 1 经信局 协办无")
        both = [arrival(play, who, f"w-{who}", text="确认") for who in (CLERK, HEAD)]
        told = await play.take(both)
        assert (await ticket(play)).lead_unit == "gdj"
        assert "待签收" in heard(play, told, HEAD)
        assert [play.where(one) for one in told if "请签收" in one.message.text] == [LIAISON]


async def test_scenario_25_in_a_group_only_the_reporter_is_answered_and_alone(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        for action in ("withdraw", "view"):
            button = Button(f"a:{action}:{ONE}", "card")
            told = await play.say("路人", group="企业群", button=button)
            assert "跳闸" not in "".join(one.message.text for one in told)
        assert (await ticket(play)).state is State.ASSIGNED
        told = await play.say(OWNER, "进度", group="企业群")
        assert "在谁手里" in heard(play, told, OWNER)
        assert "在谁手里" not in heard(play, told, "企业群")


async def test_scenario_26_numbers_typed_into_a_group_stand_nowhere_in_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(OWNER, PRIVATE, group="企业群")
        in_group = heard(play, told, "企业群")
        assert "撤回" in in_group
        for number in re.findall(r"\d{8,}", PRIVATE):
            assert number not in in_group
        await play.say(OWNER, "确认")
        for place in ("企业群", "工作群"):
            for number in re.findall(r"\d{8,}", PRIVATE):
                assert number not in heard(play, play.seen, place)


async def test_scenario_32_a_voice_message_keeps_its_sound_and_its_text_is_confirmed(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        spoken = arrival(play, OWNER, "voice", text=REPORT.replace("跳闸", "跳扎"))
        sound = Incoming("code0", "audio", "voice.amr")
        told = await play.take([replace(spoken, files=(sound,))])
        assert "跳扎" in heard(play, told, OWNER)
        assert "确认" in buttons(play, told, OWNER)
        assert not await tickets(play)
        await play.say(OWNER, "修改问题")
        await play.say(OWNER, REPORT)
        await play.fetched("amr", "audio/amr")
        await play.say(OWNER, "确认")
        case = await ticket(play)
        assert "跳闸" in case.body
        async with play.database.read() as tx:
            kept = await tx.attached(case.files)
        assert [one.mime for one in kept.values()] == ["audio/amr"]


async def test_scenario_34_a_draft_begun_in_a_group_goes_on_in_private(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "我要反映问题", group="企业群")
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        (case,) = await tickets(play)
        assert case.body.startswith("昨天下午三点")


async def test_u1_what_somebody_else_said_in_a_group_is_a_draft_for_the_one_who_forwards_it(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(OWNER, forwarded=[("老陈", REPORT)])
        draft = heard(play, told, OWNER)
        assert "老陈" in draft
        assert "跳闸三次" in draft
        assert not await tickets(play)


async def test_u2_a_paragraph_that_says_everything_takes_three_messages(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = [*await play.say(OWNER, REPORT), *await play.say(OWNER, "确认")]
        assert ONE in heard(play, told, OWNER)
        said = [one for one in told if play.where(one) == OWNER]
        assert len(said) <= 4  # one of them is the repair number
        assert play.said[OWNER] <= 3


async def test_u3_the_first_line_names_the_readers_and_hidden_means_hidden(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        told = heard(play, await play.say(OWNER, REPORT), OWNER)
        assert "谁能看到：工商联受理员 2 人" in told
        await play.say(OWNER, "对部门隐去企业名")
        await play.say(OWNER, "确认")
        await carry(play, State.ASSIGNED, State.SUBMITTED)
        for line in ("查看 1", "进度 1", "清单", "查 停电", "期限 1", "交办单 1"):
            await play.say(LIAISON, line)
        seen = heard(play, play.seen, LIAISON)
        for name in ("恒通", "陈建国", "13805740001"):
            assert name not in seen


async def test_u4_a_wish_to_be_called_is_a_task_and_the_rating_stays_the_enterprise_s(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "请给我回电话")
        told = await play.say(OWNER, "确认")
        assert "任务" in heard(play, [*told, *play.seen], "工作群")
        await play.say(CLERK, "代录 1")
        await play.say(CLERK, REPORT)
        await play.say(CLERK, "确认")
        case = await ticket(play)
        assert case.recorded_by is not None
        assert case.reporter != case.recorded_by
        told = await play.say(OWNER, "对")
        assert "就按这个办" in heard(play, told, OWNER)
        await carry(play, State.CALLBACK, State.SUBMITTED)
        await play.say(CLERK, "满意 1")
        assert (await ticket(play)).state is State.CALLBACK
        await play.say(OWNER, "满意 1")
        assert (await ticket(play)).state is State.CLOSED


async def test_u6_a_gas_leak_is_answered_with_the_repair_number_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(OWNER, "车间漏气了，闻到很重的煤气味，请赶快派人来")
        first = next(one for one in told if play.where(one) == OWNER)
        assert re.search(r"\d{3,}", first.message.text)
        assert "谁能看到" not in first.message.text


async def test_u26_who_sees_a_telephone_number_is_on_record_and_administrators_see_no_body(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        play.clock.now += timedelta(minutes=1)
        told = heard(play, await play.say(CLERK, "查看 1"), CLERK)
        assert "13805740001" in told
        last = (await history(play, f"ticket:{ONE}"))[-1]
        assert (last.act, last.role) == ("view", "clerk")
        await play.say("路人", "你好")
        await play.say(HEAD, "授权 路人 管理员")
        seen = heard(play, await play.say("路人", "查看 1"), "路人")
        assert "待受理" in seen or "已收到" in seen
        for private in ("跳闸三次", "13805740001", "恒通"):
            assert private not in seen

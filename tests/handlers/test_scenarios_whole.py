"""Acceptance scenarios, the parts of their sentences that the tests of their areas leave open."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import State
from flows.tickets.ledger import ledger_row
from handlers.ports import Button
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    SUPPORT,
    carry,
    heard,
    history,
    ticket,
    tickets,
)
from tests.handlers.test_department import back, given
from tests.handlers.test_merging import OF_OTHER, OF_OWNER, OTHER, leaks, merged
from tests.handlers.test_report import arrival
from tests.handlers.test_scenarios import PRIVATE
from tests.handlers.test_ways_in import ORDERS, album
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

NUMBERS = re.findall(r"\d{8,}", PRIVATE)
TWO = "ZH-2026-0002"
ROAD = (
    "上个月起厂门口兴海路坑坑洼洼，货车进出困难，昨天还翻了一辆叉车，货全撒在路上，车间等着发货，"
    "我们自己填过两次碎石，一下雨又冲走了，司机都不愿意来，希望交通部门尽快派人来修，"
    "并告诉我们修到哪天。"
)


def office_time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


async def test_scenario_1_a_case_of_the_eve_of_the_holiday_is_due_after_the_worked_saturday(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = office_time("2026-09-30 16:00")
        await given(play)
        case = await ticket(play)
        assert case.due_on == date(2026, 10, 13)
        assert case.handling is not None
        assert case.handling.due_at == office_time("2026-10-13 17:30")
        for who in (OWNER, LIAISON):
            told = heard(play, play.seen, who)
            assert "10月13日" in told
            assert not re.search("10月(7|14)日", told)


async def test_scenario_4_a_report_of_the_night_is_acknowledged_and_wakes_nobody(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = office_time("2026-11-28 23:50")  # Saturday
        await play.say(OWNER, ROAD, group="企业群")
        told = await play.say(OWNER, "确认")
        assert ONE in heard(play, told, OWNER)
        for who in (CLERK, HEAD, LIAISON, SUPPORT):
            assert heard(play, play.seen, who) == "", who
        accept = (await ticket(play)).deadline("accept")
        assert accept is not None
        assert accept.due_at >= office_time("2026-11-30 08:30")


async def test_scenario_6_the_same_number_is_said_each_time(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for _ in range(3):
            await play.take(album(play, ORDERS[0]))
        twice = [arrival(play, OWNER, f"tap{n}", text="确认") for n in range(2)]
        filed = heard(play, await play.take(twice), OWNER)
        assert filed.count(f"已登记，编号 {ONE}") == 2
        asked = next(
            option.action
            for letter in reversed(play.seen)
            for option in letter.message.options
            if option.label == "确认"
        )
        pressed = replace(
            arrival(play, OWNER, "press"), kind="button", button=Button(asked, "card")
        )
        async with play.database.begin() as tx:
            (again,) = [one for one in await tx.admit([pressed]) if one is not None]
            outcome = await play.reception.receive(tx, [again])
        status = outcome.answered[again.id].card_status
        assert status is not None
        assert status.params["number"] == ONE
        assert len(await tickets(play)) == 1


async def test_scenario_9_neither_search_nor_export_names_the_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        before = len(play.seen)
        for who, words in (
            (OWNER, ("查 宏业", "查 铁水", "查 停电", "台账", "我的问题")),
            (OTHER, ("查 恒通", "查 料", "查 停电", "台账", "我的问题")),
        ):
            for word in words:
                await play.say(who, word)
        assert leaks(heard(play, play.seen[before:], OWNER), OF_OTHER) == []
        assert leaks(heard(play, play.seen[before:], OTHER), OF_OWNER) == []
        for number in (ONE, TWO):
            row = ledger_row(await ticket(play, number), play.clock.now, full=False)
            assert leaks(str(row), ("恒通紧固件", "宏业铸造厂", "陈建国", "沈立群")) == []


async def test_scenario_15_an_answer_without_a_support_needs_the_name_of_who_lets_it_pass(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        assert "还在等协办意见" in heard(play, await play.say(LIAISON, f"答复 1 {ANSWER}"), LIAISON)
        await play.say(LIAISON, "取消")
        await play.say(HEAD, "免除协办 1 经信局 与经信局电话说好了")
        await play.say(HEAD, "确认")
        waived = (await history(play, f"ticket:{ONE}"))[-1]
        assert waived.role in {"supervisor", "clerk", "admin"}
        assert waived.actor is not None
        await play.say(LIAISON, f"答复 1 {ANSWER}")
        await play.say(LIAISON, "A")
        assert (await ticket(play)).state is State.REPLIED


async def test_scenario_16_the_author_does_not_audit_and_a_sent_back_answer_has_a_day_left(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        for who, line in (
            (CLERK, "交办 1 应急局 协办无 一般"),  # nobody speaks for it: the desk does
            (CLERK, "确认"),
            (CLERK, "签收 1 赵工 0574-86270000"),
            (CLERK, "首联 1 打过电话"),
        ):
            await play.say(who, line)
        handling = (await ticket(play)).handling
        assert handling is not None
        play.clock.now = handling.due_at - timedelta(minutes=5)
        for line in (f"答复 1 {ANSWER}", "A"):
            await play.say(CLERK, line)
        before = await ticket(play)
        assert "别人" in heard(play, await play.say(CLERK, "审核通过 1"), CLERK)
        assert await ticket(play) == before
        await play.say(HEAD, "审核退回 1 没有写清楚修好的日期")
        after = await ticket(play)
        assert after.state is State.IN_PROGRESS
        assert after.handling is not None
        left = after.handling.due_at.astimezone(OFFICE_ZONE)
        days = play.reception.office.days
        assert left.date() >= days.add(play.clock.now.astimezone(OFFICE_ZONE).date(), 1).day


async def test_scenario_17_the_enterprise_may_still_take_its_case_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        await play.say(OWNER, "不满意 1 还是停电")
        assert (await ticket(play)).round == 1
        for line in ("撤回 1", "确认"):
            await play.say(OWNER, line)
        assert (await ticket(play)).state is State.WITHDRAWN


async def test_scenario_24_who_comes_second_hears_who_was_first_and_when(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司 协办无")
        await play.say(HEAD, "交办 1 经信局 协办无")
        both = [arrival(play, who, f"w-{who}", text="确认") for who in (CLERK, HEAD)]
        told = await play.take(both)
        second = heard(play, told, HEAD)
        assert CLERK in second
        assert "09:00" in second
        assert sum("请签收" in one.message.text for one in told) == 1


async def test_scenario_26_numbers_stand_neither_in_logs_nor_in_exports(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with stage(tmp_path) as play:
        await play.say(OWNER, PRIVATE, group="企业群")
        for _ in range(2):
            await play.say(OWNER, "确认")
        case = await ticket(play)
        for place in ("企业群", "工作群"):
            assert [n for n in NUMBERS if n in heard(play, play.seen, place)] == []
        assert [n for n in NUMBERS if n in caplog.text] == []
        row = str(ledger_row(case, play.clock.now, full=False))
        assert [n for n in NUMBERS if n in row] == []
        assert NUMBERS[0] in heard(play, await play.say(CLERK, "查看 1"), CLERK)
        assert NUMBERS[0] not in heard(play, await play.say(LIAISON, "查看 1"), LIAISON)


async def test_u2_a_paragraph_of_a_bound_reporter_takes_three_messages_each_way(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        told = [*await play.say(OWNER, ROAD), *await play.say(OWNER, "确认")]
        assert ONE in heard(play, told, OWNER)
        assert len([one for one in told if play.where(one) == OWNER]) <= 3
        assert play.said[OWNER] <= 3


async def test_u3_a_hidden_enterprise_shows_neither_in_files_nor_in_papers(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, f"我们镇海恒通紧固件有限公司{REPORT}", files=1)
        await play.say(OWNER, "对部门隐去企业名")
        await play.fetched()
        await play.say(OWNER, "确认")
        await carry(play, State.IN_PROGRESS, State.SUBMITTED)
        for line in ("附件 1", "交办单 1", "审签稿 1", "查 恒通", "查看 1", "台账"):
            await play.say(LIAISON, line)
        letters = [one for one in play.seen if play.where(one) == LIAISON]
        everything = "\n".join(one.message.model_dump_json() for one in letters)
        for name in ("恒通紧固件", "陈建国", "13805740001"):
            assert name not in everything.replace("查 恒通", "")
        pictures = [one for one in letters if one.message.file and not one.message.file.paper]
        assert pictures == []  # what a camera writes into a picture does not leave either


async def test_u4_the_task_says_within_how_long_to_call(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "请给我回电话")
        await play.say(OWNER, "确认")
        assert "10 分钟内" in heard(play, play.seen, CLERK) + heard(play, play.seen, "工作群")


async def test_u5_the_ledger_says_that_a_problem_stands_elsewhere_too(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for line in (REPORT, "12345 编号 NB20260001", "确认"):
            await play.say(OWNER, line)
        (case,) = await tickets(play)
        assert ledger_row(case, play.clock.now, full=False).elsewhere == "12345"
        assert ledger_row(case, play.clock.now, full=True).elsewhere == "12345 NB20260001"


async def test_u4_a_number_answers_what_was_written_down_for_the_enterprise(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "请给我回电话")
        await play.say(OWNER, "确认")
        for line in ("代录 1", REPORT, "确认"):
            await play.say(CLERK, line)
        assert "就按这个办" in heard(play, await play.say(OWNER, "1"), OWNER)
        assert (await history(play, f"ticket:{ONE}"))[-1].act == "right"


@pytest.mark.parametrize(
    "said", ["我们厂停电了，炉子等着", "车间漏气了，煤气味很重", "仓库门口积水半米"]
)
async def test_u6_power_gas_and_water_have_their_number_first(tmp_path: Path, said: str) -> None:
    async with stage(tmp_path) as play:
        told = [one for one in await play.say(OWNER, said) if play.where(one) == OWNER]
        assert re.search(r"\d{3,}", told[0].message.text)
        assert "谁能看到" not in told[0].message.text
        assert len(told) > 1


async def test_u12_a_department_gets_no_export(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        told = heard(play, await play.say(LIAISON, "台账"), LIAISON)
        assert "受理负责人" in told
        async with play.database.read() as tx:
            assert await tx.attachments.pending(10) == []


async def test_u21_a_second_return_is_turned_down_by_the_ruling_of_the_class(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await given(play)
        await back(play)
        await play.say(CLERK, "裁定维持 1 台区线路归供电公司")
        for who, line in (
            (OWNER, REPORT),
            (OWNER, "确认"),
            (CLERK, "受理 2"),
            (CLERK, "供电公司 协办无 一般"),
            (CLERK, "确认"),
            (LIAISON, "退单 2 不归我司，建议住建局"),
            (LIAISON, "确认"),
        ):
            await play.say(who, line)
        told = await play.say(CLERK, "裁定维持 2 按判例 ZH-2026-0001，台区线路归供电公司")
        case = await ticket(play, TWO)
        assert (case.state, case.lead_unit) == (State.ASSIGNED, "gdj")
        assert "判例 ZH-2026-0001" in heard(play, told, LIAISON)


async def test_u26_an_export_is_on_record(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(HEAD, "台账")
        (entry,) = await history(play, "ledger")
        assert (entry.act, entry.role) == ("ledger", "supervisor")
        assert entry.actor is not None

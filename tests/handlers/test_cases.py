"""Acts on a case: who is told, what is refused, and what two people do at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.tickets.case import Meeting, Satisfaction, State
from handlers.ports import Button
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    OWNER,
    REPORT,
    SUPPORT,
    buttons,
    carry,
    change,
    heard,
    history,
    known,
    people,
    person,
    ticket,
)
from tests.handlers.test_report import arrival
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

DAY = date(2026, 11, 24)


async def test_every_state_of_the_usual_way_is_reached_and_told(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        done = await ticket(play)
        assert done.satisfaction is Satisfaction.SATISFIED
        acts = [entry.act for entry in await history(play, "ticket:ZH-2026-0001")]
        assert acts == [
            *("file", "accept", "assign", "sign", "contact", "opinion", "reply", "approve", "rate"),
        ]


async def test_two_clerks_dispatch_in_one_batch_and_one_is_told_it_is_done(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司")
        await play.say(HEAD, "交办 1 经信局")
        both = [arrival(play, who, f"c-{who}", text="确认") for who in (CLERK, HEAD)]
        told = await play.take(both)
        assert (await ticket(play)).lead_unit == "gdj"
        assert "已交国网镇海供电公司主办" in heard(play, told, CLERK)
        assert "现在是“待签收”" in heard(play, told, HEAD)


async def test_a_form_about_a_case_that_moved_on_ends_with_the_reason(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司")
        await play.say(OWNER, "撤回 1")
        await play.say(OWNER, "确认")
        told = heard(play, await play.say(CLERK, "确认"), CLERK)
        assert "现在是“已撤回”" in told
        assert (await ticket(play)).state is State.WITHDRAWN


async def test_the_author_of_an_answer_does_not_audit_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 应急局 协办无")  # nobody speaks for it: the desk does
        await play.say(CLERK, "确认")
        for line in ("签收 1 赵工 0574-86270000", "首联 1 打过电话", f"答复 1 {ANSWER}", "A"):
            await play.say(CLERK, line)
        assert (await ticket(play)).state is State.REPLIED
        for line in ("审核通过 1", "退回 1 重写一下"):
            assert "别人来审" in heard(play, await play.say(CLERK, line), CLERK)
        await play.say(HEAD, "审核通过 1")
        assert (await ticket(play)).state is State.CALLBACK


async def test_the_desk_does_not_pass_for_the_handler_of_a_silent_department(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 应急局 协办无")
        await play.say(CLERK, "确认")
        told = heard(play, await play.say(CLERK, "签收 1"), CLERK)
        assert "请回复经办人姓名和电话" in told
        assert (await ticket(play)).state is State.ASSIGNED


async def test_an_opinion_written_down_for_a_silent_department_is_its_opinion(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(CLERK, "交办 1 供电公司 协办 应急局、经信局")
        await play.say(CLERK, "确认")
        await play.say(CLERK, "协办意见 1 同意供电公司的意见")
        done = {task.unit: task.done for task in (await ticket(play)).co_tasks}
        assert done == {"yjj": True, "jxj": False}


async def test_a_number_rates_the_answer_also_after_something_else_was_shown(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        play.clock.now = play.clock.now.replace(hour=3)
        await play.say(OWNER, "谢谢")
        await play.say(OWNER, "1")
        assert (await ticket(play)).satisfaction is Satisfaction.SATISFIED


async def test_a_number_with_two_answers_waiting_asks_which(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        for who, text in (
            (OWNER, REPORT),
            (OWNER, "确认"),
            (CLERK, "受理 2"),
            (CLERK, "供电公司 协办无"),
            (CLERK, "确认"),
            (LIAISON, "签收 2"),
            (LIAISON, "首联 2 打过电话了"),
            (LIAISON, f"答复 2 {ANSWER}"),
            (LIAISON, "A"),
            (HEAD, "审核通过 2"),
        ):
            await play.say(who, text)
        assert (await ticket(play, "ZH-2026-0002")).state is State.CALLBACK
        told = await play.say(OWNER, "1")
        assert sorted(buttons(play, told, OWNER)) == ["ZH-2026-0001", "ZH-2026-0002"]
        await play.press(OWNER, "ZH-2026-0001")
        assert (await ticket(play)).satisfaction is Satisfaction.SATISFIED


async def test_unhappy_twice_is_redone_and_then_goes_to_the_leader(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        last = HEAD  # who audited
        for number in (1, 2):
            told = await play.say(OWNER, "不满意 1 还是停电")
            assert "请重办" in heard(play, told, LIAISON)
            assert "不满意" in heard(play, told, LEADER)
            await play.say(LIAISON, "首联 1 又打过电话")
            if number == 2:
                assert "面商" in heard(play, await play.say(LIAISON, "答复 1"), LIAISON)
                talk = Meeting(kind="talk", on=DAY, text="谈过", by=1, at=play.clock(), round=2)
                await change(play, meetings=(talk,))
            await play.say(LIAISON, f"答复 1 {ANSWER}")
            await play.say(LIAISON, "A")
            told = await play.say(last, "审核通过 1")
            assert "别的同事审" in heard(play, told, last)
            last = CLERK if last is HEAD else HEAD
            await play.say(last, "审核通过 1")
        told = await play.say(OWNER, "不满意 1 还是停电")
        done = await ticket(play)
        assert (done.state, done.round) == (State.CLOSED, 2)
        assert done.satisfaction is Satisfaction.DISSATISFIED
        assert "面商" in heard(play, told, LEADER)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ASSIGNED])
async def test_a_second_supplement_and_a_second_urge_are_cards_of_their_own(
    tmp_path: Path, state: State
) -> None:
    # The platform shows no second card under a name it knows.
    async with stage(tmp_path) as play:
        await carry(play, state)
        for text in ("补充 1 又停了一次", "补充 1 又停了两次", "催办 1"):
            await play.say(OWNER, text)
        play.clock.now = play.clock.now.replace(day=25)
        await play.say(OWNER, "催办 1")
        cards = [letter.card for letter in play.seen if letter.card and not letter.update]
        assert len(cards) == len(set(cards))


async def test_an_answer_after_a_return_is_a_new_card_and_the_audit_closes_that_one(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        await play.say(CLERK, "退回 1 请写明几点来修")
        play.clock.now = play.clock.now.replace(hour=2)
        await play.say(LIAISON, f"答复 1 {ANSWER}")
        await play.say(LIAISON, "A")
        await play.say(CLERK, "审核通过 1")
        group = [letter for letter in play.seen if play.where(letter) == "工作群"]
        asked = [s.card for s in group if "请审核" in s.message.text and not s.update]
        closed = [s.card for s in group if "答复已审核" in s.message.text and s.update]
        assert len(set(asked)) == 2
        assert closed == asked


async def test_who_supports_and_who_leads_hear_of_a_withdrawal(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await play.say(OWNER, "撤回 1")
        told = await play.say(OWNER, "确认")
        for who in (LIAISON, "沈丽君"):
            assert "企业已撤回" in heard(play, told, who)


async def test_without_a_staff_group_the_desk_hears_of_everything_in_private(
    tmp_path: Path,
) -> None:
    overlay = people(
        tmp_path,
        person("陈", '["entrepreneur"]', 'enterprise = "恒通厂"\nphone = "13805740001"')
        + person("王", '["clerk"]'),
    )
    async with stage(tmp_path, overlay) as play:
        await play.say("陈", REPORT)
        filed = await play.say("陈", "确认")
        assert buttons(play, filed, "王") == ["受理", "查看"]
        assert "恒通厂" in heard(play, filed, "王")
        await play.say("陈", "撤回 1")
        assert "已撤回" in heard(play, await play.say("陈", "确认"), "王")


async def test_without_a_clerk_the_administrators_take_reports_on(tmp_path: Path) -> None:
    overlay = people(tmp_path, person("管", '["admin"]') + person("员", '["entrepreneur"]'))
    async with stage(tmp_path, overlay) as play:
        await play.say("陈", f"我是宏业铸造厂的陈建国，13805740001。{REPORT}")
        filed = await play.say("陈", "确认")
        assert (await ticket(play)).state is State.SUBMITTED
        assert "新问题 ZH-2026-0001" in heard(play, filed, "管")
        assert buttons(play, filed, "管") == ["受理", "查看"]
        await play.press("管", "受理")
        assert (await ticket(play)).state is State.ACCEPTED
        await play.say("管", "授权 id-员 受理员")
        told = heard(play, await play.say("管", "查看 1"), "管")
        assert "跳闸三次" not in told  # a 受理员 is there: administrators see the progress only


async def test_a_stranger_without_any_office_still_gets_a_number(tmp_path: Path) -> None:
    async with stage(tmp_path, people(tmp_path, "")) as play:
        await play.say("陈", f"我是宏业铸造厂的陈建国，13805740001。{REPORT}")
        assert "ZH-2026-0001" in heard(play, await play.say("陈", "确认"), "陈")


async def test_a_clock_time_behind_a_command_is_no_number(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        told = heard(play, await play.say(OWNER, "补充 10:30 又停了"), OWNER)
        assert "已补充到 ZH-2026-0001" in told
        assert (await ticket(play)).notes[-1].text == "10:30 又停了"


async def test_progress_lists_the_own_numbers_and_nobody_elses(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say("别人", f"我是宏业铸造厂的沈丽，13957401234。{REPORT}")
        await play.say("别人", "确认")
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        told = heard(play, await play.say(OWNER, "进度"), OWNER)
        assert "ZH-2026-0001" in told
        assert "ZH-2026-0003" in told
        assert "ZH-2026-0002" not in told


async def test_the_time_to_rate_is_promised_from_the_audit(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        play.clock.now = play.clock.now.replace(day=27)  # a Friday; an urgent case has one day
        await carry(play, State.CALLBACK, since=State.REPLIED)
        assert "11月30日" in heard(play, await play.say(OWNER, "进度"), OWNER)


async def test_viewing_a_case_is_on_record(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(CLERK, "查看 1")
        clerk = await known(play, CLERK)
        last = (await history(play, "ticket:ZH-2026-0001"))[-1]
        assert (last.act, last.actor, last.role) == ("view", clerk.id, "clerk")


async def test_an_answer_named_as_such_goes_into_the_open_form(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(SUPPORT, "协办意见 1 同意供电公司的意见")
        await play.say(LIAISON, "答复 1")
        told = heard(play, await play.say(LIAISON, f"答复：{ANSWER}"), LIAISON)
        assert "解决到什么程度" in told


async def test_what_is_added_to_an_open_report_does_not_go_to_another_case(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OWNER, "厂门口道路坑坑洼洼，上个月起货车进出困难，希望尽快修好")
        told = heard(play, await play.say(OWNER, "补充：昨天还翻了一辆车"), OWNER)
        assert "昨天还翻了一辆车" in told
        assert (await ticket(play)).notes == ()


async def test_a_button_of_nothing_we_know_is_answered(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for action in ("", "x", "a:accept", "a:fly:ZH-2026-0001", "b:show:x", "w:", "f:", "f:1:?"):
            told = await play.say(OWNER, button=Button(action, "card"))
            assert heard(play, told, OWNER), action

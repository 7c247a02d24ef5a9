"""The rating: who gives it, who asks for it, and who never learns of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import Satisfaction, State
from flows.tickets.clocks import Clock
from flows.tickets.rates import rates
from tests.handlers.answering import (
    everybody_else,
    meet,
    on,
    refused,
    say_all,
    with_joined,
)
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    SUPPORT,
    buttons,
    carry,
    heard,
    history,
    ticket,
)
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

# 评价 -------------------------------------------------------------------------------------------


async def test_scenario_17_unhappy_again_and_again_climbs_and_ends(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        rungs, leads = [], []
        for auditor in (CLERK, HEAD):
            await play.say(OWNER, "不满意 1 还是停电")
            case = await ticket(play)
            rungs.append(case.rung)
            leads.append(case.leader is not None)
            await play.say(LIAISON, "首联 1 又打过电话")
            if case.round == 2:
                assert "先当面商量" in await refused(play, LIAISON, f"答复 1 {ANSWER}")
                await meet(play)
            await say_all(
                play,
                (LIAISON, f"答复 1 {ANSWER}"),
                (LIAISON, "A"),
                (auditor, "审核通过 1"),
            )
            assert (await ticket(play)).state is State.CALLBACK
        await play.say(OWNER, "不满意 1 还是停电")
        done = await ticket(play)
        assert (rungs, done.rung) == ([2, 3], 4)
        assert leads == [False, True]
        assert (done.state, done.round) == (State.CLOSED, 2)
        assert done.satisfaction is Satisfaction.DISSATISFIED
        assert "不能这样办" in await refused(play, OWNER, "不满意 1 还是停电")


async def test_the_department_never_learns_how_it_was_rated(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        told = await play.say(OWNER, "基本满意 1")
        assert "满意" not in heard(play, told, LIAISON)
        assert "已办结" in heard(play, told, LIAISON)
        assert "评价：基本满意" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        await play.say(HEAD, "授权 demo-liaison-li 受理员")  # who is both is the department still
        for who in (LIAISON, SUPPORT, OWNER):
            assert "评价：" not in heard(play, await play.say(who, "查看 1"), who)


@pytest.mark.parametrize(
    ("text", "rating"),
    [("满意 1", Satisfaction.SATISFIED), ("基本满意 1", Satisfaction.MOSTLY)],
)
async def test_who_joined_rates_for_themselves_and_the_reporter_decides(
    tmp_path: Path, text: str, rating: Satisfaction
) -> None:
    async with stage(tmp_path) as play:
        await play.say("老周", "你好")
        await carry(play, State.REPLIED)
        await with_joined(play, "老周")
        told = await play.say(HEAD, "审核通过 1")
        assert buttons(play, told, "老周") == ["满意", "基本满意", "不满意"]
        told = await play.say("老周", text)
        assert "谢谢" in heard(play, told, "老周")
        case = await ticket(play)
        assert (case.state, case.satisfaction) == (State.CALLBACK, None)
        assert case.joined[0].satisfaction is rating
        await play.say(OWNER, "满意 1")
        assert (await ticket(play)).state is State.CLOSED


async def test_the_reason_of_who_joined_is_kept_and_the_desk_looks(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("老周", "你好")
        await carry(play, State.REPLIED)
        await with_joined(play, "老周")
        await play.say(HEAD, "审核通过 1")
        told = await play.say("老周", "不满意 1 我们车间还在跳闸")
        assert "一同反映的人不满意" in heard(play, told, "工作群")
        assert "车间还在跳闸" not in everybody_else(play, told, "老周")
        case = await ticket(play)
        assert (case.state, case.round) == (State.CALLBACK, 0)
        assert case.joined[0].reason == "我们车间还在跳闸"
        assert "我们车间还在跳闸" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        for who in (LIAISON, OWNER):
            assert "车间还在跳闸" not in heard(play, await play.say(who, "查看 1"), who)


# 回访 -------------------------------------------------------------------------------------------


async def test_scenario_18_three_unanswered_calls_close_it_unrated(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        for day in (25, 26, 27):
            await on(play, day)
            told = await play.say(CLERK, "回访 1 没接通")
            assert buttons(play, told, OWNER)[:3] == ["满意", "基本满意", "不满意"]
        await on(play, 7, 12)
        await play.wait(timedelta())
        assert (await ticket(play)).state is State.CALLBACK  # a week of silence is not over
        await on(play, 8, 12, 10)
        told = await play.wait(timedelta())
        case = await ticket(play)
        assert (case.state, case.satisfaction) == (State.CLOSED, Satisfaction.UNRATED)
        assert "未评价办结" in heard(play, told, OWNER)
        begins, ends = play.clock.now - timedelta(days=60), play.clock.now + timedelta(days=1)
        found = rates([case], begins, ends)
        assert (found.satisfied.whole, found.rated.part, found.rated.whole) == (0, 0, 1)


async def test_u13_a_case_is_called_about_once_a_day_by_whoever_was_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        await play.say(CLERK, "回访 1 没接通")
        told = await refused(play, HEAD, "回访 1 没接通")
        assert "已由王敏于 11月24日 09:00 回访" in told
        await on(play, 25)
        await play.say(HEAD, "回访 1 没接通")
        assert len((await ticket(play)).attempts) == 2


async def test_u13_who_wants_messages_only_is_not_called_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        told = await play.say(CLERK, "回访 1 只发消息")
        assert "不打电话" in heard(play, told, OWNER)
        await on(play, 25)
        assert "只发消息" in await refused(play, HEAD, "回访 1 没接通")
        assert ONE not in heard(play, await play.say(HEAD, "清单"), HEAD).partition("待回访")[2]
        await on(play, 4, 12, 10)
        await play.wait(timedelta())
        assert (await ticket(play)).satisfaction is Satisfaction.UNRATED


async def test_u13_the_enterprise_itself_says_that_it_wants_messages_only(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        asked = await play.say(HEAD, "审核通过 1")
        assert buttons(play, asked, OWNER)[-1] == "只发消息，不打电话"
        assert ONE in heard(play, await play.say(HEAD, "清单"), HEAD).partition("待回访")[2]
        told = await play.press(OWNER, "只发消息，不打电话")
        assert "不打电话" in heard(play, told, OWNER)
        assert "请不要打电话回访" in heard(play, told, "工作群")
        assert buttons(play, told, OWNER) == ["满意", "基本满意", "不满意", "可以打电话"]
        assert "只发消息" in await refused(play, CLERK, "回访 1 没接通")
        assert ONE not in heard(play, await play.say(HEAD, "清单"), HEAD)
        await on(play, 1, 12)  # long after the time to call, nobody is urged to
        assert ONE not in "".join(one.message.text for one in await play.wait(timedelta()))
        await on(play, 4, 12, 10)
        closing = heard(play, await play.wait(timedelta()), OWNER)
        assert "没有收到您的评价" in closing
        assert "没联系上" not in closing
        assert (await ticket(play)).satisfaction is Satisfaction.UNRATED


async def test_u13_and_takes_that_back_with_the_time_to_call_begun_anew(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        assert "没有选过" in await refused(play, OWNER, "可以打电话 1")
        await play.say(OWNER, "只发消息")
        assert "已经记下" in await refused(play, OWNER, "只发消息 1")
        assert "不归您办" in await refused(play, CLERK, "可以打电话 1")
        told = await play.say(OWNER, "可以打电话")
        assert "可以打电话了" in heard(play, told, "工作群")
        case = await ticket(play)
        calls = case.deadline(Clock.CALLBACK.value)
        assert (case.no_calls, calls is not None and calls.runs) == (False, True)
        await play.say(CLERK, "回访 1 没接通")
        assert len((await ticket(play)).attempts) == 1


async def test_u13_said_while_it_runs_nobody_is_to_call_about_the_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        assert buttons(play, await play.say(OWNER, "只发消息 1"), OWNER) == ["可以打电话"]
        await carry(play, State.CALLBACK, since=State.IN_PROGRESS)
        case = await ticket(play)
        assert (case.no_calls, case.deadline(Clock.CALLBACK.value)) == (True, None)


async def test_a_rating_that_was_told_is_kept_in_the_enterprise_s_words(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        told = await play.say(CLERK, "代评 1 满意 “修得挺快，谢谢”")
        case = await ticket(play)
        assert (case.state, case.satisfaction) == (State.CLOSED, Satisfaction.SATISFIED)
        assert case.attempts[-1].text == "修得挺快，谢谢"
        assert "记下：满意" in heard(play, told, OWNER)
        assert "修得挺快" in heard(play, told, OWNER)
        assert "满意" not in heard(play, told, LIAISON)
        assert "修得挺快" not in heard(play, told, "工作群")
        (line,) = [e for e in await history(play, f"ticket:{ONE}") if e.act == "rate_for"]
        assert line.role == "clerk"


async def test_a_told_rating_without_words_is_asked_for_them(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        assert "原话" in await refused(play, CLERK, "代评 1 基本满意")
        await play.say(CLERK, "还行吧")
        assert (await ticket(play)).satisfaction is Satisfaction.MOSTLY


async def test_unhappiness_told_to_staff_begins_another_round(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        told = await play.say(CLERK, "代评 1 不满意 还是天天跳闸")
        case = await ticket(play)
        assert (case.state, case.round) == (State.IN_PROGRESS, 1)
        assert case.dissatisfied_reason == "还是天天跳闸"
        assert "请重办" in heard(play, told, LIAISON)
        assert "记下：不满意" in heard(play, told, OWNER)


@pytest.mark.parametrize("text", ["回访 1 没接通", "代评 1 满意 修好了"])
async def test_scenario_19_neither_the_department_nor_the_author_asks_how_it_was(
    tmp_path: Path, text: str
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        assert "不归您办" in await refused(play, LIAISON, text)
        await play.say(HEAD, "授权 demo-liaison-li 受理员")  # the department's own, and a clerk
        assert "不能自己回访" in await refused(play, LIAISON, text)
        assert "不归您办" in await refused(play, SUPPORT, text)


async def test_the_desk_calls_where_it_stood_in_but_not_who_wrote_the_answer(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await say_all(
            play,
            (CLERK, "交办 1 应急局 协办无"),
            (CLERK, "确认"),
            (CLERK, "签收 1 赵工 0574-86270000"),
            (CLERK, "首联 1 打过电话"),
            (CLERK, f"答复 1 {ANSWER}"),
            (CLERK, "A"),
            (HEAD, "审核通过 1"),
        )
        assert "不能自己回访" in await refused(play, CLERK, "回访 1 没接通")
        await play.say(HEAD, "回访 1 没接通")
        assert len((await ticket(play)).attempts) == 1


async def test_the_list_says_how_long_an_answer_waits_for_its_rating(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        await on(play, 26)
        told = heard(play, await play.say(CLERK, "清单"), CLERK)
        assert f"{ONE}：待回访" in told
        assert "2 天" in told

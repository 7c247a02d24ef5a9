"""The answer: what it must say, what becomes of one that says nothing, and who audits it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from flows.tickets.children import Outcome
from flows.tickets.clocks import Clock
from tests.handlers.answering import (
    PUTS_OFF,
    STAGE,
    acts,
    everybody_else,
    on,
    put_off,
    refused,
    say_all,
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
    ticket,
)
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

# 答复 -------------------------------------------------------------------------------------------


async def test_scenario_15_four_characters_are_no_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(SUPPORT, "协办意见 1 同意供电公司的意见")
        await say_all(play, (LIAISON, "答复 1 已处理完"))
        told = await refused(play, LIAISON, "A")
        assert "至少 20 个字" in told


async def test_scenario_15_an_open_support_is_waited_for_by_name(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        told = await refused(play, LIAISON, f"答复 1 {ANSWER}")
        assert "还在等协办意见：区经信局" in told


async def test_what_is_being_solved_takes_its_day_from_the_text(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(SUPPORT, "协办意见 1 同意供电公司的意见")
        told = await say_all(play, (LIAISON, f"答复 1 {ANSWER}"), (LIAISON, "B"))
        assert "承诺 11月26日（周四）前办好" in heard(play, told, LIAISON)
        reply = (await ticket(play)).reply
        assert reply is not None
        assert (reply.outcome, reply.planned_on) == (Outcome.SOLVING, date(2026, 11, 26))
        assert "承诺 11月26日（周四）前办好" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        told = await play.say(HEAD, "审核通过 1")
        assert "承诺 11月26日（周四）前办好" in heard(play, told, OWNER)


async def test_a_day_that_the_text_does_not_name_is_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        text = "答复 1 线路已检修完毕，老化的支线开关正在更换，联系供电所张工。"
        await say_all(play, (SUPPORT, "协办意见 1 同意"), (LIAISON, text))
        assert "哪天前办好" in heard(play, await play.say(LIAISON, "B"), LIAISON)
        assert "已经过了" in await refused(play, LIAISON, "11月20日")
        assert "没看懂日期" in await refused(play, LIAISON, "等开关到货")
        await play.say(LIAISON, "下周三")
        reply = (await ticket(play)).reply
        assert reply is not None
        assert reply.planned_on == date(2026, 12, 2)


async def test_several_days_of_the_text_are_offered(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        text = "答复 1 11月30日厂家到现场，12月10日前更换老化的开关，联系供电所张工。"
        told = await say_all(play, (SUPPORT, "协办意见 1 同意"), (LIAISON, text), (LIAISON, "B"))
        assert buttons(play, told, LIAISON) == ["11月30日", "12月10日"]
        await play.press(LIAISON, "12月10日")
        reply = (await ticket(play)).reply
        assert reply is not None
        assert reply.planned_on == date(2026, 12, 10)


# 阶段答复、审核 ---------------------------------------------------------------------------------


async def test_u11_words_that_put_off_do_not_pass_and_become_a_stage_reply(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await put_off(play)
        before = await acts(play)
        told = await play.say(HEAD, "审核通过 1")
        assert "缺日期、科室、电话" in heard(play, told, HEAD)
        assert buttons(play, told, HEAD) == ["转阶段答复", "退回修改"]
        assert not everybody_else(play, told, HEAD)
        assert await acts(play) == before
        told = await play.press(HEAD, "转阶段答复")
        assert "12月1日" in buttons(play, told, HEAD)
        assert "要晚于今天" in await refused(play, HEAD, "11月24日")
        told = await play.say(HEAD, "12月4日")
        assert "正在研究更换开关" in heard(play, told, OWNER)
        assert "下次答复：12月4日（周五）前" in heard(play, told, OWNER)
        assert "请在 12月4日（周五）前再答复" in heard(play, told, LIAISON)
        case = await ticket(play)
        assert (case.state, case.reply) == (State.IN_PROGRESS, None)
        clock = case.deadline(Clock.STAGE.value)
        assert clock is not None
        assert clock.due_at.date() == date(2026, 12, 4)


async def test_u11_the_department_is_reminded_of_the_next_word(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await put_off(play)
        await play.say(HEAD, "转阶段答复 1 11月26日")
        await on(play, 25)
        told = heard(play, await play.wait(timedelta()), LIAISON)
        assert f"{ONE} 阶段答复，11月26日 17:30 到期" in told


async def test_a_stage_reply_of_the_department_goes_out_with_its_next_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        told = await play.say(LIAISON, f"阶段答复 1 {STAGE}")
        assert "12月20日（周日）前再答复" in heard(play, told, LIAISON)
        assert "厂家正在生产" in heard(play, told, OWNER)
        assert "下次答复：12月20日（周日）前" in heard(play, told, OWNER)
        case = await ticket(play)
        assert case.state is State.IN_PROGRESS
        assert [one.next_on for one in case.stages] == [date(2026, 12, 20)]
        seen = heard(play, await play.say(CLERK, "查看 1"), CLERK)
        assert "厂家正在生产" in seen
        assert "不归您办" in await refused(play, CLERK, f"阶段答复 1 {STAGE}")


async def test_scenario_16_who_wrote_the_answer_turns_it_into_no_stage_reply(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await say_all(
            play,
            (CLERK, "交办 1 应急局 协办无"),  # nobody speaks for it: the desk does
            (CLERK, "确认"),
            (CLERK, "签收 1 赵工 0574-86270000"),
            (CLERK, "首联 1 打过电话"),
            (CLERK, f"答复 1 {PUTS_OFF}"),
            (CLERK, "C"),
        )
        assert "别人来审" in await refused(play, CLERK, "转阶段答复 1 12月4日")
        await play.say(HEAD, "转阶段答复 1 12月4日")
        assert (await ticket(play)).stages


async def test_scenario_17_after_an_unhappy_rating_another_one_audits(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)  # audited by HEAD
        await say_all(
            play,
            (OWNER, "不满意 1 还是停电"),
            (LIAISON, "首联 1 又打过电话"),
            (LIAISON, f"答复 1 {ANSWER}"),
            (LIAISON, "A"),
        )
        assert "请别的同事审" in await refused(play, HEAD, "审核通过 1")
        await play.say(CLERK, "审核通过 1")
        assert (await ticket(play)).state is State.CALLBACK

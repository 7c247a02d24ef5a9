"""Errands of a 批示: who may take one, its own clock, and who ticks which."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.leading import SECRETARY, WORDS, at, hard
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    SUPPORT,
    buttons,
    carry,
    heard,
    history,
    known,
    texts,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

OUTSIDER = "孙海波"  # 联络员 of a department that has no part in the case


async def said(play: Stage, *words: str) -> None:
    """Have the secretary write down what the leader said, case by case."""
    await carry(play, State.ACCEPTED)
    await play.say(CLERK, "交办 1 供电公司 协办 经信局 一般")
    await play.say(CLERK, "确认")
    await play.say(LIAISON, "签收 1")
    await play.say(LIAISON, "首联 1 打过电话了")
    await play.say(HEAD, "领办 1 郑伟民")
    for one in words:
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {one}")


async def takers(play: Stage) -> list[tuple[str, bool]]:
    """Return who has which errand, and whether it is open."""
    return [(one.who, one.open) for _, one in (await ticket(play)).errands]


# Who may take one ---------------------------------------------------------------------------


async def test_a_department_outside_the_case_comes_in_as_support_with_its_errand(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await said(play)
        told = await play.say(SECRETARY, "口头批示 1 郑伟民 请人社局本周帮厂里对接职校")
        assert "还没有参加这件事" in heard(play, told, SECRETARY)
        assert (await ticket(play)).instructions == ()
        told = await play.press(SECRETARY, "加为协办")
        case = await ticket(play)
        (task,) = [one for one in case.co_tasks if one.unit == "rsj"]
        assert (task.errand, task.open) == (1, True)
        (got,) = texts(play, told, OUTSIDER)
        assert "请协办（国网镇海供电公司主办）：有领导批示事项，请在 11月27日（周五）前办好" in got
        assert "对接职校" not in got  # the words of a 批示 leave through no chat
        assert {one.key for one in case.deadlines if one.runs} >= {"errand:1", "opinion:rsj"}


async def test_what_the_added_department_did_is_its_opinion_too(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, "请人社局本周帮厂里对接职校")
        await play.press(SECRETARY, "加为协办")
        await play.say(SUPPORT, "协办意见 1 同意供电公司的意见")
        told = await play.say(LIAISON, f"答复 1 {ANSWER}")
        assert "协办" in heard(play, told, LIAISON)  # it waits for the one that came in
        told = await play.say(OUTSIDER, "批示办结 1 职校已答应送二十人")
        assert "职校已答应送二十人" in heard(play, told, LIAISON)
        case = await ticket(play)
        (task,) = [one for one in case.co_tasks if one.unit == "rsj"]
        assert (task.done, task.opinion) == (True, "职校已答应送二十人")
        assert not [one for one in case.deadlines if one.runs and "rsj" in one.key]
        assert await takers(play) == [("rsj", False)]


async def test_instead_of_a_department_outside_another_may_be_named(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, "请人社局本周帮厂里对接职校")
        told = await play.say(SECRETARY, "市监局")
        assert "写的部门也没有参加" in heard(play, told, SECRETARY)
        await play.say(SECRETARY, "经信局")
        case = await ticket(play)
        assert await takers(play) == [("jxj", True)]
        assert "rsj" not in case.units


async def test_a_person_of_the_desk_takes_an_errand(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play)
        told = await play.say(SECRETARY, "口头批示 1 郑伟民 请王敏本周到厂里看一次")
        clerk = await known(play, CLERK)
        assert await takers(play) == [(str(clerk.id), True)]
        assert "交给您，请在 11月27日（周五）前办好" in heard(play, told, CLERK)
        assert "批示事项：王敏，11月27日" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        assert not texts(play, told, LIAISON)


async def test_before_a_case_is_given_out_an_errand_goes_to_a_person(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        await play.say(HEAD, "领办 1 郑伟民")
        told = await play.say(SECRETARY, "口头批示 1 郑伟民 请供电局本周解决")
        assert "现在也不能加协办" in heard(play, told, SECRETARY)
        assert HEAD in buttons(play, told, SECRETARY)
        await play.press(SECRETARY, HEAD)
        assert await takers(play) == [(str((await known(play, HEAD)).id), True)]
        assert (await ticket(play)).units == frozenset()


# Its clock ----------------------------------------------------------------------------------


async def test_an_errand_is_reminded_of_on_its_morning_and_urged_when_missed(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await said(play, WORDS, "请经信局下周五前报一次产值")
        await at(play, "2026-11-25 09:00")
        told = await at(play, "2026-11-27 09:00")
        assert "【提醒】ZH-2026-0001 批示事项，11月27日 17:30 到期" in heard(play, told, LIAISON)
        assert "批示事项" not in heard(play, told, SUPPORT)  # a date of its own
        told = await at(play, "2026-11-30 09:00")
        for who in (LIAISON, SECRETARY, HEAD):
            assert "【催办】ZH-2026-0001 批示事项已到期" in heard(play, told, who), who
        assert "批示事项" not in heard(play, told, SUPPORT)
        assert not texts(play, told, OWNER)


async def test_who_is_named_is_reminded_and_nobody_after_it_is_ticked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, "请王敏本周到厂里看一次")
        await at(play, "2026-11-25 09:00")
        assert "批示事项" in heard(play, await at(play, "2026-11-27 09:00"), CLERK)
        await play.say(CLERK, "批示办结 1 已到厂里看过")
        (clock,) = [one for one in (await ticket(play)).deadlines if one.key == "errand:1"]
        assert clock.stopped_at is not None
        told = await at(play, "2026-11-30 09:00")
        for who in (CLERK, SECRETARY):
            assert "【催办】ZH-2026-0001 批示事项" not in heard(play, told, who)


# Ticking ------------------------------------------------------------------------------------


async def test_each_department_ticks_its_own_whatever_the_order(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, WORDS, "请经信局本周报一次产值")
        assert "批示办结" in buttons(play, await play.say(SUPPORT, "查看 1"), SUPPORT)
        told = await play.say(SUPPORT, "批示办结 1 产值已报")
        assert "批示事项已办结" in heard(play, told, HEAD)
        assert await takers(play) == [("gdj", True), ("jxj", False)]
        before = await ticket(play)
        told = await play.say(SUPPORT, "批示办结 1 再办一次")
        assert "不是交给您的" in heard(play, told, SUPPORT)
        assert await ticket(play) == before
        (entry,) = [e for e in await history(play, f"ticket:{ONE}") if e.act == "done"]
        assert (entry.role, entry.personal["note"]) == ("support", "产值已报")


async def test_the_desk_chooses_which_of_several_is_done(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, WORDS, "请经信局下周五前报一次产值")
        told = await play.say(HEAD, "批示办结 1 电话里说都报了")
        assert "办好的是哪一项" in heard(play, told, HEAD)
        assert [label for label in buttons(play, told, HEAD) if "月" in label] == [
            "国网镇海供电公司 11月27日",
            "区经信局 12月4日",
        ]
        await play.say(HEAD, "2")
        assert await takers(play) == [("gdj", True), ("jxj", False)]


async def test_which_one_can_be_typed_with_what_was_done(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, WORDS, "请供电局下周五前写个说明")
        await play.say(LIAISON, "批示办结 1 第2项 说明已写好")
        assert await takers(play) == [("gdj", True), ("gdj", False)]
        assert (await ticket(play)).notes[-1].text == "说明已写好"


@pytest.mark.parametrize("who", [OWNER, OUTSIDER, "何晓燕"])
async def test_nobody_else_ticks(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        await said(play, WORDS)
        before = await ticket(play)
        await play.say(who, "批示办结 1 开关换好了")
        assert await ticket(play) == before


async def test_a_wrong_tick_is_taken_back_on_the_same_day(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, WORDS)
        await play.say(LIAISON, "批示办结 1 开关已换好")
        told = await play.say(LIAISON, "撤销批示办结 1")
        assert "接着等办结，期限不变" in heard(play, told, LIAISON)
        assert "撤销了办结" in heard(play, told, HEAD)
        assert await takers(play) == [("gdj", True)]
        (clock,) = [one for one in (await ticket(play)).deadlines if one.key == "errand:1"]
        assert (clock.runs, clock.due_at.date()) == (True, date(2026, 11, 27))
        assert "撤销了办结" in heard(play, await at(play, "2026-11-25 09:00"), SECRETARY)


async def test_a_tick_of_yesterday_or_of_somebody_else_stays(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, WORDS)
        await play.say(LIAISON, "批示办结 1 开关已换好")
        before = await ticket(play)
        told = await play.say(SUPPORT, "撤销批示办结 1")
        assert "没有可以撤销的" in heard(play, told, SUPPORT)
        await at(play, "2026-11-25 08:00")
        told = await play.say(LIAISON, "撤销批示办结 1")
        assert "只能当天撤销" in heard(play, told, LIAISON)
        assert (await ticket(play)).instructions == before.instructions


async def test_taking_a_tick_back_takes_back_the_opinion_it_was(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await said(play, "请人社局本周帮厂里对接职校")
        await play.press(SECRETARY, "加为协办")
        await play.say(OUTSIDER, "批示办结 1 职校已答应送二十人")
        told = await play.say(HEAD, "撤销批示办结 1")
        assert "协办意见撤回" in heard(play, told, LIAISON)
        case = await ticket(play)
        (task,) = [one for one in case.co_tasks if one.unit == "rsj"]
        assert (task.open, task.opinion) == (True, "")
        assert {one.key for one in case.deadlines if one.runs} >= {"errand:1", "opinion:rsj"}


async def test_an_errand_goes_along_with_a_case_that_is_ruled_to_be_anothers(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await play.say(HEAD, "领办 1 郑伟民")
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        await play.say(LIAISON, "退单 1 不属我司职责，建议住建局")
        await play.say(LIAISON, "确认")
        await play.say(CLERK, "裁定改派 1 住建局 归住建")
        await play.say(CLERK, "确认")
        assert await takers(play) == [("zjj", True)]
        assert "批示事项：区住建交通局" in heard(play, await play.say(HEAD, "查看 1"), HEAD)


async def test_a_hard_case_keeps_what_earlier_versions_stored(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        await play.say(LEADER, "批示 1 请供电局本周解决")
        stored = (await ticket(play)).model_dump(mode="json")
        for one in stored["instructions"]:
            for errand in one["errands"]:
                for name in ("name", "done_by"):
                    del errand[name]
        del stored["follow_ups"]
        assert type(await ticket(play)).model_validate(stored).errands[0][1].open

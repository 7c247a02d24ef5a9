"""议题征集: a problem named at signing up is a ticket before the activity begins."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.attending import EVENT, labels, place, press, publish, sign_up, stranger
from tests.handlers.story import CLERK, LIAISON, OWNER, carry, heard, history, ticket, tickets
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
ONE = stranger(1)
ASKED = "名额9人\n报名时问：想当面反映的问题(选填)"
PROBLEM = "昨天下午起我们厂又停电了，跳闸三次，希望供电公司尽快查清原因"


async def signed_with_topic(play: Stage, said: str = PROBLEM) -> None:
    """Let the owner sign up and answer the question for a topic."""
    await publish(play, ASKED)
    await press(play, OWNER, "sign_up")
    await play.say(OWNER, said)
    await play.say(OWNER, "确认")


async def test_the_answer_becomes_a_ticket_of_the_activity(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        told = await play.say(OWNER, "确认")
        assert "部门会提前准备" in heard(play, told, OWNER)
        one = await ticket(play)
        assert (one.source, one.source_ref, one.recorded_by) == ("event", EVENT, None)
        assert one.body == PROBLEM
        assert (await place(play, 1)).topic == one.number


async def test_without_a_problem_nothing_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play, "没有")
        assert await tickets(play) == []
        assert (await place(play, 1)).topic == ""


async def test_who_does_not_file_it_is_signed_up_all_the_same(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        await play.say(OWNER, "取消")
        assert await tickets(play) == []
        one = await place(play, 1)
        assert one.live
        assert one.topic == ""


async def test_it_can_be_named_later_under_ones_own_place_and_only_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, ASKED)
        await sign_up(play, *ONE)
        shown = await press(play, ONE[0], "place", 1)
        assert "提议题" in labels(play, shown, ONE[0])
        await play.press(ONE[0], "提议题")
        asked = await play.say(ONE[0], "门口积水两天没人管，叉车进不去，希望尽快疏通")
        assert "宁波第1机械厂" in heard(play, asked, ONE[0])
        await play.say(ONE[0], "确认")
        assert (await place(play, 1)).topic == "ZH-2026-0001"
        again = await press(play, ONE[0], "topic", 1)
        assert "提议题" not in labels(play, again, ONE[0])
        assert "看议题" in labels(play, again, ONE[0])


async def test_the_department_reads_that_it_will_be_talked_about(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        await play.say(OWNER, "确认")
        await carry(play, State.ASSIGNED, State.SUBMITTED)
        shown = heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        assert f"活动 {EVENT} 的议题，会上当面谈，请提前准备" in shown
        listed = heard(play, await press(play, CLERK, "raised"), CLERK)
        assert "归集 1 件" in listed


async def test_who_does_not_come_is_asked_whether_the_problem_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        await play.say(OWNER, "确认")
        await press(play, OWNER, "cancel", 1)
        told = await play.say(OWNER, "确认")
        assert "您提的议题 ZH-2026-0001 还在" in heard(play, told, OWNER)
        assert (await ticket(play)).state is State.SUBMITTED
        await play.press(OWNER, "撤回")
        await play.say(OWNER, "确认")
        assert (await ticket(play)).state is State.WITHDRAWN


async def test_of_a_place_that_was_given_up_meanwhile_it_is_a_report_like_any(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        await press(play, OWNER, "cancel", 1)
        await play.say(OWNER, "确认")
        await play.say(OWNER, "确认")
        one = await ticket(play)
        assert (one.source, one.source_ref) == ("dingtalk", "")
        assert (await place(play, 1)).topic == ""


async def test_nobody_names_one_for_a_place_that_is_not_theirs(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play, "没有")
        told = await press(play, ONE[0], "topic", 1)
        assert "这不是您的报名" in heard(play, told, ONE[0])


async def test_once_it_has_begun_there_is_no_topic_any_more(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play, "没有")
        play.clock.now += timedelta(days=7, hours=6)
        told = await press(play, OWNER, "topic", 1)
        assert "提议题" not in labels(play, told, OWNER)


async def test_the_list_remembers_that_a_topic_was_named(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        await play.say(OWNER, "确认")
        (line,) = [one for one in await history(play, f"event:{EVENT}") if one.act == "topic"]
        assert line.public["seq"] == "1"


async def test_a_topic_goes_on_when_its_activity_is_called_off_and_its_reporter_hears(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        await play.say(OWNER, "确认")
        await press(play, CLERK, "off")
        asked = await play.say(CLERK, "台风")
        assert "1 件议题不随活动取消" in heard(play, asked, CLERK)
        letters = await play.press(CLERK, "确认")
        assert "活动取消" in heard(play, letters, OWNER)
        assert "议题 ZH-2026-0001 还在，照常作为问题办理" in heard(play, letters, OWNER)
        assert "撤回" in labels(play, letters, OWNER)
        assert "1 件议题照常作为问题办理" in heard(play, letters, CLERK)
        assert "问题清单" in labels(play, letters, CLERK)
        assert (await ticket(play)).state is State.SUBMITTED


async def test_of_a_topic_that_was_withdrawn_nothing_is_said_when_the_activity_is_called_off(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await signed_with_topic(play)
        await play.say(OWNER, "确认")
        await play.say(OWNER, "撤回 1")
        await play.say(OWNER, "确认")
        await press(play, CLERK, "off")
        await play.say(CLERK, "台风")
        letters = await play.press(CLERK, "确认")
        assert "议题" not in heard(play, letters, OWNER)
        assert "议题" not in heard(play, letters, CLERK)

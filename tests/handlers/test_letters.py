"""Letters of the ladder, which a telephone call stops, and calms that hold them back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import State
from tests.handlers.leading import (
    INSPECTOR,
    at,
    overdue,
    working,
)
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    buttons,
    carry,
    heard,
    history,
    known,
    texts,
    ticket,
)
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


async def test_u30_the_desk_sees_a_letter_half_an_hour_before_the_department(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        told = await overdue(play)
        assert "ZH-2026-0001 要发督办" in heard(play, told, "工作群")
        assert "先打个电话" in buttons(play, told, "工作群")
        assert "先打个电话" in buttons(play, told, HEAD)
        assert not texts(play, told, LIAISON)
        assert not texts(play, await at(play, "2026-12-03 09:29"), LIAISON)
        assert "督办单" not in heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        assert "没有发过督办单" in heard(play, await play.say(LIAISON, "督办单 1"), LIAISON)
        told = await at(play, "2026-12-03 09:30")
        assert "督办单 2026-0001（内部流水号）：ZH-2026-0001 办理已超期" in heard(
            play, told, LIAISON
        )
        assert "恒通" not in heard(play, told, LIAISON)
        assert not texts(play, told, OWNER)
        assert not texts(play, await at(play, "2026-12-03 10:30"), LIAISON)
        (letter,) = [one for one in (await ticket(play)).supervisions if one.rung == 2]
        assert letter.number == "2026-0001"
        acts = [entry.act for entry in await history(play, f"ticket:{ONE}")]
        assert acts.count("letter") == 1


async def test_u30_a_call_takes_a_letter_back_before_anybody_reads_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await at(play, "2026-12-03 09:10")
        told = await play.say(CLERK, "撤下 1 已电话李强，下午三点前答复")
        assert "这一次不发督办" in heard(play, told, CLERK)
        assert not texts(play, told, LIAISON)
        for moment in ("2026-12-03 09:30", "2026-12-03 15:00"):
            assert "督办" not in heard(play, await at(play, moment), LIAISON)
        assert "督办前电话" not in heard(play, await play.say(LIAISON, "查看 1"), LIAISON)
        assert "督办前电话：已电话李强" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        told = await play.say(CLERK, "撤下 1 再撤一次")
        assert "不能撤下了" in heard(play, told, CLERK)
        await at(play, "2026-12-07 09:00")  # the next rung comes all the same
        told = await at(play, "2026-12-07 09:30")
        for who in (LIAISON, INSPECTOR):
            assert "督办函 2026-0001" in heard(play, told, who)


async def test_a_letter_that_was_answered_by_the_reply_in_time_does_not_leave(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await play.say(LIAISON, f"答复 1 {ANSWER}")
        await play.say(LIAISON, "A")
        assert (await ticket(play)).state is State.REPLIED
        assert not texts(play, await at(play, "2026-12-03 09:30"), LIAISON)
        async with play.database.read() as tx:
            assert await tx.urging.waiting([(await known(play, LIAISON)).id]) == {}


async def test_the_answer_to_a_letter_is_read_by_whoever_it_came_from(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await at(play, "2026-12-03 09:30")
        told = await play.say(LIAISON, "督办回复 1 开关已到货，12月4日前换好")
        assert "已收到 ZH-2026-0001 的督办回复" in heard(play, told, LIAISON)
        assert "有督办回复" in heard(play, told, HEAD)
        assert not texts(play, told, INSPECTOR)
        assert "回复：开关已到货" in heard(play, await play.say(HEAD, "查看 1"), HEAD)
        assert "开关已到货" not in heard(play, await play.say(OWNER, "查看 1"), OWNER)
        told = await play.say(LIAISON, "督办回复 1 再回一次")
        assert "没有等您回复的督办" in heard(play, told, LIAISON)


async def test_letters_climb_to_the_inspector_and_the_leaders(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await at(play, "2026-12-03 09:30")
        await at(play, "2026-12-07 09:00")
        told = await at(play, "2026-12-07 09:30")
        for who in (LIAISON, INSPECTOR):
            assert "督办函 2026-0001" in heard(play, told, who)
        assert "督办函" not in heard(play, told, OWNER)
        await at(play, "2026-12-09 09:00")
        told = await at(play, "2026-12-09 09:30")
        for who in (LEADER, INSPECTOR):
            assert "会商议题 2026-0001" in heard(play, told, who)
        assert not texts(play, told, LIAISON)


async def test_an_unhappy_rating_by_night_sends_no_letter_before_the_morning(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        play.clock.now = datetime(2026, 11, 24, 22, tzinfo=OFFICE_ZONE)
        await play.say(OWNER, "不满意 1 还是停电")
        for moment in ("2026-11-24 22:30", "2026-11-25 08:29", "2026-11-25 08:59"):
            assert "督办单" not in heard(play, await at(play, moment), LIAISON)
        # 停电 is a class of 紧急: its hold begins when the day does, and not with the digest.
        assert "督办单" in heard(play, await at(play, "2026-11-25 09:00"), LIAISON)


# A calm -------------------------------------------------------------------------------------


async def test_u30_in_a_calm_nobody_is_urged_and_afterwards_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        due = (await ticket(play)).handling
        told = await play.say(HEAD, "缓催 到12月7日 防汛三级响应")
        assert "到12月7日（周一）（含）不发催办" in heard(play, told, HEAD)
        assert "到12月7日" in heard(play, told, INSPECTOR)
        for day in ("11-27", "12-01", "12-02", "12-03", "12-07"):
            for hour in ("09:00", "09:30", "15:00"):
                assert await at(play, f"2026-{day} {hour}") == [], (day, hour)
        assert (await ticket(play)).handling == due
        told = await at(play, "2026-12-08 09:00")
        assert not texts(play, told, LIAISON)
        told = await at(play, "2026-12-08 09:30")
        (letter,) = texts(play, told, LIAISON)
        assert "督办函" in letter  # the highest rung, and nothing below it
        (said,) = [entry for entry in await history(play, "office") if entry.act == "calm"]
        assert said.public["until"] == "2026-12-07"


async def test_a_letter_that_waits_when_the_calm_begins_waits_until_it_is_over(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await overdue(play)
        await play.say(HEAD, "缓催 到12月4日")
        assert not texts(play, await at(play, "2026-12-03 09:30"), LIAISON)
        await at(play, "2026-12-07 09:00")
        told = [*await at(play, "2026-12-07 09:30"), *await at(play, "2026-12-07 10:00")]
        (letter,) = texts(play, told, LIAISON)
        assert "督办函" in letter


async def test_a_calm_that_is_ended_early_is_over_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await play.say(HEAD, "缓催 到12月20日")
        await at(play, "2026-12-02 10:00")
        assert "已恢复" in heard(play, await play.say(HEAD, "恢复催办"), HEAD)
        told = await at(play, "2026-12-02 10:01")
        assert "【催办】" in heard(play, told, LIAISON)


@pytest.mark.parametrize("who", [CLERK, LIAISON, OWNER, LEADER])
async def test_nobody_else_decides_on_a_calm(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        assert "由受理负责人或管理员定" in heard(play, await play.say(who, "缓催 到12月7日"), who)
        async with play.database.read() as tx:
            assert await tx.urging.calm() is None


async def test_a_calm_needs_a_day_that_is_near(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for text in ("缓催", "缓催 到昨天", "缓催 到11月20日"):
            assert "请写到哪天" in heard(play, await play.say(HEAD, text), HEAD), text
        assert "最多 30 天" in heard(play, await play.say(HEAD, "缓催 到2027年3月1日"), HEAD)

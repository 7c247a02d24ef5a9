"""移送回访: what was left to a body outside is asked after until somebody says it is over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.tickets.case import State, Ticket
from tests.handlers.leading import at
from tests.handlers.story import (
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
    texts,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


async def transferred(play: Stage, told: str = "已告知企业去起诉") -> None:
    """Leave ticket 1 to the court."""
    await carry(play, State.ASSIGNED)
    await play.say(CLERK, f"移送 1 区法院 {told}")
    assert (await ticket(play)).state is State.TRANSFERRED


async def test_the_day_is_that_of_the_rules_and_the_desk_knows_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await transferred(play)
        waits = (await ticket(play)).follow_up
        assert waits is not None
        assert waits.on == date(2026, 12, 8)  # ten working days on
        assert "12月8日（周二）上午提醒您回访" in heard(play, play.seen, CLERK)


async def test_the_day_may_be_typed_and_is_no_part_of_what_the_enterprise_reads(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await transferred(play, "已告知企业去起诉，5个工作日后回访")
        waits = (await ticket(play)).follow_up
        assert waits is not None
        assert waits.on == date(2026, 12, 1)
        assert texts(play, play.seen, OWNER)[-1].startswith("ZH-2026-0001 已转到：区法院")
        assert "回访" not in texts(play, play.seen, OWNER)[-1]


async def test_a_day_that_is_over_is_refused_and_asked_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        before = await ticket(play)
        told = await play.say(CLERK, "移送 1 区法院 已告知企业去起诉，11月20日回访")
        assert "回访的日子要在今天以后" in heard(play, told, CLERK)
        assert await ticket(play) == before
        await play.say(CLERK, "已告知企业去起诉，12月1日回访")
        waits = (await ticket(play)).follow_up
        assert waits is not None
        assert waits.on == date(2026, 12, 1)


async def test_on_that_morning_the_desk_reads_it_in_the_digest_and_nobody_else(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await transferred(play)
        assert not texts(play, await at(play, "2026-12-07 09:00"), CLERK)
        await at(play, "2026-12-08 08:30")
        told = await at(play, "2026-12-08 09:00")
        for who in (CLERK, HEAD):
            assert "【移送回访】ZH-2026-0001 请问问对方办得怎样" in heard(play, told, who)
            assert buttons(play, told, who) == ["移送回访", "查看"]
        for who in (OWNER, LIAISON, LEADER, "工作群"):
            assert not texts(play, told, who)
        assert not texts(play, await at(play, "2026-12-09 09:00"), CLERK)  # once
        await at(play, "2026-12-22 08:30")
        assert "移送回访" in heard(play, await at(play, "2026-12-22 09:00"), CLERK)  # nobody asked


async def test_what_the_body_did_is_recorded_and_told_to_the_enterprise(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await transferred(play)
        await at(play, "2026-12-08 09:00")
        told = await play.say(CLERK, "移送回访 1 法院已立案，12月20日再问")
        told_owner = heard(play, told, OWNER)
        assert "ZH-2026-0001 转到区法院以后：法院已立案" in told_owner
        assert "12月20日（周日）我们再问一次" in told_owner
        assert "下次回访：12月20日（周日）" in heard(play, told, CLERK)
        case = await ticket(play)
        assert (case.state, case.onward) == (State.TRANSFERRED, "区法院")
        assert [one.open for one in case.follow_ups] == [False, True]
        assert "移送回访：法院已立案" in heard(play, await play.say(OWNER, "查看 1"), OWNER)
        await at(play, "2026-12-21 08:30")
        assert "移送回访" in heard(play, await at(play, "2026-12-21 09:00"), CLERK)


async def test_it_ends_when_somebody_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await transferred(play)
        await at(play, "2026-12-08 08:30")
        await at(play, "2026-12-08 09:00")
        told = await play.press(CLERK, "移送回访")
        assert "对方办得怎样了" in heard(play, told, CLERK)
        told = await play.say(CLERK, "法院已调解，赔了三万")
        assert buttons(play, told, CLERK) == ["12月22日", "不用再问"]
        told = await play.press(CLERK, "不用再问")
        assert "下次回访：不用再问" in heard(play, told, CLERK)
        assert "再问" not in heard(play, told, OWNER)
        case = await ticket(play)
        assert case.follow_up is None
        assert case.state is State.TRANSFERRED
        assert not texts(play, await at(play, "2027-01-12 09:00"), CLERK)
        acts = [entry.act for entry in await history(play, f"ticket:{ONE}")]
        assert acts.count("follow_up") == acts.count("ask_after") == 1


async def test_a_report_before_its_morning_calls_the_reminder_off(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await transferred(play)
        await play.say(CLERK, "移送回访 1 法院已调解，不用再问")
        assert "法院已调解" in heard(play, play.seen, OWNER)
        await at(play, "2026-12-08 08:30")
        assert not texts(play, await at(play, "2026-12-08 09:00"), CLERK)


@pytest.mark.parametrize("who", [OWNER, LIAISON, LEADER])
async def test_only_the_desk_records_it(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        await transferred(play)
        before = await ticket(play)
        told = await play.say(who, "移送回访 1 法院已立案，12月20日再问")
        assert "不归您办" in heard(play, told, who) or "没有找到" in heard(play, told, who)
        assert await ticket(play) == before


async def test_what_was_not_transferred_has_nobody_to_ask(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        before = await ticket(play)
        assert "待签收" in heard(play, await play.say(CLERK, "移送回访 1 已立案"), CLERK)
        assert await ticket(play) == before


async def test_a_case_that_was_transferred_by_an_earlier_version_can_be_followed_up(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await transferred(play)
        stored = (await ticket(play)).model_dump(mode="json")
        del stored["follow_ups"]
        assert Ticket.model_validate(stored).follow_up is None

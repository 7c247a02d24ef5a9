"""我也有此问题: who reported the like is told in numbers alone, and a colleague joins at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.tickets.case import Satisfaction, State
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
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
from tests.handlers.test_merging import OF_OTHER, OF_OWNER, OTHER, OTHERS_REPORT, TWO, leaks
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

COLLEAGUE = "小周"
OFFERED = "我也有此问题"


async def colleague(play: Stage) -> None:
    """Bind a colleague to the owner's enterprise and have them report the same."""
    told = heard(play, await play.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周"), CLERK)
    (code, *_) = re.findall(r"邀请码 ([A-Z2-9-]{9})", told)
    await play.say(COLLEAGUE, f"邀请码 {code}")
    await play.say(COLLEAGUE, f"我是小周，13805740009。{REPORT}")


async def test_scenario_8_a_colleague_joins_and_both_hear_and_rate(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await colleague(play)
        filed = await play.say(COLLEAGUE, "确认")
        assert "您单位已有同事反映过" in heard(play, filed, COLLEAGUE)
        told = heard(play, await play.press(COLLEAGUE, OFFERED), COLLEAGUE)
        assert f"{TWO} 和类似的问题一起办" in told
        assert (await ticket(play, TWO)).merged_into == ONE
        await carry(play, State.REPLIED, since=State.SUBMITTED)
        told_both = await play.say(HEAD, "审核通过 1")
        for who in (OWNER, COLLEAGUE):
            assert ANSWER[:10] in heard(play, told_both, who)
            assert buttons(play, told_both, who)[:3] == ["满意", "基本满意", "不满意"]
        await play.press(COLLEAGUE, "满意")
        await play.press(OWNER, "基本满意")
        case = await ticket(play)
        assert case.satisfaction is Satisfaction.MOSTLY
        assert [one.satisfaction for one in case.joined] == [Satisfaction.SATISFIED]


async def test_another_enterprise_learns_a_number_and_no_name(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OTHER, OTHERS_REPORT)
        filed = await play.say(OTHER, "确认")
        assert "有 1 家企业反映过类似问题" in heard(play, filed, OTHER)
        assert buttons(play, filed, OTHER) == [OFFERED]
        told = await play.press(OTHER, OFFERED)
        assert leaks(heard(play, play.seen, OTHER), OF_OWNER) == []
        assert leaks(heard(play, play.seen, OWNER), OF_OTHER) == []
        other = await ticket(play, TWO)
        assert (other.state, [one.kind for one in other.relations]) == (State.SUBMITTED, ["alike"])
        assert "并案" in buttons(play, told, "工作群")


async def test_the_desk_merges_what_is_said_to_be_alike_with_one_tap(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OTHER, OTHERS_REPORT)
        await play.say(OTHER, "确认")
        await play.press(OTHER, OFFERED)
        await play.press(CLERK, "并案", group="工作群")
        assert (await ticket(play, TWO)).merged_into == ONE


async def test_enterprises_are_counted_not_their_reports(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        for line in (REPORT, "确认"):
            await play.say(OWNER, line)
        await play.say(OTHER, OTHERS_REPORT)
        assert "有 1 家企业" in heard(play, await play.say(OTHER, "确认"), OTHER)


async def test_who_only_says_to_belong_to_an_enterprise_learns_nothing_of_it(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say("生人", f"我是镇海恒通紧固件有限公司的丁一平，13957401235。{REPORT}")
        filed = await play.say("生人", "确认")
        assert "反映过" not in heard(play, filed, "生人")
        assert buttons(play, filed, "生人") == []


async def test_the_own_earlier_reports_and_what_is_over_are_not_counted(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CLOSED)
        for line in (REPORT, "确认"):
            filed = await play.say(OWNER, line)
        assert buttons(play, filed, OWNER) == []
        await play.say(OWNER, "撤回 2")
        await play.say(OWNER, "确认")
        await play.say(OTHER, OTHERS_REPORT)
        assert buttons(play, await play.say(OTHER, "确认"), OTHER) == []


async def test_where_nothing_is_alike_nothing_is_joined(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        told = heard(play, await play.say(OWNER, "我也有此问题 1"), OWNER)
        assert "会单独办" in told
        assert [entry.act for entry in await history(play, f"ticket:{ONE}")] == ["file"]


async def test_a_colleagues_ticket_that_ended_meanwhile_is_not_joined(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await colleague(play)
        await play.say(COLLEAGUE, "确认")
        await play.say(OWNER, "撤回 1")
        await play.say(OWNER, "确认")
        told = heard(play, await play.press(COLLEAGUE, OFFERED), COLLEAGUE)
        assert "已经结束" in told
        assert [one.state for one in await tickets(play)] == [State.WITHDRAWN, State.SUBMITTED]

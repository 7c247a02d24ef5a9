"""Scenarios whose people use two channels: DingTalk, and the poor one that has no buttons.

U1 needs a chat that is forwarded and scenario 25 a group: the poor channel has neither.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import Satisfaction, State
from tests.doors import TwoDoors, at, two_doors
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    carry,
    heard,
    texts,
    ticket,
    tickets,
)
from tests.handlers.test_scenarios import PRIVATE
from tests.poor import LIMIT, NAME

pytestmark = pytest.mark.usefixtures("engine")

COLLEAGUE, TWO = "小周", "ZH-2026-0002"
ROAD = (
    "上个月起厂门口兴海路坑坑洼洼，货车进出困难，昨天还翻了一辆叉车，货全撒在路上，车间等着发货，"
    "我们自己填过两次碎石，一下雨又冲走了，司机都不愿意来，希望交通部门尽快派人来修，并告诉我们修到哪天。"
)
NUMBERS = re.findall(r"\d{8,}", PRIVATE)


def number_of(letters_text: str, label: str) -> str:
    """Return the number under which a choice was spelt out."""
    found = re.findall(rf"^(\d+) {label}$", letters_text, re.MULTILINE)
    assert found, letters_text
    return str(found[-1])


async def choose(play: TwoDoors, who: str, label: str) -> str:
    """Answer in the poor channel with the number of a choice; return what is said then."""
    number = number_of(play.platform.told(play.account(who)), label)
    return heard(play, await play.write(who, number), at(who))


async def colleague(play: TwoDoors) -> None:
    """Bind a colleague of the owner's enterprise, who only has the poor channel."""
    told = heard(play, await play.say(CLERK, "发邀请码 镇海恒通紧固件有限公司 小周"), CLERK)
    (code, *_) = re.findall(r"邀请码 ([A-Z2-9-]{9})", told)
    await play.write(COLLEAGUE, f"邀请码 {code}")


async def in_channel(play: TwoDoors, to: State) -> None:
    """Let the owner report through the poor channel, and lead the case up to a state."""
    await play.link(OWNER)
    await play.write(OWNER, REPORT)
    await play.write(OWNER, "确认")
    await carry(play, to, since=State.SUBMITTED)


async def test_scenario_8_two_colleagues_in_two_channels_join_hear_and_rate(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await colleague(play)
        await carry(play, State.SUBMITTED)
        play.clock.now += timedelta(seconds=40)
        await play.write(COLLEAGUE, f"我是小周，13805740009。{REPORT}")
        filed = heard(play, await play.write(COLLEAGUE, "确认"), at(COLLEAGUE))
        assert "您单位已有同事反映过" in filed
        assert f"{TWO} 和类似的问题一起办" in await choose(play, COLLEAGUE, "我也有此问题")
        assert (await ticket(play, TWO)).merged_into == ONE
        before = len(play.seen)
        await carry(play, State.IN_PROGRESS, since=State.SUBMITTED)
        for who in (OWNER, at(COLLEAGUE)):
            assert "国网镇海供电公司" in heard(play, play.seen[before:], who), who
        await carry(play, State.REPLIED, since=State.IN_PROGRESS)
        told = await play.say(HEAD, "审核通过 1")
        for who in (OWNER, at(COLLEAGUE)):
            assert ANSWER[:10] in heard(play, told, who)
            assert "满意" in heard(play, told, who)
        await play.write(COLLEAGUE, "满意 2")
        await play.press(OWNER, "基本满意")
        case = await ticket(play)
        assert (case.state, case.satisfaction) == (State.CLOSED, Satisfaction.MOSTLY)
        assert [one.satisfaction for one in case.joined] == [Satisfaction.SATISFIED]
        states = {(one.door.value, one.state) for one in await play.stories()}
        assert ("official_account", "sent") in states
        assert "failed" not in {state for _, state in states}


async def test_scenario_34_a_draft_begun_in_a_group_goes_on_where_its_writer_is_next(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await play.say(OWNER, "我要反映问题", group="企业群")
        told = await play.write(OWNER, REPORT)
        assert "谁能看到" in heard(play, told, at(OWNER))
        assert heard(play, told, OWNER) == ""
        told = await play.say(OWNER, "修改电话")
        assert heard(play, told, OWNER)
        told = await play.write(OWNER, "13805740055")
        assert "13805740055" in heard(play, told, at(OWNER))
        assert ONE in heard(play, await play.write(OWNER, "确认"), at(OWNER))
        (case,) = await tickets(play)
        assert (case.body[:6], case.phone) == ("昨天下午三点", "13805740055")


async def test_scenario_26_numbers_typed_in_one_channel_are_masked_in_the_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await play.write(OWNER, PRIVATE)
        await play.write(OWNER, "确认")
        told = await play.write(OWNER, "确认")
        assert ONE in heard(play, told, at(OWNER))
        for place in ("企业群", "工作群"):
            assert [n for n in NUMBERS if n in heard(play, play.seen, place)] == []
        assert [n for n in NUMBERS if n in caplog.text] == []
        assert NUMBERS[0] in heard(play, await play.say(CLERK, "查看 1"), CLERK)


async def test_u2_a_paragraph_takes_three_messages_each_way_without_buttons(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        assert 80 <= len(ROAD) <= 130
        told = [*await play.write(OWNER, ROAD), *await play.write(OWNER, "确认")]
        assert ONE in heard(play, told, at(OWNER))
        assert len(texts(play, told, at(OWNER))) <= 3
        assert play.said[OWNER] <= 3


async def test_u3_the_first_line_names_the_readers_and_a_number_hides_the_enterprise(
    tmp_path: Path,
) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        card = texts(play, await play.write(OWNER, REPORT), at(OWNER))[-1]
        assert card.startswith("谁能看到：工商联受理员 2 人")
        await choose(play, OWNER, "对部门隐去企业名")
        assert ONE in await choose(play, OWNER, "确认")
        await carry(play, State.ASSIGNED, State.SUBMITTED)
        for line in ("查看 1", "进度 1", "清单", "查 停电", "期限 1", "交办单 1"):
            await play.say(LIAISON, line)
        seen = heard(play, play.seen, LIAISON)
        assert [name for name in ("恒通", "陈建国", "13805740001") if name in seen] == []


async def test_u4_who_wants_to_be_called_only_has_to_answer_with_a_number(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await play.write(OWNER, "请给我回电话")
        await play.write(OWNER, "确认")
        assert "任务" in heard(play, play.seen, "工作群")
        for line in ("代录 1", REPORT, "确认"):
            await play.say(CLERK, line)
        asked = play.platform.shown[-1].text
        assert "也可以回复 1 对、2 补充" in asked
        assert "对：回复「对 ZH-2026-0001」" in asked
        assert "补充" in heard(play, await play.write(OWNER, "2"), at(OWNER))
        await play.write(OWNER, "取消")
        await play.write(OWNER, "取消")
        assert "就按这个办" in heard(play, await play.write(OWNER, "对"), at(OWNER))
        await carry(play, State.CALLBACK, State.SUBMITTED)
        await play.say(CLERK, "满意 1")
        assert (await ticket(play)).state is State.CALLBACK
        await play.write(OWNER, "满意 1")
        assert (await ticket(play)).state is State.CLOSED


async def test_u5_what_was_told_to_12345_needs_no_material_here_either(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        await play.write(OWNER, REPORT)
        told = texts(play, await play.write(OWNER, "12345 编号 NB20260001"), at(OWNER))
        assert "不用再交材料" in told[-1]
        await play.write(OWNER, "确认")
        assert (await ticket(play)).told_elsewhere == "12345 NB20260001"


@pytest.mark.parametrize(
    "said", ["我们厂停电了，炉子等着", "车间漏气了，煤气味很重", "仓库门口积水半米"]
)
async def test_u6_the_repair_number_comes_first(tmp_path: Path, said: str) -> None:
    async with two_doors(tmp_path) as play:
        await play.link(OWNER)
        first, *rest = texts(play, await play.write(OWNER, said), at(OWNER))
        assert re.search(r"\d{3,}", first)
        assert "谁能看到" not in first
        assert rest


async def test_u10_numbers_of_somebody_who_left_do_nothing(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await in_channel(play, State.CALLBACK)
        told = await play.say(CLERK, "解绑 demo-owner-chen 本月离职")
        assert "请换联系人" in heard(play, told, "工作群")
        before = await ticket(play)
        for line in ("满意 1", "补充 1 又停了", "撤回 1", "催办 1", "进度 1", "1"):
            said = heard(play, await play.write(OWNER, line), at(OWNER))
            assert said, line
            assert "国网镇海供电公司" not in said
        assert await ticket(play) == before


async def test_u13_who_wants_messages_only_says_so_without_a_button(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await in_channel(play, State.CALLBACK)
        told = await play.say(CLERK, "回访 1 没接通")
        assert "满意" in heard(play, told, at(OWNER))
        said = heard(play, await play.say(HEAD, "回访 1 没接通"), HEAD)
        assert "已由王敏于" in said
        play.clock.now += timedelta(days=1)
        await play.write(OWNER, "进度")  # the platform lets us write again
        told = await play.say(CLERK, "回访 1 只发消息")
        assert "不打电话" in heard(play, told, at(OWNER))
        play.clock.now += timedelta(days=1)
        said = heard(play, await play.say(HEAD, "回访 1 没接通"), HEAD)
        assert "只发消息" in said


# What every channel is owed -----------------------------------------------------------------------


async def test_a_notice_without_buttons_says_what_to_type(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await in_channel(play, State.CALLBACK)
        asked = play.platform.shown[-1].text
        assert "满意：回复「满意 ZH-2026-0001」" in asked


@pytest.mark.parametrize(
    ("number", "rated"),
    [("1", Satisfaction.SATISFIED), ("2", Satisfaction.MOSTLY), ("3", None)],
)
async def test_the_numbers_that_a_request_to_rate_names_work(
    tmp_path: Path, number: str, rated: Satisfaction | None
) -> None:
    async with two_doors(tmp_path) as play:
        await in_channel(play, State.CALLBACK)
        told = heard(play, await play.write(OWNER, number), at(OWNER))
        case = await ticket(play)
        assert case.satisfaction is rated
        assert (case.state is State.CLOSED) is (rated is not None)
        assert told


async def test_no_card_is_asked_of_a_channel_that_has_none(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await in_channel(play, State.CLOSED)
        cards = [one for one in play.poor.sent if one.card or one.update or one.message.file]
        assert cards == []
        assert play.poor.sent


async def test_a_long_answer_comes_in_numbered_parts(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as play:
        await in_channel(play, State.IN_PROGRESS)
        long = ANSWER + "".join(f"第{n}项：更换开关一只并试送电。" for n in range(60))
        for who, line in ((LIAISON, f"答复 1 {long}"), (LIAISON, "A")):
            await play.say(who, line)
        before = len(play.platform.shown)
        await play.say("沈丽君", "协办意见 1 同意供电公司的意见")
        await play.say(LIAISON, f"答复 1 {long}")
        await play.say(LIAISON, "A")
        await play.say(HEAD, "审核通过 1")
        parts = [one.text for one in play.platform.shown[before:]]
        told = [part for part in parts if part.startswith("（")]
        assert [part[:5] for part in told] == ["（1/2）", "（2/2）"]
        assert all(len(part.encode()) <= LIMIT for part in parts)
        assert "第59项" in told[-1]
        assert "满意：回复「满意 ZH-2026-0001」" in told[-1]
        assert NAME not in told[0]

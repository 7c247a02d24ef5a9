"""Open conversations: several at once, put aside, reminded of, resumed, and odd input in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.talk import CONVERSATION
from tests.handlers.story import (
    CLERK,
    LIAISON,
    OWNER,
    REPORT,
    SUPPORT,
    buttons,
    carry,
    heard,
    texts,
    ticket,
    tickets,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

ODD = {
    "empty": "",
    "blank": "   \n\t ",
    "zero_width": "\u200b\u200c\u200d\ufeff",
    "nul": "\x00\x01\x1f",
    "lone_surrogates": "\ud83d \udc00",
    "right_to_left": "\u202eمرحبا\u202c",
    "half_an_emoji_in_words": "停\ud800电",
    "long": "停电了怎么办" * 1667,
    "long_without_an_end": "啊" * 10_000,
    "long_digits": "1" * 10_000,
    "long_lines": "字\n" * 5_000,
    "markup": "**[x](http://a)** <b>@all</b> ![](y) # `z` |a|b|",
    "blanks": "${number} {0} %s ${",
}
# Where each flow asks something: who is asked, and what led there.
PLACES: dict[str, tuple[State | None, str, Sequence[str]]] = {
    "nothing": (None, OWNER, ()),
    "report": (None, OWNER, ("我要反映问题",)),
    "review": (None, OWNER, (REPORT,)),
    "edit_phone": (None, OWNER, (REPORT, "修改电话")),
    "edit_category": (None, OWNER, (REPORT, "修改类别")),
    "edit_which": (None, OWNER, (REPORT, "修改")),
    "stranger": (None, "路人", ("我要反映问题",)),
    "binding": (None, "路人", ("绑定",)),
    "callback": (None, "路人", ("请给我回电话",)),
    "need_info": (State.SUBMITTED, OWNER, ()),
    "supplement": (State.SUBMITTED, OWNER, ("补充",)),
    "withdraw": (State.SUBMITTED, OWNER, ("撤回",)),
    "ask_info": (State.SUBMITTED, CLERK, ("请补充 1",)),
    "reject": (State.SUBMITTED, CLERK, ("不予受理 1",)),
    "dispatch": (State.ACCEPTED, CLERK, ("交办 1",)),
    "dispatch_review": (State.ACCEPTED, CLERK, ("交办 1 供电公司",)),
    "opinion": (State.ASSIGNED, "沈丽君", ("协办意见 1",)),
    "contact": (State.IN_PROGRESS, LIAISON, ("首联 1",)),
    "reply": (State.IN_PROGRESS, LIAISON, ("答复 1",)),
    "send_back": (State.REPLIED, CLERK, ("退回 1",)),
    "unhappy": (State.CALLBACK, OWNER, ("不满意",)),
}


async def lead_to(play: Stage, place: str) -> str:
    state, who, lines = PLACES[place]
    if state is not None:
        await carry(play, state)
    if place == "need_info":
        await play.say(CLERK, "请补充 1 在哪条路上")
    if place == "reply":
        await play.say(SUPPORT, "协办意见 1 同意供电公司的意见")
    for line in lines:
        await play.say(who, line)
    return who


@pytest.mark.parametrize("place", sorted(PLACES))
async def test_odd_input_is_answered_anywhere_and_in_a_group(tmp_path: Path, place: str) -> None:
    async with stage(tmp_path) as play:
        who = await lead_to(play, place)
        for name, text in ODD.items():
            told = await play.say(who, text)  # the stage fails when an arrival fails
            assert [letter for letter in told if letter.to == play.staff_id(who)], name
            assert await play.say(who, text, group="企业群"), name


@pytest.mark.parametrize("place", sorted(PLACES))
async def test_every_form_can_be_left_and_says_so(tmp_path: Path, place: str) -> None:
    async with stage(tmp_path) as play:
        who = await lead_to(play, place)
        for _ in range(2):  # a correction is left first, then the form
            assert heard(play, await play.say(who, "取消"), who)
        assert "现在没有填到一半的事" in heard(play, await play.say(who, "取消"), who)


@pytest.mark.parametrize("place", sorted(set(PLACES) - {"nothing", "need_info"}))
async def test_a_digression_is_answered_and_the_form_goes_on(tmp_path: Path, place: str) -> None:
    async with stage(tmp_path) as play:
        who = await lead_to(play, place)
        told = heard(play, await play.say(who, "谢谢"), who)
        assert "不客气" in told
        assert "回到刚才" in told


async def test_a_form_is_reminded_of_once_then_put_aside_and_can_be_resumed(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        assert await play.wait(timedelta(minutes=29)) == []
        reminded = heard(play, await play.wait(timedelta(minutes=2)), OWNER)
        assert "还有一件事没填完" in reminded
        assert await play.wait(timedelta(hours=5)) == []
        left = heard(play, await play.wait(timedelta(hours=19)), OWNER)
        assert "回复“继续”" in left
        assert await play.wait(timedelta(days=6)) == []
        assert "跳闸三次" in heard(play, await play.say(OWNER, "继续"), OWNER)
        await play.say(OWNER, "确认")
        assert len(await tickets(play)) == 1


async def test_after_a_week_a_form_is_not_resumed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "取消")
        await play.wait(timedelta(days=7, minutes=1))
        told = await play.say(OWNER, "继续")
        assert "现在没有填到一半的事" in heard(play, told, OWNER)
        assert "我要反映问题" in buttons(play, told, OWNER)


async def test_an_answer_after_the_reminder_starts_the_time_anew(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "我要反映问题")
        await play.wait(timedelta(minutes=31))
        await play.say(OWNER, "厂门口道路坑坑洼洼，货车进出困难")
        assert await play.wait(timedelta(minutes=29)) == []
        assert "还有一件事没填完" in heard(play, await play.wait(timedelta(minutes=2)), OWNER)


async def test_the_reminder_follows_the_last_word_though_the_timer_is_set_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, "我要反映问题")
        async with play.database.read() as tx:
            first = await tx.timers.due(play.clock.now + timedelta(days=1), 10, (CONVERSATION,))
        play.clock.now += timedelta(minutes=20)
        await play.say(OWNER, "厂门口的路灯坏了两个月没人修，希望尽快修好。")
        async with play.database.read() as tx:
            assert (
                await tx.timers.due(play.clock.now + timedelta(days=1), 10, (CONVERSATION,))
                == first
            )
        assert await play.wait(timedelta(minutes=15)) == []  # the timer strikes, too early
        assert await play.wait(timedelta(minutes=14)) == []
        assert "还有一件事没填完" in heard(play, await play.wait(timedelta(minutes=2)), OWNER)


async def test_forms_lie_on_top_of_each_other_and_come_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OWNER, "厂门口道路坑坑洼洼，上个月起货车进出困难，希望尽快修好")
        await play.say(OWNER, "撤回 1")
        told = heard(play, await play.say(OWNER, "取消"), OWNER)
        assert "没有撤回" in told
        assert "坑坑洼洼" in told
        await play.say(OWNER, "确认")
        assert [t.state for t in await tickets(play)] == [State.SUBMITTED, State.SUBMITTED]


async def test_more_forms_than_fit_are_put_aside_not_lost(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OWNER, "厂门口道路坑坑洼洼，上个月起货车进出困难，希望尽快修好")
        for _ in range(3):
            await play.say(OWNER, "撤回 1")
        for _ in range(3):
            await play.say(OWNER, "取消")
        found = [heard(play, await play.say(OWNER, "继续"), OWNER) for _ in range(4)]
        assert any("坑坑洼洼" in told for told in found)


async def test_a_person_is_offered_a_call_after_three_faults(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "修改电话")
        for _ in range(3):
            told = await play.say(OWNER, "12")
        assert "请给我回电话" in buttons(play, told, OWNER)
        await play.press(OWNER, "请给我回电话")
        assert "回电任务" in "\n".join(texts(play, play.seen, "工作群"))


@pytest.mark.parametrize("yes", ["确认", "对", "好的", "是的", "可以", "没问题"])
async def test_a_yes_at_the_card_is_a_yes(tmp_path: Path, yes: str) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.say(OWNER, yes)
        assert (await ticket(play)).state is State.SUBMITTED


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("修改电话为13905741234", "电话：13905741234"),
        ("修改电话号码为13905741234", "电话：13905741234"),
        ("修改企业名称为宁波新盛电器有限公司", "企业：宁波新盛电器有限公司"),
        ("修改联系人：王五", "联系人：王五"),
        ("电话：13905741234", "电话：13905741234"),
        ("修改发生时间改为上个月", "发生时间：上个月"),
    ],
)
async def test_one_sentence_corrects_one_line(tmp_path: Path, text: str, shown: str) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        lines = heard(play, await play.say(OWNER, text), OWNER).split("  \n")
        assert shown in lines


async def test_a_form_started_in_a_group_goes_on_in_private(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(OWNER, "我要反映问题", group="企业群")
        assert heard(play, told, "企业群") == "已私聊您，请到私聊里继续。"
        assert heard(play, told, OWNER).startswith("请告诉我：")
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        assert len(await tickets(play)) == 1

"""会上问题: what is raised at an activity becomes tickets of that activity, all at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from flows.tickets.case import State
from tests.handlers.attending import EVENT, labels, press, publish, sign_up, stranger
from tests.handlers.breaking import breaks_at
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    OWNER,
    change,
    heard,
    history,
    known,
    tickets,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
ONE = stranger(1)
HENGTONG = "镇海恒通紧固件有限公司"
GUESTS = "名额9人\n参加领导：副区长张建华、郑伟民"


async def meeting(play: Stage, more: str = GUESTS) -> None:
    """Let an activity of two parties begin."""
    await publish(play, more)
    await sign_up(play, OWNER)
    await sign_up(play, *ONE)
    play.clock.now += timedelta(days=7, hours=6)
    await play.wait(timedelta(minutes=1))


async def raised(play: Stage, *said: str, who: str = CLERK) -> list[Letter]:
    """Write problems down one after the other and file them."""
    for text in ("会上问题", *said, "完成"):
        await play.say(who, text)
    return await play.say(who, "确认")


async def test_each_sentence_becomes_a_ticket_of_the_activity_and_of_the_days_leader(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        await raised(play, "恒通：焊工招不到，希望办招聘会", "宁波第1机械厂：门口积水两天没人管")
        owner, clerk, found = (
            await known(play, OWNER),
            await known(play, CLERK),
            await tickets(play),
        )
        assert [(one.source, one.source_ref, one.met_leader) for one in found] == [
            ("event", EVENT, LEADER)
        ] * 2
        first, second = found
        assert (first.reporter, first.recorded_by) == (owner.id, clerk.id)
        assert (first.enterprise, first.contact, first.phone) == (HENGTONG, "陈建国", owner.phone)
        assert (first.body, first.left, first.verified) == (
            "焊工招不到，希望办招聘会",
            False,
            True,
        )
        assert second.contact == "周1"
        assert second.phone == "13905740001"


async def test_several_lines_at_once_are_several_problems(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        await raised(play, "恒通：焊工招不到\n宁波第1机械厂：门口积水两天没人管")
        assert [one.body for one in await tickets(play)] == ["焊工招不到", "门口积水两天没人管"]


async def test_the_first_sentences_may_stand_behind_the_word_and_more_may_follow(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        told = await play.say(CLERK, "会上问题 恒通：焊工招不到")
        assert "记下了" in heard(play, told, CLERK)
        for text in ("宁波第1机械厂：门口积水两天没人管", "完成", "确认"):
            await play.say(CLERK, text)
        assert len(await tickets(play)) == 2


async def test_whoever_raised_it_hears_once_and_only_of_their_own(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        told = await raised(
            play, "恒通：焊工招不到", "恒通：门口积水两天没人管", "宁波第1机械厂：停电跳闸三次"
        )
        (to_owner,) = [one for one in told if play.where(one) == OWNER]
        assert "焊工招不到" in to_owner.message.text
        assert "门口积水" in to_owner.message.text
        assert "停电" not in to_owner.message.text
        assert labels(play, told, OWNER) == ["对", "不对"]
        group = heard(play, told, "工作群")
        assert "恒通" not in group
        assert "焊工" not in group


async def test_all_is_filed_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        for text in ("会上问题", "恒通：焊工招不到", "恒通：门口积水两天没人管", "完成"):
            await play.say(CLERK, text)
        breaks_at(monkeypatch, "ZH-2026-0002")
        with pytest.raises(OSError, match="0002 fails"):
            await play.say(CLERK, "确认")
        assert await tickets(play) == []
        assert [
            one.act for one in await history(play, f"event:{EVENT}") if one.act == "raise"
        ] == []


async def test_what_is_nobodys_is_not_filed_until_it_is_said(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        told = await raised(play, "门口积水两天没人管")
        assert "第 1 条不知道是哪家" in heard(play, told, CLERK)
        assert await tickets(play) == []
        await play.say(CLERK, "1 恒通")
        await play.say(CLERK, "确认")
        assert [one.enterprise for one in await tickets(play)] == [HENGTONG]


async def test_people_of_one_enterprise_who_left_no_number_stay_apart(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        await raised(play, "新安模具厂王工：水压太低了", "新安模具厂李总：路灯不亮了")
        first, second = await tickets(play)
        assert first.reporter != second.reporter
        assert (first.contact, second.contact) == ("王工", "李总")
        assert first.left
        assert second.left


async def test_pictures_stay_with_the_sentence_they_came_with(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        await play.say(CLERK, "会上问题")
        await play.say(CLERK, "恒通：焊工招不到")
        await play.say(CLERK, "恒通：门口积水两天没人管", files=2)
        await play.say(CLERK, "完成")
        await play.fetched()
        await play.say(CLERK, "确认")
        assert [len(one.files) for one in await tickets(play)] == [0, 2]


async def test_without_a_leader_in_the_announcement_it_is_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play, "名额9人")
        for text in ("会上问题", "恒通：焊工招不到"):
            await play.say(CLERK, text)
        asked = await play.say(CLERK, "完成")
        assert labels(play, asked, CLERK) == [LEADER, "没有领导"]
        await play.press(CLERK, "没有领导")
        await play.say(CLERK, "确认")
        assert [one.met_leader for one in await tickets(play)] == [""]


async def test_a_leader_who_writes_it_down_was_there(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play, "名额9人")
        await raised(play, "恒通：焊工招不到", who=LEADER)
        assert [one.met_leader for one in await tickets(play)] == [LEADER]


async def test_the_activity_and_its_tickets_name_each_other(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        await raised(play, "恒通：焊工招不到", "恒通：门口积水两天没人管")
        shown = heard(play, await play.say(CLERK, "查看 0001"), CLERK)
        assert f"来源：活动 {EVENT}，会上转入" in shown
        assert f"当天领导：{LEADER}" in shown
        await change(play, state=State.CLOSED)
        listed = heard(play, await press(play, CLERK, "raised"), CLERK)
        assert "归集 2 件，已办结 1，办理中 1，其他结束 0" in listed
        assert "ZH-2026-0001" in listed
        assert "ZH-2026-0002" in listed
        (line,) = [one for one in await history(play, f"event:{EVENT}") if one.act == "raise"]
        assert line.public["tickets"] == "ZH-2026-0001 ZH-2026-0002"


async def test_of_a_confidential_case_the_list_says_no_more_than_its_number(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        await raised(play, "恒通：焊工招不到")
        await change(play, confidential=True)
        listed = heard(play, await press(play, CLERK, "raised"), CLERK)
        assert "ZH-2026-0001" in listed
        assert "恒通" not in listed
        assert "焊工" not in listed


async def test_two_who_write_at_once_file_both(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        await play.say(HEAD, "会上问题")
        await raised(play, "恒通：焊工招不到")
        for text in ("恒通：门口积水两天没人管", "完成", "确认"):
            await play.say(HEAD, text)
        assert [one.source_ref for one in await tickets(play)] == [EVENT, EVENT]


async def test_an_enterprise_that_begins_so_is_heard_as_always(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await meeting(play)
        told = await play.say(OWNER, "现场问题 我们厂门口积水两天没人管")
        assert "会上问题由工商联的工作人员来记" not in heard(play, told, OWNER)
        short = await play.say(ONE[0], "会上问题")
        assert "会上问题由工商联的工作人员来记" in heard(play, short, ONE[0])
        pressed = await press(play, ONE[0], "raise")
        assert "会上问题由工商联的工作人员来记" in heard(play, pressed, ONE[0])


async def test_which_of_two_is_asked_and_what_was_said_is_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await play.say(
            CLERK, "建活动 惠企恳谈会：用工\n时间：11月30日13:30\n地点：骆驼商会\n名额9人"
        )
        await play.press(CLERK, "确认")
        await play.press(CLERK, "发布")
        play.clock.now += timedelta(days=9)
        asked = await play.say(CLERK, "会上问题 恒通：焊工招不到")
        assert len(labels(play, asked, CLERK)) == 2
        await play.say(CLERK, "2")
        await play.press(CLERK, "没有领导")
        await play.say(CLERK, "确认")
        assert [(one.source_ref, one.body) for one in await tickets(play)] == [
            ("HD-2026-002", "焊工招不到")
        ]

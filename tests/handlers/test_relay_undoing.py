"""撤销接龙: a list that was pasted under the wrong activity is taken back as a whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.flows.registration.relay_list import WHOLE
from tests.handlers.attending import EVENT, labels, press, publish, roll, sign_up, stranger
from tests.handlers.relaying import OWNERS, relay_office
from tests.handlers.story import CLERK, HEAD, LIAISON, heard, history
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
SHORT = "#接龙 政商面对面 12月1日\n1. 恒通 李总\n2. 明达 沈工"
BUTTON = "撤销这份接龙"


async def pasted(play: Stage, more: str = "名额60人", text: str = WHOLE) -> None:
    """Publish an activity and paste a list for it."""
    await publish(play, more)
    await play.say(CLERK, text)


async def live(play: Stage) -> list[str]:
    """Return the names on the list."""
    return [one.name for one in (await roll(play)).registrations.values() if one.live]


async def test_the_list_goes_after_a_question_and_who_was_told_hears_it_once(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        asked = await play.say(HEAD, f"撤销接龙 {EVENT}")
        assert "24 份报名" in heard(play, asked, HEAD)
        assert "待定的 3 行也一起撤" in heard(play, asked, HEAD)
        assert len(await live(play)) == 24
        letters = await play.press(HEAD, BUTTON)
        told = heard(play, letters, HEAD)
        assert "取消 24 份报名，还剩 60 个名额" in told
        assert "没有账号、收不到通知的 22 份" in told
        for name in OWNERS:
            assert heard(play, letters, name).count("已撤销") == 1
        assert {play.where(one) for one in letters} == {HEAD, *OWNERS}
        assert await live(play) == []
        assert (await roll(play)).event.doubtful == ()
        acts = [one.act for one in await history(play, f"event:{EVENT}")]
        assert acts.count("relay_undone") == 24
        assert acts.count("relay_undo") == 1


async def test_pressed_twice_it_is_done_once(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        await press(play, CLERK, "relay_undone", 1)
        again = await press(play, CLERK, "relay_undone", 1)
        assert "已经撤销过" in heard(play, again, CLERK)
        assert {play.where(one) for one in again} == {CLERK}


async def test_the_button_of_a_list_that_was_taken_back_leaves_the_next_one(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play, text=SHORT)
        await press(play, CLERK, "relay_undone", 1)
        await play.say(HEAD, "#接龙 政商面对面 12月1日\n1. 天成 谢芳\n2. 明达 沈工")
        for act in ("relay_undo", "relay_undone"):
            late = await press(play, CLERK, act, 1)
            assert "已经撤销过" in heard(play, late, CLERK)
        assert await live(play) == ["谢芳", "沈工"]


async def test_who_changed_their_place_stays_and_is_named(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play)
        seq = next(o.seq for o in (await roll(play)).registrations.values() if o.name == "钱进")
        await press(play, "钱进", "people", seq)
        await play.say("钱进", "2")
        await play.say("钱进", "跳过")
        asked = heard(play, await play.say(CLERK, "撤销接龙"), CLERK)
        assert "本人已经动过的 1 份不撤：钱进" in asked
        letters = await play.press(CLERK, BUTTON)
        assert "本人已经动过的 1 份不撤：钱进" in heard(play, letters, CLERK)
        assert heard(play, letters, "钱进") == ""
        assert await live(play) == ["钱进"]


async def test_seats_that_come_free_are_offered_to_who_waits(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play, "名额2人\n候补5人", SHORT)
        who, told = stranger(1)
        await sign_up(play, who, told)
        await play.say(CLERK, "撤销接龙")
        letters = await play.press(CLERK, BUTTON)
        assert "有名额了" in heard(play, letters, who)


async def test_the_same_list_may_be_pasted_again(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play, text=SHORT)
        await press(play, CLERK, "relay_undone", 1)
        assert "2 行已报：李总、沈工" in heard(play, await play.say(CLERK, SHORT), CLERK)
        assert await live(play) == ["李总", "沈工"]


async def test_of_several_lists_the_one_is_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play, text=SHORT)
        await play.say(HEAD, "#接龙 政商面对面 12月1日\n1. 天成 谢芳\n2. 恒通 李总")
        asked = await play.say(CLERK, "撤销接龙 hd 2026 1")
        told = heard(play, asked, CLERK)
        assert "周岚 11月24日 09:00 贴的" in told
        assert "王敏 11月24日 09:00 贴的" in told
        assert len(labels(play, asked, CLERK)) == 2
        await play.say(CLERK, "1")
        await play.press(CLERK, BUTTON)
        assert await live(play) == ["李总", "沈工"]


async def test_after_a_day_or_without_a_list_there_is_nothing_to_take_back(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await publish(play, "名额60人")
        assert "没有可以撤销的接龙" in heard(play, await play.say(CLERK, "撤销接龙"), CLERK)
        await play.say(CLERK, SHORT)
        play.clock.now += timedelta(hours=24)
        assert "24 小时以内" in heard(play, await play.say(CLERK, "撤销接龙"), CLERK)
        late = await press(play, CLERK, "relay_undone", 1)
        assert "超过 24 小时" in heard(play, late, CLERK)
        assert await live(play) == ["李总", "沈工"]


async def test_only_who_runs_activities_takes_a_list_back(tmp_path: Path) -> None:
    async with stage(tmp_path, relay_office(tmp_path)) as play:
        await pasted(play, text=SHORT)
        for who in ("钱进", LIAISON):
            assert "由活动专员或受理员" in heard(play, await play.say(who, "撤销接龙"), who)
            pressed = await press(play, who, "relay_undone", 1)
            assert "由活动专员或受理员" in heard(play, pressed, who)
        assert await live(play) == ["李总", "沈工"]

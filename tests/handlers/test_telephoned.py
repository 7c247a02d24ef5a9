"""Staff cancel or change a place for who telephones: who hears, who moves up, what undoes it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.registration.registration import Standing
from tests.handlers.attending import EVENT, labels, place, press, publish, roll, sign_up, stranger
from tests.handlers.story import CLERK, OWNER, heard, history
from tests.handlers.test_proxies import ASSISTANT, for_owner, office
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

WHO = f"{EVENT} 恒通紧固件 陈总"
BEGUN = timedelta(days=7, hours=5)  # 14:00, as it starts
ON_THE_DAY = timedelta(days=7, hours=4)  # 13:00, an hour before it starts


async def cancelled(play: Stage, said: str = f"{WHO} 来电说来不了") -> None:
    await play.say(CLERK, f"代取消 {said}")
    await play.press(CLERK, "确认")


async def test_a_place_is_cancelled_after_the_hour_for_doing_so_oneself(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await play.wait(BEGUN)
        await press(play, OWNER, "cancel", 1)
        late = await play.press(OWNER, "确认")
        assert "不能自己取消" in heard(play, late, OWNER)
        asked = await play.say(CLERK, f"代取消 {WHO} 来电说来不了")
        assert "替陈建国取消" in heard(play, asked, CLERK)
        letters = await play.press(CLERK, "确认")
        one = await place(play, 1)
        assert (one.standing, one.reason) == (Standing.CANCELLED, "来电说来不了")
        assert "替陈建国取消了报名" in heard(play, letters, OWNER)
        assert "原因：来电说来不了" in heard(play, letters, OWNER)
        assert "陈建国会收到消息" in heard(play, letters, CLERK)


async def test_the_history_says_who_cancelled_and_why(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await cancelled(play)
        line = (await history(play, f"event:{EVENT}"))[-1]
        assert (line.act, line.role) == ("cancel", "organiser")
        assert line.personal["reason"] == "来电说来不了"
        assert line.actor is not None


async def test_the_next_in_line_is_offered_the_seat(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        await sign_up(play, OWNER)
        await sign_up(play, *stranger(1))
        await cancelled(play)
        assert (await place(play, 2)).standing is Standing.OFFERED


async def test_of_several_the_meant_one_is_asked_for_with_buttons(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额9人")
        await sign_up(play, *stranger(1))
        await sign_up(play, *stranger(11))
        asked = await play.say(CLERK, f"代取消 {EVENT} 机械厂 来电说来不了")
        shown = labels(play, asked, CLERK)
        assert [one[:2] for one in shown[:2]] == ["周1", "周1"]
        assert len(set(shown[:2])) == 2
        review = await play.press(CLERK, shown[1])
        assert "替周1取消" in heard(play, review, CLERK)
        await play.press(CLERK, "确认")
        standings = [(await place(play, n)).standing for n in (1, 2)]
        assert standings == [Standing.CONFIRMED, Standing.CANCELLED]


async def test_without_a_number_every_open_list_is_looked_through(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await cancelled(play, "13805740001，出差")
        assert (await place(play, 1)).standing is Standing.CANCELLED


async def test_what_was_left_out_is_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        asked = await play.say(CLERK, f"代取消 {EVENT}")
        assert "替哪位取消" in heard(play, asked, CLERK)
        again = await play.say(CLERK, "王麻子")
        assert "名单上没有“王麻子”" in heard(play, again, CLERK)
        why = await play.say(CLERK, "恒通陈建国")
        assert "陈建国为什么取消" in heard(play, why, CLERK)
        await play.say(CLERK, "孩子生病")
        await play.press(CLERK, "确认")
        assert (await place(play, 1)).reason == "孩子生病"


async def test_nobody_of_that_name_is_said_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        told = await play.say(CLERK, f"代取消 {EVENT} 王麻子 来不了")
        assert "名单上没有“王麻子 来不了”" in heard(play, told, CLERK)


@pytest.mark.parametrize("who", ["恒通 陈总", "恒通 张三", "恒通陈总"])
async def test_a_colleague_of_who_is_named_is_not_taken_for_them(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await press(play, OWNER, "sign_up")
        await play.say(OWNER, "修改参加人为周芳")
        await play.press(OWNER, "确认")
        told = await play.say(CLERK, f"代取消 {EVENT} {who} 来电说来不了")
        assert f"名单上没有“{who}" in heard(play, told, CLERK)


async def test_nobody_but_staff_cancels_for_others(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, *stranger(1))
        told = await play.say(OWNER, f"代取消 {EVENT} 周1 不来")
        assert "活动专员或受理员" in heard(play, told, OWNER)
        assert (await place(play, 1)).standing is Standing.CONFIRMED


async def test_a_mistake_is_taken_back_and_the_person_hears(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await cancelled(play)
        letters = await play.press(CLERK, "撤销取消")
        assert (await place(play, 1)).standing is Standing.CONFIRMED
        assert "报名恢复了" in heard(play, letters, OWNER)
        assert "现在是已确认" in heard(play, letters, CLERK)


async def test_a_seat_that_was_offered_meanwhile_is_not_taken_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        await sign_up(play, OWNER)
        await sign_up(play, *stranger(1))
        await cancelled(play)
        letters = await play.press(CLERK, "撤销取消")
        assert "现在是候补" in heard(play, letters, CLERK)
        standings = [(await place(play, n)).standing for n in (1, 2)]
        assert standings == [Standing.WAITING, Standing.OFFERED]


async def test_nothing_is_taken_back_twice(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await cancelled(play)
        await press(play, CLERK, "restore", 1)
        again = await press(play, CLERK, "restore", 1)
        assert "不能恢复，现在是：已确认" in heard(play, again, CLERK)


async def test_more_people_come_after_the_close_while_there_are_seats(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额5人")
        await sign_up(play, OWNER)
        await play.wait(ON_THE_DAY)
        asked = await play.say(CLERK, f"代改人数 {WHO} 3人 来电说带两位同事")
        assert "原来 1 人" in heard(play, asked, CLERK)
        letters = await play.press(CLERK, "确认")
        assert (await place(play, 1)).party == 3
        assert "改为 3 人" in heard(play, letters, OWNER)
        assert "1 人改为 3 人，还剩 2 个名额" in heard(play, letters, CLERK)


async def test_more_people_than_seats_is_asked_about_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额2人")
        await sign_up(play, OWNER)
        await play.say(CLERK, f"代改人数 {WHO} 四位 来电")
        again = await play.press(CLERK, "确认")
        assert "名额不够，还剩 1 个" in heard(play, again, CLERK)
        assert (await roll(play)).free == 1


async def test_whoever_has_no_account_is_told_on_the_telephone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await press(play, CLERK, "sign_up")
        await play.say(CLERK, "镇海立达模具厂")
        await play.say(CLERK, "修改参加人为沈师傅")
        await play.press(CLERK, "确认")
        await play.say(CLERK, f"代取消 {EVENT} 沈师傅 来电说来不了")
        letters = await play.press(CLERK, "确认")
        assert "沈师傅没有账号，收不到消息，请在电话里告诉他" in heard(play, letters, CLERK)


async def test_the_assistant_hears_too_unless_the_owner_keeps_them_from_it(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await for_owner(play)
        await play.say(CLERK, f"代改人数 {EVENT} 陈建国 2人 来电")
        letters = await play.press(CLERK, "确认")
        assert "改为 2 人" in heard(play, letters, OWNER)
        assert "改为 2 人" in heard(play, letters, ASSISTANT)
        await play.press(OWNER, "取消代办权")
        await play.say(CLERK, f"代取消 {EVENT} 陈建国 来电")
        letters = await play.press(CLERK, "确认")
        assert "取消了报名" in heard(play, letters, OWNER)
        assert heard(play, letters, ASSISTANT) == ""

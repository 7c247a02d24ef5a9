"""代报: an assistant signs the owner up; what concerns the owner goes to the owner (U9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from flows.registration.registration import Standing
from tests.handlers.attending import labels, place, press, publish, roll, sign_up, stranger
from tests.handlers.story import CLERK, OWNER, heard, history, known, people, person
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
ASSISTANT = "周小芳"
FIRM = 'enterprise = "镇海恒通紧固件有限公司"\nphone = "{}"'


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Stage]:
    """Open an office with an owner and an assistant of one enterprise."""
    body = "".join(
        (
            person(CLERK, '["clerk"]'),
            person(OWNER, '["entrepreneur"]', FIRM.format("13805740001")),
            person(ASSISTANT, '["entrepreneur"]', FIRM.format("13805740002")),
        )
    )
    async with stage(folder, people(folder, body)) as play:
        yield play


async def for_owner(play: Stage, told: str = "替陈总报名，政商面对面") -> list[str]:
    """Let the assistant sign the owner up; return what either of them was told."""
    await play.say(ASSISTANT, told)
    letters = await play.press(ASSISTANT, "确认")
    return [heard(play, letters, OWNER), heard(play, letters, ASSISTANT)]


async def test_u9_receipts_go_to_the_assistant_reminders_and_the_right_to_end_it_to_the_owner(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        owner, assistant = await for_owner(play)
        assert "周小芳替您报名了：" in owner
        assert "报名成功" in assistant
        assert "陈建国已收到通知，提醒也发给他本人" in assistant
        one = await place(play, 1)
        who, by = await known(play, OWNER), await known(play, ASSISTANT)
        assert (one.name, one.phone, one.person, one.by) == (
            OWNER,
            "13805740001",
            who.id,
            by.id,
        )
        play.clock.now += timedelta(days=6)
        letters = await play.wait(timedelta(hours=5))
        assert "提醒" in heard(play, letters, OWNER)
        assert heard(play, letters, ASSISTANT) == ""

        ended = await play.press(OWNER, "取消代办权")
        assert "已收回周小芳的代办权" in heard(play, ended, OWNER)
        assert "陈建国收回了您的代办权" in heard(play, ended, ASSISTANT)
        for act in ("cancel", "people", "instead", "place"):
            refused = await press(play, ASSISTANT, act, 1)
            assert "陈建国收回了您的代办权" in heard(play, refused, ASSISTANT), act
        assert (await place(play, 1)).standing is Standing.CONFIRMED


async def test_who_lost_the_right_signs_the_owner_up_no_more_until_it_is_given_again(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await for_owner(play)
        await play.press(OWNER, "取消代办权")
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        for told in ("替陈总报名，政商面对面", "政商面对面报名，陈建国 13805740001"):
            _, assistant = await for_owner(play, told)
            assert "陈建国收回了您的代办权" in assistant, told
        assert [one.standing for one in (await roll(play)).registrations.values()] == ["cancelled"]
        given = await play.press(OWNER, "恢复代办权")
        assert "陈建国恢复了您的代办权" in heard(play, given, ASSISTANT)
        await for_owner(play)
        assert (await place(play, 2)).standing is Standing.CONFIRMED


async def test_ending_the_right_twice_is_said_and_done_once(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await for_owner(play)
        await play.press(OWNER, "取消代办权")
        again = await play.press(OWNER, "取消代办权")
        assert "已收回周小芳的代办权" in heard(play, again, OWNER)
        assert heard(play, again, ASSISTANT) == ""
        me = await known(play, OWNER)
        acts = [entry.act for entry in await history(play, f"person:{me.id}")]
        assert acts.count("no_proxy") == 1


async def test_the_right_is_ended_and_given_by_words_too(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        assert "没有人替您报名" in heard(play, await play.say(OWNER, "取消代办权"), OWNER)
        await for_owner(play)
        ended = await play.say(OWNER, "取消代办权")
        assert "已收回周小芳的代办权" in heard(play, ended, OWNER)
        given = await play.say(OWNER, "恢复代办权")
        assert "已恢复周小芳的代办权" in heard(play, given, OWNER)
        assert "没有收回过" in heard(play, await play.say(OWNER, "恢复代办权"), OWNER)


async def test_nobody_ends_a_right_that_is_not_over_them(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await for_owner(play)
        await play.say("生人", "活动")
        by = await known(play, ASSISTANT)
        told = await press(play, "生人", "no_proxy", by.id)
        assert "没有找到这个人" in heard(play, told, "生人")
        assert ASSISTANT not in heard(play, told, "生人")
        async with play.database.read() as tx:
            assert list(await tx.proxies.barred([by.id, (await known(play, OWNER)).id])) == []


async def test_an_offer_goes_to_the_owner_who_takes_it(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play, "名额1人")
        await sign_up(play, *stranger(1))
        await play.say(ASSISTANT, "替陈总报名，政商面对面")
        await play.press(ASSISTANT, "候补")
        await play.press(ASSISTANT, "确认")
        await press(play, stranger(1)[0], "cancel", 1)
        letters = await play.press(stranger(1)[0], "确认")
        assert "有名额了" in heard(play, letters, OWNER)
        assert heard(play, letters, ASSISTANT) == ""
        await play.press(OWNER, "确认参加")
        assert (await place(play, 2)).standing is Standing.CONFIRMED


async def test_the_owner_hears_what_the_assistant_changes(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play, "名额9人")
        await for_owner(play)
        await press(play, ASSISTANT, "people", 1)
        letters = await play.say(ASSISTANT, "2")
        letters += await play.say(ASSISTANT, "跳过")
        assert "陈建国的报名改为 2 人" in heard(play, letters, OWNER)
        await press(play, ASSISTANT, "instead", 1)
        await play.say(ASSISTANT, "王芳 13805740009")
        letters = await play.press(ASSISTANT, "确认")
        assert "改由 王芳 参加" in heard(play, letters, OWNER)
        assert "取消代办权" in labels(play, letters, OWNER)
        await play.press(OWNER, "取消代办权")
        _, assistant = await for_owner(play)
        assert "收回了您的代办权" in assistant


async def test_for_an_owner_without_an_account_the_assistant_gets_everything(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        _, assistant = await for_owner(play, "替沈总报名，他电话13905740009，政商面对面")
        assert "沈总没有账号，提醒发给您" in assistant
        assert (await place(play, 1)).person is None
        play.clock.now += timedelta(days=6)
        letters = await play.wait(timedelta(hours=5))
        assert "提醒" in heard(play, letters, ASSISTANT)


async def test_somebody_of_another_enterprise_is_not_taken_for_the_owner(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        who, _ = stranger(1)
        letters = await sign_up(play, who, "镇海恒通紧固件有限公司 陈建国 13805740001")
        assert heard(play, letters, OWNER) == ""
        assert (await place(play, 1)).person != (await known(play, OWNER)).id


async def test_my_places_name_those_whom_one_signed_up(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await for_owner(play)
        told = heard(play, await play.say(ASSISTANT, "我的报名"), ASSISTANT)
        assert "陈建国 1人" in told
        await play.press(OWNER, "取消代办权")
        told = heard(play, await play.say(ASSISTANT, "我的报名"), ASSISTANT)
        assert "陈建国" not in told


async def test_the_owner_sends_the_assistant_instead_who_hears_of_it(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await press(play, OWNER, "instead", 1)
        await play.say(OWNER, "周小芳 13805740002")
        letters = await play.press(OWNER, "确认")
        assert "陈建国请您去参加" in heard(play, letters, ASSISTANT)
        assert (await place(play, 1)).person == (await known(play, ASSISTANT)).id


async def test_who_lost_the_right_cannot_hand_a_place_to_the_owner(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await for_owner(play)
        await play.press(OWNER, "取消代办权")
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        await sign_up(play, ASSISTANT)
        await press(play, ASSISTANT, "instead", 2)
        await play.say(ASSISTANT, "陈建国 13805740001")
        refused = await play.press(ASSISTANT, "确认")
        assert "陈建国收回了您的代办权" in heard(play, refused, ASSISTANT)
        assert (await place(play, 2)).name == ASSISTANT


async def test_whom_staff_sign_up_by_name_hears_it_of_the_office(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await play.say(CLERK, "政商面对面报名，镇海恒通紧固件有限公司 陈建国 13805740001")
        letters = await play.press(CLERK, "确认")
        assert "工商联替您报名了" in heard(play, letters, OWNER)
        assert "取消代办权" not in labels(play, letters, OWNER)

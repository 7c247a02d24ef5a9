"""Activities in chat: published, signed up for, waited for, changed, called off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.registration.event import Stage as Published
from flows.registration.registration import Standing
from handlers.ports import Arrival, Place, Sender
from handlers.understand import understand
from tests.handlers.attending import EVENT, labels, place, press, publish, roll, sign_up, stranger
from tests.handlers.story import CLERK, HEAD, LIAISON, OWNER, heard, history
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")
ONE, TWO = stranger(1), stranger(2)
TWO_NAME = "吴2"
_PLACE = "时间：12月3日13:30\n地点：骆驼商会\n名额9人"


async def test_an_announcement_becomes_a_draft_and_its_card_stands_in_the_group(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        letters = await publish(play, "名额40人，每家限2人")
        card = heard(play, letters, "企业群")
        assert "12月1日 14:00-16:30" in card
        assert "名额 40，还剩 40" in card
        assert (await roll(play)).event.stage is Published.PUBLISHED


async def test_a_bound_person_signs_up_with_two_messages(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        asked = await press(play, OWNER, "sign_up")
        assert "确认即占名额" in heard(play, asked, OWNER)
        done = await play.press(OWNER, "确认")
        assert "报名成功" in heard(play, done, OWNER)
        assert (await place(play, 1)).standing is Standing.CONFIRMED


async def test_a_sentence_says_it_all(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        asked = await play.say(OWNER, "12月1日的面对面我和周芳去，浙B12345")
        shown = heard(play, asked, OWNER)
        assert "人数：2" in shown
        assert "周芳" in shown
        await play.press(OWNER, "确认")
        assert (await place(play, 1)).plate == "浙B12345"


async def test_what_is_added_at_the_card_is_read(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额9人")
        await press(play, OWNER, "sign_up")
        assert "车牌：浙B12345" in heard(play, await play.say(OWNER, "浙b·12345"), OWNER)
        assert "请先看一下" in heard(play, await play.say(OWNER, "差不多吧"), OWNER)
        await play.press(OWNER, "确认")
        assert (await place(play, 1)).plate == "浙B12345"


async def test_a_group_card_is_answered_in_private(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        letters = await play.press(OWNER, "报名", group="企业群")
        assert "镇海恒通紧固件有限公司" in heard(play, letters, OWNER)
        assert "镇海恒通紧固件有限公司" not in heard(play, letters, "企业群")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("报名费太贵了希望减免", ""),
        ("报名人数不够怎么办", ""),
        ("建活动板房要审批吗", ""),
        ("接龙游戏", ""),
        ("报名面对面，2个人", "sign_up"),
        ("报名 面对面", "sign_up"),
        ("建活动 面对面", "plan"),
        ("有活动吗", "events"),
    ],
)
def test_a_sentence_that_only_begins_like_a_command_is_talk(text: str, word: str) -> None:
    arrival = Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id="m",
        sender=Sender("s", "u", "x", "来宾"),
        place=Place(True, "c", ""),
        at=datetime(2026, 11, 24, 1, tzinfo=UTC),
        text=text,
    )
    assert understand(arrival, "ZH", 2026).word == word


async def test_which_of_two_is_asked_and_what_was_said_is_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await play.say(CLERK, f"建活动 惠企恳谈会：用工\n{_PLACE}")
        await play.press(CLERK, "确认")
        await play.press(CLERK, "发布")
        asked = await play.say(OWNER, "报名，我带1人")
        assert len(labels(play, asked, OWNER)) == 2
        shown = await play.say(OWNER, "1")
        assert "另外几位叫什么" in heard(play, shown, OWNER)
        await play.say(OWNER, "跳过")
        await play.press(OWNER, "确认")
        assert (await place(play, 1)).party == 2


async def test_e2_signing_up_again_changes_nothing_and_says_the_same(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        answers = {heard(play, await press(play, OWNER, "sign_up"), OWNER) for _ in range(20)}
        assert len(answers) == 1
        assert "您已报名" in answers.pop()
        assert len((await roll(play)).registrations) == 1


async def test_e5_a_seat_that_is_taken_meanwhile_is_told_at_the_end_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        await press(play, OWNER, "sign_up")
        await sign_up(play, *ONE)
        told = await play.press(OWNER, "确认")
        assert "候补" in labels(play, told, OWNER)
        await play.press(OWNER, "候补")
        await play.press(OWNER, "确认")
        assert (await place(play, 2)).standing is Standing.WAITING
        assert (await place(play, 2)).phone == "13805740001"


async def test_e6_a_seat_given_up_is_offered_to_the_next_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        await sign_up(play, OWNER)
        await sign_up(play, *ONE)
        await press(play, OWNER, "cancel", 1)
        letters = await play.press(OWNER, "确认")
        assert "请在 11月24日 11:00 前确认" in heard(play, letters, ONE[0])
        taken = await play.press(ONE[0], "确认参加")
        assert "报名成功" in heard(play, taken, ONE[0])


async def test_e7_an_offer_that_nobody_answers_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, told in ((OWNER, ""), ONE, TWO):
            await sign_up(play, who, told)
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        letters = await play.wait(timedelta(hours=2))
        assert "让给下一位" in heard(play, letters, ONE[0])
        assert "有名额了" in heard(play, letters, TWO[0])
        late = await press(play, ONE[0], "accept", 2)
        assert "现在没有等您确认的名额" in heard(play, late, ONE[0])


async def test_a_decline_goes_to_the_next(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, told in ((OWNER, ""), ONE, TWO):
            await sign_up(play, who, told)
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        letters = await play.press(ONE[0], "不去了")
        assert "有名额了" in heard(play, letters, TWO[0])


async def test_e8_of_two_who_give_the_one_seat_by_hand_one_does(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, told in ((OWNER, ""), ONE, TWO):
            await sign_up(play, who, told)
        play.clock.now += timedelta(hours=13)  # by night nothing is offered
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        assert TWO_NAME in labels(play, await press(play, CLERK, "names"), CLERK)
        given = await play.press(CLERK, TWO_NAME)
        assert "候补成功" in heard(play, given, TWO[0])
        late = await press(play, HEAD, "seat", 2)
        assert "名额不够，还剩 0 个" in heard(play, late, HEAD)
        await play.wait(timedelta(hours=12))
        assert [one.standing for one in (await roll(play)).registrations.values()] == [
            Standing.CANCELLED,
            Standing.WAITING,
            Standing.CONFIRMED,
        ]


async def test_e9_more_seats_are_offered_and_fewer_need_a_word(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, told in ((OWNER, ""), ONE, TWO):
            await sign_up(play, who, told)
        await press(play, CLERK, "seats")
        letters = await play.say(CLERK, "3")
        assert "通知候补 2 人" in heard(play, letters, CLERK)
        assert "有名额了" in heard(play, letters, ONE[0])
        await press(play, CLERK, "seats")
        asked = await play.say(CLERK, "1")
        assert "比已占的少 2 个" in heard(play, asked, CLERK)
        await play.press(CLERK, "仍要这样")
        assert [one.standing for one in (await roll(play)).registrations.values()] == [
            Standing.CONFIRMED,
            Standing.OFFERED,
            Standing.OFFERED,
        ]


async def test_e10_a_form_that_is_finished_after_the_closing_is_refused_with_its_hour(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "截止：11月24日09:30")
        await press(play, OWNER, "sign_up")
        play.clock.now += timedelta(minutes=30)
        told = await play.press(OWNER, "确认")
        assert "报名已在 11月24日 09:30 截止" in heard(play, told, OWNER)
        assert (await roll(play)).registrations == {}


async def test_e19_of_two_opposite_decisions_the_first_stands(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(
            CLERK, "建活动 握手行动：专场\n系列：对接会\n时间：12月1日14:00\n地点：科创园\n名额1人"
        )
        await play.press(CLERK, "要逐个审核")
        await play.press(CLERK, "确认")
        await play.press(CLERK, "发布")
        await sign_up(play, OWNER)
        assert (await place(play, 1)).standing is Standing.APPLIED
        yes = await press(play, CLERK, "yes", 1)
        assert "审核通过" in heard(play, yes, OWNER)
        await press(play, HEAD, "no", 1)
        told = await play.say(HEAD, "不在范围")
        assert "王敏已经处理过了，现在是：已确认" in heard(play, told, HEAD)
        refused = await press(play, LIAISON, "yes", 1)
        assert "由活动专员或受理员来办" in heard(play, refused, LIAISON)


async def test_e20_everybody_hears_once_that_it_is_called_off(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, told in ((OWNER, ""), ONE):
            await sign_up(play, who, told)
        await press(play, CLERK, "off")
        await play.say(CLERK, "台风“海葵”登陆")
        letters = await play.press(CLERK, "确认")
        for who in (OWNER, ONE[0]):
            assert heard(play, letters, who).count("活动取消") == 1
        refused = await press(play, TWO[0], "sign_up")
        assert "活动已取消。原因：台风" in heard(play, refused, TWO[0])
        later = [
            *await play.wait(timedelta(days=6, hours=5)),  # a day before it would have begun
            *await play.wait(timedelta(hours=23)),  # and an hour
        ]
        assert not [one for one in later if "提醒" in one.message.text]


async def test_e18_the_confirmed_are_reminded_and_the_waiting_are_not(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, told in ((OWNER, ""), ONE):
            await sign_up(play, who, told)
        play.clock.now += timedelta(days=6)
        letters = await play.wait(timedelta(hours=5))
        assert "提醒" in heard(play, letters, OWNER)
        assert "提醒" not in heard(play, letters, ONE[0])


async def test_a_colleague_comes_instead_and_the_seat_stays(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await press(play, OWNER, "instead", 1)
        await play.say(OWNER, "王芳 13805740002")
        await play.press(OWNER, "确认")
        one = await place(play, 1)
        assert (one.name, one.standing, one.seq) == ("王芳", Standing.CONFIRMED, 1)


async def test_nobody_changes_a_place_that_is_not_theirs(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        for act in ("cancel", "people", "instead", "place", "accept"):
            told = await press(play, ONE[0], act, 1)
            assert "这不是您的报名" in heard(play, told, ONE[0]), act


async def test_only_the_office_runs_activities(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        for act in ("off", "pause", "seats", "move", "names", "publish", "walk_in"):
            told = await press(play, OWNER, act)
            assert "由活动专员或受理员来办" in heard(play, told, OWNER), act
        assert "由活动专员或受理员来办" in heard(play, await play.say(OWNER, "建活动"), OWNER)


async def test_the_list_tells_who_came_when_in_order(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额1人")
        for who, told in ((OWNER, ""), ONE):
            await sign_up(play, who, told)
        lines = await history(play, f"event:{EVENT}")
        assert [(one.act, one.public.get("seq")) for one in lines][-2:] == [
            ("sign_up", "1"),
            ("wait", "2"),
        ]
        told = heard(play, await press(play, CLERK, "names"), CLERK)
        assert told.index("1. 陈建国") < told.index("2. ")


async def test_the_counters_of_the_card_follow_within_a_minute(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await sign_up(play, *ONE)
        letters = await play.wait(timedelta(seconds=60))
        cards = [one for one in letters if one.update]
        assert len(cards) == 1
        assert "还剩 0" in cards[0].message.text

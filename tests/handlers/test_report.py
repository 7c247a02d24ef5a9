"""Reports as they are filed: numbers, consent, budget, redelivery and double taps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.ports import Arrival, Button, Place, Sender
from tests.handlers.story import (
    CLERK,
    OWNER,
    REPORT,
    carry,
    heard,
    history,
    known,
    texts,
    ticket,
    tickets,
)
from tests.stage import MORNING, Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

STRANGER = "路人甲"
ALL_OF_IT = f"我是澥浦宏业铸造厂的沈丽，电话13957401234。{REPORT}"


def messages(play: Stage, who: str) -> int:
    return play.said.get(who, 0) + sum(letter.to == play.staff_id(who) for letter in play.seen)


async def test_a_bound_person_reports_in_at_most_six_messages(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        told = await play.press(OWNER, "确认")
        assert "ZH-2026-0001" in heard(play, told, OWNER)
        assert messages(play, OWNER) <= 6


@pytest.mark.parametrize("answer", ["满意", "1", "基本满意 ZH-2026-0001"])
async def test_rating_takes_at_most_two_messages(tmp_path: Path, answer: str) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        before = messages(play, OWNER)
        await play.say(OWNER, answer)
        assert (await ticket(play)).state is State.CLOSED
        assert messages(play, OWNER) - before <= 2


async def test_the_first_line_of_the_card_says_who_will_see_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        card = texts(play, await play.say(OWNER, REPORT), OWNER)[-1]
        assert card.startswith("谁能看到：")
        assert "ZH-" not in card
        assert "13805740001" in card


async def test_repair_numbers_come_before_any_question(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        first, *_ = texts(play, await play.say(STRANGER, "厂里停电了"), STRANGER)
        assert "95598" in first


async def test_a_double_tap_of_confirm_is_one_ticket(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.press(OWNER, "确认")
        again = await play.press(OWNER, "确认")
        assert len(await tickets(play)) == 1
        assert again == []  # the card itself says that it is over


async def test_two_taps_in_one_batch_are_one_ticket(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        letters = await play.say(OWNER, REPORT)
        option = next(o for s in letters for o in s.message.options if o.label == "确认")
        taps = [arrival(play, OWNER, f"tap{n}", button=option.action) for n in range(2)]
        await play.take(taps)
        assert len(await tickets(play)) == 1


async def test_an_old_card_shows_where_things_stand_now(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        letters = await play.say(OWNER, REPORT)
        old = next(o for s in letters for o in s.message.options if o.label == "确认")
        await play.say(OWNER, "昨晚又停了一次，冷库的货也坏了")
        told = await play.say(OWNER, button=Button(old.action, "card"))
        assert await tickets(play) == []
        assert "旧卡片" in heard(play, told, OWNER)
        assert "昨晚又停了一次" in heard(play, told, OWNER)


async def test_a_redelivered_confirm_is_one_ticket_and_shows_nothing_twice(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT, msg_id="same-1")
        assert await play.say(OWNER, REPORT, msg_id="same-1") == []
        await play.say(OWNER, "确认", msg_id="same-2")
        assert await play.say(OWNER, "确认", msg_id="same-2") == []
        assert len(await tickets(play)) == 1


async def test_consent_is_asked_and_stored_once_with_its_version(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert "告知：" in heard(play, await play.say(OWNER, REPORT), OWNER)
        await play.say(OWNER, "确认")
        version = play.reception.office.consent
        owner = await known(play, OWNER)
        assert owner.consent == version
        assert "告知：" not in heard(play, await play.say(OWNER, REPORT), OWNER)
        await play.say(OWNER, "确认")
        given = [e for e in await history(play, f"person:{owner.id}") if e.act == "consent"]
        assert [entry.public["version"] for entry in given] == [version]


async def test_a_new_version_of_the_notice_is_shown_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        newer = replace(play.reception.office, consent="2027-01")
        play.reception = replace(play.reception, office=newer)
        assert "告知：" in heard(play, await play.say(OWNER, REPORT), OWNER)


async def test_a_cancelled_report_is_no_consent(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "取消")
        assert (await known(play, OWNER)).consent == ""


async def test_an_unbound_person_reports_unverified_and_is_known_the_next_time(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(STRANGER, ALL_OF_IT)
        await play.say(STRANGER, "确认")
        filed = await ticket(play)
        assert (filed.verified, filed.enterprise) == (False, "澥浦宏业铸造厂")
        seen = heard(play, await play.say(CLERK, "查看 1"), CLERK)
        assert "待核验" in seen
        card = heard(play, await play.say(STRANGER, REPORT), STRANGER)
        assert "澥浦宏业铸造厂" in card


async def test_a_report_alone_does_not_stop_the_file_from_correcting_a_person(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        before = await known(play, OWNER)
        await play.say(OWNER, f"我是别的公司的人，电话13999999999。{REPORT}")
        await play.say(OWNER, "确认")
        assert await known(play, OWNER) == before


async def test_numbers_count_on_without_a_gap(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for who in (OWNER, STRANGER, OWNER):
            await play.say(who, ALL_OF_IT)
            await play.say(who, "确认")
        assert [t.number[-4:] for t in await tickets(play)] == ["0001", "0002", "0003"]


async def test_thirty_people_confirm_in_one_batch_and_get_their_own_number(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        who = [f"人{n}" for n in range(30)]
        await play.take([arrival(play, name, f"a-{name}", text=ALL_OF_IT) for name in who])
        await play.take([arrival(play, name, f"b-{name}", text="确认") for name in who])
        filed = await tickets(play)
        assert len({t.reporter for t in filed}) == len({t.number for t in filed}) == len(who)


async def test_a_number_of_the_menu_tells_nothing_yet(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(STRANGER, "菜单")
        told = heard(play, await play.say(STRANGER, "1"), STRANGER)
        assert told.startswith("请告诉我：")


async def test_more_pictures_than_allowed_are_said_to_be_too_many(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        limit = play.reception.office.max_files
        told = heard(play, await play.say(OWNER, REPORT, files=limit + 2), OWNER)
        assert f"附件最多 {limit} 个" in told


def arrival(play: Stage, who: str, msg_id: str, *, text: str = "", button: str = "") -> Arrival:
    ident = play.staff_id(who)
    return Arrival(
        channel="dingtalk",
        robot="robot",
        msg_id=msg_id,
        sender=Sender(ident, f"union-{ident}", f"$:{ident}", who),
        place=Place(private=True, chat=f"c-{ident}"),
        at=MORNING,
        kind="button" if button else "text",
        text=text,
        button=Button(button, "card") if button else None,
    )

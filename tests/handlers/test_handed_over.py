"""A place that is handed over (换人) has a new address; who cannot hear takes nobody's notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.pages.door import PAGE, hall, said, token_in
from tests.handlers.attending import place, press, publish, roll, sign_up
from tests.handlers.story import CLERK, OWNER, heard, history, known
from tests.handlers.test_proxies import ASSISTANT, office
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")
NEXT = "周小芳 13805740002"
GUEST = "来宾1"


async def test_the_old_address_shows_nothing_of_who_comes_now(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        play, old = there.play, await there.ticket(1)
        await press(play, GUEST, "instead", 1)
        await play.say(GUEST, "沈丽 13805740003")
        letters = await play.press(GUEST, "确认")
        new = token_in(play, letters, GUEST, PAGE)
        gone = await there.phone().get(f"/r/{old}")
        assert gone.status == 410
        assert "这个名额已经换人参加" in gone.text
        assert "已换人" in gone.text
        assert "沈丽" not in gone.text
        assert "<svg" not in gone.body
        shown = await there.phone().get(f"/r/{new}")
        assert "沈丽" in shown.text
        assert "<svg" in shown.body


async def test_the_old_calendar_entry_goes_and_names_nobody(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        play, old = there.play, await there.ticket(1)
        before = await there.phone().get(f"/r/{old}.ics")
        await press(play, GUEST, "instead", 1)
        await play.say(GUEST, "沈丽 13805740003")
        new = token_in(play, await play.press(GUEST, "确认"), GUEST, PAGE)
        gone, mine = [await there.phone().get(f"/r/{one}.ics") for one in (old, new)]
        uids = [
            line for one in (before, gone, mine) for line in one.body.splitlines() if "UID:" in line
        ]
        assert "METHOD:CANCEL" in gone.body
        assert "沈丽" not in gone.body
        assert "METHOD:REQUEST" in mine.body
        assert uids[0] == uids[1] != uids[2]


async def test_a_door_refuses_the_old_code_and_says_why(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        play, old = there.play, await there.ticket(1)
        await press(play, GUEST, "instead", 1)
        await play.say(GUEST, "沈丽 13805740003")
        new = token_in(play, await play.press(GUEST, "确认"), GUEST, PAGE)
        door = await there.door()
        assert "已换人参加，这个旧码不能签到" in said(await door.scan(old))
        assert "已换人参加" in said(await door.act("in", text=old))
        assert "已签到" in said(await door.scan(new))
        number = (await place(play, 1)).event
        refused = [
            one.public["why"]
            for one in await history(play, f"event:{number}")
            if one.act == "door_refused"
        ]
        assert refused == ["passed_on", "passed_on"]


async def test_code_and_address_go_to_the_colleague_who_comes_and_not_to_the_giver(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        await sign_up(play, OWNER)
        await press(play, OWNER, "instead", 1)
        await play.say(OWNER, NEXT)
        letters = await play.press(OWNER, "确认")
        assert PAGE.search(heard(play, letters, ASSISTANT))
        assert not PAGE.search(heard(play, letters, OWNER))
        assert "在周小芳本人的消息里" in heard(play, letters, OWNER)


async def test_staff_who_sign_somebody_up_do_not_get_their_code(tmp_path: Path) -> None:
    async with office(tmp_path) as play:
        await publish(play)
        told = "镇海恒通紧固件有限公司 陈建国 13805740001"
        await press(play, CLERK, "sign_up")
        await play.say(CLERK, told)
        await play.say(CLERK, "修改参加人为陈建国")
        letters = await play.press(CLERK, "确认")
        assert PAGE.search(heard(play, letters, OWNER))
        assert not PAGE.search(heard(play, letters, CLERK))


async def test_an_attendee_who_cannot_be_written_to_takes_no_notices_from_who_can(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        told = "宏业铸造厂 沈丽 13957401234"
        await press(play, CLERK, "sign_up")
        await play.say(CLERK, "宏业铸造厂")
        await play.say(CLERK, "修改参加人为沈丽")
        await play.press(CLERK, "确认")
        clerk = (await known(play, CLERK)).id
        await play.say("沈丽", f"报名 {told}", group="企业群", staff=False)
        await play.say("沈丽", "确认", group="企业群", staff=False)
        assert list((await roll(play)).registrations) == [1]
        one = await place(play, 1)
        assert (one.person, one.by) == (None, clerk)

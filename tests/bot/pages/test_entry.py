"""A participant's page and the calendar entry on it (E14, and the E11 part of it)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.pages.ics import calendar_entry
from flows.registration.event import Event
from flows.registration.registration import Registration
from handlers.rolls import Pass
from tests.bot.pages.door import PAGE, Hall, hall, token_in
from tests.flows.registration.rolls import NOW, empty, signed
from tests.handlers.attending import EVENT, press, publish, sign_up, stranger
from tests.handlers.story import CLERK, OWNER, heard
from tests.stage import stage

ROOT = Path(__file__).resolve().parents[3]
LONG = "关于进一步优化营商环境、推动新材料产业高质量发展的政商面对面座谈会" * 2


def entry(event: Event, one: Registration) -> bytes:
    return calendar_entry(
        event, one, NOW, office="镇海区工商联", phone="0574-00000000", page="https://a.cn/r/x"
    )


def read(body: bytes) -> tuple[Any, Any]:
    """Read an entry back: the calendar and its one event."""
    calendar = Calendar.from_ical(body)
    (found,) = calendar.walk("VEVENT")
    return calendar, found


async def downloaded(there: Hall, seq: int = 1) -> tuple[Any, Any]:
    answer = await there.phone().get(f"/r/{await there.ticket(seq)}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return read(answer.body.encode())


@pytest.mark.usefixtures("engine")
async def test_e14_a_move_keeps_the_uid_and_raises_the_sequence(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        there.play.clock.now -= timedelta(days=3)
        _, before = await downloaded(there)
        await press(there.play, CLERK, "move")
        for text in ("12月3日13:30", "场地调整", "修改地点", "骆驼商会", "确认"):
            await there.play.say(CLERK, text)
        calendar, after = await downloaded(there)
        assert str(after["uid"]) == str(before["uid"])
        assert (int(before["sequence"]), int(after["sequence"])) == (0, 1)
        assert str(calendar["method"]) == "REQUEST"
        assert after.decoded("dtstart") == datetime(2026, 12, 3, 5, 30, tzinfo=UTC)
        assert str(after["location"]) == "骆驼商会"


@pytest.mark.usefixtures("engine")
async def test_e14_an_activity_that_is_called_off_cancels_the_entry(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        _, before = await downloaded(there)
        await press(there.play, CLERK, "off")
        await there.play.say(CLERK, "领导临时有会")
        await there.play.press(CLERK, "确认")
        calendar, after = await downloaded(there)
        assert str(calendar["method"]) == "CANCEL"
        assert str(after["status"]) == "CANCELLED"
        assert str(after["uid"]) == str(before["uid"])
        assert int(after["sequence"]) == int(before["sequence"]) + 1
        assert not after.walk("VALARM")


@pytest.mark.usefixtures("engine")
async def test_e14_who_gives_their_place_up_has_the_entry_cancelled(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        there.play.clock.now -= timedelta(days=3)
        await press(there.play, "来宾1", "cancel", 1)
        await there.play.press("来宾1", "确认")
        calendar, gone = await downloaded(there)
        assert (str(calendar["method"]), str(gone["status"])) == ("CANCEL", "CANCELLED")
        _, stays = await downloaded(there, 2)
        assert str(stays["status"]) == "CONFIRMED"


def test_e14_two_in_the_afternoon_in_shanghai_is_six_in_utc() -> None:
    roll = signed(empty(), 1)
    body = entry(roll.event, roll.registrations[1])
    assert b"DTSTART:20261201T060000Z" in body
    assert b"DTEND:20261201T083000Z" in body
    _, found = read(body)
    triggers = [one.decoded("trigger") for one in found.walk("VALARM")]
    assert triggers == [timedelta(days=-1), timedelta(hours=-1)]


def test_e14_no_line_is_longer_than_75_octets_and_nothing_is_lost() -> None:
    roll = signed(empty(title=LONG, venue=LONG), 1)
    body = entry(roll.event, roll.registrations[1])
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    _, found = read(body)
    assert LONG in str(found["summary"])
    assert str(found["location"]) == LONG


def test_e14_two_places_have_two_entries_and_who_waits_is_tentative() -> None:
    roll = signed(empty(capacity=1), 1, 2)
    _, one = read(entry(roll.event, roll.registrations[1]))
    _, two = read(entry(roll.event, roll.registrations[2]))
    assert str(one["uid"]) != str(two["uid"])
    assert (str(one["status"]), str(two["status"])) == ("CONFIRMED", "TENTATIVE")


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_e11_the_calendar_entry_is_the_same_wherever_the_host_is(zone: str) -> None:
    script = (
        "import sys\n"
        "from tests.bot.pages.test_entry import entry\n"
        "from tests.flows.registration.rolls import empty, signed\n"
        "roll = signed(empty(), 1)\n"
        "sys.stdout.buffer.write(entry(roll.event, roll.registrations[1]))\n"
    )
    env = {**os.environ, "TZ": zone}
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, check=True
    )
    roll = signed(empty(), 1)
    assert found.stdout == entry(roll.event, roll.registrations[1])
    assert b"T060000Z" in found.stdout


@pytest.mark.usefixtures("engine")
async def test_the_page_shows_what_one_needs_at_the_door(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        shown = await there.phone().get(f"/r/{await there.ticket(1)}")
        code = await there.code(1)
        assert shown.status == 200
        assert f"{code[:3]} {code[3:]}" in shown.text
        for told in ("12月1日 14:00-16:30", "区行政中心3号楼", "周1", "宁波第1机械厂", "已确认"):
            assert told in shown.text
        assert "<svg " in shown.body
        assert "style=" not in shown.body  # the page's own rules forbid it
        assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("engine")
async def test_who_has_no_seat_has_no_code_to_show(tmp_path: Path) -> None:
    async with hall(tmp_path, guests=2, more="名额1人，候补5人") as there:
        waiting = await there.phone().get(f"/r/{await there.ticket(2)}")
        assert "这个码现在不能签到" in waiting.text
        assert "<svg" not in waiting.body
        assert "候补" in waiting.text


@pytest.mark.usefixtures("engine")
async def test_a_changed_address_finds_nothing(tmp_path: Path) -> None:
    async with hall(tmp_path) as there:
        ticket = await there.ticket(1)
        for wrong in (ticket.replace(".1.", ".2."), ticket[:-1], ticket.replace("001", "002")):
            for more in ("", ".ics"):
                answer = await there.phone().get(f"/r/{wrong}{more}")
                assert answer.status == 404
                assert "机械厂" not in answer.text


@pytest.mark.usefixtures("engine")
async def test_the_address_comes_with_the_confirmation_and_with_the_reminder(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play)
        confirmed = await sign_up(play, *stranger(1))
        token = token_in(play, confirmed, "来宾1", PAGE)
        async with play.database.read() as tx:
            assert tx.rolls.read_ticket(token) == Pass(EVENT, 1)
        await press(play, OWNER, "sign_up")
        await play.press(OWNER, "确认")
        reminded = await play.wait(timedelta(days=6, hours=5))
        assert token_in(play, reminded, OWNER, PAGE).startswith(f"{EVENT}.2.")
        assert not re.search(PAGE, heard(play, reminded, "企业群"))

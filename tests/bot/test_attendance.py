"""活动台账: numbers that can be counted again from the rows and the tickets."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.handouts.attendance import AttendanceMaker
from bot.texts import Texts
from flows.registration.arriving import check_in
from flows.registration.registration import Standing
from flows.registration.roll import Roll
from flows.tickets.case import State
from flows.tickets.state import ENDED
from handlers.registration.counting import ATTENDANCE
from tests.flows.registration.rolls import rolled
from tests.handlers.attending import EVENT, labels, press, publish, roll, sign_up, stranger
from tests.handlers.story import CLERK, OWNER, change, heard, tickets
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
GUESTS = [stranger(n) for n in range(1, 5)]
YEAR = f"{ATTENDANCE}{date(2026, 1, 1)}/{date(2026, 12, 31)}"
HENGTONG = "镇海恒通紧固件有限公司"


class Nothing:
    """Makes no file."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        return b"other"


def maker(play: Stage) -> AttendanceMaker:
    return AttendanceMaker(play.database, Texts(play.config.texts), Nothing())


async def table(play: Stage, sheet: str) -> list[tuple[Any, ...]]:
    """Read a sheet of the file as somebody who opens it."""
    made = await maker(play).fetch("", YEAR, 10**7)
    book = openpyxl.load_workbook(io.BytesIO(made))
    return [tuple(row) for row in book[sheet].iter_rows(min_row=3, values_only=True)]


async def let_in(play: Stage, *seqs: int) -> None:
    async with play.database.begin() as tx:
        found: Roll = (await tx.rolls.hold([EVENT]))[EVENT]
        for seq in seqs:
            found = rolled(check_in(found, seq, 1, f"n{seq}", play.clock.now)).roll
        await tx.rolls.save([found])


async def held(play: Stage, series: str = "座谈会") -> None:
    """Let an activity end to which one came, one did not, and two gave up, one of them late."""
    await publish(play, f"名额9人\n系列：{series}")
    await sign_up(play, OWNER)
    for who, told in GUESTS:
        await sign_up(play, who, told)
    await press(play, GUESTS[0][0], "cancel", 2)
    await play.say(GUESTS[0][0], "确认")
    play.clock.now += timedelta(days=6, hours=8)  # the evening before
    await press(play, GUESTS[1][0], "cancel", 3)
    await play.say(GUESTS[1][0], "确认")
    play.clock.now += timedelta(hours=20, minutes=30)
    await let_in(play, 1, 4)
    await play.wait(timedelta(hours=4))


async def test_who_came_can_be_counted_again_from_the_rows(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        rows = await table(play, "到会情况")
        every = (await roll(play)).registrations.values()
        again = {
            firm: (
                len(ours),
                sum(one.standing is Standing.ARRIVED for one in ours),
                sum(one.standing is Standing.ABSENT for one in ours),
                sum(one.standing is Standing.CANCELLED for one in ours),
            )
            for firm in {one.enterprise for one in every}
            if (ours := [one for one in every if one.enterprise == firm])
        }
        assert {row[0]: (row[1], row[2], row[4], row[5]) for row in rows} == again
        assert sum(row[2] for row in rows) == 2
        assert sum(row[4] for row in rows) == 1
        late = {row[0]: row[6] for row in rows if row[5]}
        assert late == {"宁波第1机械厂": 0, "宁波第2机械厂": 1}


async def test_the_rows_are_in_no_order_of_rank(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        names = [row[0] for row in await table(play, "到会情况")]
        assert names == sorted(names)


async def test_the_closing_sheet_equals_the_tickets_states(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        for text in (
            "会上问题",
            "恒通：焊工招不到",
            "恒通：路灯不亮了",
            "恒通：水压太低了",
            "完成",
        ):
            await play.say(CLERK, text)
        await play.press(CLERK, "没有领导")
        await play.say(CLERK, "确认")
        await change(play, state=State.CLOSED)
        (row,) = await table(play, "归集闭环")
        states = [one.state for one in await tickets(play) if one.source_ref == EVENT]
        assert row[0] == EVENT
        assert row[2:] == (
            len(states),
            states.count(State.CLOSED),
            sum(state not in ENDED for state in states),
            0,
        )
        assert row[2] == 3
        assert row[3] == 1


async def test_hours_are_those_of_who_came_to_a_school(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play, series="宁波帮学堂")
        rows = await table(play, "学时")
        assert [(row[0], row[2], row[3]) for row in rows] == [
            ("宁波第3机械厂", 1, 2.5),
            (HENGTONG, 1, 2.5),
        ]
        told = heard(play, await play.say(OWNER, "我的学时"), OWNER)
        assert "1 场，2.5 学时" in told
        absent = heard(play, await play.say(GUESTS[3][0], "我的学时"), GUESTS[3][0])
        assert "还没有签到的学堂课" in absent


async def test_other_activities_give_no_hours(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        assert await table(play, "学时") == []


async def test_one_enterprise_is_told_in_chat_to_those_who_plan_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        told = heard(play, await play.say(CLERK, "到会情况 恒通"), CLERK)
        assert "报名 1 次，到会 1 次，未到 0 次，取消 0 次" in told
        assert "不排名" in told
        for text in ("到会情况 恒通", "活动台账"):
            refused = heard(play, await play.say(OWNER, text), OWNER)
            assert "由活动专员或受理员来办" in refused
        several = heard(play, await play.say(CLERK, "到会情况 机械厂"), CLERK)
        assert "请写全一点" in several


async def test_the_file_is_made_for_who_asked_and_that_is_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await held(play)
        told = await play.say(CLERK, "活动台账 12月")
        assert "12月1日" in heard(play, told, CLERK)
        assert labels(play, told, CLERK) == []
        async with play.database.begin() as tx:
            (fetch,) = await tx.attachments.pending(10)
            entries = await tx.history.entries("ledger")
        assert fetch.code == f"{ATTENDANCE}2026-12-01/2026-12-31"
        assert entries[-1].act == "attendance"
        assert await maker(play).fetch("", "other", 1) == b"other"

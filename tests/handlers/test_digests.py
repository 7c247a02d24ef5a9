"""Digests: what people are reminded of and urged with, once or twice a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.calendar import OFFICE_ZONE
from handlers.digests import Digests
from handlers.strikes import Strikes
from tests.handlers.leading import (
    INSPECTOR,
    LABOUR,
    assigned,
    at,
    working,
)
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    buttons,
    heard,
    texts,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


async def test_a_reminder_comes_in_the_digest_with_what_moves_the_case(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        told = await at(play, "2026-11-27 09:00")
        assert "【提醒】ZH-2026-0001 办理，12月1日 17:30 到期" in heard(play, told, LIAISON)
        assert "申请延期" in buttons(play, told, LIAISON)
        assert not texts(play, told, OWNER)
        assert "恒通" not in heard(play, told, LIAISON)


async def test_a_missed_date_is_urged_in_the_digests_of_the_department_and_the_desk(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await at(play, "2026-11-27 09:00")
        await at(play, "2026-12-01 09:00")
        told = await at(play, "2026-12-02 09:00")
        for who in (LIAISON, CLERK, HEAD):
            assert "【催办】ZH-2026-0001 办理已到期" in heard(play, told, who)
        for who in (OWNER, LEADER, INSPECTOR, "工作群"):
            assert not texts(play, told, who)


async def test_what_was_done_before_its_digest_is_not_told(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await assigned(play)
        await at(play, "2026-11-24 14:30")  # nobody signed: it counts as signed and is urged
        await play.say(LIAISON, "签收 1")
        told = await at(play, "2026-11-24 15:00")
        assert not texts(play, told, LIAISON)


async def test_scenario_10_who_never_signed_is_urged_and_a_leader_hears(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await assigned(play)
        due = (await ticket(play)).handling
        await at(play, "2026-11-24 14:30")
        told = await at(play, "2026-11-24 15:00")
        for who in (LIAISON, CLERK, LEADER):
            assert "【催办】ZH-2026-0001 签收已到期" in heard(play, told, who), who
        after = await ticket(play)
        assert (after.auto_signed, after.handling) == (True, due)


async def test_scenario_2_nobody_is_urged_in_the_spring_festival(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(2026, 2, 13, 10, tzinfo=OFFICE_ZONE)
        await play.say(OWNER, LABOUR)
        await play.say(OWNER, "确认")
        for day in range(15, 24):
            told = await at(play, f"2026-02-{day} 10:00")
            assert told == []
        told = await at(play, "2026-02-24 09:00")
        assert "【催办】ZH-2026-0001 受理已到期（2月14日 17:30）" in heard(play, told, CLERK)


async def test_scenario_4_nobody_is_woken_by_a_report_of_the_night(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        play.clock.now = datetime(2026, 11, 28, 23, 50, tzinfo=OFFICE_ZONE)  # Saturday
        await play.say(OWNER, LABOUR)
        await play.say(OWNER, "确认")
        accept = (await ticket(play)).deadline("accept")
        assert accept is not None
        for moment in ("2026-11-29 00:30", "2026-11-29 09:00", "2026-11-30 08:00"):
            assert await at(play, moment) == []


async def several(play: Stage, count: int) -> None:
    """Put more tickets like the first into the records, each with its clock."""
    async with play.database.begin() as tx:
        (one,) = await tx.tickets.load([ONE], ())
        more = [
            one.model_copy(update={"number": f"ZH-2026-{n:04d}", "version": 1})
            for n in range(2, count + 1)
        ]
        await tx.tickets.save(more, {})
        timers = await tx.timers.due(play.clock.now + timedelta(days=90), 100, ("case",))
        (timer,) = [one for one in timers if one.subject == ONE]
        await tx.timers.set(
            [type(timer)("case", new.number, timer.due_at, f"case:{new.number}") for new in more]
        )


async def test_scenario_27_a_stop_over_a_weekend_makes_one_digest_a_person(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await several(play, 40)
        told = await at(play, "2026-12-02 10:00")  # due on the 1st; nobody looked since the 24th
        for who in (LIAISON, CLERK, HEAD):
            (digest,) = texts(play, told, who)
            assert "要盯的 40 件" in digest
            assert "【提醒】" not in digest
        assert not texts(play, await at(play, "2026-12-02 15:00"), LIAISON)
        told = await at(play, "2026-12-03 09:00")
        assert len(texts(play, told, "工作群")) == 40  # each letter may be called off
        assert not texts(play, told, LIAISON)
        told = await at(play, "2026-12-03 09:30")
        assert len([text for text in texts(play, told, LIAISON) if "督办单" in text]) == 40


async def test_a_second_digest_within_a_slot_waits_for_the_next(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await working(play)
        await at(play, "2026-11-27 09:00")
        await several(play, 2)
        async with play.database.begin() as tx:
            await tx.timers.set(
                [
                    type(d)(d.kind, "ZH-2026-0002", play.clock.now, "case:ZH-2026-0002")
                    for d in await tx.timers.due(play.clock.now + timedelta(days=9), 1, ("case",))
                ]
            )
            (two,) = await tx.tickets.load(["ZH-2026-0002"], ())
            fresh = two.model_copy(update={"supervisions": (), "version": two.version + 1})
            await tx.tickets.save([fresh], {two.number: two.version})
        assert not texts(play, await at(play, "2026-11-27 10:00"), LIAISON)
        assert "ZH-2026-0002" in heard(play, await at(play, "2026-11-27 15:00"), LIAISON)


async def test_a_crash_while_a_digest_is_written_neither_loses_nor_doubles_it(
    tmp_path: Path,
) -> None:
    class Crash(Exception):
        pass

    async with stage(tmp_path) as play:
        await working(play)
        play.clock.now = datetime(2026, 11, 27, 9, tzinfo=OFFICE_ZONE)
        office = play.reception.office
        async with play.database.begin() as tx:
            dues = await tx.timers.due(play.clock.now, 10, ("case",))
            await Strikes(office, play.clock).tick(tx, dues)
            await tx.timers.done(dues)
        for crashes in (True, False):
            with suppress(Crash):
                async with play.database.begin() as tx:
                    dues = await tx.timers.due(play.clock.now, 10, ("digest",))
                    await Digests(office, play.clock).tick(tx, dues)
                    await tx.timers.done(dues)
                    if crashes:
                        raise Crash
        assert len(texts(play, await play.send(), LIAISON)) == 1
        assert await at(play, "2026-11-27 09:05") == []

"""Invitations to enterprises that were bothered enough (不宜打扰): listed, let pass by name."""

from __future__ import annotations

from datetime import date

import pytest

from flows.outreach.record import ASKED, BEEN, Mode, Outreach
from flows.registration.event import Stage as Held
from flows.registration.registration import Standing
from flows.registration.roll import Roll
from tests.flows.registration.rolls import empty, local, signed
from tests.handlers.calming import (
    CLERK,
    FIRM,
    FOUNDRY,
    OWNER,
    OWNER_OF_FOUNDRY,
    PEOPLE,
    drafted,
    joined,
    released,
)
from tests.handlers.campaigning import stored, texts
from tests.stage import Stage

MEETING = "HD-2026-009"  # on Friday, December 11


@pytest.fixture
async def play(play: Stage) -> Stage:
    """Open the office on each engine, with an activity to invite to."""
    await joined(play, (OWNER_OF_FOUNDRY, FOUNDRY))
    await held(play, activity(MEETING, "2026-12-11"))
    return play


def activity(number: str, day: str, **changes: object) -> Roll:
    """Return an activity of that day, from two to four."""
    told = {
        "number": number,
        "title": f"{day}的座谈会",
        "starts_at": local(f"{day} 14:00"),
        "ends_at": local(f"{day} 16:00"),
        "closes_at": local(f"{day} 12:00"),
        **changes,
    }
    return empty(**told)


async def held(play: Stage, roll: Roll) -> None:
    """Let an activity be kept."""
    async with play.database.begin() as tx:
        await tx.rolls.save([roll])


async def seated(play: Stage, number: str, day: str, *people: int, firm: str = FIRM) -> None:
    """Let people of an enterprise have a seat in an activity of that day."""
    roll = activity(number, day)
    for person in people:
        roll = signed(roll, person, enterprise=firm)
    await held(play, roll)


async def visited(play: Stage, day: date, mode: Mode = BEEN, firm: str = FIRM) -> int:
    """Let an enterprise be visited, or asked."""
    async with play.database.begin() as tx:
        who = await tx.people.find("dingtalk", play.staff_id(CLERK))
        assert who is not None
        new = Outreach(0, firm, mode, day, "陈建国", "", who.id, play.clock.now)
        return await tx.outreaches.add(new)


async def invitation(play: Stage) -> str:
    """Let staff write an invitation to everybody; return its preview."""
    return await drafted(play, "邀请参加座谈会", PEOPLE, "按钮：我要报名", f"活动：{MEETING}")


async def test_u14_whoever_had_enough_this_month_is_listed_and_let_pass_by_name(
    play: Stage,
) -> None:
    await seated(play, "HD-2026-001", "2026-12-01", 1, 2)  # two people of one enterprise: once
    await visited(play, date(2026, 12, 2))
    told = await invitation(play)
    assert (await stored(play)).draft.event == MEETING
    assert "不宜打扰：陈建国（1 个）" in told
    assert f"{FIRM}：当月已有 2 次邀会、走访" in told
    assert "0 个群，1 个人" in told
    passed = texts(play, await play.press(CLERK, "不宜打扰的也发（署名）"), CLERK)
    assert "这 1 个也会收到，记在 王敏 名下" in passed[0]
    assert "0 个群，2 个人" in passed[0]
    assert len(texts(play, await released(play), OWNER)) == 1


async def test_u14_whoever_nobody_let_pass_gets_no_invitation(play: Stage) -> None:
    await seated(play, "HD-2026-001", "2026-12-08", 1)
    await invitation(play)
    letters = await released(play)
    assert texts(play, letters, OWNER) == []
    assert len(texts(play, letters, OWNER_OF_FOUNDRY)) == 1


async def test_u14_a_meeting_within_the_week_is_too_near(play: Stage) -> None:
    await seated(play, "HD-2026-001", "2026-12-05", 1)
    assert f"{FIRM}：离 12月5日" in await invitation(play)


async def test_u14_seven_days_between_are_enough(play: Stage) -> None:
    await seated(play, "HD-2026-001", "2026-12-04", 1)
    told = await invitation(play)
    assert "不宜打扰" not in told
    assert "0 个群，2 个人" in told


async def test_u14_a_visit_of_the_month_before_counts_where_it_is_near(play: Stage) -> None:
    await held(play, activity(MEETING, "2026-12-03"))
    await visited(play, date(2026, 11, 28))
    assert f"{FIRM}：离 11月28日" in await invitation(play)


async def test_what_bothered_nobody_is_not_in_the_ledger(play: Stage) -> None:
    await visited(play, date(2026, 12, 8), ASKED)  # by telephone
    gone = await visited(play, date(2026, 12, 9))
    async with play.database.begin() as tx:
        who = await tx.people.find("dingtalk", play.staff_id(CLERK))
        assert who is not None
        await tx.outreaches.drop(gone, who.id, play.clock.now)
    await held(play, signed(activity(MEETING, "2026-12-11"), 1, enterprise=FIRM))  # this one itself
    off = signed(activity("HD-2026-002", "2026-12-10"), 1, enterprise=FIRM)
    await held(
        play,
        Roll.of(
            off.event.model_copy(update={"stage": Held.CANCELLED}), [*off.registrations.values()]
        ),
    )
    left = signed(activity("HD-2026-003", "2026-12-09"), 1, enterprise=FIRM)
    await held(
        play,
        Roll.of(
            left.event,
            [
                one.model_copy(update={"standing": Standing.CANCELLED})
                for one in left.registrations.values()
            ],
        ),
    )
    assert "不宜打扰" not in await invitation(play)


async def test_a_message_that_invites_to_nothing_asks_no_ledger_of_meetings(play: Stage) -> None:
    await seated(play, "HD-2026-001", "2026-12-10", 1)
    assert "不宜打扰" not in await drafted(play, "年底用工通知")


async def test_the_name_of_an_enterprise_counts_however_wide_it_is_written(play: Stage) -> None:
    await joined(play, ("wu", "宁波ABC（集团）有限公司"))
    await seated(play, "HD-2026-001", "2026-12-10", 7, firm="宁波ＡＢＣ(集团)有限公司")
    assert "宁波ABC（集团）有限公司：离 12月10日" in await invitation(play)

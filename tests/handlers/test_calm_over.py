"""A calm (缓催) that ends before its day: what waited for that day waits no longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.base import Letter
from flows.calendar import OFFICE_ZONE
from flows.tickets.case import State
from handlers.ports import Due, Nudge
from handlers.timers import DIGEST
from tests.handlers.story import CLERK, HEAD, LIAISON, ONE, SUPPORT, carry, heard, known
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


async def at(play: Stage, moment: str) -> list[Letter]:
    then = datetime.fromisoformat(moment).replace(tzinfo=OFFICE_ZONE)
    return await play.wait(then - play.clock.now)


async def parked(play: Stage) -> None:
    """Let a case be overdue, and a line wait for a digest, in a calm up to the 20th of December."""
    await carry(play, State.ACCEPTED)
    for name, text in (
        (CLERK, "交办 1 供电公司 协办无 一般"),
        (CLERK, "确认"),
        (LIAISON, "签收 1"),
        (LIAISON, "首联 1 打过电话了"),
        (HEAD, "缓催 到12月20日"),
    ):
        await play.say(name, text)
    await play.say(SUPPORT, "你好")
    who = (await known(play, SUPPORT)).id
    at_three = play.clock.now + timedelta(hours=6)
    async with play.database.begin() as tx:
        await tx.urging.add([Nudge(who, ONE, "met", "met:1")], play.clock.now)
        await tx.remind([Due(DIGEST, str(who), at_three, f"{DIGEST}:{who}")])
    for moment in ("2026-11-24 15:00", "2026-11-27 09:00", "2026-12-02 09:00"):
        assert not await at(play, moment)


async def test_what_waited_for_its_day_comes_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await parked(play)
        await at(play, "2026-12-02 10:00")
        await play.say(HEAD, "恢复催办")
        told = [*await at(play, "2026-12-02 10:01"), *await at(play, "2026-12-02 10:02")]
        assert f"{ONE} 有面商或协调会记录" in heard(play, told, SUPPORT)
        assert f"【催办】{ONE}" in heard(play, told, LIAISON)


async def test_a_day_that_was_brought_forward_counts_for_what_waits_already(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await parked(play)
        await play.say(HEAD, "缓催 到12月2日")
        assert not await at(play, "2026-12-02 15:00")
        told = await at(play, "2026-12-03 09:00")
        assert f"{ONE} 有面商或协调会记录" in heard(play, told, SUPPORT)
        assert f"{ONE} 要发督办" in heard(play, told, "工作群")


async def test_a_longer_calm_wakes_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await parked(play)
        await play.say(HEAD, "缓催 到12月25日")
        assert not await at(play, "2026-12-03 09:00")

"""What was made or typed for a while and is not needed any more does not stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.housekeeping import housekeeping
from bot.schedules import Schedules
from bot.storage.database import Database
from tests.bot.runtime import START, HandClock, arrival, database

pytestmark = pytest.mark.usefixtures("engine")
TERM = timedelta(days=30)


async def _made(db: Database, clock: HandClock, name: str) -> None:
    async with db.begin() as tx:
        (filed,) = await tx.admit([replace(arrival(name), at=clock.now)])
        assert filed is not None
        await tx.make_file(filed, "a list with numbers", "签到表.xlsx")
        (fetch,) = await tx.attachments.pending(1)
        await tx.attachments.stored(fetch.id, "d1", "application/xlsx", 1)


async def _removed(db: Database, clock: HandClock) -> list[str]:
    gone: list[str] = []
    plans = housekeeping(TERM, TERM, gone.append)
    await Schedules(db, plans, clock, wake=lambda: None).turn()
    return gone


async def test_a_file_that_we_made_is_removed_after_the_term_and_once(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _made(db, clock, "one")
        clock.now = START + TERM - timedelta(minutes=1)
        assert await _removed(db, clock) == []
        clock.now = START + TERM + timedelta(hours=1)
        assert await _removed(db, clock) == ["d1"]
        clock.now += timedelta(hours=1)
        assert await _removed(db, clock) == []


async def test_a_file_that_somebody_asked_for_again_stays(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _made(db, clock, "one")
        clock.now = START + timedelta(days=20)
        await _made(db, clock, "two")
        clock.now = START + TERM + timedelta(hours=1)
        assert await _removed(db, clock) == []

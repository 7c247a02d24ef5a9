"""What /readyz finds wrong, and how bad it is."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import metrics
from bot.channels.base import Health
from bot.config import load_config
from bot.quota import Quota
from bot.readiness import Asked, Finding, Readiness, room
from bot.storage.steady import Steady
from handlers.ports import Due
from tests.engines import NOON, Opened, arrival, opened, post

CONFIG = load_config()


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Opened]:
    async with opened("sqlite", tmp_path) as database:
        yield database


def readiness(
    records: Opened, folder: Path, *asked: Asked, used: int = 0, **more: float
) -> Readiness:
    quota = Quota({"api": 100}, CONFIG.quota, records.clock)
    quota.count("api", used)
    return Readiness(
        records.database, quota, CONFIG, folder=folder, clock=records.clock, asked=asked, **more
    )


def saying(ready: bool, reason: str = "") -> Callable[[], Health]:
    return lambda: Health(ready, reason)


async def test_nothing_is_wrong_with_a_bot_that_works(records: Opened, tmp_path: Path) -> None:
    well = Asked("dingtalk", saying(True), True), Asked("hub", saying(True), False)
    assert await readiness(records, tmp_path, *well).look() == []


async def test_a_channel_is_needed_and_redis_is_not(records: Opened, tmp_path: Path) -> None:
    asked = (
        Asked("dingtalk", saying(False, "HTTP 401"), needed=True),
        Asked("hub", saying(False), needed=False),
    )
    assert await readiness(records, tmp_path, *asked).look() == [
        Finding("dingtalk", "HTTP 401", "not ready"),
        Finding("hub", "not connected", "degraded"),
    ]
    assert b"qinqing_hub_degraded 1.0" in metrics.exposition()


async def test_a_delivery_that_waits_for_long_means_that_nothing_goes_out(
    records: Opened, tmp_path: Path
) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("one")], {})
    records.clock.move(seconds=59)
    assert await readiness(records, tmp_path).look() == []
    records.clock.move(seconds=31)
    assert await readiness(records, tmp_path).look() == [
        Finding("deliveries", "the oldest is due for 90 s", "not ready")
    ]
    said = metrics.exposition()
    assert b"qinqing_outbox_oldest_due_seconds 90.0" in said
    assert b'qinqing_outbox_deliveries{state="ready"} 1.0' in said


async def test_what_the_quota_holds_is_not_late(records: Opened, tmp_path: Path) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("one")], {})
        (head,) = (await tx.queue.heads("notices", 9)).letters
        await tx.meters.hold([head.id], NOON + timedelta(days=7))
    records.clock.move(hours=1)
    assert await readiness(records, tmp_path).look() == []


async def test_arrivals_that_nobody_handles_are_an_outage(records: Opened, tmp_path: Path) -> None:
    async with records.database.begin() as tx:
        await tx.admit([arrival("m1"), arrival("m2", staff="s2")], waiting=True)
        await tx.admit([arrival("m0")])  # handled with its filing
    records.clock.move(seconds=60)
    assert await readiness(records, tmp_path).look() == []
    records.clock.move(seconds=1)
    assert await readiness(records, tmp_path).look() == [
        Finding("backlog", "2 arrivals wait, the oldest for 61 s", "not ready")
    ]
    assert b"qinqing_backlog_oldest_seconds 61.0" in metrics.exposition()


async def test_a_database_that_does_not_answer_is_said_to_be_what_is_wrong(
    records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(records.database, "ping", hang)
    looked = readiness(
        records, tmp_path, Asked("hub", saying(False), needed=False), answers_within=0.05
    )
    assert await looked.look() == [
        Finding("hub", "not connected", "degraded"),
        Finding("database", "no answer within 0.05 s"),
    ]
    assert metrics.database.seconds() > 0
    metrics.database.worked()


async def test_however_many_ask_the_records_are_looked_at_once_in_a_while(
    records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pings, ping, going_on = [0], records.database.ping, asyncio.Event()

    async def counted() -> None:
        pings[0] += 1
        await going_on.wait()
        await ping()

    monkeypatch.setattr(records.database, "ping", counted)
    health = [False]
    asked = Asked("dingtalk", lambda: Health(health[0], "away"), needed=True)
    looked = readiness(records, tmp_path, asked)
    crowd = [asyncio.create_task(looked.look()) for _ in range(50)]
    await asyncio.sleep(0)
    going_on.set()
    away = [Finding("dingtalk", "away", "not ready")]
    assert await asyncio.gather(*crowd) == [away] * 50
    health[0] = True
    assert await looked.look() == []  # what costs nothing is asked each time
    assert pings == [1]
    impatient = readiness(records, tmp_path, apart=0.0)
    for _ in range(2):
        assert await impatient.look() == []
    assert pings == [3]


async def test_who_gave_up_on_a_look_leaves_it_to_the_next(
    records: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ping, going_on = records.database.ping, asyncio.Event()

    async def slow() -> None:
        await going_on.wait()
        await ping()

    monkeypatch.setattr(records.database, "ping", slow)
    looked = readiness(records, tmp_path)
    first, second = (asyncio.create_task(looked.look()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    going_on.set()
    assert await second == []


async def test_a_process_whose_clock_stood_still_is_to_be_restarted(
    records: Opened, tmp_path: Path
) -> None:
    steady = Steady(NOON)
    records.database.steady = steady
    for off, found in (
        (4, []),
        (40, [Finding("clock", "+40 s to the database's: restart", "degraded")]),
    ):
        steady.steer(steady() + timedelta(seconds=off))
        assert await readiness(records, tmp_path).look() == found


async def test_late_timers_are_seen(records: Opened, tmp_path: Path) -> None:
    async with records.database.begin() as tx:
        await tx.remind([Due("x", "y", NOON, "x:y")])
    records.clock.move(minutes=6)
    assert [f.what for f in await readiness(records, tmp_path).look()] == ["timers"]


async def test_a_month_that_runs_out_is_seen(records: Opened, tmp_path: Path) -> None:
    assert await readiness(records, tmp_path, used=89).look() == []
    assert await readiness(records, tmp_path, used=90).look() == [
        Finding("quota", "90 % of the month's api is used", "degraded")
    ]


async def test_the_next_year_s_days_off_are_missed_from_december_on(
    records: Opened, tmp_path: Path
) -> None:
    records.clock.now = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    assert await readiness(records, tmp_path).look() == []
    records.clock.move(minutes=1)  # the office is in December
    (found,) = await readiness(records, tmp_path).look()
    assert (found.what, found.level) == ("calendar", "degraded")
    assert "no official days off of 2027" in found.reason
    assert "calendar/2027.toml" in found.reason
    assert "python -m bot doctor" in found.reason


async def test_a_folder_that_is_not_made_yet_is_no_fault(records: Opened, tmp_path: Path) -> None:
    assert await readiness(records, tmp_path / "not" / "yet").look() == []


def test_a_disk_that_fills_up_is_seen_before_it_is_full() -> None:
    assert room(500_000_000) == []
    assert room(499_999_999) == [Finding("disk", "499 MB are left", "degraded")]
    assert room(49_000_000) == [Finding("disk", "49 MB are left", "not ready")]


async def test_a_database_that_cannot_be_used_is_an_outage(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as records:
        looked = readiness(records, tmp_path)
        spoil(tmp_path)
        found = await looked.look()
        await looked.measure()  # whoever reads the metrics gets those that are left
    assert [(f.what, f.level) for f in found] == [("database", "not ready")]
    assert metrics.database.seconds() > 0
    metrics.database.worked()


def spoil(folder: Path) -> None:
    """Take a table away, as a damaged file would."""
    with closing(sqlite3.connect(folder / "records.db")) as connection:
        connection.execute("DROP TABLE timer")

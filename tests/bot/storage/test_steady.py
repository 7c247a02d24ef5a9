"""Steady time: nothing that is rated, retried or leased follows a wall clock that jumps."""

import time
from datetime import timedelta

import pytest

from bot.channels.dingtalk.hooks import MINUTE
from bot.keys import Keys
from bot.storage.database import Database
from bot.storage.steady import Steady, awake_or_asleep
from tests.engines import NOON, SECRET, Hands, Opened, dispatch, post, rows


class Ticks:
    """Seconds that nobody can set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def test_it_counts_on_from_where_it_was_anchored() -> None:
    ticks = Ticks()
    steady = Steady(NOON, ticks)
    ticks.now += 90
    assert steady() == NOON + timedelta(seconds=90)
    steady.anchor(NOON - timedelta(hours=2))
    ticks.now += 1
    assert steady() == NOON - timedelta(hours=2) + timedelta(seconds=1)


@pytest.mark.parametrize("off", [0.04, -1.0])
def test_a_shared_clock_that_drifted_is_followed_within_a_minute(off: float) -> None:
    ticks = Ticks()
    steady = Steady(NOON, ticks)
    steady.steer(NOON + timedelta(seconds=off))
    assert steady() == NOON
    for seconds, made_up_for in ((30, off / 2), (60, off), (600, off)):
        ticks.now = 1000.0 + seconds
        assert steady() == NOON + timedelta(seconds=seconds + made_up_for)


@pytest.mark.parametrize("hours", [2, -2])
def test_a_shared_clock_that_is_far_off_is_followed_without_opening_a_window(hours: int) -> None:
    """A machine that stood still for a while would else disagree with the others for good."""
    ticks, shared = Ticks(), NOON + timedelta(hours=hours)
    steady = Steady(NOON, ticks)
    said = []
    for second in range(3600):
        if second % 60 == 40:
            steady.steer(shared)
        said.append(steady())
        ticks.now += 1
        shared += timedelta(seconds=1)
    minutes = [later - earlier for earlier, later in zip(said, said[60:], strict=False)]
    assert max(minutes) <= timedelta(seconds=MINUTE)
    assert min(minutes) >= timedelta(seconds=57)
    nearer = timedelta(hours=2) - abs(shared - steady())
    assert nearer > (timedelta(seconds=2.9) if hours > 0 else timedelta(minutes=2.9))
    assert abs(steady.off) > timedelta(hours=1)


def test_seconds_in_which_the_machine_slept_count() -> None:
    if hasattr(time, "CLOCK_BOOTTIME"):
        assert abs(awake_or_asleep() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 1
    assert awake_or_asleep() <= awake_or_asleep()


@pytest.mark.parametrize("window", ["robot", ""])
async def test_it_begins_no_earlier_than_the_latest_attempt(records: Opened, window: str) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("d1"), post("d2")], {})
    ahead = records.database.steady().replace(year=2199)
    moment = int(ahead.timestamp() * 1_000_000)
    query = "UPDATE delivery SET attempted_at = ?, \"window\" = ? WHERE dedupe = 'd1'"
    rows(records.url, query, moment, window)
    again = Database(records.url, Keys(SECRET), Hands(), dispatch)
    await again.open()
    assert timedelta() <= again.steady() - ahead < timedelta(minutes=1)
    await again.close()


async def test_a_wall_clock_that_jumps_moves_it_nowhere(records: Opened) -> None:
    wall = Hands()
    database = Database(records.url, Keys(SECRET), wall, dispatch)
    await database.open()
    before = database.steady()
    wall.move(hours=2)
    async with database.begin() as tx:
        assert tx._session.steady is database.steady
    assert database.steady() - before < timedelta(minutes=1)
    await database.close()

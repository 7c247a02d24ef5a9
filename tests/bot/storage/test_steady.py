"""Steady time: nothing that is rated, retried or leased follows a wall clock that jumps."""

from datetime import timedelta

import pytest

from bot.keys import Keys
from bot.storage.database import Database
from bot.storage.steady import Steady
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


def test_a_shared_clock_that_drifted_is_followed_in_small_steps_and_never_back() -> None:
    ticks = Ticks()
    steady = Steady(NOON, ticks)
    steady.steer(NOON + timedelta(seconds=1))
    assert steady() == NOON + timedelta(milliseconds=50)
    steady.steer(NOON + timedelta(milliseconds=70))
    assert steady() == NOON + timedelta(milliseconds=70)
    steady.steer(NOON)
    assert steady() == NOON + timedelta(milliseconds=70)
    ticks.now += 1
    assert steady() == NOON + timedelta(seconds=1, milliseconds=20)


@pytest.mark.parametrize("off", [timedelta(hours=2), timedelta(hours=-2), timedelta(seconds=5)])
def test_a_shared_clock_that_was_set_is_not_followed(off: timedelta) -> None:
    steady = Steady(NOON, Ticks())
    steady.steer(NOON + off)
    assert steady() == NOON


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

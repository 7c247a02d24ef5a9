"""The curve of 收到: by hour, and it always ends at everybody who confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from flows.calendar import OFFICE_ZONE
from flows.campaigns.effect import best_hour, curve
from tests.flows.campaigns.drafts import NINE

MINUTES = some.lists(some.integers(-5, 60 * 24 * 40))


def after(*minutes: int) -> list[datetime]:
    return [NINE + timedelta(minutes=n) for n in minutes]


def test_what_was_confirmed_is_counted_hour_by_hour() -> None:
    found = curve(after(1, 59, 60, 185), NINE)
    assert found.counts == (2, 3, 3, 4, 4, 4)
    assert found.at(3) == datetime(2026, 11, 24, 12, tzinfo=OFFICE_ZONE)


def test_the_first_hour_is_the_full_one_in_which_it_began() -> None:
    begun = NINE + timedelta(minutes=40)
    assert curve(after(59, 61), begun).counts[:2] == (1, 2)
    assert curve((), begun).begins == NINE


def test_a_curve_without_anybody_is_flat() -> None:
    assert curve((), NINE).counts == (0, 0, 0, 0, 0, 0)


def test_who_confirms_after_two_weeks_counts_into_the_last_hour() -> None:
    found = curve(after(0, 60 * 24 * 30), NINE)
    assert len(found.counts) == 24 * 14
    assert found.counts[-2:] == (1, 2)


@given(MINUTES)
def test_a_curve_never_falls_and_ends_at_everybody(minutes: list[int]) -> None:
    counts = curve(after(*minutes), NINE).counts
    assert list(counts) == sorted(counts)
    assert counts[-1] == len(minutes)


def test_of_hours_with_as_many_the_earliest_is_the_best() -> None:
    assert best_hour(after(130, 125, 5, 10, 70)) == (NINE, 2)
    assert best_hour(()) is None

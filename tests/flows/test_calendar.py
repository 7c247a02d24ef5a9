"""The count of working days against golden days, and beyond what is known."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import OFFICE_ZONE, Due, WorkingDays

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "calendar_2026.json").read_text("utf-8"))
CALENDAR = WorkingDays(
    off=frozenset(map(date.fromisoformat, GOLDEN["weekday_off"])),
    work=frozenset(map(date.fromisoformat, GOLDEN["weekend_work"])),
    official_years=frozenset({2026}),
)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(("start", "n", "due"), GOLDEN["add_working_days"])
def test_the_golden_days_are_met(start: str, n: int, due: str) -> None:
    assert CALENDAR.add(date.fromisoformat(start), n) == Due(date.fromisoformat(due), False)


def test_the_year_has_its_number_of_working_days() -> None:
    assert CALENDAR.workdays_between(date(2025, 12, 31), date(2026, 12, 31)) == GOLDEN["workdays"]


def test_a_count_into_a_year_without_a_notice_is_provisional() -> None:
    assert CALENDAR.add(date(2026, 11, 24), 27) == Due(date(2026, 12, 31), False)
    assert CALENDAR.add(date(2026, 11, 24), 28).provisional


def test_a_day_that_is_not_counted_makes_nothing_provisional() -> None:
    assert CALENDAR.add(date(2025, 12, 31), 1) == Due(date(2026, 1, 4), False)


def test_no_working_days_is_the_day_itself() -> None:
    assert CALENDAR.add(date(2026, 10, 3), 0) == Due(date(2026, 10, 3), False)


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward only"):
        CALENDAR.add(date(2026, 10, 3), -1)


def test_a_promise_ends_at_closing_time_in_the_office() -> None:
    due = CALENDAR.due_at(date(2026, 9, 30), 1)
    assert due == datetime(2026, 10, 8, 9, 30, tzinfo=UTC)
    assert due.timetz() == time(17, 30, tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 9, 29, 9, 30, tzinfo=UTC), date(2026, 9, 29)),
        (datetime(2026, 9, 29, 9, 30, 1, tzinfo=UTC), date(2026, 9, 30)),
        (datetime(2026, 9, 28, 23, 0, tzinfo=UTC), date(2026, 9, 29)),
        (datetime(2026, 10, 1, 2, 0, tzinfo=UTC), date(2026, 10, 1)),
    ],
)
def test_an_event_after_closing_time_counts_as_the_next_day(at: datetime, day: date) -> None:
    assert CALENDAR.day_zero(at) == day


def test_the_days_left_are_working_days() -> None:
    assert CALENDAR.workdays_between(date(2026, 9, 30), date(2026, 10, 8)) == 1
    assert CALENDAR.workdays_between(date(2026, 10, 8), date(2026, 9, 30)) == -1


@given(day=DAYS, n=st.integers(1, 120))
def test_the_due_day_is_the_nth_working_day(day: date, n: int) -> None:
    due = CALENDAR.add(day, n)
    assert CALENDAR.is_workday(due.day)
    assert CALENDAR.workdays_between(day, due.day) == n

"""The count of working days against golden days, and beyond what is known."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import OFFICE_ZONE, Due, DueTime, WorkingDays

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "calendar_2026.json").read_text("utf-8"))
CALENDAR = WorkingDays(
    off=frozenset(map(date.fromisoformat, GOLDEN["weekday_off"])),
    work=frozenset(map(date.fromisoformat, GOLDEN["weekend_work"])),
    official_years=frozenset({2026}),
    segments=tuple(
        (time.fromisoformat(opens), time.fromisoformat(closes))
        for opens, closes in GOLDEN["segments"]
    ),
)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(
    datetime(2025, 12, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 2, 1),  # noqa: DTZ001
    timezones=st.just(OFFICE_ZONE),
)
SPANS = st.timedeltas(timedelta(), timedelta(hours=100))


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


def _open(at: datetime) -> bool:
    """Say whether the office works then; both ends of its hours count."""
    clock = at.timetz().replace(tzinfo=None)
    inside = any(opens <= clock <= closes for opens, closes in CALENDAR.segments)
    return inside and CALENDAR.is_workday(at.date())


@pytest.mark.parametrize(("start", "n", "due"), GOLDEN["add_working_days"])
def test_the_golden_days_are_met(start: str, n: int, due: str) -> None:
    assert CALENDAR.add(date.fromisoformat(start), n) == Due(date.fromisoformat(due), False)


@pytest.mark.parametrize(("start", "hours", "due"), GOLDEN["add_working_hours"])
def test_the_golden_hours_are_met(start: str, hours: float, due: str) -> None:
    ends = CALENDAR.add_hours(_local(start), timedelta(hours=hours))
    assert ends == DueTime(_local(due), False)


def test_every_golden_vector_is_there() -> None:
    assert len(GOLDEN["add_working_days"]) == 95
    assert len(GOLDEN["add_working_hours"]) == 7


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


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24T14:00", 3.5, "2026-11-24T17:30"),  # used up as the office closes
        ("2026-11-24T10:00", 2, "2026-11-24T12:00"),
        ("2026-11-24T17:30", 1, "2026-11-25T09:30"),
        ("2026-11-24T12:30", 0, "2026-11-24T13:30"),
        ("2026-11-28T09:00", 0, "2026-11-30T08:30"),
        ("2026-11-24T09:00", 75, "2026-12-08T09:00"),  # ten days of seven and a half hours
    ],
)
def test_working_hours_skip_noon_nights_and_days_off(start: str, hours: float, due: str) -> None:
    ends = CALENDAR.add_hours(_local(start), timedelta(hours=hours))
    assert ends == DueTime(_local(due), False)


def test_hours_into_a_year_without_a_notice_are_provisional() -> None:
    assert CALENDAR.add_hours(_local("2026-12-31T16:30"), timedelta(hours=1)).provisional is False
    assert CALENDAR.add_hours(_local("2026-12-31T16:30"), timedelta(hours=2)).provisional
    assert CALENDAR.add_hours(_local("2025-12-31T17:31"), timedelta(hours=1)) == DueTime(
        _local("2026-01-04T09:30"), False
    )


def test_hours_are_told_in_the_offices_zone() -> None:
    ends = CALENDAR.add_hours(datetime(2026, 11, 24, 1, 0, tzinfo=UTC), timedelta(hours=1))
    assert ends.at.isoformat() == "2026-11-24T10:00:00+08:00"


def test_working_hours_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forward only"):
        CALENDAR.add_hours(_local("2026-11-24T10:00"), timedelta(hours=-1))


@given(at=MOMENTS, hours=SPANS)
def test_hours_never_end_outside_the_offices_hours_or_before_they_begin(
    at: datetime, hours: timedelta
) -> None:
    ends = CALENDAR.add_hours(at, hours).at
    assert _open(ends)
    assert ends >= at + hours


@given(at=MOMENTS, hours=SPANS, later=SPANS, more=SPANS)
def test_a_later_start_or_more_hours_never_end_earlier(
    at: datetime, hours: timedelta, later: timedelta, more: timedelta
) -> None:
    ends = CALENDAR.add_hours(at, hours).at
    assert CALENDAR.add_hours(at + later, hours).at >= ends
    assert CALENDAR.add_hours(at, hours + more).at >= ends


@given(at=MOMENTS, first=SPANS, second=SPANS.filter(bool))
def test_hours_add_up(at: datetime, first: timedelta, second: timedelta) -> None:
    parted = CALENDAR.add_hours(CALENDAR.add_hours(at, first).at, second)
    assert parted.at == CALENDAR.add_hours(at, first + second).at

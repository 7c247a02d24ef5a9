"""When campaigns may leave (B12): quiet hours, days off, worked Sundays, years without a notice."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import OFFICE_ZONE, DueTime, WorkingDays
from flows.campaigns.hours import Quiet, allowed, next_allowed

DAYS = WorkingDays(
    off=frozenset({date(2026, 10, 1), date(2026, 10, 2), *(date(2026, 10, n) for n in (5, 6, 7))}),
    work=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    official_years=frozenset({2026}),
)
QUIET = Quiet()
ZONES = [UTC, OFFICE_ZONE, ZoneInfo("America/New_York"), timezone(timedelta(hours=13, minutes=45))]
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 6, 1),  # noqa: DTZ001
    timezones=st.sampled_from(ZONES),
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


def goes(at: str, *, override: bool = False) -> str:
    found = next_allowed(local(at), QUIET, DAYS, override=override)
    return found.at.strftime("%Y-%m-%d %H:%M:%S")


def test_a_second_before_the_quiet_hours_something_still_goes() -> None:
    assert goes("2026-11-24 20:59:59") == "2026-11-24 20:59:59"
    assert allowed(local("2026-11-24 20:59:59.999999"), QUIET, DAYS)


def test_at_nine_it_waits_for_eight_the_next_morning() -> None:
    assert goes("2026-11-24 21:00:00") == "2026-11-25 08:00:00"


def test_before_eight_it_waits_for_eight_the_same_morning() -> None:
    assert goes("2026-11-24 07:59:59") == "2026-11-24 08:00:00"
    assert goes("2026-11-24 08:00:00") == "2026-11-24 08:00:00"


def test_friday_evening_waits_for_monday() -> None:
    assert goes("2026-11-27 21:00:00") == "2026-11-30 08:00:00"


def test_a_holiday_is_waited_out() -> None:
    assert goes("2026-09-30 22:00:00") == "2026-10-08 08:00:00"


def test_a_worked_sunday_is_a_working_day() -> None:
    assert goes("2026-09-20 10:00:00") == "2026-09-20 10:00:00"
    assert goes("2026-09-19 10:00:00") == "2026-09-20 08:00:00"


def test_days_off_are_no_obstacle_where_the_office_says_so() -> None:
    sunday = local("2026-11-29 10:00:00")
    assert next_allowed(sunday, Quiet(working_days=False), DAYS).at == sunday


def test_an_override_goes_at_once() -> None:
    assert goes("2026-10-01 23:00:00", override=True) == "2026-10-01 23:00:00"


@pytest.mark.parametrize(
    ("at", "expected", "provisional"),
    [
        ("2026-12-31 10:00", "2026-12-31 10:00", False),
        ("2026-12-31 21:00", "2027-01-01 08:00", True),
        ("2027-02-06 10:00", "2027-02-08 08:00", True),  # a Saturday, perhaps a worked one
        ("2027-02-08 10:00", "2027-02-08 10:00", True),
    ],
)
def test_a_year_without_a_calendar_goes_by_weekdays_and_says_so(
    at: str, expected: str, provisional: bool
) -> None:
    assert next_allowed(local(at), QUIET, DAYS) == DueTime(local(expected), provisional)


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_of_the_host_changes_nothing(zone: ZoneInfo) -> None:
    moment = local("2026-11-24 21:00:00")
    found = next_allowed(moment.astimezone(zone), QUIET, DAYS)
    assert found.at == local("2026-11-25 08:00:00")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        next_allowed(datetime(2026, 11, 24, 21), QUIET, DAYS)  # noqa: DTZ001


@given(MOMENTS)
def test_what_waits_leaves_at_the_first_moment_that_is_not_quiet(moment: datetime) -> None:
    found = next_allowed(moment, QUIET, DAYS).at
    assert found >= moment
    assert allowed(found, QUIET, DAYS)
    assert DAYS.is_workday(found.date())
    assert time(8) <= found.time() < time(21)
    if found > moment:
        assert not allowed(found - timedelta(microseconds=1), QUIET, DAYS)
        assert not allowed(moment, QUIET, DAYS)

"""The disturbance ledger (打扰账, U14 and U15)."""

from datetime import UTC, date, datetime, time

import pytest

from flows.calendar import OFFICE_ZONE, WorkingDays
from flows.campaigns.calm import (
    Judged,
    Kind,
    Limits,
    Outcome,
    Touch,
    Why,
    digest_at,
    identity,
    judge,
    once,
    stretch,
    week_of,
)
from flows.campaigns.hours import Quiet

DAYS = WorkingDays(frozenset({date(2026, 12, 4)}), frozenset(), frozenset({2026}))
LIMITS = Limits(pushes_a_week=2, digest=time(16), meets_a_month=2, days_apart=7)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


def push(at: str, text: str = "", *, mandatory: bool = False) -> Touch:
    return Touch(Kind.PUSH, local(at), mandatory, text)


def visit(at: str, *, mandatory: bool = False) -> Touch:
    return Touch(Kind.VISIT, local(at), mandatory)


def meeting(at: str, *, mandatory: bool = False) -> Touch:
    return Touch(Kind.MEETING, local(at), mandatory)


# Pushes -------------------------------------------------------------------------------------


def test_two_pushes_a_week_are_sent_and_the_third_goes_into_the_digest() -> None:
    had = [push("2026-11-23 09:00", "a")]
    assert judge(push("2026-11-25 09:00", "b"), had, LIMITS) == Judged(Outcome.NOW, had=1)
    had.append(push("2026-11-25 09:00", "b"))
    third = judge(push("2026-11-26 09:00", "c"), had, LIMITS)
    assert third == Judged(Outcome.DIGEST, Why.WEEK, 2)


def test_a_week_begins_on_monday_in_the_offices_zone() -> None:
    had = [push("2026-11-29 23:30", "a"), push("2026-11-29 23:40", "b")]  # Sunday night
    monday = Touch(Kind.PUSH, datetime(2026, 11, 29, 16, 0, tzinfo=UTC), text="c")
    assert judge(monday, had, LIMITS).outcome is Outcome.NOW
    assert judge(push("2026-11-29 23:50", "c"), had, LIMITS).outcome is Outcome.DIGEST


def test_a_mandatory_push_passes_and_counts() -> None:
    full = [push("2026-11-23 09:00"), push("2026-11-24 09:00")]
    assert judge(push("2026-11-25 09:00", mandatory=True), full, LIMITS).outcome is Outcome.NOW
    had = [push("2026-11-23 09:00", mandatory=True), push("2026-11-24 09:00")]
    assert judge(push("2026-11-25 09:00"), had, LIMITS).outcome is Outcome.DIGEST


def test_visits_do_not_count_as_pushes() -> None:
    had = [visit("2026-11-23 09:00"), meeting("2026-11-24 09:00")]
    assert judge(push("2026-11-25 09:00"), had, LIMITS).outcome is Outcome.NOW


def test_the_same_text_reminds_once_and_counts_once() -> None:
    had = [push("2026-11-23 09:00", "a"), push("2026-11-23 09:01", "a")]
    assert judge(push("2026-11-23 09:02", "a"), had, LIMITS).outcome is Outcome.REMINDED
    assert judge(push("2026-11-23 09:02", "a", mandatory=True), had, LIMITS).outcome is (
        Outcome.REMINDED
    )
    assert judge(push("2026-11-24 09:00", "b"), had, LIMITS) == Judged(Outcome.NOW, had=1)


def test_a_person_in_three_groups_is_reminded_through_the_first() -> None:
    groups = {"g1": ["chen", "lin"], "g2": ["chen", "wu"], "g3": ["wu", "chen"]}
    assert once(groups) == {"chen": "g1", "lin": "g1", "wu": "g2"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25 09:00", "2026-11-27 16:00"),
        ("2026-11-27 15:59", "2026-11-27 16:00"),
        ("2026-11-27 16:00", "2026-12-07 08:00"),  # the next Friday is off
        ("2026-11-28 09:00", "2026-12-07 08:00"),
    ],
)
def test_the_digest_leaves_on_friday_or_when_the_office_is_back(now: str, expected: str) -> None:
    assert digest_at(local(now), LIMITS, Quiet(), DAYS).at == local(expected)


# Meetings and visits ------------------------------------------------------------------------


def test_an_enterprise_that_had_enough_this_month_is_not_to_be_disturbed() -> None:
    had = [visit("2026-11-02 09:00"), meeting("2026-11-12 14:00")]
    judged = judge(meeting("2026-11-26 14:00"), had, LIMITS)
    assert judged == Judged(Outcome.DISTURBS, Why.MONTH, 2, date(2026, 11, 12))
    assert judge(meeting("2026-12-01 14:00"), had, LIMITS).outcome is Outcome.NOW


def test_what_is_planned_counts_as_well() -> None:
    planned = [visit("2026-11-02 09:00"), meeting("2026-11-28 14:00")]
    assert judge(visit("2026-11-15 09:00"), planned, LIMITS).why is Why.MONTH


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2026-11-17 08:00", Outcome.NOW),  # seven days, though not seven times 24 hours
        ("2026-11-16 20:00", Outcome.DISTURBS),
        ("2026-11-04 09:00", Outcome.DISTURBS),
        ("2026-11-03 09:00", Outcome.NOW),
    ],
)
def test_meetings_and_visits_are_seven_days_apart_either_way(day: str, outcome: Outcome) -> None:
    judged = judge(visit(day), [meeting("2026-11-10 09:00")], LIMITS)
    assert judged.outcome is outcome
    assert judged.why is (Why.APART if outcome is Outcome.DISTURBS else None)
    assert judged.nearest == date(2026, 11, 10)


def test_the_days_between_are_counted_over_the_end_of_a_month() -> None:
    judged = judge(visit("2026-12-01 09:00"), [meeting("2026-11-27 09:00")], LIMITS)
    assert judged.why is Why.APART


def test_a_mandatory_meeting_passes_and_counts() -> None:
    had = [meeting("2026-11-10 09:00")]
    assert judge(meeting("2026-11-11 09:00", mandatory=True), had, LIMITS).outcome is Outcome.NOW
    had.append(meeting("2026-11-11 09:00", mandatory=True))
    assert judge(visit("2026-11-26 09:00"), had, LIMITS).why is Why.MONTH


def test_pushes_do_not_count_as_visits() -> None:
    had = [push("2026-11-25 09:00"), push("2026-11-26 09:00")]
    assert judge(visit("2026-11-26 14:00"), had, LIMITS) == Judged(Outcome.NOW)


# What the ledger is read by ------------------------------------------------------------------


def test_a_text_is_the_same_however_its_lines_are_spaced() -> None:
    assert identity("年会", "下午 2点\n开会") == identity("年会 ", "下午2点 开会")
    assert identity("年会", "下午2点开会") != identity("年会", "下午3点开会")


def test_a_week_begins_at_midnight_of_its_monday() -> None:
    assert week_of(local("2026-11-27 16:00")) == local("2026-11-23 00:00")
    assert week_of(local("2026-11-23 00:00")) == local("2026-11-23 00:00")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-11 14:00", (date(2026, 12, 1), date(2026, 12, 31))),
        ("2026-12-03 14:00", (date(2026, 11, 26), date(2026, 12, 31))),
        ("2026-11-28 14:00", (date(2026, 11, 1), date(2026, 12, 5))),
    ],
)
def test_a_meeting_is_judged_by_its_month_and_the_days_around_it(
    day: str, expected: tuple[date, date]
) -> None:
    assert stretch(local(day), LIMITS) == expected

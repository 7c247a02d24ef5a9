"""Whom the clock asks after an activity, and until when: also who is entered from paper late."""

import pytest

from flows.registration.arriving import check_in
from flows.registration.clock import Schedule, next_moment, struck
from flows.registration.roll import Roll
from flows.registration.survey import asked_now
from tests.flows.registration.rolls import empty, local, rolled, signed

PLAN = Schedule()
MORNING = "2026-12-02 09:00"


def asks(roll: Roll, at: str) -> tuple[list[int], Roll]:
    """Return the places that the clock asks at a moment, and the list after it."""
    after = struck(roll, local(at), PLAN)[0].roll
    return [one.seq for one in asked_now(roll, after)], after


def held() -> Roll:
    """Return a list of three of whom two came and were asked in the morning."""
    roll = signed(empty(), 1, 2, 3)
    for seq in (1, 2):
        roll = rolled(check_in(roll, seq, 1, "", local("2026-12-01 14:00"))).roll
    before, roll = asks(roll, MORNING)
    assert before == [1, 2]
    return roll


def entered(roll: Roll, at: str) -> Roll:
    return rolled(check_in(roll, 3, 1, "", local(at))).roll


def test_who_is_entered_later_is_asked_at_once_and_once() -> None:
    roll = entered(held(), "2026-12-02 10:00")
    assert next_moment(roll, local("2026-12-02 10:00"), PLAN) == local("2026-12-02 10:00")
    late, roll = asks(roll, "2026-12-02 10:00")
    assert late == [3]
    assert asks(roll, "2026-12-02 11:00")[0] == []


def test_nobody_is_woken_by_it() -> None:
    roll = entered(held(), "2026-12-02 23:00")
    assert next_moment(roll, local("2026-12-02 23:00"), PLAN) == local("2026-12-03 07:30")
    assert asks(roll, "2026-12-02 23:00")[0] == []
    assert asks(roll, "2026-12-03 07:30")[0] == [3]


@pytest.mark.parametrize(("at", "found"), [("2026-12-05 08:59", [3]), ("2026-12-05 09:00", [])])
def test_after_three_days_nobody_is_asked_any_more(at: str, found: list[int]) -> None:
    roll = entered(held(), "2026-12-03 10:00")
    assert asks(roll, at)[0] == found


def test_the_clock_is_not_wound_for_who_is_asked_no_more() -> None:
    roll = entered(held(), "2026-12-03 10:00")
    late = local("2026-12-05 09:00")
    assert next_moment(roll, late, PLAN) == local("2026-12-31 16:30")  # the erasure


def test_the_clock_does_not_come_back_for_who_was_asked() -> None:
    assert next_moment(held(), local(MORNING), PLAN) == local("2026-12-31 16:30")  # the erasure

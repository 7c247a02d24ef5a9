"""The clock of an activity: reminders, closing, the end, and what it keeps afterwards."""

from datetime import timedelta

import pytest

from flows.registration.arriving import check_in, check_out
from flows.registration.clock import Schedule, next_moment, reminded, struck
from flows.registration.event import Stage
from flows.registration.office import Moved, call_off, reschedule, walk_in
from flows.registration.registration import Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import cancel
from tests.flows.registration.rolls import (
    CLERK,
    NOW,
    WAKING,
    empty,
    local,
    of,
    refused,
    rolled,
    signed,
    standing,
    wish,
)

PLAN = Schedule()
START = local("2026-12-01 14:00")


def kinds(roll: Roll, at: str) -> list[str]:
    return [one.kind for one in struck(roll, local(at), PLAN)[1]]


def test_e18_reminders_come_a_day_and_an_hour_before() -> None:
    roll = signed(empty(), 1)
    assert next_moment(roll, NOW, PLAN) == START - timedelta(hours=24)
    first = struck(roll, START - timedelta(hours=24), PLAN)
    assert [one.kind for one in first[1]] == ["remind"]
    assert kinds(first[0].roll, "2026-12-01 13:00") == ["closed", "remind"]


def test_e18_of_missed_reminders_the_latest_is_told_and_none_after_the_start() -> None:
    roll = signed(empty(), 1)
    assert kinds(roll, "2026-12-01 13:30") == ["closed", "remind"]
    assert kinds(roll, "2026-12-01 14:00") == ["closed"]


def test_e18_an_activity_that_moved_reminds_of_its_new_time() -> None:
    roll = signed(empty(), 1)
    told = struck(roll, local("2026-11-30 14:00"), PLAN)[0].roll
    to = Moved(local("2026-12-03 14:00"), local("2026-12-03 16:00"), "领导出差")
    moved = rolled(reschedule(told, to, local("2026-11-30 15:00"))).roll
    assert kinds(moved, "2026-12-01 13:00") == []
    assert kinds(moved, "2026-12-02 14:00") == ["remind"]


def test_only_the_confirmed_who_came_before_it_was_due_are_reminded() -> None:
    roll = signed(empty(capacity=1), 1, 2)
    mark = struck(roll, local("2026-11-30 14:00"), PLAN)[1][0]
    assert [one.person for one in reminded(roll, mark)] == [1]
    late = signed(empty(), 3, now=local("2026-11-30 15:00"))
    assert reminded(late, mark) == ()


def test_nothing_is_told_twice() -> None:
    roll = signed(empty(), 1)
    done = struck(roll, local("2026-11-30 18:00"), PLAN)[0].roll
    assert kinds(done, "2026-11-30 18:00") == []


def test_a_draft_has_no_clock() -> None:
    assert next_moment(empty(stage=Stage.DRAFT), NOW, PLAN) is None


def test_what_came_free_by_night_is_offered_in_the_morning() -> None:
    night = local("2026-11-25 23:00")
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2), 1, night, WAKING)).roll
    assert next_moment(roll, night, PLAN) == local("2026-11-26 07:30")
    done = struck(roll, local("2026-11-26 07:30"), PLAN)[0].roll
    assert standing(done, 2) is Standing.OFFERED


def test_an_offer_that_is_over_goes_to_the_next() -> None:
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2, 3), 1, NOW, WAKING)).roll
    hour = NOW + timedelta(hours=2)
    assert next_moment(roll, NOW, PLAN) == hour
    done = struck(roll, hour, PLAN)[0]
    assert [(one.act, one.after.person) for one in done.happened] == [("expire", 2), ("offer", 3)]


def test_e15_a_code_is_let_in_once_and_its_repeat_hears_the_same() -> None:
    roll, door = signed(empty(), 1), local("2026-12-01 13:50")
    here = rolled(check_in(roll, 1, CLERK, "n1", door)).roll
    assert standing(here, 1) is Standing.ARRIVED
    assert rolled(check_in(here, 1, CLERK, "n1", door)) == Rolled(here)
    why = refused(check_in(here, 1, CLERK, "n2", door))
    assert (why.key, why.params["at"]) == ("registration.refused.arrived", door)


@pytest.mark.parametrize(
    ("person", "key"),
    [(2, "door.waiting"), (3, "door.cancelled")],
)
def test_e15_who_has_no_seat_is_not_let_in(person: int, key: str) -> None:
    roll = signed(signed(empty(capacity=1), 1, 2), 3)
    roll = rolled(cancel(roll, 3, NOW, WAKING)).roll
    why = refused(check_in(roll, of(roll, person).seq, CLERK, "n", local("2026-12-01 13:50")))
    assert why.key == f"registration.refused.{key}"


def test_the_doors_open_three_hours_before() -> None:
    roll = signed(empty(), 1)
    assert refused(check_in(roll, 1, CLERK, "n", local("2026-12-01 10:59"))).params == {
        "at": local("2026-12-01 11:00")
    }


def test_a_check_in_by_mistake_is_taken_back() -> None:
    roll, door = signed(empty(), 1), local("2026-12-01 13:50")
    here = rolled(check_in(roll, 1, CLERK, "n1", door)).roll
    assert standing(rolled(check_out(here, 1, door)).roll, 1) is Standing.CONFIRMED


def test_e16_beyond_the_seats_somebody_is_let_in_only_on_a_word() -> None:
    roll, door = signed(empty(capacity=1), 1), local("2026-12-01 13:50")
    why = refused(walk_in(roll, wish(2, by=CLERK), door))
    assert (why.key, why.params) == ("registration.refused.over_capacity", {"over": 1})
    done = rolled(walk_in(roll, wish(2, by=CLERK), door, anyway=True)).roll
    assert (of(done, 2).walk_in, of(done, 2).let_in_by, done.free) == (True, CLERK, -1)


def test_after_the_end_who_did_not_come_is_absent_and_may_still_be_entered() -> None:
    roll = signed(empty(capacity=1), 1, 2)
    done = struck(roll, local("2026-12-01 16:30"), PLAN)[0].roll
    assert (standing(done, 1), standing(done, 2)) == (Standing.ABSENT, Standing.EXPIRED)
    entered = rolled(check_in(done, 1, CLERK, "", local("2026-12-02 09:00"))).roll
    assert standing(entered, 1) is Standing.ARRIVED


def test_e20_when_it_is_called_off_everybody_is_told_once_and_offers_are_void() -> None:
    roll = rolled(cancel(signed(empty(capacity=2), 1, 2, 3), 1, NOW, WAKING)).roll
    done = rolled(call_off(roll, "台风", NOW))
    assert [one.after.person for one in done.happened] == [2, 3]
    assert {one.standing for one in done.roll.registrations.values()} == {Standing.CANCELLED}
    assert refused(call_off(done.roll, "台风", NOW)).key == "registration.refused.called_off"
    assert kinds(done.roll, "2026-11-30 18:00") == []


def test_e20_thirty_days_later_personal_answers_are_gone_and_counts_stay() -> None:
    roll = signed(empty(), 1, phone="13800000000", plate="浙B12345", answers={"diet": "素食"})
    done = struck(roll, local("2026-12-31 16:30"), PLAN)[0].roll
    one = of(done, 1)
    assert (one.phone, one.plate, dict(one.answers)) == ("", "", {})
    assert (one.enterprise, done.people(Standing.ABSENT)) == ("镇海第1紧固件厂", 1)


def test_moving_an_activity_moves_its_hours_and_nobody_holds_a_seat_beyond_it() -> None:
    late = local("2026-11-30 16:00")
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2), 1, late, WAKING)).roll
    to = Moved(local("2026-11-30 17:30"), local("2026-11-30 19:00"), "提前", "一楼")
    moved = rolled(reschedule(roll, to, late)).roll
    assert of(moved, 2).offer_until == local("2026-11-30 17:30")
    assert moved.event.closes_at == local("2026-11-29 20:30")
    assert (moved.event.revision, moved.event.venue) == (1, "一楼")


@pytest.mark.parametrize(
    ("starts", "ends", "key"),
    [
        ("2026-11-23 14:00", "2026-11-23 16:00", "past"),
        ("2026-12-02 14:00", "2026-12-02 14:00", "ends_first"),
    ],
)
def test_an_activity_moves_to_no_time_that_is_none(starts: str, ends: str, key: str) -> None:
    why = refused(reschedule(empty(), Moved(local(starts), local(ends), "改期"), NOW))
    assert why.key == f"registration.refused.{key}"

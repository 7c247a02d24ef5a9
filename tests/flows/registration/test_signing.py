"""Signing up: seats, 限报N人/家, parties, the hour of closing, and what may be changed later."""

from datetime import timedelta

import pytest

from flows.registration.event import Stage
from flows.registration.registration import Standing, enterprise_key
from flows.registration.roll import Rolled
from flows.registration.signing import Party, cancel, hand_over, resize_party, sign_up
from tests.flows.registration.rolls import (
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

TICK = timedelta(milliseconds=1)


def test_a_seat_is_given_and_counted() -> None:
    roll = rolled(sign_up(empty(capacity=2), wish(1, party=2), NOW)).roll
    assert (standing(roll, 1), roll.free) == (Standing.CONFIRMED, 0)


def test_who_signed_up_already_gets_the_same_place_again() -> None:
    once = signed(empty(), 1)
    again = rolled(sign_up(once, wish(1, party=3), NOW))
    assert (again.roll, again.happened) == (once, ())


def test_with_approval_a_seat_is_held_until_somebody_decides() -> None:
    roll = signed(empty(capacity=1, approval=True), 1, 2)
    assert (standing(roll, 1), standing(roll, 2)) == (Standing.APPLIED, Standing.WAITING)


def test_e3_the_fourth_of_an_enterprise_is_told_who_goes_already() -> None:
    roll = signed(empty(per_enterprise=3), 1, 2, 3, enterprise="宁波恒通紧固件有限公司")
    why = refused(sign_up(roll, wish(4, enterprise="宁波恒通紧固件有限公司"), NOW))
    assert why.key == "registration.refused.enterprise_full"
    assert why.params == {"limit": 3, "left": 0, "names": ("来宾1", "来宾2", "来宾3")}


def test_an_enterprise_with_one_place_left_is_told_so() -> None:
    roll = signed(empty(per_enterprise=3), 1, enterprise="恒通", party=2)
    why = refused(sign_up(roll, wish(2, enterprise="恒通", party=2), NOW))
    assert (why.key, why.params["left"]) == ("registration.refused.enterprise_left", 1)


def test_another_enterprise_is_not_counted_and_neither_is_none() -> None:
    roll = signed(empty(per_enterprise=1), 1, enterprise="恒通")
    assert standing(signed(roll, 2, enterprise="明达"), 2) is Standing.CONFIRMED
    nameless = signed(roll, 3, 4, enterprise="")
    assert standing(nameless, 4) is Standing.CONFIRMED


def test_e12_full_width_and_half_width_are_one_enterprise() -> None:
    assert enterprise_key("宁波ＡＢＣ（集团）有限公司") == enterprise_key("宁波abc(集团) 有限公司")


def test_e4_a_party_is_never_partly_seated() -> None:
    roll = signed(empty(capacity=3), 1, party=2)
    why = refused(sign_up(roll, wish(2, party=3), NOW))
    assert why.key == "registration.refused.wait"
    assert why.params == {"party": 3, "ahead": 0, "smaller": 1}
    waiting = signed(roll, 2, party=3)
    assert (standing(waiting, 2), waiting.free) == (Standing.WAITING, 1)


def test_nobody_passes_those_who_wait() -> None:
    roll = signed(signed(empty(capacity=3), 1, party=2), 2, party=3)
    assert standing(signed(roll, 3), 3) is Standing.WAITING


def test_a_smaller_party_passes_one_that_does_not_fit_where_the_office_says_so() -> None:
    roll = signed(signed(empty(capacity=3, skips=True), 1, party=2), 2, party=3)
    assert standing(signed(roll, 3), 3) is Standing.CONFIRMED


def test_without_a_waitlist_a_full_list_is_full() -> None:
    roll = signed(empty(capacity=1, waitlist=0), 1)
    assert refused(sign_up(roll, wish(2, waits=True), NOW)).key == "registration.refused.full"


def test_a_waitlist_has_an_end() -> None:
    roll = signed(empty(capacity=1, waitlist=2), 1, 2)
    why = refused(sign_up(roll, wish(3, party=2, waits=True), NOW))
    assert why.key == "registration.refused.waitlist_full"


def test_companions_have_a_limit() -> None:
    why = refused(sign_up(empty(companions=1), wish(1, party=3), NOW))
    assert (why.key, why.params) == ("registration.refused.party", {"limit": 2})


def test_e10_closing_is_exclusive_to_the_millisecond() -> None:
    roll = empty(closes_at=local("2026-12-01 13:00"))
    at = local("2026-12-01 13:00")
    assert isinstance(sign_up(roll, wish(1), at - TICK), Rolled)
    assert refused(sign_up(roll, wish(1), at)).params == {"at": at}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"stage": Stage.DRAFT}, "unpublished"),
        ({"stage": Stage.PAUSED, "reason": "场地待定"}, "paused"),
        ({"stage": Stage.CANCELLED, "reason": "台风"}, "called_off"),
        ({"opens_at": NOW + timedelta(hours=1)}, "early"),
    ],
)
def test_nobody_signs_up_for_what_is_not_open(changes: dict[str, object], key: str) -> None:
    assert refused(sign_up(empty(**changes), wish(1), NOW)).key == f"registration.refused.{key}"


def test_one_may_cancel_until_the_hour_and_staff_later_too() -> None:
    roll = signed(empty(cancel_until=local("2026-11-30 12:00")), 1)
    late = local("2026-11-30 12:00")
    assert isinstance(cancel(roll, 1, late - TICK, WAKING), Rolled)
    assert refused(cancel(roll, 1, late, WAKING)).key == "registration.refused.late_cancel"
    assert standing(rolled(cancel(roll, 1, late, WAKING, office=True)).roll, 1) is (
        Standing.CANCELLED
    )


def test_one_may_leave_the_waitlist_at_any_time() -> None:
    roll = signed(empty(capacity=1, cancel_until=local("2026-11-30 12:00")), 1, 2)
    done = rolled(cancel(roll, 2, local("2026-12-01 09:00"), WAKING))
    assert standing(done.roll, 2) is Standing.CANCELLED


def test_what_was_cancelled_cannot_be_cancelled_again() -> None:
    roll = rolled(cancel(signed(empty(), 1), 1, NOW, WAKING)).roll
    assert refused(cancel(roll, 1, NOW, WAKING)).key == "registration.refused.not_live"


def test_fewer_people_free_seats_for_those_who_wait() -> None:
    roll = signed(signed(empty(capacity=3), 1, party=3), 2)
    done = rolled(resize_party(roll, 1, Party(1), NOW, WAKING))
    assert [one.act for one in done.happened] == ["resize", "offer"]
    assert (of(done.roll, 1).party, standing(done.roll, 2)) == (1, Standing.OFFERED)


@pytest.mark.parametrize(
    ("changes", "size", "key"),
    [
        ({"capacity": 2}, 3, "no_more"),
        ({"companions": 1}, 3, "party"),
        ({"per_enterprise": 2}, 3, "enterprise_left"),
    ],
)
def test_more_people_need_what_signing_up_needs(
    changes: dict[str, object], size: int, key: str
) -> None:
    roll = signed(empty(**changes), 1, party=2)
    why = refused(resize_party(roll, 1, Party(size), NOW, WAKING))
    assert (why.key, why.at) == (f"registration.refused.{key}", "party")


def test_more_people_come_where_there_is_room() -> None:
    roll = signed(empty(), 1)
    done = rolled(resize_party(roll, 1, Party(3, ("王芳", "李四")), NOW, WAKING))
    assert (of(done.roll, 1).companions, done.roll.free) == (("王芳", "李四"), 47)


def test_a_colleague_takes_over_the_seat_and_its_place() -> None:
    roll = signed(empty(capacity=1), 1, 2)
    done = rolled(hand_over(roll, 2, wish(5, name="王芳", enterprise="镇海第2紧固件厂"), NOW))
    taken = done.roll.registrations[2]
    assert (taken.person, taken.name, taken.standing) == (5, "王芳", Standing.WAITING)


def test_nobody_is_on_the_list_twice_by_taking_over() -> None:
    why = refused(hand_over(signed(empty(), 1, 2), 2, wish(1), NOW))
    assert why.key == "registration.refused.signed_already"

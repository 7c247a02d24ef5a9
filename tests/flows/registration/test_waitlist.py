"""The waitlist: order, offers and their hour, and that nobody is woken."""

from datetime import timedelta

import pytest

from flows.registration.office import decide, go_on, pause, resize, seat
from flows.registration.registration import Standing
from flows.registration.roll import Rolled
from flows.registration.signing import cancel, sign_up
from flows.registration.waitlist import accept, decline, expire, promote
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

TICK = timedelta(milliseconds=1)
TWO_HOURS = timedelta(hours=2)


def test_e6_a_seat_that_comes_free_is_offered_to_the_first_who_waits() -> None:
    roll = signed(empty(capacity=1), 1, 2, 3)
    done = rolled(cancel(roll, 1, NOW, WAKING))
    assert [(one.act, one.after.person) for one in done.happened] == [("cancel", 1), ("offer", 2)]
    assert (of(done.roll, 2).offer_until, done.roll.free) == (NOW + TWO_HOURS, 0)


def test_e6_who_cancelled_comes_last_when_they_sign_up_again() -> None:
    roll = signed(rolled(cancel(signed(empty(capacity=1), 1, 2, 3), 1, NOW, WAKING)).roll, 1)
    later = rolled(decline(roll, of(roll, 2).seq, NOW, WAKING)).roll
    assert (standing(later, 3), standing(later, 1)) == (Standing.OFFERED, Standing.WAITING)


def test_e7_a_yes_wins_a_moment_before_the_hour_and_loses_at_it() -> None:
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2, 3), 1, NOW, WAKING)).roll
    hour = NOW + TWO_HOURS
    assert standing(rolled(accept(roll, 2, hour - TICK)).roll, 2) is Standing.CONFIRMED
    assert refused(accept(roll, 2, hour)).key == "registration.refused.offer_over"
    over = promote(expire(Rolled(roll), hour), hour, WAKING).roll
    assert (standing(over, 2), standing(over, 3)) == (Standing.EXPIRED, Standing.OFFERED)
    assert refused(accept(over, 2, hour)).key == "registration.refused.no_offer"


def test_a_yes_said_twice_is_a_yes() -> None:
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2), 1, NOW, WAKING)).roll
    yes = rolled(accept(roll, 2, NOW)).roll
    assert rolled(accept(yes, 2, NOW)) == Rolled(yes)


def test_an_offer_holds_no_seat_beyond_the_start() -> None:
    late = local("2026-12-01 13:00")
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2), 1, late, WAKING)).roll
    assert of(roll, 2).offer_until == local("2026-12-01 14:00")


@pytest.mark.parametrize(
    ("at", "offered"),
    [("2026-11-25 21:29", True), ("2026-11-25 21:30", False), ("2026-11-26 07:30", True)],
)
def test_nobody_is_offered_a_seat_by_night(at: str, offered: bool) -> None:
    done = rolled(cancel(signed(empty(capacity=1), 1, 2), 1, local(at), WAKING))
    assert (standing(done.roll, 2) is Standing.OFFERED) is offered


def test_what_comes_free_by_night_is_kept_for_those_who_wait() -> None:
    night = local("2026-11-25 23:00")
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2), 1, night, WAKING)).roll
    assert roll.free == 1
    assert refused(sign_up(roll, wish(3), night)).key == "registration.refused.wait"


def test_first_come_first_served_even_where_only_a_later_party_fits() -> None:
    roll = signed(signed(signed(empty(capacity=2), 1, 2), 3, party=2), 4)
    done = rolled(cancel(roll, 1, NOW, WAKING))
    assert (standing(done.roll, 3), standing(done.roll, 4)) == (Standing.WAITING,) * 2


def test_a_later_party_that_fits_is_seated_where_the_office_skips() -> None:
    roll = signed(signed(signed(empty(capacity=2, skips=True), 1, 2), 3, party=2), 4)
    done = rolled(cancel(roll, 1, NOW, WAKING))
    assert (standing(done.roll, 3), standing(done.roll, 4)) == (
        Standing.WAITING,
        Standing.OFFERED,
    )


def test_e8_one_seat_is_given_by_hand_or_offered_never_both() -> None:
    roll = signed(empty(capacity=1), 1, 2, 3)
    freed = rolled(cancel(roll, 1, NOW, WAKING)).roll
    assert refused(seat(freed, 3, CLERK, NOW)).key == "registration.refused.no_more"
    assert refused(seat(freed, 2, CLERK, NOW)).key == "registration.refused.not_waiting"


def test_a_seat_is_given_by_hand_while_it_is_free() -> None:
    night = local("2026-11-25 23:00")
    roll = rolled(cancel(signed(empty(capacity=1), 1, 2, 3), 1, night, WAKING)).roll
    done = rolled(seat(roll, 3, CLERK, night)).roll
    assert (standing(done, 3), done.free) == (Standing.CONFIRMED, 0)


def test_e9_more_seats_are_offered_in_order() -> None:
    roll = signed(empty(capacity=50, waitlist=60), *range(1, 66))
    done = rolled(resize(roll, 60, NOW, WAKING))
    offered = [one.after.person for one in done.happened]
    assert (offered, done.roll.free) == (list(range(51, 61)), 0)


def test_e9_fewer_seats_than_taken_need_a_word_and_drop_nobody() -> None:
    roll = signed(empty(capacity=50), *range(1, 51))
    why = refused(resize(roll, 40, NOW, WAKING))
    assert (why.key, why.params) == ("registration.refused.over_capacity", {"over": 10})
    done = rolled(resize(roll, 40, NOW, WAKING, anyway=True)).roll
    assert (done.people(Standing.CONFIRMED), done.free) == (50, -10)


def test_e19_the_first_decision_stands_and_frees_its_seat_once() -> None:
    roll = signed(empty(capacity=1, approval=True), 1, 2, 3)
    no = rolled(decide(roll, 1, CLERK, NOW, WAKING, reason="不在范围"))
    assert [one.act for one in no.happened] == ["reject", "offer"]
    why = refused(decide(no.roll, 1, 901, NOW, WAKING))
    assert why.params == {"by": CLERK, "now": Standing.REJECTED}
    assert no.roll.free == 0


def test_who_takes_an_offer_still_needs_the_approval() -> None:
    roll = signed(empty(capacity=1, approval=True), 1, 2)
    roll = rolled(decide(roll, 1, CLERK, NOW, WAKING, reason="不在范围")).roll
    assert standing(rolled(accept(roll, 2, NOW)).roll, 2) is Standing.APPLIED


def test_while_signing_up_is_paused_nothing_is_offered() -> None:
    roll = signed(empty(capacity=1), 1, 2)
    paused = rolled(pause(roll, "场地待定")).roll
    freed = rolled(cancel(paused, 1, NOW, WAKING)).roll
    assert standing(freed, 2) is Standing.WAITING
    assert standing(rolled(go_on(freed, NOW, WAKING)).roll, 2) is Standing.OFFERED

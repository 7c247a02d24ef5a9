"""撤销接龙: what goes with a list that was filed under the wrong activity, and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.registration.arriving import check_in
from flows.registration.attendance import attendance
from flows.registration.event import Pasting, Stage
from flows.registration.registration import Standing
from flows.registration.relay import Row
from flows.registration.relay_pending import await_answers
from flows.registration.relay_undoing import begun, may_be_undone, remembered, undo, undoing
from flows.registration.roll import Roll
from flows.registration.signing import Party, hand_over, resize_party, sign_up
from flows.registration.waitlist import accept
from tests.flows.registration.rolls import (
    CLERK,
    NOW,
    WAKING,
    empty,
    local,
    refused,
    rolled,
    signed,
    standing,
    wish,
)

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)


def pasted(*people: int, no: int = 1, roll: Roll | None = None, **changes: Any) -> Roll:
    """Return a list into which people were pasted."""
    roll = signed(roll or empty(**changes), *people, by=CLERK, listed=(f"row{no}",), pasting=no)
    return remembered(roll, Pasting(no=no, by=CLERK, at=NOW))


def undone(roll: Roll, no: int = 1) -> Roll:
    return rolled(undo(roll, no, LATER, WAKING, DAY)).roll


def test_everybody_of_the_list_goes_and_their_seats_come_free() -> None:
    after = undone(pasted(1, 2, roll=signed(empty(capacity=3), 9)))
    assert [standing(after, n) for n in (1, 2, 9)] == ["cancelled", "cancelled", "confirmed"]
    assert after.free == 2


def test_seats_that_come_free_are_offered_to_who_waits() -> None:
    roll = signed(pasted(1, 2, capacity=2), 3)
    assert standing(undone(roll), 3) is Standing.OFFERED


def test_another_list_of_the_same_activity_stays() -> None:
    roll = pasted(2, no=2, roll=pasted(1))
    after = undone(roll, 2)
    assert [standing(after, n) for n in (1, 2)] == ["confirmed", "cancelled"]
    assert [one.no for one in may_be_undone(after.event, LATER, DAY)] == [1]


def test_what_people_changed_themselves_stays() -> None:
    roll = pasted(1, 2, 3, 4, 5)
    roll = rolled(resize_party(roll, 1, Party(2), NOW, WAKING)).roll
    roll = rolled(hand_over(roll, 2, wish(22), NOW)).roll
    roll = rolled(sign_up(roll, wish(3), NOW)).roll  # signs up themselves as well
    roll = roll.put(roll.registrations[4].model_copy(update={"topic": "ZH-2026-0001"}))
    found = undoing(roll, 1)
    assert [one.seq for one in found.staying] == [1, 2, 3, 4]
    after = undone(roll)
    assert [one.seq for one in after.standing(Standing.CONFIRMED)] == [1, 2, 3, 4]
    assert undoing(after, 1).staying == ()


def test_who_took_an_offer_or_came_stays() -> None:
    roll = pasted(1, 2, capacity=1)
    roll = rolled(check_in(roll, 1, CLERK, "", local("2026-12-01 13:00"))).roll
    roll = roll.with_event(capacity=2)
    offered = roll.registrations[2].model_copy(
        update={"standing": Standing.OFFERED, "offer_until": NOW + DAY}
    )
    roll = rolled(accept(roll.put(offered), 2, NOW)).roll
    assert undoing(roll, 1).going == ()


def test_an_offer_that_nobody_answered_goes() -> None:
    roll = pasted(1)
    offered = roll.registrations[1].model_copy(update={"standing": Standing.OFFERED})
    assert standing(undone(roll.put(offered)), 1) is Standing.CANCELLED


def test_rows_that_wait_go_with_their_list() -> None:
    roll = await_answers(pasted(1), [("b", Row(text="乙"))], 1)
    assert undone(roll).event.doubtful == ()
    other = await_answers(pasted(2, no=2, roll=pasted(1)), [("b", Row(text="乙"))], 1)
    assert len(undone(other, 2).event.doubtful) == 1


def test_the_rows_are_not_known_any_more() -> None:
    after = undone(pasted(1))
    assert after.registrations[1].listed == ()


def test_nobody_gave_a_seat_up_by_it() -> None:
    after = undone(pasted(1, roll=signed(empty(), 9)))
    assert [row.cancelled for row in attendance([after])] == [0]


@pytest.mark.parametrize("at", [NOW + DAY, local("2026-12-01 14:00")])
def test_after_its_time_or_the_start_it_is_too_late(at: Any) -> None:
    roll = pasted(1)
    within = DAY if at == NOW + DAY else timedelta(days=99)
    assert refused(undo(roll, 1, at, WAKING, within)).key == "relay_undo.too_late"


def test_twice_is_too_late() -> None:
    assert refused(undo(undone(pasted(1)), 1, LATER, WAKING, DAY)).key == "relay_undo.too_late"


def test_nothing_is_taken_back_of_an_activity_that_was_called_off() -> None:
    roll = pasted(1)
    off = replace(roll, event=roll.event.model_copy(update={"stage": Stage.CANCELLED}))
    assert may_be_undone(off.event, LATER, DAY) == ()


def test_a_list_that_brought_nothing_new_is_not_remembered() -> None:
    roll = signed(empty(), 1)
    assert remembered(roll, Pasting(no=1, by=CLERK, at=NOW)) == roll


def test_the_number_of_a_list_that_was_taken_back_never_means_another() -> None:
    after = undone(pasted(1))
    again = begun(after.event, CLERK, LATER)
    assert again.no == 2
    other = pasted(2, no=again.no, roll=after)
    assert refused(undo(other, 1, LATER, WAKING, DAY)).key == "relay_undo.too_late"
    assert standing(other, 2) is Standing.CONFIRMED

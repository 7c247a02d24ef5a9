"""Whose business a door is, and who is meant by what was typed at one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.registration.arriving import check_in
from flows.registration.doors import (
    bound,
    door_of,
    expected,
    given,
    is_code,
    matches,
    near,
    without,
)
from flows.registration.event import Door, Event, Stage
from flows.registration.roll import Roll
from tests.flows.registration.rolls import CLERK, NOW, empty, event, local, rolled, signed

ON_SITE = local("2026-12-01 13:30")


def codes(roll: Roll) -> Roll:
    for one in tuple(roll.registrations.values()):
        roll = roll.put(one.model_copy(update={"code": f"24614{one.seq}"}))
    return roll


@pytest.mark.parametrize(
    ("at", "is_near"),
    [
        ("2026-11-29 23:59", False),
        ("2026-11-30 00:00", True),
        ("2026-12-04 16:29", True),
        ("2026-12-04 16:30", False),
    ],
)
def test_a_door_is_given_from_the_eve_on_and_while_one_may_still_enter(
    at: str, *, is_near: bool
) -> None:
    assert near(event(), local(at)) is is_near


def test_a_draft_and_what_is_called_off_have_no_door() -> None:
    assert not near(event(stage=Stage.DRAFT), ON_SITE)
    assert not near(event(stage=Stage.CANCELLED), ON_SITE)


@pytest.mark.parametrize("told", ["246142", " 246 142 ", "２４６１４２"])
def test_six_digits_are_read_as_they_are_said(told: str) -> None:
    assert is_code(told)
    assert [one.seq for one in matches(codes(signed(empty(), 1, 2)), told)] == [2]


def test_a_piece_of_a_name_finds_who_has_not_come_first() -> None:
    roll = codes(signed(empty(), 1, 2, 3))
    roll = rolled(check_in(roll, 1, CLERK, "n", ON_SITE)).roll
    assert [one.seq for one in matches(roll, "紧固件")] == [2, 3, 1]
    assert [one.seq for one in matches(roll, "第３紧固")] == [3]
    assert matches(roll, "，。") == ()


def test_who_waits_is_found_but_not_expected() -> None:
    roll = signed(empty(capacity=1), 1, 2)
    assert [one.seq for one in matches(roll, "来宾")] == [1, 2]
    assert expected(roll) == 1


def test_one_has_one_door_and_others_keep_theirs() -> None:
    doors = [
        Door(id="a", person=1, made_at=NOW),
        Door(id="b", person=2, made_at=NOW),
        Door(id="c", person=1, made_at=NOW + timedelta(minutes=1)),
    ]
    held: Event = event()
    for one in doors:
        held = given(held, one)
    assert [one.id for one in held.doors] == ["b", "c"]
    held = bound(held, "c", "phone")
    assert [one.device for one in held.doors] == ["", "phone"]
    held = without(held, 1)
    assert door_of(held, "c") is None
    assert door_of(held, "b") is not None
    assert held.version == event().version  # its cards have nothing new to show

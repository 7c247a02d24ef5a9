"""Corners of a list: who was entered before we knew them, what is over, and what is no time."""

from __future__ import annotations

import pytest

from flows.engine import advance
from flows.engine.flow import State
from flows.engine.words import Ask, Say, Start
from flows.reading.times import hours
from flows.registration.arriving import check_in
from flows.registration.clock import Schedule, struck
from flows.registration.hearing import reminded_of
from flows.registration.office import Moved, decide, reschedule, walk_in
from flows.registration.planning import PLAN, PlanFacts, show_span, span_of
from flows.registration.registration import Standing
from flows.registration.signing import cancel, hand_over, sign_up
from flows.registration.waitlist import accept
from tests.flows.cases import OFFICE
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

DOOR = local("2026-12-01 13:50")
AFTER = local("2026-12-01 16:30")


def test_who_was_entered_before_we_knew_them_takes_their_place_over() -> None:
    roll = signed(empty(), 1)
    strange = roll.put(roll.registrations[1].model_copy(update={"person": None, "by": CLERK}))
    done = rolled(sign_up(strange, wish(1), NOW))
    assert (done.roll.registrations[1].person, done.happened) == (1, ())


def test_who_still_waits_at_the_end_is_not_told_of_an_offer() -> None:
    roll = signed(empty(capacity=1), 1, 2)
    acts = [one.act for one in struck(roll, AFTER, Schedule())[0].happened]
    assert acts == ["absent", "over"]


def test_what_is_over_moves_no_more() -> None:
    to = Moved(local("2026-12-08 14:00"), local("2026-12-08 16:00"), "再办")
    why = refused(reschedule(signed(empty(), 1), to, AFTER))
    assert why.key == "registration.refused.over"


def test_who_was_let_in_without_being_found_is_not_let_in_twice() -> None:
    over = struck(signed(empty(), 1), AFTER, Schedule())[0].roll
    again = rolled(walk_in(over, wish(1, by=CLERK), AFTER)).roll
    why = refused(check_in(again, 1, CLERK, "n", AFTER))
    assert why.key == "registration.refused.signed_already"


def test_nobody_walks_in_before_the_doors_open() -> None:
    why = refused(walk_in(empty(), wish(1, by=CLERK), local("2026-12-01 10:59")))
    assert why.params == {"at": local("2026-12-01 11:00")}


def test_a_yes_said_twice_is_a_yes_where_the_office_approves() -> None:
    roll = signed(empty(capacity=1, approval=True), 1, 2)
    roll = rolled(decide(roll, 1, CLERK, NOW, WAKING, reason="不在范围")).roll
    yes = rolled(accept(roll, 2, NOW)).roll
    assert standing(yes, 2) is Standing.APPLIED
    assert rolled(accept(yes, 2, NOW)).happened == ()


def test_a_place_that_was_given_away_has_another_code_and_no_answers_of_the_other() -> None:
    roll = signed(empty(), 1, code="111111", answers={"k": "素食"})
    done = rolled(hand_over(roll, 1, wish(5, name="王芳", code="222222"), NOW)).roll
    assert (of(done, 5).code, dict(of(done, 5).answers)) == ("222222", {})


def test_cancelling_at_the_door_is_for_the_office_alone() -> None:
    roll = signed(empty(), 1)
    assert refused(cancel(roll, 1, DOOR.replace(hour=14), WAKING)).key.endswith("late_cancel")


@pytest.mark.parametrize("told", ["1130", "20261130", "30"])
def test_a_number_is_no_time_of_closing(told: str) -> None:
    facts = PlanFacts(NOW.date(), OFFICE.days)
    text = f"用工座谈\n时间：12月1日14:00\n地点：骆驼商会\n截止：{told}"
    turn = advance(PLAN, State(flow="plan"), Start(text=text), facts)
    assert all(isinstance(one, Ask | Say) for one in turn.effects)


def test_a_closing_that_is_over_is_refused() -> None:
    facts = PlanFacts(NOW.date(), OFFICE.days)
    text = "用工座谈\n时间：12月1日14:00\n地点：骆驼商会\n截止：11月1日"
    effects = advance(PLAN, State(flow="plan"), Start(text=text), facts).effects
    said = [one.key for one in effects if isinstance(one, Say)]
    assert "plan.closes.past" in said


def test_a_boss_who_is_pasted_after_he_was_signed_up_is_still_the_assistants_to_hear_of() -> None:
    roll = signed(empty(), 1)
    boss = roll.registrations[1].model_copy(update={"person": None, "by": 7, "listed": ("d",)})
    assert reminded_of(boss) == (7,)
    assert reminded_of(boss.model_copy(update={"by_list": True})) == ()


@pytest.mark.parametrize("told", ["下午三四点", "两三点", "七八点到九点"])
def test_an_hour_that_is_none_is_asked_for_and_never_midnight(told: str) -> None:
    assert hours(told) is None


def test_what_ends_on_another_day_says_so() -> None:
    raw = span_of(local("2026-12-18 08:30"), local("2026-12-19 17:00"))
    assert show_span(raw, {}, None) == "12月18日(周五)08:30-12月19日(周六)17:00"

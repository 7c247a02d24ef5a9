"""The three rates: what counts as a part, and of which whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from flows.tickets.case import Relation, Reply, State, Ticket
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.clocks import Clock
from flows.tickets.rates import Rates, Share, own_satisfaction, rates, relapsed, relapses_in
from tests.flows.cases import NOW, REPLY, deadline, local, ticket

BEGINS, ENDS = local("2026-11-01 00:00"), local("2026-12-01 00:00")
HAPPY, MOSTLY = Satisfaction.SATISFIED, Satisfaction.MOSTLY
UNHAPPY, UNRATED = Satisfaction.DISSATISFIED, Satisfaction.UNRATED


def closed(rating: Satisfaction, at: datetime = NOW, **fields: Any) -> Ticket:
    return ticket(State.CLOSED, **{"closed_at": at, "satisfaction": rating, **fields})


def answered(outcome: Outcome) -> Reply:
    return REPLY.model_copy(update={"outcome": outcome})


def counted(*tickets: Ticket) -> Rates:
    return rates(tickets, BEGINS, ENDS)


def test_scenario_18_unrated_lowers_how_many_rated_and_leaves_the_satisfied_alone() -> None:
    before = counted(closed(HAPPY), closed(UNHAPPY))
    after = counted(closed(HAPPY), closed(UNHAPPY), closed(UNRATED))
    assert before.satisfied == after.satisfied == Share(1, 2)
    assert (before.rated, after.rated) == (Share(2, 2), Share(2, 3))


def test_mostly_satisfied_is_satisfied() -> None:
    assert counted(closed(MOSTLY), closed(UNHAPPY)).satisfied == Share(1, 2)


def test_only_what_is_solved_counts_as_solved() -> None:
    outcomes = [closed(HAPPY, reply=answered(outcome)) for outcome in Outcome]
    assert counted(*outcomes).solved == Share(1, 4)


def test_what_is_being_solved_counts_once_it_was_found_done_on_its_day() -> None:
    def promised(rating: Satisfaction, closes: str) -> Ticket:
        reply = answered(Outcome.SOLVING).model_copy(update={"planned_on": date(2026, 11, 20)})
        return closed(rating, local(closes), reply=reply)

    on_its_day, later = promised(HAPPY, "2026-11-20 09:00"), promised(MOSTLY, "2026-11-25 09:00")
    before = promised(HAPPY, "2026-11-19 17:00")
    unhappy, unrated = promised(UNHAPPY, "2026-11-25 09:00"), promised(UNRATED, "2026-11-25 09:00")
    at_once = closed(HAPPY, reply=answered(Outcome.SOLVED))
    found = counted(on_its_day, later, before, unhappy, unrated, at_once)
    assert found.solved == Share(3, 6)
    assert (found.kept, found.promised) == (2, 3)


def test_who_was_contacted_in_time_counts_of_those_whose_time_was_up() -> None:
    up: dict[str, Any] = {"deadlines": (deadline(Clock.CONTACT, local("2026-11-20 17:30")),)}
    in_time = ticket(State.IN_PROGRESS, first_contact_at=local("2026-11-20 09:00"), **up)
    late = ticket(State.CLOSED, first_contact_at=local("2026-11-23 09:00"), **up)
    never = ticket(State.IN_PROGRESS, **up)
    later: dict[str, Any] = {"deadlines": (deadline(Clock.CONTACT, local("2026-12-02 17:30")),)}
    not_yet = ticket(State.IN_PROGRESS, **later)
    assert counted(in_time, late, never, not_yet).responded == Share(1, 3)


def test_a_period_has_its_beginning_and_not_its_end() -> None:
    first, next_one = closed(HAPPY, BEGINS), closed(HAPPY, ENDS)
    running = ticket(State.IN_PROGRESS, satisfaction=UNHAPPY)  # 不满意, and being redone
    assert counted(first, next_one, running).rated == Share(1, 1)


def test_nothing_has_no_percentage() -> None:
    assert counted().satisfied.percent is None
    assert Share(2, 3).percent == 67


def test_u12_a_department_sees_its_own_only_from_five_on_and_by_fives() -> None:
    def own(*ratings: Satisfaction) -> Share | None:
        at = [local(f"2026-11-{n:02d} 10:00") for n in range(2, 30)]
        cases = [closed(one, at[n]) for n, one in enumerate(ratings)]
        return own_satisfaction(reversed(cases), BEGINS, ENDS)

    four = (HAPPY, HAPPY, MOSTLY, HAPPY)
    assert own(*four) is None
    assert own(*four, UNRATED) is None  # no rating
    assert own(*four, UNHAPPY) == Share(4, 5)
    assert own(*four, UNHAPPY, UNHAPPY) == Share(4, 5)  # one more tells nothing
    assert own(*four, UNHAPPY, *([UNHAPPY] * 5)) == Share(4, 10)


# 复发率 -----------------------------------------------------------------------------------------


def back(of: str, at: str, number: str = "ZH-2026-0009", **fields: Any) -> Ticket:
    relations = (Relation(kind="relapse_of", number=of),)
    state = fields.pop("state", State.SUBMITTED)
    return ticket(state, at=local(at), number=number, relations=relations, **fields)


def came_back(*tickets: Ticket) -> Share:
    return relapsed(tickets, BEGINS, ENDS, 90)


OLD = closed(HAPPY, local("2026-08-12 16:00"), number="ZH-2026-0002")


def test_scenario_20_a_relapse_counts_on_the_ninetieth_day_and_no_later() -> None:
    assert came_back(OLD, closed(HAPPY), back(OLD.number, "2026-11-10 23:00")) == Share(1, 1)
    assert came_back(OLD, closed(HAPPY), back(OLD.number, "2026-11-11 00:30")) == Share(0, 1)


def test_it_counts_in_the_period_in_which_it_comes_back() -> None:
    later = back(OLD.number, "2026-12-01 00:00")
    earlier = back(OLD.number, "2026-10-31 23:59")
    assert came_back(OLD, closed(HAPPY), later, earlier) == Share(0, 1)
    assert relapses_in([later, earlier], BEGINS, ENDS) == frozenset()


def test_a_case_that_comes_back_twice_came_back() -> None:
    first = back(OLD.number, "2026-11-09 09:00")
    again = back(OLD.number, "2026-11-28 09:00", "ZH-2026-0010")
    assert came_back(OLD, first, again).part == 1
    assert relapses_in([first, again], BEGINS, ENDS) == {OLD.number}


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN])
def test_what_was_not_taken_on_or_was_taken_back_came_not_back(state: State) -> None:
    assert came_back(OLD, back(OLD.number, "2026-11-09 09:00", state=state)).part == 0


def test_a_case_that_is_not_known_or_runs_again_counts_for_nothing() -> None:
    again = ticket(State.IN_PROGRESS, number="ZH-2026-0003")
    assert came_back(back("ZH-2025-0001", "2026-11-09 09:00")).part == 0
    assert came_back(again, back(again.number, "2026-11-09 09:00")).part == 0


def test_only_a_relapse_is_one() -> None:
    near = ticket(relations=(Relation(kind="near", number=OLD.number),), number="ZH-2026-0009")
    assert came_back(OLD, near).part == 0

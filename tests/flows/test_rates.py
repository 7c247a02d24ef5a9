"""The three rates: what counts as a part, and of which whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.tickets.case import Reply, State, Ticket
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.clocks import Clock
from flows.tickets.rates import Rates, Share, own_satisfaction, rates
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

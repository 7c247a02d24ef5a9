"""Why a date is the day it is, as golden days of 2026 have it."""

from __future__ import annotations

from datetime import date

from flows.tickets.acting import Act
from flows.tickets.case import State, Ticket
from flows.tickets.children import RestReason
from flows.tickets.clocks import Clock
from flows.tickets.explain import Explained, explained
from flows.tickets.moves import move
from flows.tickets.parts import Actor, Part
from flows.tickets.told import Dispatch, Longer, Nothing, Resting
from tests.flows.cases import actor, local, moment, ticket

CLERK = actor(Part.CLERK)


def given(at: str) -> Ticket:
    """Return a 一般 case that was dispatched at a moment."""
    told = Dispatch("gdj", ("jxj",))
    moved = move(ticket(State.ACCEPTED), Act.ASSIGN, actor(Part.CLERK), told, moment(local(at)))
    assert isinstance(moved, Ticket)
    return moved


def done(case: Ticket, act: Act, who: Actor, told: object, at: str) -> Ticket:
    moved = move(case, act, who, told, moment(local(at)))
    assert isinstance(moved, Ticket), moved
    return moved


def handling(case: Ticket) -> Explained:
    return next(one for one in explained(case, CLERK, moment()) if one.clock is Clock.HANDLE)


def test_scenario_1_the_holiday_is_left_out_and_the_worked_saturday_counts() -> None:
    found = handling(given("2026-09-30 16:00"))
    assert found.due_at == local("2026-10-13 17:30")
    assert (found.counted, found.amount, found.day_zero) == ("workdays", 5, date(2026, 9, 30))
    assert found.off == tuple(date(2026, 10, n) for n in (1, 2, 5, 6, 7))
    assert found.worked == (date(2026, 10, 10),)


def test_after_closing_time_the_next_day_is_day_zero() -> None:
    assert handling(given("2026-11-24 17:40")).day_zero == date(2026, 11, 25)


def test_a_plain_week_has_nothing_to_explain() -> None:
    found = handling(given("2026-11-24 09:00"))
    assert (found.off, found.worked, found.rests, found.extra) == ((), (), (), 0)


def test_rests_and_more_days_are_named() -> None:
    lead, head = actor(Part.LEAD), actor(Part.SUPERVISOR, person=8)
    case = given("2026-11-24 09:00").model_copy(update={"state": State.IN_PROGRESS})
    case = done(case, Act.ASK_LONGER, lead, Longer(5, "待料"), "2026-11-24 10:00")
    case = done(case, Act.LONGER, head, Nothing(), "2026-11-24 10:05")
    rest = Resting(RestReason.SEASON, "汛期", date(2026, 12, 20))
    case = done(case, Act.ASK_REST, lead, rest, "2026-11-24 10:10")
    case = done(case, Act.REST, head, Nothing(), "2026-11-24 10:15")
    assert handling(case).resting_since == date(2026, 11, 24)
    case = done(case, Act.RESUME, lead, Nothing(), "2026-11-26 10:00")
    found = handling(case)
    assert (found.extra, found.resting_since) == (5, None)
    assert [rest.workdays for rest in found.rests] == [2]
    assert found.due_at == local("2026-12-10 17:30")


def test_the_enterprise_knows_its_handling_date_alone() -> None:
    case = given("2026-11-24 09:00")
    (found,) = explained(case, actor(Part.REPORTER), moment())
    assert found.clock is Clock.HANDLE
    assert {one.clock for one in explained(case, CLERK, moment())} == {
        Clock.SIGN,
        Clock.CONTACT,
        Clock.HANDLE,
        Clock.OPINION,
    }


def test_a_clock_that_stopped_is_not_explained() -> None:
    case = ticket(State.SUBMITTED)
    (found,) = explained(case, CLERK, moment())
    assert found.clock is Clock.ACCEPT
    assert explained(case, actor(Part.REPORTER), moment()) == ()

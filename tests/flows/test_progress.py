"""What the four lines of progress say, and until when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flows.calendar import Due
from flows.tickets.acting import Act
from flows.tickets.case import ENDED, State, Ticket
from flows.tickets.clocks import Clock
from flows.tickets.progress import progress
from flows.tickets.state import OUTSIDE
from tests.flows.cases import SOON, deadline, local, ready, resting, ticket

DAY = date(2026, 12, 3)


@pytest.mark.parametrize(
    ("state", "clock"),
    [
        (State.SUBMITTED, Clock.ACCEPT),
        (State.NEED_INFO, Clock.SUPPLEMENT),
        (State.ACCEPTED, Clock.DISPATCH),
        (State.ASSIGNED, Clock.HANDLE),
        (State.RETURN_REVIEW, Clock.HANDLE),
        (State.IN_PROGRESS, Clock.HANDLE),
        (State.REPLIED, Clock.AUDIT),
        (State.CALLBACK, Clock.CALLBACK),
    ],
)
def test_every_state_names_the_day_of_its_own_clock(state: State, clock: Clock) -> None:
    clocks = tuple(
        deadline(one, local("2026-12-03 17:30" if one is clock else "2026-12-09 17:30"))
        for one in Clock
    )
    assert progress(ticket(state, deadlines=clocks)).due == Due(DAY, provisional=False)


def test_what_rests_names_the_day_it_goes_on() -> None:
    rests = ticket(State.SUSPENDED, suspensions=(resting(),))
    assert progress(rests).due == Due(SOON, False)


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_progress_and_only_a_running_one_a_holder(state: State) -> None:
    case = ready(state, Act.URGE).model_copy(
        update={"handler": "李强", "handler_phone": "13805740021"}
    )
    now = progress(case)
    outside = state in OUTSIDE - {State.RETURN_REVIEW}  # which department disputes is not told
    assert now.ended is (state in ENDED)
    assert now.holder == ("gdj" if outside else None)
    assert (now.handler, now.phone) == (("李强", "13805740021") if outside else ("", ""))


def test_a_day_of_an_unknown_year_stays_provisional() -> None:
    unsure = deadline(Clock.HANDLE, local("2027-01-05 17:30")).model_copy(
        update={"provisional": True}
    )
    case = ticket(State.IN_PROGRESS, deadlines=(unsure,))
    assert progress(case).due == Due(date(2027, 1, 5), provisional=True)


# Bodies as earlier versions wrote them ----------------------------------------------------------

OLD: dict[str, Any] = {
    "number": "ZH-2026-0001",
    "state": "in_progress",
    "reporter": 1,
    "enterprise": "某厂",
    "contact": "陈建国",
    "phone": "13805740001",
    "category": "power",
    "body": "停电了",
    "created_at": "2026-11-24T01:00:00Z",
    "dispatched_at": "2026-11-24T02:00:00Z",
}


def test_a_ticket_of_an_earlier_version_keeps_its_date_and_how_it_was_counted() -> None:
    dated = {"due_on": "2026-12-01", "due_provisional": True, "due_from": "2026-11-24"}
    case = Ticket.model_validate({**OLD, **dated, "due_days": 5, "promise_days": 5})
    assert (case.due_on, case.due_provisional) == (date(2026, 12, 1), True)
    assert case.handling is not None
    assert (case.handling.limit, case.handling.due_at) == ("5WD", local("2026-12-01 17:30"))
    assert case.handling.runs


def test_a_ticket_of_an_earlier_version_without_its_count_keeps_the_bare_date() -> None:
    case = Ticket.model_validate({**OLD, "due_on": "2026-12-01", "due_provisional": False})
    assert case.handling is not None
    assert case.handling.limit == "on:2026-12-01"


@pytest.mark.parametrize(("state", "runs"), [("replied", False), ("closed", False)])
def test_the_clock_of_an_earlier_version_stands_where_the_case_stands(
    state: str, runs: bool
) -> None:
    times = {"replied_at": "2026-11-25T02:00:00Z", "audited_at": "2026-11-26T02:00:00Z"}
    case = Ticket.model_validate({**OLD, **times, "due_on": "2026-12-01", "state": state})
    assert case.handling is not None
    assert case.handling.runs is runs


def test_a_ticket_that_was_never_dispatched_has_no_date() -> None:
    assert Ticket.model_validate({**OLD, "due_on": None, "due_provisional": False}).due_on is None

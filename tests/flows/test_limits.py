"""Limits as they are written, read in one place."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tickets.clocks import Clock, Deadline
from flows.tickets.explain import explained
from flows.tickets.limits import Measure, Unit, is_soon, measured
from flows.tickets.parts import Part
from flows.tickets.state import State
from tests.flows.cases import NOW, actor, local, moment, ticket


@pytest.mark.parametrize(
    ("limit", "measure", "soon"),
    [
        ("5WD", Measure(Unit.WORKDAYS, 5), False),
        ("4wh", Measure(Unit.WORKED_HOURS, 4), True),
        ("2h", Measure(Unit.HOURS, 2), True),
        ("on:2026-12-03", Measure(Unit.DAY, 0, date(2026, 12, 3)), False),
    ],
)
def test_every_way_to_write_a_limit_is_read(limit: str, measure: Measure, soon: bool) -> None:
    assert measured(limit) == measure
    assert is_soon(limit) is soon


@given(st.text(max_size=14))
def test_whatever_else_is_written_is_no_limit(text: str) -> None:
    try:
        found = measured(text)
    except ValueError:
        return
    written = f"on:{found.day}" if found.day else f"{found.amount}{found.unit}"
    assert measured(written) == found


def test_a_date_that_was_agreed_is_explained_as_one() -> None:
    agreed = Deadline(
        key=Clock.STAGE, since=NOW, limit="on:2026-12-03", due_at=local("2026-12-03 17:30")
    )
    case = ticket(State.IN_PROGRESS, deadlines=(agreed,))
    found = explained(case, actor(Part.CLERK), moment())
    assert [(one.counted, one.amount) for one in found if one.clock is Clock.STAGE] == [("day", 0)]

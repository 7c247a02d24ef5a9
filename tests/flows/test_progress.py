"""What the four lines of progress say, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from flows.calendar import Due, WorkingDays
from flows.tickets.case import ENDED, Note, State, Ticket
from flows.tickets.progress import Stages, progress, promise

DAYS = WorkingDays(frozenset(), frozenset(), frozenset({2026}))
STAGES = Stages()
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 09:00 in Zhenhai
THURSDAY = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


def ticket(state: State, **fields: Any) -> Ticket:
    return Ticket(
        number="ZH-2026-0001",
        state=state,
        reporter=1,
        enterprise="某厂",
        contact="陈建国",
        phone="13805740001",
        category="power",
        body="停电了",
        created_at=TUESDAY,
        **fields,
    )


@pytest.mark.parametrize(
    ("state", "fields", "day"),
    [
        (State.SUBMITTED, {}, date(2026, 11, 25)),
        (State.ACCEPTED, {"accepted_at": THURSDAY}, date(2026, 11, 27)),
        (State.ASSIGNED, {"due_on": date(2026, 12, 1)}, date(2026, 12, 1)),
        (State.IN_PROGRESS, {"due_on": date(2026, 12, 1)}, date(2026, 12, 1)),
        (State.REPLIED, {"replied_at": THURSDAY}, date(2026, 11, 27)),
    ],
)
def test_a_day_is_promised_from_when_the_stage_began(
    state: State, fields: dict[str, Any], day: date
) -> None:
    assert progress(ticket(state, **fields), DAYS, STAGES).due == Due(day, provisional=False)


def test_the_time_to_rate_runs_from_when_the_answer_was_sent_out() -> None:
    waiting = ticket(State.CALLBACK, replied_at=TUESDAY, audited_at=THURSDAY)
    assert progress(waiting, DAYS, STAGES).due == Due(date(2026, 12, 1), provisional=False)


def test_the_time_to_supplement_runs_from_when_it_was_asked_for() -> None:
    asked = Note(kind="ask_info", text="在哪条路上？", by=2, at=THURSDAY)
    waiting = ticket(State.NEED_INFO, notes=(asked,))
    assert progress(waiting, DAYS, STAGES).due == Due(date(2026, 12, 3), provisional=False)


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_progress_and_only_a_running_one_a_holder(state: State) -> None:
    case = ticket(state, lead_unit="gdj", handler="李强", handler_phone="13805740021")
    now = progress(case, DAYS, STAGES)
    outside = state in {State.ASSIGNED, State.IN_PROGRESS, State.SUSPENDED}
    assert now.ended is (state in ENDED)
    assert now.holder == ("gdj" if outside else None)
    assert (now.handler, now.phone) == (("李强", "13805740021") if outside else ("", ""))


def test_a_promised_day_of_an_unknown_year_stays_provisional() -> None:
    case = ticket(State.IN_PROGRESS, due_on=date(2027, 1, 5), due_provisional=True)
    assert progress(case, DAYS, STAGES).due == Due(date(2027, 1, 5), provisional=True)


def test_what_comes_after_closing_time_counts_from_the_next_day() -> None:
    closing = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # 17:30
    late = datetime(2026, 11, 24, 9, 31, tzinfo=UTC)
    assert promise(closing, 1, DAYS).day == date(2026, 11, 25)
    assert promise(late, 1, DAYS).day == date(2026, 11, 26)
    friday_night = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert promise(friday_night, 1, DAYS).day == date(2026, 11, 30)

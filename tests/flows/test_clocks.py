"""The clocks of a case: what starts, rests and stops each, and when its time is up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.calendar import OFFICE_ZONE, WorkingDays
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import State, Ticket, Tier
from flows.tickets.children import RestReason
from flows.tickets.clocks import (
    RULES,
    Clock,
    Deadline,
    Passage,
    counted_again,
    due_after,
    replayed,
    step,
)
from flows.tickets.moves import MOVES, move
from flows.tickets.parts import SYSTEM, Part
from tests.flows.cases import (
    DAYS,
    MASTER,
    POLICY,
    actor,
    local,
    moment,
    telling,
    ticket,
)


def done(case: Ticket, act: Act, at: str | datetime, form: Any = None) -> Ticket:
    """Do an act that must be possible, in whatever part it takes; each part is another person."""
    when = local(at) if isinstance(at, str) else at
    (part, *_) = sorted(MOVES[case.state, act].parts)
    who = SYSTEM if part is Part.SYSTEM else actor(part, person=30 + list(Part).index(part))
    moved = move(case, act, who, form or telling(act), moment(when))
    assert isinstance(moved, Ticket), moved
    return moved


def dispatched(at: str, tier: Tier = Tier.GENERAL, *supports: str) -> Ticket:
    """Return a case that was given to its department then."""
    case = ticket(State.ACCEPTED, at=local(at))
    head = actor(Part.SUPERVISOR)
    moved = move(case, Act.ASSIGN, head, told.Dispatch("gdj", supports, tier), moment(local(at)))
    assert isinstance(moved, Ticket)
    return moved


def due(case: Ticket, clock: Clock | str = Clock.HANDLE) -> str:
    """Say when a clock's time is up, in the office's time."""
    deadline = case.deadline(str(clock))
    assert deadline is not None
    return f"{deadline.due_at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"


def test_scenario_1_a_case_given_on_the_eve_of_the_national_holiday() -> None:
    assert due(dispatched("2026-09-30 16:00")) == "2026-10-13 17:30"


def test_scenario_2_a_working_day_ends_on_the_saturday_that_is_worked() -> None:
    assert due(ticket(at=local("2026-02-13 10:00")), Clock.ACCEPT) == "2026-02-14 17:30"


def test_scenario_3_a_date_beyond_the_last_notice_is_provisional_and_moves_only_later() -> None:
    case = dispatched("2026-11-24 10:00", Tier.HARD)
    handling = case.handling
    assert handling is not None
    assert handling.provisional
    known = WorkingDays(
        DAYS.off | {date(2027, 1, 4)}, DAYS.work, DAYS.official_years | {2027}, DAYS.segments
    )
    final = counted_again(handling, known)
    assert final is not None
    assert not final.provisional
    assert final.due_at == handling.due_at + timedelta(days=1)
    earlier = WorkingDays(DAYS.off - {date(2027, 1, 1)}, DAYS.work, known.official_years)
    kept = counted_again(handling, earlier)
    assert kept is not None
    assert kept.due_at == handling.due_at
    assert counted_again(final, known) is None


def test_scenario_4_what_comes_on_a_saturday_night_is_counted_from_monday() -> None:
    late = ticket(at=local("2026-11-28 23:50"), tier=Tier.CONSULT)
    limit = POLICY.limit(Tier.CONSULT, Clock.ACCEPT)
    # 08:30 to 12:00 and half an hour after the break.
    assert due_after(limit, late.created_at, DAYS).at == local("2026-11-30 14:00")


def test_the_time_of_the_department_runs_from_the_dispatch_and_not_from_the_signature() -> None:
    case = dispatched("2026-11-24 09:00")
    signed = done(case, Act.SIGN, "2026-11-26 09:00")
    assert due(signed) == due(case) == "2026-12-01 17:30"
    sign = signed.deadline(Clock.SIGN)
    assert sign is not None
    assert sign.stopped_at == local("2026-11-26 09:00")
    contact = signed.deadline(Clock.CONTACT)
    assert contact is not None
    assert contact.runs


def test_a_question_to_the_enterprise_rests_the_time_to_accept() -> None:
    case = done(ticket(at=local("2026-11-24 09:00")), Act.ASK_INFO, "2026-11-24 10:00")
    assert due(case, Clock.SUPPLEMENT) == "2026-12-01 17:30"
    back = done(case, Act.SUPPLEMENT, "2026-11-26 10:00")
    assert due(back, Clock.ACCEPT) == "2026-11-27 17:30"
    supplement = back.deadline(Clock.SUPPLEMENT)
    assert supplement is not None
    assert supplement.stopped_at


def test_a_dispute_does_not_stop_the_clock_and_wrong_dispatch_begins_it_anew() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.RETURN, "2026-11-24 15:00")
    assert due(case) == "2026-12-01 17:30"
    kept = done(case, Act.RULE_KEPT, "2026-11-25 15:00")
    assert due(kept) == "2026-12-01 17:30"
    moved = done(case, Act.RULE_MOVED, "2026-11-25 15:00", told.Ruling("属住建", "zjj"))
    assert due(moved) == "2026-12-02 17:30"
    same = done(
        case, Act.RULE_MOVED, "2026-11-25 15:00", told.Ruling("属住建", "zjj", restart=False)
    )
    assert due(same) == "2026-12-01 17:30"


def test_an_answer_that_is_sent_back_has_the_time_that_was_left_and_a_day_at_least() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    case = done(case, Act.CONTACT, "2026-11-24 11:00")
    early = done(case, Act.REPLY, "2026-11-25 10:00")
    assert due(early, Clock.AUDIT) == "2026-11-26 17:30"
    back = done(early, Act.SEND_BACK, "2026-11-26 10:00")
    assert due(back) == "2026-12-02 17:30"  # a day of audit is not the department's
    late = done(case, Act.REPLY, "2026-12-01 17:00")
    assert due(done(late, Act.SEND_BACK, "2026-12-01 17:10")) == "2026-12-02 17:30"


def test_scenario_14_twenty_days_of_rest_and_another_tier_count_once() -> None:
    case = done(dispatched("2026-11-02 09:00"), Act.SIGN, "2026-11-02 10:00")
    rest = told.Resting(RestReason.ENTERPRISE, "等企业图纸", date(2026, 12, 1))
    asked = done(case, Act.ASK_REST, "2026-11-03 10:00", rest)
    resting = done(asked, Act.REST, "2026-11-03 11:00")
    handling = resting.handling
    assert handling is not None
    assert not handling.runs
    other = done(resting, Act.RETIER, "2026-11-10 10:00", told.Retier(Tier.COMPLEX))
    again = done(other, Act.RESUME, "2026-12-01 08:30")
    # 15 working days from 11-02, and the 20 from 11-03 to 12-01 that it rested.
    worked = DAYS.workdays_between(date(2026, 11, 3), date(2026, 12, 1))
    assert worked == 20
    day = DAYS.add(date(2026, 11, 2), 15 + worked).day
    assert due(again) == f"{day} 17:30"
    straight = done(resting, Act.RESUME, "2026-12-01 08:30")
    assert due(done(straight, Act.RETIER, "2026-12-02 09:00", told.Retier(Tier.COMPLEX))) == due(
        again
    )


def test_days_that_were_granted_come_on_top() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    asked = done(case, Act.ASK_LONGER, "2026-11-25 10:00")
    assert due(asked) == "2026-12-01 17:30"
    assert due(done(asked, Act.LONGER, "2026-11-25 11:00")) == "2026-12-04 17:30"
    assert due(done(asked, Act.NOT_LONGER, "2026-11-25 11:00")) == "2026-12-01 17:30"


def test_scenario_22_a_merge_that_is_undone_leaves_no_trace_in_the_clocks() -> None:
    case = ticket(at=local("2026-11-24 09:00"))
    merged = done(case, Act.MERGE, "2026-11-24 10:00", told.Merge(MASTER))
    back = done(merged, Act.UNMERGE, "2026-11-24 15:00")
    assert back.deadlines == case.deadlines
    assert back.state is State.SUBMITTED


def test_another_round_and_a_reopening_have_a_time_of_their_own() -> None:
    case = ticket(State.CALLBACK, lead_unit="gdj")
    again = done(case, Act.REDO, "2026-11-24 09:00")
    assert due(again) == "2026-12-01 17:30"
    closed = ticket(State.CLOSED, lead_unit="gdj", closed_at=local("2026-11-20 09:00"))
    assert due(done(closed, Act.REOPEN, "2026-11-24 09:00")) == "2026-12-01 17:30"


def test_each_supporting_department_has_a_clock_that_stops_with_its_opinion() -> None:
    case = dispatched("2026-11-24 09:00", Tier.GENERAL, "jxj", "rsj")
    assert due(case, "opinion:jxj") == due(case, "opinion:rsj") == "2026-11-27 17:30"
    given_ = done(case, Act.OPINION, "2026-11-25 09:00")
    stopped, open_ = given_.deadline("opinion:jxj"), given_.deadline("opinion:rsj")
    assert stopped is not None
    assert stopped.stopped_at
    assert (stopped.clock, stopped.unit) == (Clock.OPINION, "jxj")
    assert open_ is not None
    assert open_.runs


def test_a_stage_reply_sets_the_day_of_the_next_word() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    case = done(case, Act.CONTACT, "2026-11-24 11:00")
    assert due(done(case, Act.STAGE, "2026-11-24 12:00"), Clock.STAGE) == "2026-12-01 17:30"


@pytest.mark.parametrize("wrong", ["5", "5 WD", "wd5", "-1WD", "on:tomorrow", "1.5WD"])
def test_a_limit_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Deadline(key="handle", since=local("2026-11-24 09:00"), limit=wrong, due_at=DUE)
    with pytest.raises(ValueError, match="not a limit"):
        due_after(wrong, local("2026-11-24 09:00"), DAYS)


DUE = local("2026-12-01 17:30")


def test_every_clock_has_a_rule_and_every_tier_its_limits() -> None:
    assert set(RULES) == set(Clock)
    for tier in Tier:
        assert set(POLICY.terms(tier).clocks) == set(Clock) - {Clock.STAGE, Clock.ERRAND}


# Any way through the table ----------------------------------------------------------------------

_STEPS = st.lists(
    st.tuples(st.sampled_from(Act), st.sampled_from(Part), st.integers(1, 60 * 24 * 9)), max_size=25
)


def walked(steps: list[tuple[Act, Part, int]]) -> Ticket:
    """Try acts by anybody at any pace; what is refused changes nothing."""
    at = local("2026-09-25 09:00")
    case = ticket(at=at)
    for act, part, minutes in steps:
        at += timedelta(minutes=minutes)
        who = actor(part, person=30 + list(Part).index(part), units=frozenset({"gdj", "jxj"}))
        moved = move(case, act, who, telling(act), moment(at))
        if not isinstance(moved, Refusal):
            case = moved
    return case


@given(_STEPS)
def test_the_deadlines_follow_from_the_passages_alone(steps: list[tuple[Act, Part, int]]) -> None:
    case = walked(steps)
    assert replayed(case.passages, DAYS) == case.deadlines


@given(_STEPS)
def test_a_clock_runs_only_where_its_rule_says_so(steps: list[tuple[Act, Part, int]]) -> None:
    case = walked(steps)
    for deadline in case.deadlines:
        if case.state is State.MERGED:
            continue
        rule = RULES[deadline.clock]
        if deadline.runs:
            assert case.state in rule.runs
        if deadline.resting_since is not None and deadline.stopped_at is None:
            assert case.state in rule.rests


_MINUTES = st.integers(1, 60 * 24 * 20)


@given(st.lists(_MINUTES, min_size=2, max_size=12), st.sampled_from(["5WD", "4wh", "2h"]))
def test_what_a_clock_rested_is_added_once_and_nothing_else(gaps: list[int], limit: str) -> None:
    at = local("2026-09-21 09:00")
    begun = Passage(at=at, act="assign", state=State.IN_PROGRESS, begins={"handle": limit})
    deadlines = step((), begun, DAYS)
    rests: list[tuple[datetime, datetime]] = []
    resting = False
    for gap in gaps:
        before, at = at, at + timedelta(minutes=gap)
        if resting:
            rests.append((before, at))
        resting = not resting
        state = State.SUSPENDED if resting else State.IN_PROGRESS
        deadlines = step(deadlines, Passage(at=at, act="rest", state=state), DAYS)
    (deadline,) = deadlines
    if limit == "2h":
        rested = sum((end - begin for begin, end in rests), timedelta())
        assert deadline.due_at == begun.at + timedelta(hours=2) + rested
    elif limit == "4wh":
        worked = sum((DAYS.worked_between(*rest) for rest in rests), timedelta())
        assert DAYS.worked_between(begun.at, deadline.due_at) == timedelta(hours=4) + worked
    else:
        days = sum(
            DAYS.workdays_between(DAYS.day_zero(begin), DAYS.day_zero(end)) for begin, end in rests
        )
        assert deadline.due_at == DAYS.due_at(begun.at.date(), 5 + days)

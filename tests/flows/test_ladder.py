"""The ladder: when a clock reaches which rung, what the clock does by itself, and when it looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import OFFICE_ZONE
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import State, Supervision, Ticket, Tier
from flows.tickets.causes import RATING
from flows.tickets.clocks import Clock, Deadline
from flows.tickets.consequences import consequences
from flows.tickets.ladder import Rung, leaves_at, next_slot, reached, strikes
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM
from flows.tickets.strikes import leaving, next_strike, struck
from tests.flows.cases import DAYS, LADDER, LEADER, NOW, local, moment, ready, ticket
from tests.flows.test_clocks import dispatched, done


def rungs(deadline: Deadline | None) -> list[tuple[str, int, str]]:
    """List the strikes of a clock in the office's time."""
    assert deadline is not None
    return [
        (f"{one.at.astimezone(OFFICE_ZONE):%m-%d %H:%M}", int(one.rung), one.name)
        for one in sorted(strikes(deadline, LADDER, DAYS), key=lambda one: one.at)
    ]


def test_handling_climbs_from_a_reminder_to_the_conference() -> None:
    assert rungs(dispatched("2026-11-24 09:00").handling) == [
        ("11-27 09:00", 0, "handle"),
        ("12-01 09:00", 0, "handle.last"),
        ("12-02 09:00", 1, "handle"),
        ("12-03 09:00", 2, "handle"),
        ("12-07 09:00", 3, "handle"),
        ("12-09 09:00", 4, "handle"),
    ]


def test_scenario_2_nobody_is_urged_in_the_spring_festival() -> None:
    accept = ticket(at=local("2026-02-13 10:00")).deadline(Clock.ACCEPT)
    assert rungs(accept)[0] == ("02-24 09:00", 1, "accept")


def test_what_is_due_within_a_day_is_urged_in_the_next_digest() -> None:
    sign = dispatched("2026-11-24 09:00").deadline(Clock.SIGN)
    assert rungs(sign) == [("11-24 15:00", 1, "sign")]


def test_a_clock_that_rests_or_has_stopped_never_strikes() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    sign, handling = case.deadline(Clock.SIGN), case.handling
    assert handling is not None
    assert rungs(sign) == []
    assert rungs(handling.model_copy(update={"resting_since": NOW})) == []


def test_after_a_long_stop_one_rung_is_reached_and_not_all_below_it() -> None:
    handling = dispatched("2026-11-24 09:00").handling
    assert handling is not None
    found = reached(handling, LADDER, DAYS, local("2026-12-05 10:00"))
    assert found is not None
    assert found.rung is Rung.SUPERVISED
    assert reached(handling, LADDER, DAYS, local("2026-11-25 10:00")) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1)))  # noqa: DTZ001 - made aware
def test_a_digest_goes_out_on_a_working_day_at_its_hour(at: datetime) -> None:
    moment_ = at.replace(tzinfo=OFFICE_ZONE)
    slot = next_slot(moment_, DAYS, LADDER.slots)
    assert slot >= moment_
    assert slot.time() in LADDER.slots
    assert DAYS.is_workday(slot.date())


# What the clock does --------------------------------------------------------------------------


def run(case: Ticket, at: datetime) -> tuple[Ticket, list[tuple[Act, Any]]]:
    """Let the clock do everything that is due."""
    acts = []
    while (found := struck(case, LADDER, moment(at))) is not None:
        moved = move(case, found[0], SYSTEM, found[1], moment(at))
        assert not isinstance(moved, Refusal), (found, moved)
        case = moved
        acts.append(found)
        assert len(acts) < 12
    sent = list(case.supervisions)
    for place in leaving(case, moment(at)):
        sent[place] = sent[place].model_copy(update={"sent_at": at})
    return case.model_copy(update={"supervisions": tuple(sent)}), acts


def test_u30_a_letter_leaves_after_its_hold_and_never_by_night_or_on_a_day_off() -> None:
    def leaves(at: str) -> str:
        return f"{leaves_at(local(at), LADDER, DAYS).astimezone(OFFICE_ZONE):%m-%d %H:%M}"

    assert leaves("2026-11-24 09:00") == "11-24 09:30"
    assert leaves("2026-11-24 17:20") == "11-24 17:50"
    for night in ("2026-11-24 19:59", "2026-11-24 23:50", "2026-11-25 08:29"):
        assert leaves(night) == "11-25 09:30"
    assert leaves("2026-11-28 10:00") == "11-30 09:30"  # Saturday


def supervised(at: str) -> Ticket:
    """Return a case whose 督办单 was raised then and leaves half an hour later."""
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    case = done(case, Act.CONTACT, "2026-11-24 11:00")
    return run(case, local(at))[0]


def test_a_letter_leaves_once_when_its_hold_is_over() -> None:
    case = supervised("2026-12-03 09:00")
    assert next_strike(case, LADDER, moment(local("2026-12-03 09:10"))) == local("2026-12-03 09:30")
    assert leaving(case, moment(local("2026-12-03 09:29"))) == ()
    now = moment(local("2026-12-03 09:30"))
    (place,) = leaving(case, now)
    sent = case.supervisions[place].model_copy(update={"sent_at": now.at})
    case = case.model_copy(update={"supervisions": (sent,)})
    assert leaving(case, now) == ()
    assert next_strike(case, LADDER, now) == local("2026-12-07 09:00")


def test_a_letter_whose_cause_fell_away_before_it_left_is_called_off() -> None:
    case = supervised("2026-12-03 09:00")
    answered = done(case, Act.REPLY, "2026-12-03 09:20")
    assert [one.called_off_by for one in answered.supervisions] == [SYSTEM.person]
    assert leaving(answered, moment(local("2026-12-03 09:30"))) == ()


def test_u30_in_a_calm_nobody_is_urged_and_afterwards_once_at_the_highest_rung() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    case = done(case, Act.CONTACT, "2026-11-24 11:00")
    calm = local("2026-12-08 09:00")
    for at in ("2026-12-01 09:00", "2026-12-03 09:00", "2026-12-07 09:00"):
        now = moment(local(at))
        assert struck(case, LADDER, now, calm) is None
        assert next_strike(case, LADDER, now, calm) == calm
    found = struck(case, LADDER, moment(calm), calm)
    assert found is not None
    assert found[1].rung == Rung.LETTER


def test_in_a_calm_the_clock_still_moves_cases_on() -> None:
    case = dispatched("2026-11-24 09:00")
    calm = local("2026-12-08 09:00")
    assert next_strike(case, LADDER, moment(), calm) == local("2026-11-24 14:30")
    found = struck(case, LADDER, moment(local("2026-11-24 14:30")), calm)
    assert found is not None
    assert found[0] is Act.TAKE_AS_SIGNED


def test_a_department_that_never_signed_is_urged() -> None:
    case = dispatched("2026-11-24 09:00")
    ((act, form),) = follows(Act.TAKE_AS_SIGNED, case)
    assert (act, form.rung, form.clock) == (Act.SUPERVISE, Rung.URGED, "sign")


def test_scenario_10_an_unsigned_case_counts_as_signed_and_its_date_stays() -> None:
    case = dispatched("2026-11-24 09:00")
    assert next_strike(case, LADDER, moment()) == local("2026-11-24 14:30")
    after, acts = run(case, local("2026-11-24 14:30"))
    assert [act for act, _ in acts] == [Act.TAKE_AS_SIGNED]
    assert (after.state, after.auto_signed) == (State.IN_PROGRESS, True)
    assert after.handling == case.handling


def test_scenario_27_a_stop_over_a_weekend_strikes_each_clock_once_at_its_highest_rung() -> None:
    case = done(dispatched("2026-11-18 09:00"), Act.SIGN, "2026-11-18 10:00")
    case = done(case, Act.CONTACT, "2026-11-18 11:00")
    after, acts = run(case, local("2026-11-30 10:00"))
    told_ = [(form.clock, int(form.rung)) for _, form in acts]
    assert told_ == [("handle", 2)]
    (one,) = after.supervisions
    assert (one.sends_at, one.due_at) == (
        local("2026-11-30 10:30"),
        local("2026-12-01 17:30"),
    )
    again, nothing = run(after, local("2026-11-30 11:00"))
    assert nothing == []
    now = moment(local("2026-11-30 11:00"))
    assert next_strike(again, LADDER, now) == local("2026-12-01 09:00")  # nothing passed over


def test_the_clock_looks_again_when_the_next_thing_is_due() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    case = done(case, Act.CONTACT, "2026-11-24 11:00")
    seen = []
    while (at := next_strike(case, LADDER, moment())) is not None:
        case, acts = run(case, at)
        seen.append((f"{at:%m-%d %H:%M}", [int(form.rung) for _, form in acts]))
    assert seen == [
        ("11-27 09:00", [0]),
        ("12-01 09:00", [0]),
        ("12-02 09:00", [1]),
        ("12-03 09:00", [2]),
        ("12-03 09:30", []),  # the letter leaves
        ("12-07 09:00", [3]),
        ("12-07 09:30", []),
        ("12-09 09:00", [4]),
        ("12-09 09:30", []),
    ]


def test_a_new_date_is_a_new_ladder() -> None:
    case = done(dispatched("2026-11-24 09:00"), Act.SIGN, "2026-11-24 10:00")
    case = done(case, Act.CONTACT, "2026-11-24 11:00")
    case, _ = run(case, local("2026-11-27 09:00"))
    asked = done(case, Act.ASK_LONGER, "2026-11-27 10:00", told.Longer(5, "待料"))
    longer = done(asked, Act.LONGER, "2026-11-27 11:00")
    assert next_strike(longer, LADDER, moment()) == local("2026-12-01 09:00")


@pytest.mark.parametrize("state", [State.CLOSED, State.REJECTED, State.MERGED, State.WITHDRAWN])
def test_the_clock_leaves_alone_what_has_ended(state: State) -> None:
    case = ready(state, Act.URGE)
    assert struck(case, LADDER, moment(NOW + timedelta(days=90))) is None
    assert next_strike(case, LADDER, moment()) is None


# What follows an act --------------------------------------------------------------------------


def follows(act: Act, case: Ticket, leader: int | None = LEADER) -> list[tuple[Act, Any]]:
    return list(consequences(act, case, leader, moment(), LADDER))


def test_a_hard_case_gets_its_leader_with_the_dispatch() -> None:
    hard = ticket(State.ASSIGNED, tier=Tier.HARD)
    assert follows(Act.ASSIGN, hard) == [(Act.LEAD, told.Lead(LEADER, "hard"))]
    assert follows(Act.ASSIGN, ready(State.ASSIGNED, Act.LEAD)) == []
    assert follows(Act.ASSIGN, ticket(State.ASSIGNED)) == []
    assert follows(Act.ASSIGN, hard, None) == []


def test_scenario_17_each_unhappy_rating_stands_higher() -> None:
    def rung(case: Ticket, act: Act) -> list[tuple[str, Any]]:
        return [(then.value, getattr(form, "rung", form)) for then, form in follows(act, case)]

    case = ticket(State.IN_PROGRESS, round=1)
    assert rung(case, Act.REDO) == [("supervise", Rung.SUPERVISED)]
    second = case.model_copy(update={"round": 2})
    lead = told.Lead(LEADER, "unhappy")
    assert rung(second, Act.REDO) == [("lead", lead), ("supervise", Rung.LETTER)]
    closed = case.model_copy(update={"round": 2, "state": State.CLOSED})
    assert rung(closed, Act.CLOSE_UNHAPPY) == [("supervise", Rung.CONFERENCE)]
    ((_, form),) = follows(Act.CLOSE_UNHAPPY, closed)
    assert form.clock == RATING
    assert isinstance(move(closed, Act.SUPERVISE, SYSTEM, form, moment()), Ticket)


def test_the_rung_of_a_case_is_its_highest_open_one() -> None:
    known: dict[str, Any] = {"clock": "handle", "deadline": NOW, "at": NOW}
    low, high = Supervision(rung=1, **known), Supervision(rung=3, **known)
    assert ticket(supervisions=(low, high)).rung == 3
    over = high.model_copy(update={"answered_at": NOW})
    assert ticket(supervisions=(low, over)).rung == 1

"""How hard a case is: what the class suggests, and what a change of it does to the clocks."""

from __future__ import annotations

import pytest

from flows.office import Category
from flows.tickets.acting import Act
from flows.tickets.case import State, Ticket, Tier
from flows.tickets.children import RestReason, Suspension
from flows.tickets.clocks import Clock
from flows.tickets.moves import move
from flows.tickets.parts import Part
from flows.tickets.policy import suggested_tier
from flows.tickets.told import Dispatch, Nothing, Retier
from tests.flows.cases import NOW, POLICY, actor, local, moment, ticket

HEAD = actor(Part.SUPERVISOR, person=8)


@pytest.mark.parametrize(
    ("days", "tier"),
    [(3, "general"), (7, "general"), (10, "complex"), (15, "complex"), (30, "hard")],
)
def test_the_days_of_a_class_suggest_its_tier(days: int, tier: str) -> None:
    assert suggested_tier(Category("c", "类", "大类", "gdj", days=days), POLICY) == tier


def test_an_urgent_class_is_urgent_and_an_unknown_one_general() -> None:
    urgent = Category("c", "类", "大类", "gdj", days=30, urgent=True)
    assert suggested_tier(urgent, POLICY) is Tier.URGENT
    assert suggested_tier(None, POLICY) is Tier.GENERAL


def retiered(case: Ticket, tier: Tier, at: str = "2026-11-24 10:00") -> Ticket:
    moved = move(case, Act.RETIER, HEAD, Retier(tier), moment(local(at)))
    assert isinstance(moved, Ticket), moved
    return moved


def under_way(tier: Tier = Tier.GENERAL) -> Ticket:
    told = Dispatch("gdj", (), tier)
    moved = move(ticket(State.ACCEPTED), Act.ASSIGN, HEAD, told, moment())
    assert isinstance(moved, Ticket)
    return moved.model_copy(update={"state": State.IN_PROGRESS})


def test_what_turns_hard_owes_stage_replies_from_now_on() -> None:
    stage = retiered(under_way(), Tier.HARD).deadline(Clock.STAGE.value)
    assert stage is not None
    assert (stage.runs, stage.due_at) == (True, local("2026-12-01 17:30"))


def test_what_is_no_longer_hard_owes_none() -> None:
    case = retiered(under_way(Tier.HARD), Tier.COMPLEX)
    stage = case.deadline(Clock.STAGE.value)
    assert stage is not None
    assert stage.stopped_at is not None
    again = retiered(case, Tier.HARD, "2026-11-25 10:00").deadline(Clock.STAGE.value)
    assert again is not None
    assert again.since == local("2026-11-25 10:00")


def test_a_clock_that_begins_while_the_case_rests_rests_too() -> None:
    rest = Suspension(
        reason=RestReason.COURT,
        text="等判决",
        resume_on=local("2026-12-20 09:00").date(),
        days=18,
        by=9,
        at=NOW,
        granted=True,
        decider=8,
        decided_at=NOW,
    )
    case = under_way().model_copy(update={"state": State.SUSPENDED, "suspensions": (rest,)})
    case = retiered(case, Tier.HARD)
    stage = case.deadline(Clock.STAGE.value)
    assert stage is not None
    assert not stage.runs
    later = moment(local("2026-12-01 10:00"))
    resumed = move(case, Act.RESUME, HEAD, Nothing(), later)
    assert isinstance(resumed, Ticket)
    stage = resumed.deadline(Clock.STAGE.value)
    assert stage is not None
    assert stage.due_at == local("2026-12-08 17:30")

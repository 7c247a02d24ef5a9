"""What has to be right before an answer goes out, is audited and is rated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.reading.substance import lacking
from flows.tickets import told
from flows.tickets.acting import Act
from flows.tickets.case import (
    Attempt,
    CoTask,
    Meeting,
    State,
)
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.parts import SYSTEM, Actor, Part
from tests.flows.cases import (
    ANSWER,
    AUTHOR,
    DAYS,
    ME,
    NOW,
    OTHER,
    POLICY,
    REPLY,
    SOON,
    actor,
    local,
)
from tests.flows.test_guards import CLERK, LEAD, REPORTER, TODAY, tried

# The answer -----------------------------------------------------------------------------------


def answer(text: str = ANSWER, outcome: Outcome = Outcome.SOLVED, **more: Any) -> told.Answer:
    return told.Answer(text, outcome, **more)


def test_scenario_15_a_short_answer_or_an_open_support_is_refused() -> None:
    state, act = State.IN_PROGRESS, Act.REPLY
    assert tried(state, act, LEAD, answer("已处理完")) == "short_reply"
    assert tried(state, act, LEAD, answer("字" * POLICY.reply_min)) == ""
    waits = {"co_tasks": (CoTask(unit="jxj"),)}
    assert tried(state, act, LEAD, **waits) == "support_open"
    waived = {"co_tasks": (CoTask(unit="jxj", waived_by=ME),)}
    assert tried(state, act, LEAD, **waived) == ""
    assert tried(state, act, LEAD, first_contact_at=None) == "contact_first"


def test_what_is_being_solved_says_until_when() -> None:
    state, act, solving = State.IN_PROGRESS, Act.REPLY, Outcome.SOLVING
    assert tried(state, act, LEAD, answer(outcome=solving)) == "planned_on"
    past = answer(outcome=solving, planned_on=TODAY)
    assert tried(state, act, LEAD, past) == "planned_past"
    assert tried(state, act, LEAD, answer(outcome=solving, planned_on=SOON)) == ""


def test_scenario_17_the_second_round_begins_with_a_talk() -> None:
    second: dict[str, Any] = {"round": 2}
    assert tried(State.IN_PROGRESS, Act.REPLY, LEAD, **second) == "talk_first"
    talk = Meeting(kind="talk", on=TODAY, text="谈过", by=ME, at=NOW, round=2)
    second["meetings"] = (talk,)
    assert tried(State.IN_PROGRESS, Act.REPLY, LEAD, **second) == ""
    second["meetings"] = (talk.model_copy(update={"round": 1}),)
    assert tried(State.IN_PROGRESS, Act.REPLY, LEAD, **second) == "talk_first"


def test_a_stage_reply_promises_a_coming_day() -> None:
    form = told.Stage(TODAY, ANSWER)
    assert tried(State.IN_PROGRESS, Act.STAGE, LEAD, form) == "next_past"
    assert tried(State.REPLIED, Act.AS_STAGE, CLERK, told.Stage(TODAY)) == "next_past"


@pytest.mark.parametrize("act", [Act.APPROVE, Act.SEND_BACK, Act.AS_STAGE])
def test_scenario_16_the_author_does_not_audit(act: Act) -> None:
    assert tried(State.REPLIED, act, actor(Part.CLERK, person=AUTHOR)) == "own_reply"


def test_after_an_unhappy_rating_somebody_else_audits() -> None:
    fields = {"round": 1, "audited_by": ME, "satisfaction": Satisfaction.DISSATISFIED}
    assert tried(State.REPLIED, Act.APPROVE, CLERK, **fields) == "same_auditor"
    assert tried(State.REPLIED, Act.SEND_BACK, CLERK, **fields) == ""
    assert tried(State.REPLIED, Act.APPROVE, CLERK, **{**fields, "audited_by": OTHER}) == ""
    again = {**fields, "satisfaction": Satisfaction.SATISFIED}  # taken up after all
    assert tried(State.REPLIED, Act.APPROVE, CLERK, **again) == ""


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("我们正在研究，会尽快给企业答复，请耐心等待。", ("date", "office", "phone")),
        ("正在研究，12月20日前由运检部答复。", ("phone",)),
        ("正在研究，12月20日前由运检部答复，电话0574-86270000。", ()),
        ("已转住建局处理，请咨询住建局。", ("date", "phone")),
        ("正在研究，请联系供电公司 0574-86270000。", ("date",)),  # a telephone is no date
        ("正在研究，12-20由运检部答复，电话0574-86270000。", ()),
        ("您今天反映的正在研究，由运检部答复，电话0574-86270000。", ("date",)),
        ("正在研究，周五前由运检部答复，电话0574-86270000。", ()),
        ("正在研究，5个工作日内由运检部答复，电话0574-86270000。", ()),
        ("正在研究，明年由运检部答复，电话0574-86270000。", ()),
        # 处理, 所有, 部门 and 贵公司 are no office that could be asked.
        ("所有问题已转相关部门处理，请贵公司耐心等待。", ("date", "office", "phone")),
        ("线路已检修完毕，开关已经更换，今天恢复供电。", ()),
    ],
)
def test_u11_an_answer_that_puts_off_cannot_pass(text: str, missing: tuple[str, ...]) -> None:
    assert lacking(text, TODAY, DAYS) == missing
    reply = REPLY.model_copy(update={"text": text})
    said = tried(State.REPLIED, Act.APPROVE, CLERK, reply=reply)
    assert said == ("empty_reply" if missing else "")


# The rating -----------------------------------------------------------------------------------


def test_there_are_two_rounds_and_no_more() -> None:
    assert tried(State.CALLBACK, Act.REDO, REPORTER, round=POLICY.rounds) == "no_round"
    left = POLICY.rounds - 1
    assert tried(State.CALLBACK, Act.CLOSE_UNHAPPY, REPORTER, round=left) == "round_left"


@pytest.mark.parametrize("act", [Act.RATE_FOR, Act.TRY, Act.REDO])
def test_scenario_19_who_handled_it_does_not_ask_how_it_was(act: Act) -> None:
    handles = Actor(ME, frozenset({Part.CLERK, Part.LEAD}), frozenset({"gdj"}))
    assert tried(State.CALLBACK, act, handles) == "own_callback"
    assert tried(State.CALLBACK, act, actor(Part.CLERK, person=AUTHOR)) == "own_callback"


def test_who_stood_in_for_a_department_may_ask_unless_they_wrote_the_answer() -> None:
    gdj = frozenset({"gdj"})
    stood_in = Actor(ME, frozenset({Part.CLERK, Part.LEAD}), gdj, stands_in=gdj)
    assert tried(State.CALLBACK, Act.TRY, stood_in) == ""
    assert tried(State.CALLBACK, Act.TRY, replace(stood_in, person=AUTHOR)) == "own_callback"


def attempt(at: Any) -> Attempt:
    return Attempt(by=ME, at=at, channel="phone", reached=False)


def test_scenario_18_three_days_of_tries_and_a_week_of_silence_close_a_case() -> None:
    state, days = State.CALLBACK, [NOW + timedelta(days=n) for n in range(3)]
    once = {"attempts": (attempt(NOW),)}
    assert tried(state, Act.TRY, CLERK, **once) == "tried_today"
    assert tried(state, Act.TRY, CLERK, no_calls=True) == "no_calls"
    fields: dict[str, Any] = {"no_calls": False, "attempts": tuple(map(attempt, days[:2]))}
    assert tried(state, Act.CLOSE_UNRATED, SYSTEM, **fields) == "few_tries"
    weekend = (*map(attempt, days[:2]), attempt(NOW + timedelta(days=4)))
    over = local("2026-12-31 10:00")
    assert (
        tried(state, Act.CLOSE_UNRATED, SYSTEM, at=over, no_calls=False, attempts=weekend)
        == "few_tries"
    )
    fields["attempts"] = tuple(map(attempt, days))
    early, late = local("2026-12-07 17:29"), local("2026-12-07 17:30")
    assert tried(state, Act.CLOSE_UNRATED, SYSTEM, at=early, **fields) == "wait_silence"
    assert tried(state, Act.CLOSE_UNRATED, SYSTEM, at=late, **fields) == ""


@pytest.mark.parametrize(("days", "said"), [(30, ""), (31, "reopen_late")])
def test_scenario_20_the_thirtieth_day_is_the_last_to_reopen(days: int, said: str) -> None:
    closed = NOW - timedelta(days=days)
    assert tried(State.CLOSED, Act.REOPEN, REPORTER, closed_at=closed) == said
    inspector = actor(Part.INSPECTOR)
    assert tried(State.CLOSED, Act.TAKE_UP, inspector, closed_at=closed) == ""

"""Every cell of the table of moves: what each part may do in each state, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tickets.case import ENDED, CoTask, Note, Reply, State, Ticket
from flows.tickets.moves import (
    MOVES,
    REPLY_MIN,
    ROUNDS,
    Act,
    Actor,
    Part,
    Refusal,
    may_read,
    move,
    objection,
    open_acts,
    parts_of,
    sees_reporter,
    urged_recently,
)

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ME, OTHER = 7, 8

# The whitelist of facts/tickets.md §3.2 for the acts there are: state, act, new state, who.
WHITELIST = """
submitted    ask_info       need_info    clerk supervisor         T2
need_info    supplement     submitted    reporter                 T3
submitted    reject         rejected     clerk supervisor         T4
submitted    accept         accepted     clerk supervisor         T5
accepted     assign         assigned     clerk supervisor         T7
assigned     sign           in_progress  lead                     T8
in_progress  contact        in_progress  lead                     T13 (first contact)
assigned     opinion        assigned     support                  CoTask
in_progress  opinion        in_progress  support                  CoTask
in_progress  reply          replied      lead                     T13
replied      send_back      in_progress  clerk supervisor leader  T14
replied      approve        callback     clerk supervisor leader  T15
callback     rate           closed       reporter                 T16
callback     redo           in_progress  reporter                 T17
callback     close_unhappy  closed       reporter                 T16 after the last round
"""
RUNNING = [state for state in State if state not in ENDED]


def _whitelist() -> dict[tuple[State, Act], tuple[State, frozenset[Part]]]:
    table: dict[tuple[State, Act], tuple[State, frozenset[Part]]] = {}
    names = {part.value for part in Part}
    for line in WHITELIST.strip().splitlines():
        state, act, to, *rest = line.split()
        parts = frozenset(Part(word) for word in rest if word in names)
        table[State(state), Act(act)] = State(to), parts
    for state in RUNNING:
        table[state, Act.WITHDRAW] = State.WITHDRAWN, frozenset({Part.REPORTER})  # T20
        table[state, Act.URGE] = state, frozenset({Part.REPORTER})
        table.setdefault((state, Act.SUPPLEMENT), (state, frozenset({Part.REPORTER})))
    return table


EXPECTED = _whitelist()
REPLY = Reply(
    text="线路已检修完毕，支线开关十一月二十六日前更换。", outcome="A", by=OTHER, at=NOW, round=0
)


def ticket(state: State = State.SUBMITTED, **fields: Any) -> Ticket:
    return Ticket(
        number="ZH-2026-0001",
        state=state,
        reporter=1,
        enterprise="镇海恒通紧固件有限公司",
        contact="陈建国",
        phone="13805740001",
        category="power",
        body="停电了",
        created_at=NOW,
    ).model_copy(update=fields)


def ready(state: State, act: Act) -> Ticket:
    """Return a ticket on which nothing but the table decides."""
    rounds = ROUNDS if act is Act.CLOSE_UNHAPPY else 0
    return ticket(state, first_contact_at=NOW, reply=REPLY, round=rounds, lead_unit="gdj")


def told(act: Act) -> dict[str, Any]:
    if act is Act.ASSIGN:
        return {"lead_unit": "gdj", "co_tasks": (CoTask(unit="jxj"),)}
    if act is Act.REPLY:
        return {"reply": REPLY}
    return {}


@pytest.mark.parametrize(("state", "act", "part"), list(product(State, Act, Part)))
def test_every_cell_is_decided_as_the_whitelist_says(state: State, act: Act, part: Part) -> None:
    before, actor = ready(state, act), Actor(ME, frozenset({part}))
    expected = EXPECTED.get((state, act))
    result = move(before, act, actor, told(act))
    if expected is not None and part in expected[1]:
        assert isinstance(result, Ticket)
        assert (result.state, result.version) == (expected[0], before.version + 1)
        assert act in open_acts(before, actor)
        return
    assert isinstance(result, Refusal)
    assert act not in open_acts(before, actor)
    may_ever = any(part in parts for (_, a), (_, parts) in EXPECTED.items() if a is act)
    late = expected is None and may_ever
    assert result.key == ("ticket.refused.not_now" if late else "ticket.refused.not_yours")


def test_the_table_has_the_cells_of_the_whitelist_and_no_other() -> None:
    assert set(MOVES) == set(EXPECTED)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_moves_a_case_that_ended(state: State) -> None:
    everybody = Actor(ME, frozenset(Part))
    assert open_acts(ticket(state), everybody) == ()


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("state", list(State))
def test_a_stranger_learns_nothing_about_the_state(state: State, act: Act) -> None:
    refusal = move(ticket(state), act, Actor(ME, frozenset()), told(act))
    assert refusal == Refusal("ticket.refused.stranger", {"number": "ZH-2026-0001"})


@pytest.mark.parametrize(
    ("state", "act", "fields", "changes", "key"),
    [
        (State.ACCEPTED, Act.ASSIGN, {}, {}, "no_lead"),
        (
            State.ACCEPTED,
            Act.ASSIGN,
            {},
            {"lead_unit": "gdj", "co_tasks": (CoTask(unit="gdj"),)},
            "lead_supports",
        ),
        (State.IN_PROGRESS, Act.REPLY, {}, {"reply": REPLY}, "contact_first"),
        (
            State.IN_PROGRESS,
            Act.REPLY,
            {"first_contact_at": NOW},
            {"reply": REPLY.model_copy(update={"text": "字" * (REPLY_MIN - 1)})},
            "short_reply",
        ),
        (
            State.REPLIED,
            Act.APPROVE,
            {"reply": REPLY.model_copy(update={"by": ME})},
            {},
            "own_reply",
        ),
        (
            State.REPLIED,
            Act.SEND_BACK,
            {"reply": REPLY.model_copy(update={"by": ME})},
            {},
            "own_reply",
        ),
        (State.CALLBACK, Act.REDO, {"round": ROUNDS}, {}, "no_round"),
        (State.CALLBACK, Act.CLOSE_UNHAPPY, {"round": ROUNDS - 1}, {}, "round_left"),
    ],
)
def test_a_guard_refuses_with_its_reason(
    state: State, act: Act, fields: dict[str, Any], changes: dict[str, Any], key: str
) -> None:
    refusal = move(ticket(state, **fields), act, Actor(ME, frozenset(Part)), changes)
    assert isinstance(refusal, Refusal)
    assert refusal.key == f"ticket.refused.{key}"


def test_an_answer_of_just_enough_characters_passes() -> None:
    long_enough = REPLY.model_copy(update={"text": "字" * REPLY_MIN})
    before = ticket(State.IN_PROGRESS, first_contact_at=NOW)
    done = move(before, Act.REPLY, Actor(ME, frozenset({Part.LEAD})), {"reply": long_enough})
    assert isinstance(done, Ticket)


def test_what_is_known_to_stand_against_an_act_is_said_before_anything_is_told() -> None:
    refusal = objection(ticket(State.IN_PROGRESS), Act.REPLY, Actor(ME, frozenset({Part.LEAD})))
    assert refusal == Refusal("ticket.refused.contact_first")


@given(st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(Part)), max_size=30))
def test_no_sequence_of_acts_leaves_the_table(acts: list[tuple[Act, Part]]) -> None:
    now = ticket(first_contact_at=NOW, lead_unit="gdj")
    for act, part in acts:
        after = move(now, act, Actor(ME, frozenset({part})), told(act))
        if isinstance(after, Refusal):
            continue
        assert after.version == now.version + 1
        assert after.state is MOVES[now.state, act].to
        now = after
    assert now.state in State


# What a person is to a ticket -----------------------------------------------------------------

NOBODY: frozenset[str] = frozenset()


def test_roles_and_units_make_the_parts() -> None:
    case = ticket(lead_unit="gdj", co_tasks=(CoTask(unit="jxj"),))
    assert parts_of(case, 1, frozenset(), NOBODY) == {Part.REPORTER}
    assert parts_of(case, 2, frozenset({("clerk", "")}), NOBODY) == {Part.CLERK}
    assert parts_of(case, 3, frozenset({("liaison", "gdj")}), NOBODY) == {Part.LEAD}
    assert parts_of(case, 3, frozenset({("liaison", "jxj")}), NOBODY) == {Part.SUPPORT}
    assert parts_of(case, 3, frozenset({("liaison", "rsj")}), NOBODY) == frozenset()
    assert parts_of(case, 3, frozenset({("liaison", "")}), NOBODY) == frozenset()


def test_a_department_nobody_speaks_for_is_spoken_for_by_the_desk() -> None:
    case = ticket(lead_unit="gdj", co_tasks=(CoTask(unit="jxj"),))
    orphaned = frozenset({"gdj", "jxj"})
    clerk = parts_of(case, 2, frozenset({("clerk", "")}), orphaned)
    assert clerk == {Part.CLERK, Part.LEAD, Part.SUPPORT}
    assert parts_of(case, 2, frozenset({("leader", "")}), orphaned) == {Part.LEADER}
    assert parts_of(case, 2, frozenset({("admin", "")}), orphaned) == {Part.ADMIN}


@pytest.mark.parametrize("part", list(Part))
def test_only_an_administrator_may_not_read_the_body(part: Part) -> None:
    assert may_read(ticket(), frozenset({part})) is (part is not Part.ADMIN)


@pytest.mark.parametrize("part", list(Part))
def test_departments_do_not_see_who_reports_anonymously(part: Part) -> None:
    parts = frozenset({part})
    assert sees_reporter(ticket(), parts)
    hidden = part in {Part.LEAD, Part.SUPPORT, Part.ADMIN}
    assert sees_reporter(ticket(anonymous=True), parts) is not hidden


def test_urging_is_remembered_since_a_moment() -> None:
    urged = ticket(notes=(Note(kind="urge", text="", by=1, at=NOW),))
    assert urged_recently(urged, NOW)
    assert not urged_recently(urged, NOW + timedelta(seconds=1))
    assert not urged_recently(ticket(), NOW)

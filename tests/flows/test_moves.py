"""Every cell of the table of moves: what each part may do in each state, and what it refuses."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tickets.acting import Act, Refusal
from flows.tickets.case import ENDED, State, Ticket
from flows.tickets.moves import MOVES, move, objection, open_acts
from flows.tickets.parts import Part
from flows.tickets.state import RUNNING
from tests.flows.cases import NOW, actor, moment, ready, telling, ticket

# The whitelist of the office's rules: states, act, new state (= stays), who, rule.
WHITELIST = """
submitted                 ask_info       need_info     clerk supervisor                   T2
need_info                 supplement     submitted     reporter joined                    T3
need_info                 lapse          withdrawn     system                             T3b
withdrawn                 revive         submitted     reporter                           T3b
submitted                 ask_reject     =             clerk                              T4
submitted                 reject         rejected      supervisor                         T4
rejected                  object         submitted     reporter                           T4
submitted                 accept         accepted      clerk supervisor                   T5
submitted,accepted        merge          merged        clerk supervisor                   T6
merged                    unmerge        submitted     clerk supervisor system            T22
accepted                  assign         assigned      clerk supervisor                   T7
accepted                  sound_out      =             clerk supervisor                   T7
accepted                  ours           =             asked                              T7
accepted                  not_ours       =             asked                              T7
assigned                  sign           in_progress   lead                               T8
in_progress               sign           =             lead                               T8
assigned                  take_as_signed in_progress   system                             T8b
in_progress               pass_on        =             lead                               T8
in_progress               contact        =             lead                               T13
assigned,in_progress      return         return_review lead                               T9
return_review             rule_kept      assigned      clerk supervisor leader            T10
return_review             rule_moved     assigned      clerk supervisor leader            T10
assigned,return_review,in_progress opinion =           support                            T13
assigned,in_progress      waive          =             clerk supervisor leader            T13
GIVEN                     note           =             lead support clerk supervisor      L1
in_progress               ask_longer     =             lead                               C8
in_progress               longer         =             supervisor leader                  C8
in_progress               not_longer     =             supervisor leader                  C8
in_progress               ask_rest       =             lead                               T11
in_progress               rest           suspended     supervisor leader                  T11
in_progress               no_rest        =             supervisor leader                  T11
suspended                 resume         in_progress   lead clerk supervisor leader system T12
GIVEN                     retier         =             supervisor leader                  C7
in_progress               reply          replied       lead                               T13
in_progress               stage          =             lead                               T13
replied                   send_back      in_progress   clerk supervisor leader inspector  T14
replied                   as_stage       in_progress   clerk supervisor leader inspector  T14
replied                   approve        callback      clerk supervisor leader inspector  T15
callback                  rate           closed        reporter                           T16
callback                  rate_for       closed        clerk supervisor inspector         T16
callback,closed           rate_also      =             joined                             T16
callback                  try            =             clerk supervisor leader inspector  T18
RUNNING                   messages_only  =             reporter                           U13
RUNNING                   calls_too      =             reporter                           U13
callback                  redo           in_progress   reporter clerk supervisor inspector T17
callback                  close_unhappy  closed        reporter clerk supervisor inspector T17
callback                  close_unrated  closed        system                             T18
closed                    reopen         in_progress   reporter                           T19
closed                    take_up        in_progress   leader official inspector          T19
RUNNING                   withdraw       withdrawn     reporter                           T20
SENT                      transfer       transferred   clerk supervisor                   T21
transferred               ask_after      =             system                             T21
transferred               follow_up      =             clerk supervisor                   T21
RUNNING                   urge           =             reporter joined                    L0
OTHERS                    supplement     =             reporter joined                    T3
RUNNING,closed,merged     leave          =             clerk supervisor system            U10
RUNNING,closed,merged     recontact      =             clerk supervisor                   31
RUNNING,closed            confide        =             supervisor                         3.4
RUNNING,closed            release        =             supervisor                         3.4
submitted                 join           =             reporter                           T6
RUNNING                   lead           =             supervisor system                  T17
RUNNING                   hand_over      =             supervisor leader system           T17
GIVEN,replied             meet           =             lead clerk supervisor leader secretary T17
RUNNING                   instruct       =             leader official secretary          T17
RUNNING                   done        =  lead support clerk supervisor leader official secretary T17
RUNNING                   undone      =  lead support clerk supervisor leader official secretary T17
RUNNING,closed            supervise      =             supervisor leader inspector system L2
RUNNING                   press          =             clerk supervisor leader            L1
RUNNING                   emergency      =             supervisor leader inspector        L2
RUNNING                   no_emergency   =             supervisor leader inspector        L2
RUNNING                   call_off       =             clerk supervisor leader inspector  L2
RUNNING,closed answer         =             lead support clerk supervisor leader inspector L2
"""
_GIVEN = [State.ASSIGNED, State.RETURN_REVIEW, State.IN_PROGRESS, State.SUSPENDED]
_GROUPS: dict[str, list[State]] = {
    "RUNNING": list(RUNNING),
    "GIVEN": _GIVEN,
    "OTHERS": [state for state in RUNNING if state is not State.NEED_INFO],
    "SENT": [State.SUBMITTED, State.NEED_INFO, State.ACCEPTED, *_GIVEN[:3]],
}


def _whitelist() -> dict[tuple[State, Act], tuple[State, frozenset[Part]]]:
    table: dict[tuple[State, Act], tuple[State, frozenset[Part]]] = {}
    for line in WHITELIST.strip().splitlines():
        names, act, to, *parts, _rule = line.split()
        for name in names.split(","):
            for state in _GROUPS[name] if name in _GROUPS else [State(name)]:
                new = state if to == "=" else State(to)
                table[state, Act(act)] = new, frozenset(Part(part) for part in parts)
    return table


EXPECTED = _whitelist()


@pytest.mark.parametrize(("state", "act", "part"), list(product(State, Act, Part)))
def test_every_cell_is_decided_as_the_whitelist_says(state: State, act: Act, part: Part) -> None:
    before, who = ready(state, act), actor(part)
    expected = EXPECTED.get((state, act))
    result = move(before, act, who, telling(act), moment())
    if expected is not None and part in expected[1]:
        assert isinstance(result, Ticket), result
        assert (result.state, result.version) == (expected[0], before.version + 1)
        assert act in open_acts(before, who, moment())
        return
    assert isinstance(result, Refusal)
    assert act not in open_acts(before, who, moment())
    may_ever = any(part in parts for (_, a), (_, parts) in EXPECTED.items() if a is act)
    late = expected is None and may_ever
    theirs = "confidential" if part is Part.APART else "not_yours"
    assert result.key == f"ticket.refused.{'not_now' if late else theirs}"


def test_the_table_has_the_cells_of_the_whitelist_and_no_other() -> None:
    assert set(MOVES) == set(EXPECTED)


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("state", list(State))
def test_a_stranger_learns_nothing_about_the_state(state: State, act: Act) -> None:
    refusal = move(ticket(state), act, actor(), telling(act), moment())
    assert refusal == Refusal("ticket.refused.stranger", {"number": "ZH-2026-0001"})


def test_what_is_known_to_stand_against_an_act_is_said_before_anything_is_told() -> None:
    waiting = ticket(State.IN_PROGRESS, lead_unit="gdj")
    refusal = objection(waiting, Act.REPLY, actor(Part.LEAD), moment())
    assert refusal == Refusal("ticket.refused.contact_first")


@given(st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(Part)), max_size=40))
def test_no_sequence_of_acts_leaves_the_table(acts: list[tuple[Act, Part]]) -> None:
    now = ticket(first_contact_at=NOW, lead_unit="gdj")
    for act, part in acts:
        after = move(now, act, actor(part), telling(act), moment())
        if isinstance(after, Refusal):
            continue
        assert after.version == now.version + 1
        assert after.state is EXPECTED[now.state, act][0] or act is Act.RULE_KEPT
        assert Ticket.model_validate_json(after.model_dump_json()) == after
        now = after
    assert now.state in ENDED or now.state in RUNNING

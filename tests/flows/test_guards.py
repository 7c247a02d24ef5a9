"""Every guard: what it lets pass, and with which sentence it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import (
    CoTask,
    Extension,
    Joined,
    LeaderCase,
    ReturnRequest,
    State,
    Supervision,
    Ticket,
    Tier,
)
from flows.tickets.children import RestReason
from flows.tickets.clocks import Clock, Passage
from flows.tickets.moves import move
from flows.tickets.parts import SYSTEM, Actor, Part
from tests.flows.cases import (
    AUTHOR,
    LEADER,
    MASTER,
    ME,
    NOW,
    OTHER,
    actor,
    deadline,
    local,
    moment,
    ready,
    resting,
    telling,
    ticket,
)

TODAY = date(2026, 11, 24)


def tried(
    state: State,
    act: Act,
    who: Actor,
    form: Any = None,
    at: Any = NOW,
    **fields: Any,
) -> str:
    """Do an act on a case that is ready for it but for these fields; say how it was refused."""
    case = ready(state, act).model_copy(update=fields)
    found = move(case, act, who, telling(act) if form is None else form, moment(at))
    return found.key.removeprefix("ticket.refused.") if isinstance(found, Refusal) else ""


LEAD, HEAD = actor(Part.LEAD), actor(Part.SUPERVISOR)
CLERK, REPORTER = actor(Part.CLERK), actor(Part.REPORTER)


def test_a_case_has_one_lead_that_does_not_support_itself() -> None:
    assert tried(State.ACCEPTED, Act.ASSIGN, CLERK, told.Dispatch("")) == "no_lead"
    form = told.Dispatch("gdj", ("gdj",))
    assert tried(State.ACCEPTED, Act.ASSIGN, CLERK, form) == "lead_supports"


def test_a_hard_case_is_dispatched_by_the_head_of_the_desk() -> None:
    hard = told.Dispatch("gdj", tier=Tier.HARD)
    assert tried(State.ACCEPTED, Act.ASSIGN, CLERK, hard) == "hard_dispatch"
    assert tried(State.ACCEPTED, Act.ASSIGN, HEAD, hard) == ""


def test_scenario_12_a_return_is_refused_after_the_window_with_its_exact_end() -> None:
    sent = local("2026-02-13 10:00")  # the Saturday after it is worked
    case = ticket(State.ASSIGNED, lead_unit="gdj", dispatched_at=sent)
    form = told.Return("不归供电", "zjj")
    late = move(case, Act.RETURN, LEAD, form, moment(local("2026-02-14 17:40")))
    assert late == Refusal("ticket.refused.return_late", {"until": "02-14 17:30"})
    on_time = move(case, Act.RETURN, LEAD, form, moment(local("2026-02-14 17:30")))
    assert isinstance(on_time, Ticket)


def test_scenario_11_each_department_returns_once_and_the_second_dispute_is_the_leader_s() -> None:
    first = ReturnRequest(
        unit="gdj", basis="不归我", suggested="zjj", by=AUTHOR, at=NOW, ruled_at=NOW, moved_to="zjj"
    )
    again = {"returns": (first,)}
    assert tried(State.ASSIGNED, Act.RETURN, LEAD, **again) == "returned_before"
    second = first.model_copy(update={"unit": "zjj", "ruled_at": None, "moved_to": ""})
    both = {"returns": (first, second), "lead_unit": "zjj"}
    assert tried(State.RETURN_REVIEW, Act.RULE_KEPT, CLERK, **both) == "leader_rules"
    leader = actor(Part.LEADER)
    assert tried(State.RETURN_REVIEW, Act.RULE_KEPT, leader, **both) == ""
    back = told.Ruling("还给供电", "gdj")
    assert tried(State.RETURN_REVIEW, Act.RULE_MOVED, leader, back, **both) == "ruled_back"
    same = told.Ruling("维持", "zjj")
    assert tried(State.RETURN_REVIEW, Act.RULE_MOVED, leader, same, **both) == "ruled_same_unit"


def test_a_return_names_another_department_and_is_ruled_by_somebody_else() -> None:
    assert tried(State.ASSIGNED, Act.RETURN, LEAD, told.Return("不归我")) == "return_no_unit"
    own = told.Return("不归我", "gdj")
    assert tried(State.ASSIGNED, Act.RETURN, LEAD, own) == "return_same_unit"
    asked = actor(Part.CLERK, person=AUTHOR)
    assert tried(State.RETURN_REVIEW, Act.RULE_KEPT, asked) == "own_return"


def test_who_was_taken_as_signed_names_a_handler_once() -> None:
    assert tried(State.IN_PROGRESS, Act.SIGN, LEAD) == ""
    assert tried(State.IN_PROGRESS, Act.SIGN, LEAD, handler="李强") == "signed_already"


def test_only_an_open_support_is_waived() -> None:
    done = {"co_tasks": (CoTask(unit="jxj", opinion="同意", done=True),)}
    assert tried(State.IN_PROGRESS, Act.WAIVE, CLERK, **done) == "nothing_to_waive"


# Time -----------------------------------------------------------------------------------------

TUESDAY = local("2026-12-01 17:30")


@pytest.mark.parametrize(
    ("at", "said"), [("2026-11-30 17:29", ""), ("2026-12-01 08:31", "longer_late")]
)
def test_scenario_13_more_time_is_asked_for_a_working_day_before(at: str, said: str) -> None:
    fields = {"deadlines": (deadline(Clock.HANDLE, TUESDAY),)}
    assert tried(State.IN_PROGRESS, Act.ASK_LONGER, LEAD, at=local(at), **fields) == said


def test_the_tier_says_how_much_longer() -> None:
    assert tried(State.IN_PROGRESS, Act.ASK_LONGER, LEAD, told.Longer(6, "待料")) == "too_long"
    urgent = {"tier": Tier.URGENT}
    assert tried(State.IN_PROGRESS, Act.ASK_LONGER, LEAD, **urgent) == "no_longer"


def asked(days: int, granted: bool | None = None) -> Extension:
    return Extension(days=days, reason="待料", by=AUTHOR, at=NOW, was_due=NOW, granted=granted)


def test_one_request_at_a_time() -> None:
    waits = {"extensions": (asked(3),)}
    for act in (Act.ASK_LONGER, Act.ASK_REST):
        assert tried(State.IN_PROGRESS, act, LEAD, **waits) == "request_open"
    for act in (Act.LONGER, Act.NOT_LONGER, Act.REST, Act.NO_REST):
        nothing: dict[str, Any] = {"extensions": (), "suspensions": ()}
        assert tried(State.IN_PROGRESS, act, HEAD, **nothing) == "nothing_asked"


@pytest.mark.parametrize("extensions", [(asked(11),), (asked(3, granted=True), asked(3))])
def test_a_long_or_a_second_extension_is_the_leader_s(extensions: tuple[Extension, ...]) -> None:
    fields = {"extensions": extensions}
    assert tried(State.IN_PROGRESS, Act.LONGER, HEAD, **fields) == "leader_decides"
    assert tried(State.IN_PROGRESS, Act.LONGER, actor(Part.LEADER), **fields) == ""


def test_a_case_rests_until_a_coming_day_and_sixty_working_days_in_all() -> None:
    def wanted(day: date) -> told.Resting:
        return told.Resting(RestReason.SEASON, "汛期", day)

    state, act = State.IN_PROGRESS, Act.ASK_REST
    assert tried(state, act, LEAD, wanted(TODAY)) == "rest_past"
    assert tried(state, act, LEAD, wanted(date(2027, 6, 1))) == "rest_too_long"
    fields = {"suspensions": (resting(days=58),)}
    assert tried(state, act, LEAD, wanted(date(2026, 11, 26)), **fields) == ""
    assert tried(state, act, LEAD, wanted(date(2026, 11, 27)), **fields) == "rest_too_long"


def test_the_clock_wakes_a_case_on_its_day_and_people_may_earlier() -> None:
    fields = {"suspensions": (resting(decided_at=NOW),)}
    assert tried(State.SUSPENDED, Act.RESUME, SYSTEM, **fields) == "not_now"
    assert tried(State.SUSPENDED, Act.RESUME, LEAD, **fields) == ""
    day = local("2026-12-01 08:30")
    assert tried(State.SUSPENDED, Act.RESUME, SYSTEM, at=day, **fields) == ""


def test_a_tier_changes_to_another_one() -> None:
    same = told.Retier(Tier.GENERAL)
    assert tried(State.IN_PROGRESS, Act.RETIER, HEAD, same) == "same_tier"


# Ways out and back ----------------------------------------------------------------------------


def test_a_merge_goes_to_another_running_case_of_the_class_and_never_in_a_circle() -> None:
    def into(master: Ticket, chain: tuple[str, ...] = ()) -> str:
        return tried(State.SUBMITTED, Act.MERGE, CLERK, told.Merge(master, chain))

    assert into(MASTER) == ""
    assert into(ticket()) == "merge_circle"
    assert into(MASTER, ("ZH-2026-0001",)) == "merge_circle"
    assert into(MASTER.model_copy(update={"state": State.CLOSED})) == "merge_ended"
    assert into(MASTER.model_copy(update={"category": "labour"})) == "merge_class"


@pytest.mark.parametrize(("hours", "said"), [(24, ""), (25, "unmerge_late")])
def test_a_merge_is_undone_within_a_day(hours: int, said: str) -> None:
    at = NOW + timedelta(hours=hours)
    assert tried(State.MERGED, Act.UNMERGE, CLERK, at=at) == said


def test_an_objection_comes_once_and_within_five_working_days() -> None:
    state, act = State.REJECTED, Act.OBJECT
    assert tried(state, act, REPORTER, objected=True) == "objected"
    assert tried(state, act, REPORTER, at=local("2026-12-01 17:30")) == ""
    assert tried(state, act, REPORTER, at=local("2026-12-01 17:31")) == "object_late"


def test_what_lapsed_may_be_answered_for_thirty_days_and_what_was_withdrawn_may_not() -> None:
    state, act = State.WITHDRAWN, Act.REVIVE
    assert tried(state, act, REPORTER, closed_at=NOW - timedelta(days=30)) == ""
    assert tried(state, act, REPORTER, closed_at=NOW - timedelta(days=31)) == "revive_late"
    passages = (Passage(at=NOW, act="withdraw", state=State.WITHDRAWN),)
    assert tried(state, act, REPORTER, passages=passages) == "not_now"


@pytest.mark.parametrize(
    ("state", "act", "clock"),
    [
        (State.NEED_INFO, Act.LAPSE, Clock.SUPPLEMENT),
        (State.ASSIGNED, Act.TAKE_AS_SIGNED, Clock.SIGN),
    ],
)
def test_the_clock_moves_a_case_on_when_its_time_is_up(
    state: State, act: Act, clock: Clock
) -> None:
    fields = {"deadlines": (deadline(clock, NOW + timedelta(seconds=1)),)}
    assert tried(state, act, SYSTEM, **fields) == "not_now"
    assert tried(state, act, SYSTEM, at=NOW + timedelta(seconds=1), **fields) == ""


# Leaders --------------------------------------------------------------------------------------


def test_a_case_has_one_leader_whom_another_one_follows() -> None:
    assert tried(State.ASSIGNED, Act.LEAD, HEAD, told.Lead(LEADER)) == "leads_already"
    assert tried(State.ASSIGNED, Act.HAND_OVER, HEAD, leaders=()) == "not_led"
    case = ready(State.ASSIGNED, Act.HAND_OVER)
    after = move(case, Act.HAND_OVER, HEAD, told.Lead(OTHER, "handed_over"), moment())
    assert isinstance(after, Ticket)
    assert after.leader == OTHER
    assert [(one.leader, one.handed_from, one.open) for one in after.leaders] == [
        (LEADER, None, False),
        (OTHER, LEADER, True),
    ]
    assert isinstance(after.leaders[0], LeaderCase)


def test_u22_only_a_secretary_writes_down_another_leader_s_words() -> None:
    words = told.Instructed(LEADER, "请供电局本周解决")
    secretary = replace(actor(Part.SECRETARY), serves=frozenset({LEADER}))
    another = replace(secretary, serves=frozenset({OTHER}))
    for stranger in (actor(Part.OFFICIAL), another):
        assert tried(State.ASSIGNED, Act.INSTRUCT, stranger, words) == "foreign_words"
    assert tried(State.ASSIGNED, Act.INSTRUCT, secretary, words) == ""
    own = told.Instructed(ME, "请供电局本周解决")
    assert tried(State.ASSIGNED, Act.INSTRUCT, secretary, own) == "foreign_words"
    case = ready(State.ASSIGNED, Act.INSTRUCT)
    after = move(case, Act.INSTRUCT, secretary, words, moment())
    assert isinstance(after, Ticket)
    (kept,) = after.instructions
    assert (kept.leader, kept.recorded_by) == (LEADER, ME)


def struck(**fields: Any) -> Supervision:
    known: dict[str, Any] = {"rung": 2, "clock": "handle", "deadline": NOW, "at": NOW}
    return Supervision(**known, **fields)


def test_one_strike_for_each_missed_date() -> None:
    fields = {"supervisions": (struck(),)}
    assert tried(State.ASSIGNED, Act.SUPERVISE, SYSTEM, **fields) == "supervised"
    later = told.Supervised(2, "handle", NOW + timedelta(days=1))
    assert tried(State.ASSIGNED, Act.SUPERVISE, SYSTEM, later, **fields) == ""


def test_u30_a_letter_is_called_off_until_it_leaves() -> None:
    leaves = NOW + timedelta(minutes=30)
    fields = {"supervisions": (struck(sends_at=leaves),)}
    at = leaves - timedelta(seconds=1)
    assert tried(State.ASSIGNED, Act.CALL_OFF, CLERK, at=at, **fields) == ""
    assert tried(State.ASSIGNED, Act.CALL_OFF, CLERK, at=leaves, **fields) == "letter_left"


def test_only_what_was_asked_is_answered_and_done() -> None:
    nothing: dict[str, Any] = {"supervisions": (), "instructions": ()}
    assert tried(State.ASSIGNED, Act.ANSWER, LEAD, **nothing) == "nothing_supervised"
    assert tried(State.ASSIGNED, Act.DONE, LEAD, **nothing) == "no_errand"


def test_a_colleague_joins_and_rates_for_themselves() -> None:
    case = ready(State.CALLBACK, Act.RATE_ALSO)
    after = move(case, Act.RATE_ALSO, actor(Part.JOINED), telling(Act.RATE_ALSO), moment())
    assert isinstance(after, Ticket)
    assert after.joined == (Joined(person=ME, satisfaction="mostly"),)
    assert after.satisfaction is None

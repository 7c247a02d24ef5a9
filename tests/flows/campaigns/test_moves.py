"""The stages of a campaign: who may do what, and what an approval is bound to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.campaigns.campaign import Audience, Button, Campaign, Draft, Kind, Stage
from flows.campaigns.moves import MOVES, SYSTEM, Act, Actor, Part, Told, moved, objection
from flows.engine.words import Refused
from tests.flows.campaigns.drafts import (
    HEAD,
    NINE,
    OTHER_HEAD,
    RULES,
    WRITER,
    at,
    campaign,
    draft,
)

SOME = Told(targets=3)


def go(one: Campaign, act: Act, who: Actor = WRITER, told: Told = SOME, **later: float) -> Campaign:
    done = moved(one, act, who, told, at(NINE, **later))
    assert isinstance(done, Campaign), done
    return done


def why(one: Campaign, act: Act, who: Actor = WRITER, told: Told = SOME, **later: float) -> str:
    refused = moved(one, act, who, told, at(NINE, **later))
    assert isinstance(refused, Refused), refused
    return refused.key.rpartition(".")[2]


def pending(**fields: Any) -> Campaign:
    return go(campaign(**fields), Act.SUBMIT)


def test_a_campaign_goes_from_the_draft_to_its_end() -> None:
    one = go(pending(), Act.APPROVE, HEAD)
    assert one.stage is Stage.APPROVED
    assert one.begins_at == NINE + RULES.hold
    assert one.targets == SOME.targets
    assert why(one, Act.BEGIN, SYSTEM, seconds=59) == "not_due"
    one = go(one, Act.BEGIN, SYSTEM, seconds=60)
    one = go(go(one, Act.PAUSE), Act.RESUME)
    assert go(one, Act.FINISH, SYSTEM).stage is Stage.DONE


def test_nobody_approves_what_they_wrote_or_submitted() -> None:
    own = campaign(created_by=2)
    assert why(go(own, Act.SUBMIT, HEAD), Act.APPROVE, HEAD) == "own"
    submitted = go(campaign(created_by=1), Act.SUBMIT, HEAD)
    assert why(submitted, Act.APPROVE, HEAD) == "own"
    assert why(submitted, Act.REJECT, HEAD, Told(reason="不行")) == "own"
    assert go(submitted, Act.APPROVE, OTHER_HEAD).stage is Stage.APPROVED
    both_accounts = Actor(1, frozenset({Part.APPROVER}))  # one person, whichever account
    assert why(pending(), Act.APPROVE, both_accounts) == "own"


@pytest.mark.parametrize(
    "changed",
    [
        {"body": "请各企业周五前报名！"},
        {"title": "年底用工座谈会"},
        {"audience": Audience(chats=("chat-1",))},
        {"buttons": (Button.RECEIVED,)},
        {"mandatory": True},
    ],
)
def test_one_character_changed_after_the_approval_needs_another_one(
    changed: dict[str, Any],
) -> None:
    approved = go(pending(), Act.APPROVE, HEAD)
    assert approved.approval is not None
    edited = go(approved, Act.EDIT, told=Told(draft=draft(**changed)))
    assert edited.stage is Stage.DRAFT
    assert edited.approval is None
    assert edited.begins_at is None
    assert why(edited, Act.BEGIN, SYSTEM, hours=1) == "stage"
    again = go(edited, Act.SUBMIT)
    assert again.before == approved.draft  # what the difference is shown to
    assert again.approval is None


def test_of_two_approvers_the_second_decides_about_nothing() -> None:
    seen = pending().version
    approved = go(pending(), Act.APPROVE, HEAD, Told(version=seen, targets=1))
    late = Told(version=seen, reason="不行")
    assert why(approved, Act.REJECT, OTHER_HEAD, late) == "stage"
    rejected = go(pending(), Act.REJECT, HEAD, Told(version=seen, reason="不行"))
    assert why(rejected, Act.APPROVE, OTHER_HEAD, Told(version=seen, targets=1)) == "stage"
    again = go(rejected, Act.SUBMIT)
    assert why(again, Act.APPROVE, OTHER_HEAD, Told(version=seen, targets=1)) == "changed"


def test_what_is_found_in_the_text_is_mended_or_let_pass_by_name_before_it_is_submitted() -> None:
    found = Told(open_findings=("weekday:12月1日",), targets=1)
    assert why(campaign(), Act.SUBMIT, told=found) == "findings"
    waived = go(campaign(), Act.WAIVE, told=Told(finding="weekday:12月1日"))
    assert [(one.finding, one.by) for one in waived.waivers] == [("weekday:12月1日", 1)]
    assert go(waived, Act.SUBMIT).stage is Stage.PENDING


def test_a_message_to_nobody_is_not_submitted() -> None:
    assert why(campaign(), Act.SUBMIT, told=Told(targets=0)) == "nobody"


def test_too_late_is_not_sent() -> None:
    until = NINE + timedelta(hours=1)
    one = campaign(draft=draft(expires_at=until))
    assert why(one, Act.SUBMIT, minutes=60) == "too_late"
    one = go(go(one, Act.SUBMIT), Act.APPROVE, HEAD)
    assert why(one, Act.EXPIRE, SYSTEM, minutes=59) == "not_due"
    assert why(one, Act.BEGIN, SYSTEM, minutes=60) == "too_late"
    assert go(one, Act.EXPIRE, SYSTEM, minutes=60).stage is Stage.EXPIRED


def test_what_nobody_decides_about_goes_back_to_who_wrote_it() -> None:
    assert why(pending(), Act.LAPSE, SYSTEM, hours=23) == "not_due"
    assert go(pending(), Act.LAPSE, SYSTEM, hours=24).stage is Stage.DRAFT


def test_the_quiet_hours_are_passed_only_by_what_is_urgent_and_approved_so() -> None:
    told = Told(past_quiet=True, targets=1)
    urgent = go(pending(draft=draft(urgent=True)), Act.APPROVE, HEAD, told)
    assert urgent.approval is not None
    assert urgent.approval.past_quiet
    usual = go(pending(), Act.APPROVE, HEAD, told)
    assert usual.approval is not None
    assert not usual.approval.past_quiet


def test_a_scheduled_one_waits_for_its_moment() -> None:
    later = NINE + timedelta(days=1)
    one = go(pending(draft=draft(send_at=later)), Act.APPROVE, HEAD)
    assert one.begins_at == later
    past = go(pending(draft=draft(send_at=NINE - timedelta(days=1))), Act.APPROVE, HEAD)
    assert past.begins_at == NINE + RULES.hold


def test_what_has_left_can_be_taken_back_and_a_second_time_changes_nothing() -> None:
    one = go(go(pending(), Act.APPROVE, HEAD), Act.BEGIN, SYSTEM, minutes=2)
    stopped = go(one, Act.RECALL, minutes=3)
    assert stopped.stage is Stage.CANCELLED
    again = go(stopped, Act.RECALL, minutes=9)
    assert again.recalled_at == stopped.recalled_at == NINE + timedelta(minutes=3)
    assert why(go(pending(), Act.CANCEL), Act.RECALL) == "nothing_left"


def test_who_may_only_write_approves_nothing_and_who_may_only_approve_writes_nothing() -> None:
    assert why(pending(), Act.APPROVE, WRITER) == "not_yours"
    assert why(campaign(), Act.EDIT, OTHER_HEAD) == "not_yours"
    assert why(pending(), Act.LAPSE, HEAD) == "not_yours"


def test_a_correction_names_what_it_corrects() -> None:
    with pytest.raises(ValueError, match="names what it corrects"):
        draft(kind=Kind.CORRECTION)


def test_nobody_is_reminded_of_what_nobody_can_confirm() -> None:
    with pytest.raises(ValueError, match="can confirm"):
        draft(remind=True)


def test_the_fingerprint_is_the_same_for_the_same_and_another_for_everything_else() -> None:
    assert draft().fingerprint == Draft.model_validate_json(draft().model_dump_json()).fingerprint
    assert draft(body="甲").fingerprint != draft(body="乙").fingerprint


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Act),
            st.sampled_from([WRITER, HEAD, OTHER_HEAD, SYSTEM]),
            st.integers(0, 40),
        ),
        max_size=14,
    )
)
def test_nothing_is_ever_sent_without_another_persons_approval_of_just_that(
    acts: list[tuple[Act, Actor, int]],
) -> None:
    one, now = campaign(), at()
    for act, who, hours in acts:
        now = at(now.at, hours=hours)
        told = Told(draft=draft(body=f"第{hours}稿"), reason="不妥", finding="x", targets=2)
        stands = objection(one, act, who, told, now)
        done = moved(one, act, who, told, now)
        if isinstance(done, Refused):
            assert stands == done
            continue
        assert (one.stage, act) in MOVES
        assert done.version == one.version + 1
        one = done
        if one.stage in {Stage.APPROVED, Stage.SENDING, Stage.PAUSED, Stage.DONE}:
            assert one.approval is not None
            assert one.approval.by not in {one.created_by, one.submitted_by}
            assert one.approval.fingerprint == one.draft.fingerprint
        if one.begun:
            assert one.stage not in {Stage.DRAFT, Stage.PENDING, Stage.APPROVED}

"""并案 by itself: whom a merged ticket follows, and what comes and goes with it."""

from __future__ import annotations

import pytest

from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Joined, Note, Ticket
from flows.tickets.children import Relation
from flows.tickets.effects.intake import notes_by, with_member, without_member
from flows.tickets.hiding import apart
from flows.tickets.merging import (
    HOPS,
    beside,
    chain_of,
    known_as,
    links,
    master_of,
    notes_for,
)
from flows.tickets.moves import move
from flows.tickets.parts import Part
from flows.tickets.state import State
from tests.flows.cases import ME, NOW, actor, moment, ready, ticket

CLERK = actor(Part.CLERK)


def numbered(n: int, into: int = 0, **fields: object) -> Ticket:
    """Return ticket n, merged into another where one is named."""
    more = {"merged_into": f"ZH-2026-{into:04d}", "was": State.SUBMITTED} if into else {}
    state = State.MERGED if into else State.SUBMITTED
    made = ticket(state).model_copy(update={"number": f"ZH-2026-{n:04d}", **more, **fields})
    return made.model_copy(update={"reporter": 100 + n})


def book(*tickets: Ticket) -> dict[str, Ticket]:
    return {one.number: one for one in tickets}


def test_a_chain_is_followed_to_its_end() -> None:
    one, two, three = numbered(1), numbered(2, 1), numbered(3, 2)
    known = book(one, two, three)
    assert master_of(three, known) == one
    assert chain_of(three, known) == ("ZH-2026-0002", "ZH-2026-0001")
    assert master_of(one, known) == one


@pytest.mark.parametrize("into", [(2, 1), (1, 1), (2, 3, 1), (2, 3, 2)])
def test_a_circle_leads_nowhere_and_ends(into: tuple[int, ...]) -> None:
    known = book(*(numbered(n, to) for n, to in enumerate(into, 1)))
    assert master_of(known["ZH-2026-0001"], known) is None
    assert len(chain_of(known["ZH-2026-0001"], known)) <= len(into)


def test_a_ticket_that_is_gone_leads_nowhere() -> None:
    assert master_of(numbered(2, 7), book(numbered(2, 7))) is None


@pytest.mark.parametrize(("length", "found"), [(HOPS, True), (HOPS + 1, False)])
def test_a_chain_has_an_end(length: int, found: bool) -> None:
    known = book(numbered(1), *(numbered(n + 1, n) for n in range(1, length + 1)))
    last = known[f"ZH-2026-{length + 1:04d}"]
    assert (master_of(last, known) is not None) is found


def test_a_member_comes_with_those_it_had_and_goes_with_them() -> None:
    one, two = numbered(1), numbered(2, joined=(Joined(person=55, number="ZH-2026-0003"),))
    with_both = with_member(one, two)
    assert [(m.person, m.number, m.via) for m in with_both.joined] == [
        (102, "ZH-2026-0002", "ZH-2026-0002"),
        (55, "ZH-2026-0003", "ZH-2026-0002"),
    ]
    assert with_both.version == one.version + 1
    back = without_member(with_both, numbered(2))
    assert (back.joined, back.relations) == ((), ())


def test_nobody_joins_twice_and_the_reporter_does_not_join_themselves() -> None:
    one = numbered(1)
    same = numbered(2, joined=(Joined(person=101),)).model_copy(update={"reporter": 101})
    assert with_member(one, same).joined == ()


def test_what_was_said_to_another_ticket_stays_when_a_merge_is_undone() -> None:
    near = Relation(kind="near", number="ZH-2026-0002")
    one = numbered(1, relations=(near,))
    back = without_member(with_member(one, numbered(2)), numbered(2))
    assert back.relations == (near,)


def test_the_words_of_a_member_go_back_with_it() -> None:
    own, theirs = (Note(kind="supplement", text="x", by=by, at=NOW) for by in (101, 102))
    one = with_member(numbered(1, notes=(own,)), numbered(2))
    one = one.model_copy(update={"notes": (own, theirs)})
    assert notes_by(one, numbered(2)) == (theirs,)
    assert without_member(one, numbered(2)).notes == (own,)


def test_an_enterprise_reads_no_note_of_another_and_the_department_reads_all() -> None:
    notes = tuple(Note(kind="supplement", text="x", by=by, at=NOW) for by in (101, 102))
    one = with_member(numbered(1), numbered(2)).model_copy(update={"notes": notes})
    assert notes_for(one, actor(Part.REPORTER)) == notes[:1]
    assert notes_for(one, actor(Part.LEAD)) == notes
    assert notes_for(one, CLERK) == notes


def test_who_joined_knows_a_ticket_by_the_own_number() -> None:
    one = with_member(numbered(1), numbered(2))
    assert known_as(one, 102) == "ZH-2026-0002"
    assert known_as(one, 101) == known_as(one, 9) == "ZH-2026-0001"


def test_what_belongs_together_is_named() -> None:
    one = with_member(numbered(1), numbered(2))
    assert set(links(one)) == {"ZH-2026-0002"}
    assert links(numbered(2, 1)) == ("ZH-2026-0001",)


def test_a_colleagues_ticket_is_followed_at_once_and_anothers_is_only_said_to_be_alike() -> None:
    case = ready(State.SUBMITTED, Act.JOIN)
    me = actor(Part.REPORTER)
    alike = move(case, Act.JOIN, me, told.Join(), moment())
    assert isinstance(alike, Ticket)
    assert (alike.state, [one.kind for one in alike.relations]) == (State.SUBMITTED, ["alike"])
    followed = move(case, Act.JOIN, me, told.Join(numbered(9)), moment())
    assert isinstance(followed, Ticket)
    assert (followed.state, followed.merged_into) == (State.MERGED, "ZH-2026-0009")
    ended = numbered(9).model_copy(update={"state": State.CLOSED})
    refused = move(case, Act.JOIN, me, told.Join(ended), moment())
    assert isinstance(refused, Refusal)
    assert refused.key == "ticket.refused.merge_ended"


@pytest.mark.parametrize(
    ("act", "fields", "said", "key"),
    [
        (Act.JOIN, {"relations": ()}, told.Join(), "nothing_alike"),
        (Act.REJECT, {}, told.Reject(), "reject_reason"),
        (Act.REJECT, {}, told.Reject("不归工商联"), "reject_reason"),
    ],
)
def test_what_is_missing_is_said(
    act: Act, fields: dict[str, object], said: object, key: str
) -> None:
    case = ready(State.SUBMITTED, act).model_copy(update=fields)
    who = actor(Part.REPORTER if act is Act.JOIN else Part.SUPERVISOR)
    refused = move(case, act, who, said, moment())
    assert isinstance(refused, Refusal)
    assert refused.key == f"ticket.refused.{key}"


def test_what_was_proposed_is_enough_to_agree_to() -> None:
    proposed = {"asked_reject_by": ME, "reject_reason": "不归工商联", "onward": "村委会"}
    case = ticket().model_copy(update=proposed)
    done = move(case, Act.REJECT, actor(Part.SUPERVISOR), told.Reject(), moment())
    assert isinstance(done, Ticket)
    assert (done.reject_reason, done.onward) == ("不归工商联", "村委会")


def test_who_else_reported_is_taken_out_and_the_departments_number_stays() -> None:
    other = numbered(
        2, enterprise="宁波市镇海宏业铸造有限公司", contact="沈立群", phone="13957401234"
    )
    said = "宏业铸造的沈总（13957401234，ZH-2026-0002）和您家一样，请找张工 0574-86270011。"
    told_apart = apart(said, (other,))
    for secret in ("宏业", "沈总", "13957401234", "ZH-2026-0002"):
        assert secret not in told_apart
    assert "0574-86270011" in told_apart


def test_what_is_only_alike_is_looked_at_while_a_case_is_new_and_never_further() -> None:
    near, alike = (
        Relation(kind="near", number="ZH-2026-0002"),
        Relation(kind="alike", number="ZH-2026-0003"),
    )
    fresh = numbered(1, relations=(near, alike, Relation(kind="merged", number="ZH-2026-0004")))
    assert beside(fresh) == ("ZH-2026-0002", "ZH-2026-0003")
    assert links(fresh) == ("ZH-2026-0004",)
    assert beside(fresh.model_copy(update={"state": State.IN_PROGRESS})) == ()

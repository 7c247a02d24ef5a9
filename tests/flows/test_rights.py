"""Who reads which piece of a case: every part, every piece, own and others'."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.tickets.acting import Act, Refusal
from flows.tickets.case import CoTask, Note, Supervision, Ticket, Tier
from flows.tickets.moves import move
from flows.tickets.parts import Actor, Part
from flows.tickets.rights import (
    RIGHTS,
    Piece,
    reads,
    reads_answer,
    reads_letter,
    reads_note,
)
from flows.tickets.state import State
from tests.flows.cases import AUTHOR, NOW, REPLY, actor, moment, ready, telling, ticket

CASE = ticket(
    State.IN_PROGRESS,
    tier=Tier.COMPLEX,  # also leaders who do not own it read it
    lead_unit="gdj",
    co_tasks=(CoTask(unit="jxj", opinion="同意", done=True), CoTask(unit="zjj")),
)

# One column for each part, in the order of Part:
# reporter joined clerk supervisor lead support asked leader official secretary inspector
# admin apart system
# y = always; n = never; o = of one's own department; f = own department's, and the office's
TABLE = {
    Piece.TEXT: "y n y y y y y y y y y n n n",
    Piece.NAMES: "y n y y y y n y y y y n n n",
    Piece.ELSEWHERE: "y n y y y y n y y y y n n n",
    Piece.ADDED: "y n y y y y n y y y y n n n",
    Piece.MEMBERS: "n n y y y y n y y y y n n n",
    Piece.UNHAPPY: "y n y y y n n y y y y n n n",
    Piece.CONTACT: "y n y y y n n y y y y n n n",
    Piece.STAGE: "y n y y y y n y y y y n n n",
    Piece.ANSWER: "y n y y y y n y y y y n n n",
    Piece.DRAFT: "n n y y y n n y y y y n n n",
    Piece.OPINION: "n n y y y o n y y y y n n n",
    Piece.NOTE: "n n y y f o n y y y y n n n",
    Piece.ONWARD: "y n y y y y n y y y y n n n",
    Piece.DECISION: "n n y y y n n y y y y n n n",
    Piece.DISPUTE: "n n y y o o n y y y y n n n",
    Piece.RULING: "n n y y y o n y y y y n n n",
    Piece.REQUEST: "n n y y y n n y y y y n n n",
    Piece.MEETING: "n n y y y n n y y y y n n n",
    Piece.ERRAND: "n n y y y o n y y y y n n n",
    Piece.DONE: "n n y y f o n y y y y n n n",
    Piece.LETTER: "n n y y o o n y y y y n n n",
    Piece.AGENDA: "n n y y n n n y y y y n n n",
    Piece.OFFICE: "n n y y n n n y y y y n n n",
    Piece.RATING: "n n y y n n n y y n y n n n",
}
OWN = {Part.LEAD: "gdj", Part.SUPPORT: "jxj", Part.ASKED: "rsj"}
SOURCES = {"own": None, "another": "zjj", "office": ""}
CELLS = [
    (piece, part, source, right)
    for piece, row in TABLE.items()
    for part, right in zip(Part, row.split(), strict=True)
    for source in SOURCES
]


def test_the_table_names_every_piece() -> None:
    assert set(TABLE) == set(RIGHTS) == set(Piece)


@pytest.mark.parametrize(
    ("piece", "part", "source", "right"), CELLS, ids=lambda one: str(getattr(one, "value", one))
)
def test_every_part_reads_of_every_piece_what_is_theirs(
    piece: Piece, part: Part, source: str, right: str
) -> None:
    unit = SOURCES[source]
    unit = OWN.get(part, "gdj") if unit is None else unit
    allowed = {"y": set(SOURCES), "n": set(), "o": {"own"}, "f": {"own", "office"}}
    assert reads(piece, CASE, actor(part), unit) is (source in allowed[right])


@pytest.mark.parametrize("piece", list(Piece))
def test_a_leader_reads_nothing_of_a_plain_case_they_do_not_own(piece: Piece) -> None:
    plain = CASE.model_copy(update={"tier": Tier.GENERAL})
    for part in (Part.OFFICIAL, Part.SECRETARY):
        assert not reads(piece, plain, actor(part))
    assert reads(Piece.TEXT, plain, actor(Part.OFFICIAL, Part.LEADER))


def test_who_leads_and_supports_reads_as_both() -> None:
    both = Actor(7, frozenset({Part.LEAD, Part.SUPPORT}), frozenset({"gdj", "jxj"}))
    assert reads(Piece.NOTE, CASE, both, "jxj")
    assert reads(Piece.DRAFT, CASE, both)
    assert not reads(Piece.NOTE, CASE, both, "zjj")


def test_the_desk_sees_ratings_also_where_it_stands_in_and_not_where_it_is_the_department() -> None:
    parts, gdj = frozenset({Part.CLERK, Part.LEAD}), frozenset({"gdj"})
    assert reads(Piece.RATING, CASE, Actor(7, parts, gdj, stands_in=gdj))
    assert not reads(Piece.RATING, CASE, Actor(7, parts, gdj))


def test_an_answer_is_a_draft_until_it_is_audited_and_again_when_it_is_rewritten() -> None:
    support = actor(Part.SUPPORT)
    draft = CASE.model_copy(update={"reply": REPLY})
    audited = draft.model_copy(update={"audited_at": NOW})
    later = REPLY.model_copy(update={"at": NOW + timedelta(hours=1)})
    rewritten = audited.model_copy(update={"reply": later})
    assert [reads_answer(one, support) for one in (draft, audited, rewritten)] == [
        False,
        True,
        False,
    ]
    assert all(reads_answer(one, actor(Part.LEAD)) for one in (draft, audited, rewritten))


def test_an_opinion_of_an_earlier_version_is_known_by_its_words() -> None:
    note = Note(kind="opinion", text="同意", by=1, at=NOW)
    assert reads_note(CASE, actor(Part.SUPPORT), note)
    other = actor(Part.SUPPORT, units=frozenset({"zjj"}))
    assert not reads_note(CASE, other, note)


def test_a_letter_is_for_the_department_that_is_late() -> None:
    sent = {"rung": 2, "deadline": NOW, "at": NOW, "sent_at": NOW}
    late = Supervision(clock="opinion:jxj", **sent)
    assert reads_letter(CASE, actor(Part.SUPPORT), late)
    assert not reads_letter(CASE, actor(Part.LEAD), late)
    assert not reads_letter(CASE, actor(Part.SUPPORT), Supervision(clock="handle", **sent))


WRITTEN = {
    (Act.NOTE, Part.LEAD): "gdj",
    (Act.NOTE, Part.SUPPORT): "jxj",
    (Act.NOTE, Part.CLERK): "",
    (Act.OPINION, Part.SUPPORT): "jxj",
    (Act.CONTACT, Part.LEAD): "gdj",
}


@pytest.mark.parametrize(("act", "part"), list(WRITTEN))
def test_a_note_is_marked_with_the_department_that_wrote_it(act: Act, part: Part) -> None:
    case = ready(State.IN_PROGRESS, act).model_copy(update={"co_tasks": (CoTask(unit="jxj"),)})
    moved = move(case, act, actor(part), telling(act), moment())
    assert isinstance(moved, Ticket)
    assert moved.notes[-1].unit == WRITTEN[act, part]


def test_what_the_desk_writes_where_it_stands_in_is_the_offices_but_for_an_opinion() -> None:
    case = ready(State.IN_PROGRESS, Act.NOTE).model_copy(update={"co_tasks": (CoTask(unit="jxj"),)})
    units = frozenset({"gdj", "jxj"})
    parts = frozenset({Part.CLERK, Part.LEAD, Part.SUPPORT})
    desk = Actor(7, parts, units, stands_in=units)
    for act, unit in ((Act.NOTE, ""), (Act.OPINION, "jxj")):
        moved = move(case, act, desk, telling(act), moment())
        assert isinstance(moved, Ticket)
        assert moved.notes[-1].unit == unit


def test_a_ticket_that_was_stored_before_notes_knew_their_department_still_loads() -> None:
    note = Note(kind="note", text="订货了", by=1, at=NOW, unit="gdj")
    case = CASE.model_copy(update={"notes": (note,), "reply": REPLY, "confidential": True})
    kept = case.model_dump(mode="json")
    del kept["confidential"], kept["notes"][0]["unit"], kept["reply"]["behind"]
    loaded = Ticket.model_validate(kept)
    assert (loaded.confidential, loaded.notes[0].unit) == (False, "")
    assert reads_note(loaded, actor(Part.LEAD), loaded.notes[0])
    assert not reads_note(loaded, actor(Part.SUPPORT), loaded.notes[0])


BARRED = (
    *((Act.ACCEPT, State.SUBMITTED, Part.CLERK), (Act.ASSIGN, State.ACCEPTED, Part.SUPERVISOR)),
    *((Act.APPROVE, State.REPLIED, Part.SUPERVISOR), (Act.TRY, State.CALLBACK, Part.CLERK)),
    (Act.SUPERVISE, State.IN_PROGRESS, Part.INSPECTOR),
    (Act.REPLY, State.IN_PROGRESS, Part.LEAD),
    (Act.OPINION, State.IN_PROGRESS, Part.SUPPORT),
    (Act.LONGER, State.IN_PROGRESS, Part.LEADER),
    (Act.INSTRUCT, State.IN_PROGRESS, Part.SECRETARY),
)


@pytest.mark.parametrize(("act", "state", "part"), BARRED)
def test_who_reported_a_case_is_told_that_others_act_on_it(
    act: Act, state: State, part: Part
) -> None:
    me = Actor(1, frozenset({Part.REPORTER}), barred=frozenset({part}))
    refused = move(ready(state, act), act, me, telling(act), moment())
    assert isinstance(refused, Refusal)
    assert refused.key == "ticket.refused.own_case"
    assert part in refused.params["others"]


def test_nobody_leads_what_they_reported_also_where_the_rule_would_name_them() -> None:
    system = actor(Part.SYSTEM)
    case = ready(State.IN_PROGRESS, Act.LEAD).model_copy(update={"reporter": 8})
    refused = move(case, Act.LEAD, system, telling(Act.LEAD), moment())
    assert isinstance(refused, Refusal)
    assert refused.key == "ticket.refused.leader_reports"


def test_who_made_the_link_does_not_audit_what_came_through_it() -> None:
    lead = Actor(AUTHOR, frozenset({Part.LEAD}), frozenset({"gdj"}), behind=5)
    case = move(ready(State.IN_PROGRESS, Act.REPLY), Act.REPLY, lead, telling(Act.REPLY), moment())
    assert isinstance(case, Ticket)
    for act in (Act.APPROVE, Act.SEND_BACK, Act.AS_STAGE):
        refused = move(case, act, actor(Part.CLERK, person=5), telling(act), moment())
        assert isinstance(refused, Refusal)
        assert refused.key == "ticket.refused.own_reply"
    assert isinstance(
        move(case, Act.SEND_BACK, actor(Part.CLERK), telling(Act.SEND_BACK), moment()), Ticket
    )

"""The papers of a case: who gets which, what comes first, and what never stands on one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from flows.engine.words import Key
from flows.office import Content
from flows.tickets.case import (
    Attempt,
    CoTask,
    Instruction,
    Joined,
    Note,
    Outcome,
    State,
    Supervision,
    Ticket,
)
from flows.tickets.children import Satisfaction
from flows.tickets.clocks import Clock
from flows.tickets.papers import Earlier, Kind, Paper, PaperFacts, Sentence, lacking, paper, refusal
from flows.tickets.parts import Part
from tests.flows.cases import LEADER, NOW, REPLY, deadline, ticket

FACTS = PaperFacts(
    office="宁波市镇海区工商业联合会",
    phone="0574-00000000",
    units={"gdj": "国网镇海供电公司", "jxj": "镇海区经济和信息化局"},
    category="停电跳闸电压不稳",
    today=date(2026, 11, 24),
)
SECRETS = ("办得太慢", "内部有话", "批示的话", "回访的话", "别家反映", "满意")
BODY = "镇海恒通紧固件有限公司陈老板反映停电三次，电话13805740001"


def rung(level: int, clock: str = "handle", **more: Any) -> Supervision:
    number = {2: "2026-0003", 3: "2026-0001"}.get(level, "")
    one = {"rung": level, "clock": clock, "deadline": NOW, "at": NOW, "number": number, **more}
    return Supervision.model_validate(one)


def full(**more: Any) -> Ticket:
    """Return a case with everything in it that a paper could give away."""
    fields: dict[str, Any] = {
        "body": BODY,
        "wish": "请恒通附近的线路早点修好",
        "lead_unit": "gdj",
        "co_tasks": (CoTask(unit="jxj", opinion="同意恒通先用备用线路", done=True),),
        "handler": "李强",
        "handler_phone": "0574-86270001",
        "dispatched_at": NOW,
        "deadlines": (
            deadline(Clock.SIGN, NOW + timedelta(hours=4)),
            deadline(Clock.HANDLE, NOW + timedelta(days=3)),
        ),
        "reply": REPLY.model_copy(update={"text": "恒通门口的开关十一月底前更换，联系供电所。"}),
        "satisfaction": Satisfaction.DISSATISFIED,
        "dissatisfied_reason": "办得太慢，不满意",
        "notes": (Note(kind="note", text="内部有话", by=7, at=NOW),),
        "attempts": (Attempt(by=7, at=NOW, channel="phone", reached=False, text="回访的话"),),
        "instructions": (Instruction(leader=LEADER, text="批示的话", at=NOW),),
        "joined": (Joined(person=5, number="ZH-2026-0009", reason="别家反映"),),
        "supervisions": (rung(1), rung(2), rung(3)),
    }
    return ticket(State.IN_PROGRESS, **(fields | more))


def said(value: object) -> Iterator[str]:
    """Give every string of a paper, those in its blanks too, and the keys."""
    match value:
        case str():
            yield value
        case Sentence(key, params):
            yield key
            for one in params.values():
                yield from said(one)
        case tuple():
            for one in value:
                yield from said(one)
        case _ if hasattr(value, "__slots__"):
            for name in value.__slots__:
                yield from said(getattr(value, name))


def words(made: Paper) -> str:
    return "\n".join(said(made))


def label(made: Paper, key: str) -> object:
    return next((row.value for row in made.rows if row.label == key), None)


@pytest.mark.parametrize("kind", Kind)
def test_no_paper_tells_a_rating_an_internal_note_or_of_another_enterprise(kind: Kind) -> None:
    text = words(paper(kind, full(), FACTS))
    assert [secret for secret in (*SECRETS, "ZH-2026-0009") if secret in text] == []


@pytest.mark.parametrize("kind", Kind)
def test_no_paper_names_an_enterprise_that_asked_to_be_hidden(kind: Kind) -> None:
    answers = (Earlier("已告知恒通", NOW - timedelta(days=1)),)
    made = paper(kind, full(anonymous=True), facts(answers=answers))
    text = words(made)
    hidden = ("恒通", "陈", "13805740001", "紧固件")
    assert [name for name in hidden if name in text] == []


def as_kwargs(**more: Any) -> dict[str, Any]:
    return {name: getattr(FACTS, name) for name in PaperFacts.__slots__} | more


def facts(**more: Any) -> PaperFacts:
    return PaperFacts(**as_kwargs(**more))


@pytest.mark.parametrize("kind", [Kind.LETTER, Kind.REFERRAL])
def test_what_others_than_the_department_read_has_no_report_on_it(kind: Kind) -> None:
    text = words(paper(kind, full(), FACTS))
    assert [name for name in ("恒通", "陈建国", "停电三次") if name in text] == []


def test_the_order_says_who_what_until_when_and_where_to_call() -> None:
    made = paper(Kind.ORDER, full(), FACTS)
    assert label(made, "paper.label.enterprise") == "镇海恒通紧固件有限公司"
    assert label(made, "paper.label.contact") == "陈建国 13805740001"
    assert label(made, "paper.label.body") == BODY
    assert label(made, "paper.label.supports") == "镇海区经济和信息化局"
    assert label(made, "paper.label.sign_by") == NOW + timedelta(hours=4)
    assert label(made, "paper.label.due") == Sentence(
        "paper.day", {"day": date(2026, 11, 27), "mark": ""}
    )
    assert "0574-00000000" in words(made)
    assert not made.draft


def test_a_date_that_may_change_is_marked_on_paper() -> None:
    provisional = deadline(Clock.HANDLE, NOW).model_copy(update={"provisional": True})
    made = paper(Kind.ORDER, full(deadlines=(provisional,)), FACTS)
    assert Key("progress.provisional") in set(said(label(made, "paper.label.due")))


def test_the_answer_to_be_signed_stands_above_what_was_answered_before() -> None:
    before = Earlier("上次说过的话", NOW - timedelta(days=2))
    current = Earlier(REPLY.text, NOW)
    made = paper(Kind.SIGNING, full(reply=REPLY), facts(answers=(before, current)))
    (answer, earlier) = made.sections
    assert answer.paragraphs == (REPLY.text,)
    assert earlier.paragraphs == (
        Sentence(
            "paper.signing.version", {"n": 1, "day": date(2026, 11, 22), "text": "上次说过的话"}
        ),
    )
    assert label(made, "paper.label.outcome") == Key("outcome.A")


def test_a_proposed_answer_is_signed_before_it_is_given() -> None:
    made = paper(Kind.SIGNING, full(reply=None), facts(proposed="拟这样答复企业"))
    assert [section.paragraphs for section in made.sections] == [("拟这样答复企业",)]
    assert label(made, "paper.label.outcome") is None


def test_a_first_answer_has_nothing_before_it() -> None:
    made = paper(Kind.SIGNING, full(reply=REPLY), facts(answers=(Earlier(REPLY.text, NOW),)))
    assert len(made.sections) == 1


def test_an_answer_that_solves_later_names_its_day() -> None:
    planned = date(2026, 12, 20)
    reply = REPLY.model_copy(update={"outcome": Outcome.SOLVING, "planned_on": planned})
    made = paper(Kind.SIGNING, full(reply=reply), FACTS)
    assert label(made, "paper.label.planned") == planned


@pytest.mark.parametrize("kind", [Kind.SUPERVISION, Kind.LETTER, Kind.REFERRAL])
def test_the_papers_of_the_ladder_are_drafts(kind: Kind) -> None:
    assert paper(kind, full(), FACTS).draft


def test_a_supervision_carries_the_number_of_our_own_paper_and_what_is_late() -> None:
    made = paper(Kind.SUPERVISION, full(), FACTS)
    serial = Sentence("paper.serial", {"year": 2026, "serial": 3})
    assert made.number == Sentence("paper.supervision.number", {"serial": serial})
    assert "paper.missed.handle" in words(made)


def test_a_late_opinion_is_asked_of_the_department_that_owes_it() -> None:
    made = paper(Kind.SUPERVISION, full(supervisions=(rung(2, "opinion:jxj"),)), FACTS)
    assert made.to == Sentence("paper.to", {"unit": "镇海区经济和信息化局"})


def test_a_rung_that_a_rating_brought_says_only_that_the_case_came_back() -> None:
    made = paper(Kind.SUPERVISION, full(supervisions=(rung(2, "rating"),)), FACTS)
    assert made.opening[0] == Sentence("paper.missed.again", {"number": "ZH-2026-0001"})


def test_a_letter_lists_what_was_sent_before_it() -> None:
    answered = rung(2, answered_at=NOW)
    made = paper(Kind.LETTER, full(supervisions=(rung(1), answered, rung(3))), FACTS)
    steps = {row.label: row.value for row in made.rows}
    assert steps[Key("paper.step.urged")].key == "paper.step.unanswered"  # type: ignore[union-attr]
    assert steps[Key("paper.supervision.name")].key == "paper.step.answered"  # type: ignore[union-attr]
    assert Key("paper.letter.name") not in steps


def test_what_was_called_off_is_no_paper() -> None:
    called_off = rung(2, called_off_by=7)
    refused = lacking(Kind.SUPERVISION, full(supervisions=(called_off,)))
    assert refused is not None
    assert refused.key == "paper.lacking.supervision"


def test_the_letters_may_not_leave_as_other_papers_do() -> None:
    contents = {kind: paper(kind, full(), FACTS).content for kind in Kind}
    assert contents == {
        Kind.ORDER: Content.BODY,
        Kind.SIGNING: Content.BODY,
        Kind.SUPERVISION: Content.BODY,
        Kind.LETTER: Content.SUPERVISION,
        Kind.REFERRAL: Content.SUPERVISION,
    }


MAY: dict[Kind, set[Part]] = {
    Kind.ORDER: {Part.CLERK, Part.SUPERVISOR, Part.LEAD, Part.SUPPORT},
    Kind.SIGNING: {Part.CLERK, Part.SUPERVISOR, Part.LEAD, Part.LEADER},
    Kind.SUPERVISION: {Part.SUPERVISOR, Part.LEADER, Part.INSPECTOR, Part.LEAD},
    Kind.LETTER: {Part.SUPERVISOR, Part.LEADER, Part.INSPECTOR},
    Kind.REFERRAL: {Part.SUPERVISOR, Part.LEADER, Part.INSPECTOR},
}


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("kind", Kind)
def test_who_gets_which_paper(kind: Kind, part: Part) -> None:
    refused = refusal(kind, full(), frozenset({part}))
    assert (refused is None) == (part in MAY[kind])


@pytest.mark.parametrize("kind", Kind)
def test_a_paper_that_cannot_be_yet_says_what_comes_first(kind: Kind) -> None:
    new = ticket(State.ACCEPTED)
    refused = refusal(kind, new, frozenset(Part))
    assert refused is not None
    assert refused.key == f"paper.lacking.{kind.value}"


def test_only_the_lead_department_proposes_an_answer() -> None:
    refused = refusal(Kind.SIGNING, full(), frozenset({Part.CLERK}), proposed="我来写")
    assert refused is not None
    assert refused.key == "paper.refused.proposed"
    assert refusal(Kind.SIGNING, full(), frozenset({Part.LEAD}), proposed="我来写") is None


def test_a_department_has_no_supervision_that_may_still_be_called_off() -> None:
    held = full(supervisions=(rung(2, number="", sends_at=NOW + timedelta(minutes=30)),))
    refused = refusal(Kind.SUPERVISION, held, frozenset({Part.LEAD}))
    assert refused is not None
    assert refused.key == "paper.lacking.supervision"
    assert refusal(Kind.SUPERVISION, held, frozenset({Part.SUPERVISOR})) is None

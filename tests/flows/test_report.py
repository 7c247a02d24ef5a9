"""The form of a report: one paragraph in, one card out; what is missing is asked together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine import advance
from flows.engine.flow import State
from flows.engine.words import (
    Ask,
    Back,
    Confirm,
    Edit,
    Picked,
    Said,
    Say,
    Skip,
    Start,
    Submit,
    Toggle,
)
from flows.office import Category
from flows.tickets.report import BODY_MAX, OTHER, REPORT, ReportFacts

POWER = Category(
    "power", "停电跳闸", "水电气", "gdj", days=2, urgent=True, keywords=("停电", "跳闸")
)
ROAD = Category("road", "道路破损", "交通", "zjj", keywords=("坑坑洼洼", "道路"))
ANY = Category(OTHER, "其他问题", "其他", "gsl")
CATEGORIES = (POWER, ROAD, ANY)
UNITS = {"gdj": "供电公司", "zjj": "住建局", "gsl": "工商联"}
BOUND = ReportFacts(
    CATEGORIES,
    UNITS,
    enterprise="镇海恒通紧固件有限公司",
    contact="陈建国",
    phone="13805740001",
    readers=2,
)
UNBOUND = ReportFacts(CATEGORIES, UNITS, readers=2, consent_due=True)
WHOLE = "昨天下午三点起又停电了，跳闸三次，希望供电公司尽快查清原因。"


def play(facts: ReportFacts, *events: Any) -> tuple[State, list[Any]]:
    state, effects = State(flow="report"), []
    for event in events:
        turn = advance(REPORT, state, event, facts)
        state, effects = turn.state, list(turn.effects)
    return state, effects


def card(facts: ReportFacts, *events: Any) -> Ask:
    _, effects = play(facts, *events)
    found = effects[-1]
    assert isinstance(found, Ask)
    assert found.key == "report.review"
    return found


def lines(shown: Ask) -> dict[str, str]:
    return {line.label.split(".")[1]: line.value for line in shown.params["lines"]}


def test_a_whole_paragraph_of_a_bound_person_needs_no_question() -> None:
    shown = lines(card(BOUND, Start(text=WHOLE)))
    assert shown == {
        "enterprise": "镇海恒通紧固件有限公司",
        "contact": "陈建国",
        "phone": "13805740001",
        "category": "停电跳闸",
        "body": WHOLE,
        "since": "昨天下午三点起",
        "wish": "希望供电公司尽快查清原因",
    }


def test_the_lines_of_the_card_stand_in_the_order_of_the_office() -> None:
    assert list(lines(card(BOUND, Start(text=WHOLE)))) == [
        "enterprise",
        "contact",
        "phone",
        "category",
        "body",
        "since",
        "wish",
    ]


def test_what_is_missing_is_asked_in_one_question() -> None:
    _, (asked,) = play(UNBOUND, Start(text=WHOLE))
    assert asked.key == "report.missing"
    assert asked.fields == ("enterprise", "contact", "phone")


def test_the_notice_stands_on_the_card_only_while_consent_is_due() -> None:
    due = card(UNBOUND, Start(text=f"我是宏业铸造厂的沈丽，13957401234。{WHOLE}"))
    assert due.params["notice"] == "report.notice"
    assert card(BOUND, Start(text=WHOLE)).params["notice"] == ""


def test_the_card_says_who_will_see_it_and_follows_the_category() -> None:
    assert card(BOUND, Start(text=WHOLE)).params["unit"] == "供电公司"
    changed = card(BOUND, Start(text=WHOLE), Edit("category"), Picked("category", OTHER))
    assert changed.params["unit"] == "工商联"


def test_hiding_the_enterprise_is_said_on_the_card_and_filed() -> None:
    hidden = card(BOUND, Start(text=WHOLE), Toggle("anonymous"))
    assert hidden.params["hidden"] == "report.seen_hidden"
    _, effects = play(BOUND, Start(text=WHOLE), Toggle("anonymous"), Confirm())
    (done,) = [effect for effect in effects if isinstance(effect, Submit)]
    assert done.form.model_dump()["anonymous"] == "yes"


def test_pictures_are_no_question_and_come_with_the_form() -> None:
    assert card(BOUND, Start(text=WHOLE), Said("", ("f1", "f2"))).params["files"] == 2
    _, effects = play(BOUND, Start(text=WHOLE, files=("f1",)), Confirm())
    assert [e.files for e in effects if isinstance(e, Submit)] == [("f1",)]


@pytest.mark.parametrize("given", ["1380574", "23805740001", "86270011", "没有电话"])
def test_a_number_that_cannot_be_called_is_asked_again(given: str) -> None:
    _, (said, asked) = play(BOUND, Start(text=WHOLE), Edit("phone"), Said(given))
    assert said == Say("report.phone.invalid", {"given": given})
    assert asked.fields == ("phone",)


def test_an_unknown_category_is_refused_and_a_name_outside_the_offer_is_taken() -> None:
    _, effects = play(BOUND, Start(text=WHOLE), Edit("category"), Said("火星问题"))
    assert effects[0].key == "report.category.invalid"
    taken = card(BOUND, Start(text=WHOLE), Edit("category"), Said("道路破损"))
    assert lines(taken)["category"] == "道路破损"


def test_what_fits_nowhere_is_other() -> None:
    shown = card(BOUND, Start(text="我们想请区里帮忙对接一下高校的博士"), Skip())
    assert lines(shown)["category"] == "其他问题"


def test_a_text_that_is_too_long_is_refused_with_the_limit() -> None:
    _, effects = play(BOUND, Start(text="停电" * BODY_MAX))
    assert effects[0].key == "engine.too_long"
    assert effects[0].params["limit"] == BODY_MAX


def test_going_back_drops_the_latest_answer() -> None:
    _, (asked,) = play(BOUND, Start(text=WHOLE), Back())
    assert isinstance(asked, Ask)
    assert asked.fields == ("wish",)


inputs = st.one_of(
    st.text(max_size=80).map(Said),
    st.sampled_from(
        [Said(WHOLE), Said("13805740001"), Said("", ("f",)), Confirm(), Skip(), Back(), Edit()]
    ),
    st.sampled_from([step.field for step in REPORT.steps]).map(Edit),
    st.sampled_from([step.field for step in REPORT.steps]).map(Toggle),
)


@pytest.mark.parametrize("facts", [BOUND, UNBOUND], ids=["bound", "unbound"])
@given(events=st.lists(inputs, max_size=12))
def test_no_sequence_of_inputs_breaks_the_report(facts: ReportFacts, events: list[Any]) -> None:
    state = State(flow="report")
    for event in [Start(), *events]:
        turn = advance(REPORT, state, event, facts)
        state = turn.state
        assert turn.effects
        for effect in turn.effects:
            if isinstance(effect, Submit):
                assert REPORT.form.model_validate(effect.form.model_dump()) == effect.form
        if state.phase != "open":
            return

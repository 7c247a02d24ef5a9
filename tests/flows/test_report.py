"""The form of a report: one paragraph in, one card out; what is missing is asked together."""

from __future__ import annotations

from dataclasses import replace
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
    Line,
    Picked,
    Said,
    Say,
    Skip,
    Start,
    Submit,
    Toggle,
)
from flows.office import Category
from flows.tickets.report import (
    BODY_MAX,
    OTHER,
    REPORT,
    ReportFacts,
    ReportForm,
    as_filed,
)
from tests.flows.asking import played

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
    return played(REPORT, events, facts)


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
    assert card(BOUND, Start(text=WHOLE)).params["who"].params["unit"] == "供电公司"
    changed = card(BOUND, Start(text=WHOLE), Edit("category"), Picked("category", OTHER))
    assert changed.params["who"].params["unit"] == "工商联"


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


# Who sees it ------------------------------------------------------------------------------------

HEADED = replace(BOUND, heads=1)
TOLD_TALES = "昨天下午起骆驼路坑坑洼洼，恒通的车过不去，希望尽快修。"


def choices(shown: Ask) -> list[str]:
    return [choice.value for choice in shown.choices]


def test_kept_for_the_office_the_card_names_no_department() -> None:
    who = card(HEADED, Start(text=WHOLE), Toggle("inside")).params["who"]
    assert who == Say("report.seen_inside", {"heads": 1})
    assert card(HEADED, Start(text=WHOLE), Toggle("inside"), Toggle("inside")).params["who"] == Say(
        "report.seen_by", {"readers": 2, "unit": "供电公司"}
    )


def test_kept_for_the_office_may_be_typed() -> None:
    who = card(HEADED, Start(text=WHOLE), Said("只给工商联看")).params["who"]
    assert who.key == "report.seen_inside"


def test_without_a_head_nothing_is_kept_for_the_office() -> None:
    assert "toggle:inside" not in choices(card(BOUND, Start(text=WHOLE)))
    assert "toggle:inside" in choices(card(HEADED, Start(text=WHOLE)))


def hint(shown: Ask) -> list[str]:
    return [
        one.value if isinstance(one, Line) else one.key for one in shown.params["elsewhere"][:-1]
    ]


def test_the_hint_names_the_words_only_where_the_enterprise_is_hidden() -> None:
    assert hint(card(BOUND, Start(text=TOLD_TALES))) == []
    shown = card(BOUND, Start(text=TOLD_TALES), Toggle("anonymous"))
    assert hint(shown) == ["骆驼路（可写“某路段”）、恒通（可写“我厂”）", "report.rewrite"]
    assert "toggle:reworded" in choices(shown)


def test_one_press_writes_it_as_proposed_and_another_takes_that_back() -> None:
    hidden = (Start(text=TOLD_TALES), Toggle("anonymous"))
    shown = card(BOUND, *hidden, Toggle("reworded"))
    assert lines(shown)["body"] == "昨天下午起某路段坑坑洼洼，我厂的车过不去，希望尽快修。"
    assert hint(shown) == ["report.reworded_now"]
    assert lines(card(BOUND, *hidden, Toggle("reworded"), Toggle("reworded")))["body"] == TOLD_TALES
    shown_again = card(BOUND, *hidden, Toggle("reworded"), Toggle("anonymous"))
    assert lines(shown_again)["body"] == TOLD_TALES


def test_own_words_are_taken_for_the_problem() -> None:
    shown = card(
        BOUND, Start(text=TOLD_TALES), Toggle("anonymous"), Said("问题：门口的路坏了，车过不去")
    )
    assert lines(shown)["body"] == "门口的路坏了，车过不去"
    assert hint(shown) == []


def test_it_is_filed_as_the_card_shows_it() -> None:
    _, effects = play(
        BOUND, Start(text=TOLD_TALES), Toggle("anonymous"), Toggle("reworded"), Confirm()
    )
    (done,) = [effect for effect in effects if isinstance(effect, Submit)]
    form = ReportForm.model_validate(done.form)
    assert as_filed(form).body == "昨天下午起某路段坑坑洼洼，我厂的车过不去，希望尽快修。"
    assert as_filed(form.model_copy(update={"reworded": "no"})).body == TOLD_TALES

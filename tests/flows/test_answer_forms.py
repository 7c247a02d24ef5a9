"""The forms of the answer: days that are read or asked for, and what was said on the telephone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine import advance
from flows.engine.flow import Flow, State
from flows.engine.words import Ask, Picked, Said, Say, Start, Submit
from flows.tickets.forms import answer as forms
from flows.tickets.forms.common import CaseFacts
from tests.flows.asking import played, submitted
from tests.flows.cases import DAYS, NUMBER

TODAY = date(2026, 11, 24)
FACTS = CaseFacts(NUMBER, today=TODAY, days=DAYS, answer="正在研究，12月3日前由运检部答复。")
DONE = "线路已检修完毕，老化的支线开关已经换下。"
FLOWS: tuple[Flow[Any, CaseFacts], ...] = (
    *(forms.REPLY, forms.STAGE, forms.AS_STAGE, forms.TRY, forms.RATE_FOR),
    *(forms.REOPEN, forms.TAKE_UP),
)


def play(flow: Flow[Any, CaseFacts], *events: Any) -> list[Any]:
    """Return what the last input brought."""
    return played(flow, events, FACTS, NUMBER)[1]


def offered(effects: list[Any]) -> list[str]:
    (asked,) = [effect for effect in effects if isinstance(effect, Ask)]
    return [choice.label for choice in asked.choices]


def test_only_what_is_being_solved_has_a_day() -> None:
    form = submitted(play(forms.REPLY, Start(given={"text": f"{DONE}12月3日回访"}), Said("A")))
    assert form.planned_on is None


def test_the_only_day_to_come_is_taken_from_the_text() -> None:
    text = f"11月20日已到现场，12月3日前换好开关。{DONE}"
    form = submitted(play(forms.REPLY, Start(given={"text": text}), Said("B")))
    assert form.planned_on == date(2026, 12, 3)


@pytest.mark.parametrize("said", ["12月20日", "12月20日前", "2026-12-20"])
def test_a_day_that_is_asked_for_is_read(said: str) -> None:
    form = submitted(play(forms.REPLY, Start(given={"text": DONE}), Said("B"), Said(said)))
    assert form.planned_on == date(2026, 12, 20)


@pytest.mark.parametrize(
    ("said", "why"), [("11月23日", "past"), ("今天", "past"), ("尽快", "invalid"), ("5", "invalid")]
)
def test_a_day_that_is_past_or_none_is_asked_for_again(said: str, why: str) -> None:
    told, asked = play(forms.STAGE, Start(given={"text": DONE}), Said(said))
    assert isinstance(told, Say)
    assert told.key == f"stage.next_on.{why}"
    assert asked.fields == ("next_on",)


def test_the_day_of_the_next_word_is_offered_from_the_answer_and_the_calendar() -> None:
    assert offered(play(forms.AS_STAGE, Start())) == ["12月1日", "12月3日", "12月8日"]
    assert submitted(play(forms.AS_STAGE, Start(), Said("2"))).next_on == date(2026, 12, 3)
    assert submitted(play(forms.AS_STAGE, Start(text="下周三"))).next_on == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("没接通", "missed"),
        ("两次都没打通", "missed"),
        ("没接电话，短信说只发消息", "messages"),
        ("1", "missed"),
        ("只发消息", "messages"),
    ],
)
def test_a_try_is_read(text: str, result: str) -> None:
    events = (Start(text=text),) if len(text) > 1 else (Start(), Said(text))
    assert submitted(play(forms.TRY, *events)).result == result


@pytest.mark.parametrize(
    ("text", "rating", "quote"),
    [
        ("满意 “修得挺快”", "satisfied", "修得挺快"),
        ("基本满意：还行吧", "mostly", "还行吧"),
        ("不满意，还是天天跳闸", "dissatisfied", "还是天天跳闸"),
    ],
)
def test_a_told_rating_is_read_with_the_enterprise_s_words(
    text: str, rating: str, quote: str
) -> None:
    for events in ((Start(text=text),), (Start(), Said(text))):
        form = submitted(play(forms.RATE_FOR, *events))
        assert (form.rating, form.quote) == (rating, quote)


inputs = st.one_of(
    st.text(max_size=40).map(Said),
    st.sampled_from([Said(t) for t in ("B", "12月3日", "1", "满意", "没接通", DONE)]),
    st.sampled_from(["text", "outcome", "next_on", "planned_on", "rating"]).map(
        lambda field: Picked(field, "2026-12-03")
    ),
)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
@given(events=st.lists(inputs, max_size=8))
def test_no_sequence_of_inputs_breaks_a_form(flow: Flow[Any, CaseFacts], events: list[Any]) -> None:
    state = State(flow=flow.name, subject=NUMBER)
    for event in [Start(), *events]:
        turn = advance(flow, state, event, FACTS)
        state = turn.state
        assert turn.effects
        for effect in turn.effects:
            if isinstance(effect, Submit):
                assert flow.form.model_validate(effect.form.model_dump()) == effect.form
        if state.phase != "open":
            return

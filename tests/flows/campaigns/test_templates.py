"""Templates: which blanks they have, how they are filled, what is left open."""

import pytest

from flows.campaigns.campaign import Kind
from flows.campaigns.filling import FILL, TemplateFacts, TemplateForm, answers
from flows.campaigns.templates import Template, blanks_of, unfilled
from flows.engine import advance
from flows.engine.flow import State
from flows.engine.words import Ask, Back, Said, Skip, Start, Submit

MEETING = Template(
    "会议通知",
    Kind.NOTICE,
    "【会议】的通知",
    "${企业}：\n【会议】定于【时间】召开，【会议】不收费。",
    {"会议": "座谈会", "时间": "下午2点"},
    remind=True,
)
FACTS = TemplateFacts((MEETING,))


def test_a_blank_is_asked_once_and_filled_wherever_it_stands() -> None:
    assert MEETING.blanks == ("会议", "时间")
    assert MEETING.filled({"会议": "年会", "时间": "周二"}) == (
        "年会的通知",
        "${企业}：\n年会定于周二召开，年会不收费。",
    )


def test_what_was_typed_never_becomes_a_blank_of_its_own() -> None:
    _, body = MEETING.filled({"会议": "【时间】", "时间": "周二"})
    assert "【时间】定于周二召开" in body


def test_a_blank_without_a_value_stays_with_its_name() -> None:
    title, body = MEETING.filled({"时间": "周二"})
    assert unfilled(f"{title}\n{body}", MEETING.blanks) == ("会议",)


def test_brackets_that_no_template_knows_are_words() -> None:
    assert blanks_of("【重要】请看【时间】") == ("重要", "时间")
    assert unfilled("【重要】【镇海工商联】", MEETING.blanks) == ()


def test_the_blanks_are_asked_one_after_another_with_an_example() -> None:
    turn = advance(FILL, State(flow="template"), Start(given={"which": "会议通知"}), FACTS)
    (ask,) = [one for one in turn.effects if isinstance(one, Ask)]
    assert ask.params == {"blank": "会议", "sample": "座谈会", "n": 1, "of": 2}
    turn = advance(FILL, turn.state, Said("年会"), FACTS)
    (ask,) = [one for one in turn.effects if isinstance(one, Ask)]
    assert ask.params["blank"] == "时间"
    back = advance(FILL, turn.state, Back(), FACTS)
    (ask,) = [one for one in back.effects if isinstance(one, Ask)]
    assert ask.params["blank"] == "会议"


def test_a_skipped_blank_stays_open_and_the_rest_is_filled() -> None:
    state = State(flow="template")
    for event in (Start(given={"which": "会议通知"}), Skip(), Said("周二")):
        turn = advance(FILL, state, event, FACTS)
        state = turn.state
    (done,) = [one for one in turn.effects if isinstance(one, Submit)]
    form = TemplateForm.model_validate(done.form)
    assert answers(MEETING, form)["body"].endswith("【会议】定于周二召开，【会议】不收费。")


@pytest.mark.parametrize("text", ["放假通知\n1月1日放假。", "会议通知\n下午开会。", "时间改到周二"])
def test_a_pasted_text_is_no_template_and_nothing_is_asked(text: str) -> None:
    turn = advance(FILL, State(flow="template"), Start(), FACTS)
    turn = advance(FILL, turn.state, Said(text), FACTS)
    (done,) = [one for one in turn.effects if isinstance(one, Submit)]
    assert TemplateForm.model_validate(done.form).which == text

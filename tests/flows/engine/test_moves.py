"""Moving about: back, edit, skip, cancel, resume, the clock, a refused filing."""

import pytest

from flows.engine import (
    Back,
    Cancel,
    Choice,
    Confirm,
    Edit,
    Event,
    Finish,
    Flow,
    Input,
    Key,
    Leave,
    Picked,
    Refused,
    Remind,
    Resume,
    Said,
    Say,
    Skip,
    Start,
    Toggle,
)
from tests.flows.engine.samples import (
    BOUND,
    DIARY,
    PETITION,
    DiaryForm,
    Facts,
    labels,
    petition,
    play,
)

ASKED_KIND = Start("门口的路坏了", {"since": ""})
COMPLETE = Start("门口的路坏了", {"since": "", "kind": "road"})
ELSEWHERE = Facts("宁波公司", "张三", "13900000000")


def test_back_asks_the_latest_answer_again_then_the_one_before_and_loses_none() -> None:
    told = petition(Start("门口的路坏了"), Said("张三\n13800000000"), facts=Facts("宁波公司"))
    back = petition(Back(), state=told.state, facts=Facts("宁波公司"))
    assert back.keys == ["petition.since.ask"]
    again = petition(Back(), state=back.state, facts=Facts("宁波公司"))
    assert again.keys == ["petition.mobile.ask"]
    assert again.answers == told.answers
    kept = petition(Resume(), state=again.state, facts=Facts("宁波公司"))
    assert kept.answers == told.answers
    assert kept.keys == told.keys


def test_a_switch_is_flipped_by_its_words() -> None:
    told = petition(Start("门口的路坏了"), Said("张三\n13800000000"), facts=Facts("宁波公司"))
    switch = next(step for step in PETITION.steps if step.switch)
    on = petition(Said(switch.words[0]), state=told.state, facts=Facts("宁波公司"))
    assert on.answers[switch.field] == "yes"
    off = petition(Said("不" + switch.words[0]), state=on.state, facts=Facts("宁波公司"))
    assert off.answers[switch.field] == "no"


def test_back_asks_even_what_is_proposed() -> None:
    told = petition(COMPLETE, Said("电话：13911112222"), Back(), facts=BOUND)
    assert told.keys == ["petition.mobile.ask"]
    assert petition(Remind(), state=told.state, facts=BOUND).keys[-1] == "petition.mobile.ask"
    assert petition(Resume(), state=told.state, facts=BOUND).keys == ["petition.review"]


def test_back_at_the_very_beginning_says_so() -> None:
    assert petition(Start(), Back()).keys == ["engine.nothing_before", "petition.missing"]


def test_a_flipped_switch_is_not_an_answer_to_go_back_to() -> None:
    told = petition(Start(), Toggle("hidden"), Back())
    assert told.keys[0] == "engine.nothing_before"
    assert told.answers == {"hidden": "yes"}


def test_edit_without_a_field_asks_which() -> None:
    told = petition(COMPLETE, Edit(), facts=BOUND)
    assert told.keys == ["engine.edit_which"]
    fields = ("company", "contact", "mobile", "problem", "kind", "since")
    assert told.ask.choices == tuple(
        Choice(label, f"edit:{field}") for label, field in zip(labels(*fields), fields, strict=True)
    )
    assert told.state.asked == ()


@pytest.mark.parametrize("field", ["nothing", "depth", "hidden"])
def test_edit_of_what_cannot_be_edited_asks_which(field: str) -> None:
    assert petition(COMPLETE, Edit(field), facts=BOUND).keys == ["engine.edit_which"]


@pytest.mark.parametrize("name", ["mobile", "手机"])
def test_an_edited_answer_stays_until_the_new_one_is_there(name: str) -> None:
    told = petition(COMPLETE, Edit(name), facts=BOUND)
    assert told.keys == ["petition.mobile.ask"]
    wrong = petition(Said("x"), state=told.state, facts=BOUND)
    assert wrong.keys == ["petition.mobile.invalid", "petition.mobile.ask"]
    right = petition(Said("13911112222"), state=wrong.state, facts=BOUND)
    assert right.keys == ["petition.review"]
    assert right.answers["mobile"] == "13911112222"


@pytest.mark.parametrize("leaving", [Cancel(), Back(), Resume(), Confirm()])
def test_a_correction_can_be_left_with_the_old_answer(leaving: Input) -> None:
    told = petition(COMPLETE, Edit("kind"), leaving, facts=BOUND)
    assert told.keys == ["petition.review"]
    assert told.answers["kind"] == "road"
    assert told.state.phase == "open"


def test_a_step_named_at_the_review_is_corrected() -> None:
    assert petition(COMPLETE, Said("电话"), facts=BOUND).keys == ["petition.mobile.ask"]


def test_a_required_fact_cannot_be_skipped() -> None:
    told = petition(Start(), Skip(), facts=BOUND)
    assert told.effects[0] == Say("engine.cannot_skip", {"missing": labels("problem")})
    assert told.keys[1:] == ["petition.missing"]


def test_skip_at_the_review_shows_it_again() -> None:
    assert petition(COMPLETE, Skip(), facts=BOUND).keys == ["petition.review"]


def test_finish_elsewhere_shows_the_question_again() -> None:
    assert petition(ASKED_KIND, Finish(), facts=BOUND).keys == ["petition.kind.ask"]
    assert petition(COMPLETE, Finish(), facts=BOUND).keys == ["petition.review"]


def test_cancel_closes_the_conversation() -> None:
    told = petition(ASKED_KIND, Cancel(), facts=BOUND)
    assert told.keys == ["petition.cancelled"]
    assert told.state.phase == "cancelled"
    assert told.turn.events == (Event("cancelled", "kind"),)


def test_cancel_while_gathering_closes_the_conversation() -> None:
    assert play(DIARY, Start(), Said("出门"), Cancel()).state.phase == "cancelled"


@pytest.mark.parametrize("event", [Start(), Said("x"), Resume(), Confirm(), Leave(), Back()])
@pytest.mark.parametrize("closing", [Cancel(), Confirm()])
def test_a_closed_conversation_says_so(closing: Input, event: Input) -> None:
    told = petition(COMPLETE, closing, event, facts=BOUND)
    assert told.keys == ["engine.closed"]
    assert told.turn.events == ()


def test_resume_goes_on_gathering() -> None:
    told = play(DIARY, Start(), Said("出门"), Leave(), Resume())
    assert told.keys == ["diary.story.more"]
    assert told.turn.events == (Event("resumed"), Event("asked", "story"))


def test_the_clock_reminds_puts_aside_and_resumes() -> None:
    reminded = petition(ASKED_KIND, Remind(), facts=BOUND)
    assert reminded.keys == ["engine.remind", "petition.kind.ask"]
    left = petition(Leave(), state=reminded.state, facts=BOUND)
    assert left.keys == ["engine.left"]
    assert left.state.phase == "paused"
    assert left.turn.events == (Event("left", "kind"),)
    back = petition(Resume(), state=left.state, facts=BOUND)
    assert back.keys == ["petition.kind.ask"]
    assert back.state.phase == "open"
    assert back.answers == reminded.answers


def test_an_answer_to_a_conversation_put_aside_resumes_it() -> None:
    told = petition(ASKED_KIND, Leave(), Said("1"), facts=BOUND)
    assert told.keys == ["petition.review"]
    assert told.state.phase == "open"
    assert Event("resumed") in told.turn.events


def test_a_reminder_leaves_a_conversation_put_aside() -> None:
    told = petition(ASKED_KIND, Leave(), Remind(), facts=BOUND)
    assert told.state.phase == "paused"
    assert told.keys[0] == "engine.remind"


def test_a_refused_filing_keeps_every_answer_but_the_one_concerned() -> None:
    told = petition(COMPLETE, Said("电话：13911112222"), Confirm(), facts=BOUND)
    refusal = Refused("petition.twice", {"number": "1"}, at="mobile")
    again = petition(refusal, state=told.state, facts=BOUND)
    assert again.effects[0] == Say("petition.twice", {"number": "1"})
    assert again.keys[1:] == ["petition.mobile.ask"]
    assert again.answers == {k: v for k, v in told.answers.items() if k != "mobile"}
    assert again.turn.events[0] == Event("refused", "mobile")
    last = petition(Said("13900000000"), Confirm(), state=again.state, facts=BOUND)
    assert last.keys == ["submit"]


@pytest.mark.parametrize("at", [None, "nothing", "depth"])
def test_a_filing_refused_as_a_whole_shows_the_review(at: str | None) -> None:
    told = petition(COMPLETE, Confirm(), Refused("petition.closed_today", at=at), facts=BOUND)
    assert told.keys == ["petition.closed_today", "petition.review"]
    assert told.state.phase == "open"


def test_a_refused_filing_without_a_review_asks_instead_of_filing_again() -> None:
    told = play(DIARY, Start(), Said("出门"), Finish(), Skip(), Skip(), Refused("diary.full"))
    assert told.keys == ["diary.full", "diary.title.ask"]
    assert told.answers["story"] == "出门"


def test_a_cancelled_conversation_is_not_reopened_by_a_refusal() -> None:
    assert petition(Start(), Cancel(), Refused("petition.twice")).keys == ["engine.closed"]


def test_the_funnel_tells_what_happened_at_which_step() -> None:
    told = petition(Start("门口的路坏了"), Said("99"), Picked("kind", "road"), facts=BOUND)
    assert told.events == (
        Event("answered", "problem"),
        Event("asked", "kind"),
        Event("refused", "kind"),
        Event("asked", "kind"),
        Event("answered", "kind"),
        Event("asked", "since"),
    )


def test_a_flow_without_steps_has_nothing_to_edit() -> None:
    bare: Flow[DiaryForm, None] = Flow(name="diary", form=DiaryForm, steps=())
    assert play(bare, Start(), Edit()).keys == ["diary.review"]


def test_choices_of_the_engine_are_named_in_the_catalogue() -> None:
    told = petition(COMPLETE, facts=BOUND)
    assert told.ask.choices[0] == Choice(Key("engine.choice.confirm"), "confirm", "primary")

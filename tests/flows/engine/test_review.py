"""The review: what it shows, what can still be said, what is handed over."""

from typing import Annotated

import pytest
from pydantic import BaseModel, StringConstraints, field_validator, model_validator

from flows.engine import (
    Choice,
    Confirm,
    Edit,
    Event,
    Flow,
    Key,
    Line,
    Picked,
    Said,
    Say,
    Start,
    Step,
    Submit,
    Toggle,
)
from tests.flows.engine.samples import BOUND, PETITION, Facts, PetitionForm, labels, petition, play

COMPLETE = Start("门口的路坏了", {"since": "", "kind": "road"}, ("f1",))


def test_the_review_shows_a_line_a_fact_in_the_persons_words() -> None:
    told = petition(COMPLETE, facts=BOUND)
    names = labels("company", "contact", "mobile", "problem", "kind")
    values = ("宁波紧固件公司", "张三", "13800000000", "门口的路坏了", "道路")
    assert told.ask.params == {
        "lines": tuple(Line(n, v) for n, v in zip(names, values, strict=True)),
        "files": 1,
        "who": "宁波紧固件公司",
    }
    assert told.turn.events[-1] == Event("reviewed")


def test_the_review_offers_what_can_be_done() -> None:
    assert petition(COMPLETE, facts=BOUND).ask.choices == (
        Choice(Key("engine.choice.confirm"), "confirm", "primary"),
        Choice(Key("petition.hidden.toggle_off"), "toggle:hidden"),
        Choice(Key("engine.choice.edit"), "edit"),
        Choice(Key("engine.choice.cancel"), "cancel"),
    )


def test_a_switch_is_flipped_and_flipped_back() -> None:
    told = petition(COMPLETE, Toggle("hidden"), facts=BOUND)
    assert told.ask.choices[1].label == "petition.hidden.toggle_on"
    assert petition(Confirm(), state=told.state, facts=BOUND).form.hidden is True  # type: ignore[attr-defined]
    back = petition(Toggle("hidden"), Confirm(), state=told.state, facts=BOUND)
    assert back.form.hidden is False  # type: ignore[attr-defined]


def test_a_switch_that_does_not_exist_changes_nothing() -> None:
    told = petition(COMPLETE, Toggle("company"), facts=BOUND)
    assert told.keys == ["petition.review"]
    assert "company" not in told.answers


def test_confirm_hands_over_the_form_with_the_files() -> None:
    told = petition(COMPLETE, Confirm(), facts=BOUND)
    form = PetitionForm(
        company=BOUND.company,
        contact=BOUND.contact,
        mobile=BOUND.mobile,
        problem="门口的路坏了",
        kind="road",
    )
    assert told.effects == (Submit(form, ("f1",)),)
    assert told.state.phase == "done"
    assert told.turn.events == (Event("submitted"),)


def test_confirm_asks_for_what_is_missing() -> None:
    told = petition(Start("门口的路坏了"), Confirm(), facts=BOUND)
    assert told.keys == ["petition.kind.ask"]
    assert told.state.phase == "open"


def test_confirm_leaves_open_optional_facts_out() -> None:
    told = petition(Start("门口的路坏了", {"kind": "road"}), Confirm(), facts=BOUND)
    assert told.keys == ["petition.review"]
    assert told.answers["since"] == ""


def test_a_branch_that_closed_leaves_the_form() -> None:
    told = petition(
        Start("门口的路坏了", {"since": "", "kind": "water", "depth": "3"}),
        Picked("kind", "road"),
        Confirm(),
        facts=BOUND,
    )
    assert told.form.depth is None  # type: ignore[attr-defined]
    assert told.answers["depth"] == "3"


def test_a_labelled_line_at_the_review_corrects() -> None:
    told = petition(COMPLETE, Said("电话：13911112222；联系人：李四"), facts=BOUND)
    assert told.keys == ["petition.review"]
    assert [line.value for line in told.ask.params["lines"]][1:3] == ["李四", "13911112222"]


def test_a_wrong_correction_at_the_review_is_named() -> None:
    told = petition(COMPLETE, Said("电话：139"), facts=BOUND)
    assert told.keys == ["petition.mobile.invalid", "petition.review"]
    assert told.ask.params["lines"][2].value == BOUND.mobile


def test_a_correction_that_opens_a_branch_asks_it() -> None:
    assert petition(COMPLETE, Said("类别：水"), facts=BOUND).keys == ["petition.depth.ask"]


def test_more_text_at_the_review_is_added_to_the_problem() -> None:
    told = petition(COMPLETE, Said("井盖也没有了"), facts=BOUND)
    assert told.effects[0] == Say("engine.grown", {"label": Key("petition.problem.label")})
    assert told.keys[1:] == ["petition.review"]
    assert told.answers["problem"] == "门口的路坏了\n井盖也没有了"


def test_more_text_than_fits_is_refused_and_the_problem_kept() -> None:
    told = petition(COMPLETE, Said("坏" * 60), facts=BOUND)
    assert told.keys == ["engine.too_long", "petition.review"]
    assert told.answers["problem"] == "门口的路坏了"


def test_a_wave_of_the_hand_at_the_review_is_told_what_to_do() -> None:
    told = petition(COMPLETE, Said("嗯"), facts=BOUND)
    assert told.keys == ["engine.at_review", "engine.review_hint"]
    assert told.verbs == ["confirm", "toggle:hidden", "edit", "cancel"]


def test_repeated_waves_are_offered_a_person() -> None:
    told = petition(COMPLETE, Said("嗯"), Said("嗯"), Said("嗯"), facts=BOUND)
    assert told.keys == ["engine.at_review", "engine.offer_human", "engine.review_hint"]
    assert told.verbs[-1] == "human"


def test_files_at_the_review_show_it_again() -> None:
    told = petition(COMPLETE, Said("", ("f2",)), facts=BOUND)
    assert told.keys == ["engine.files_added", "petition.review"]
    assert told.ask.params["files"] == 2


def test_answers_at_the_choice_of_what_to_edit_are_taken() -> None:
    told = petition(COMPLETE, Edit(), Said("手机"), Said("13911112222"), facts=BOUND)
    assert told.keys == ["petition.review"]
    assert told.answers["mobile"] == "13911112222"


def test_what_became_missing_since_the_review_is_asked_before_it_is_handed_over() -> None:
    told = petition(COMPLETE, facts=BOUND)
    later = petition(Confirm(), state=told.state, facts=Facts())
    assert later.keys == ["petition.missing"]
    assert later.ask.fields == ("company", "contact", "mobile")


class PairForm(BaseModel):
    """A form with rules that no single field shows."""

    first: str
    second: Annotated[str, StringConstraints(max_length=5)]

    @field_validator("second")
    @classmethod
    def _not_bad(cls, value: str) -> str:
        if value == "bad":
            raise ValueError("bad")
        return value

    @model_validator(mode="after")
    def _differ(self) -> "PairForm":
        if self.first == self.second:
            raise ValueError("same")
        return self


PAIR: Flow[PairForm, None] = Flow(name="pair", form=PairForm, steps=(Step("first"), Step("second")))


def test_what_only_the_whole_form_objects_to_is_asked_again() -> None:
    told = play(PAIR, Start(given={"first": "a", "second": "bad"}), Confirm())
    assert told.keys == ["pair.second.invalid", "pair.second.ask"]
    assert told.state.phase == "open"
    assert play(PAIR, Said("b"), Confirm(), state=told.state).keys == ["submit"]


def test_an_objection_to_the_form_as_a_whole_shows_the_review() -> None:
    told = play(PAIR, Start(given={"first": "a", "second": "a"}), Confirm())
    assert told.keys == ["engine.invalid_form", "pair.review"]


def test_a_required_field_that_may_stay_empty_is_a_defect_of_the_flow() -> None:
    with pytest.raises(ValueError, match="may stay empty: \\['second'\\]"):
        Flow(name="pair", form=PairForm, steps=(Step("first"), Step("second", optional=True)))


def test_a_step_without_a_field_is_a_defect_of_the_flow() -> None:
    with pytest.raises(ValueError, match="without a form field: \\['third'\\]"):
        Flow(name="pair", form=PairForm, steps=(Step("third"),))


def test_a_step_is_found_by_its_field() -> None:
    assert PETITION.step("kind") is PETITION.steps[4]
    assert PETITION.step("nothing") is None

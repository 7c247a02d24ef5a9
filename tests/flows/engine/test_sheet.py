"""A form filled at once comes to the same as one asked step by step."""

from __future__ import annotations

from flows.engine import Submit, fill
from tests.flows.engine.samples import PETITION, Facts, PetitionForm

WHOLE = {
    "company": "镇海某某公司",
    "contact": "陈建国",
    "mobile": "13805740001",
    "problem": "门口的路坑坑洼洼",
    "kind": "road",
}


def form(said: dict[str, str]) -> PetitionForm:
    filled = fill(PETITION, "1", said, Facts())
    assert filled.faults == {}
    assert isinstance(filled.submit, Submit)
    assert isinstance(filled.submit.form, PetitionForm)
    return filled.submit.form


def test_a_whole_form_is_submitted() -> None:
    assert form(WHOLE).problem == "门口的路坑坑洼洼"


def test_every_fault_is_named_at_its_field() -> None:
    filled = fill(PETITION, "1", {**WHOLE, "mobile": "123", "company": ""}, Facts())
    assert filled.submit is None
    assert {at: said.key for at, said in filled.faults.items()} == {
        "mobile": "petition.mobile.invalid",
        "company": "engine.cannot_skip",
    }


def test_a_choice_is_taken_by_what_is_shown_too() -> None:
    assert form({**WHOLE, "kind": "道路"}).kind == "road"


def test_what_is_not_offered_is_refused() -> None:
    filled = fill(PETITION, "1", {**WHOLE, "kind": "air"}, Facts())
    assert filled.faults["kind"].key == "engine.not_offered"


def test_a_field_that_does_not_apply_is_left_out() -> None:
    assert form({**WHOLE, "depth": "3"}).depth is None
    assert form({**WHOLE, "kind": "water", "depth": "3"}).depth == 3


def test_a_field_that_applies_is_asked_for() -> None:
    filled = fill(PETITION, "1", {**WHOLE, "kind": "water"}, Facts())
    assert set(filled.faults) == {"depth"}


def test_an_emptied_proposal_is_empty() -> None:
    facts = Facts(contact="王一")
    assert set(fill(PETITION, "1", {**WHOLE, "contact": ""}, facts).faults) == {"contact"}


def test_a_fact_is_found_in_what_was_written_around_it() -> None:
    assert form({**WHOLE, "mobile": "手机 13805740001 陈总"}).mobile == "13805740001"


def test_an_objection_of_the_world_stands_at_its_field() -> None:
    filled = fill(PETITION, "1", WHOLE, Facts(blocked="13805740001"))
    assert filled.faults["mobile"].key == "petition.mobile.blocked"


def test_a_switch_is_off_unless_it_is_on() -> None:
    assert form(WHOLE).hidden is False
    assert form({**WHOLE, "hidden": "yes"}).hidden is True

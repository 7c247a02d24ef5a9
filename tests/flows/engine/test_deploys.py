"""A conversation that was open while the flow changed."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

from pydantic import create_model

from flows.engine import Back, Confirm, Flow, Leave, Resume, Said, Start, State
from tests.flows.engine.samples import BOUND, PETITION, Told, petition, play

COMPLETE = Start("门口的路坏了", {"since": "上周", "kind": "road", "company": "宁波公司"})


def changed(**revised: int) -> Flow[Any, Any]:
    """Return the petition of the next release."""
    steps = tuple(replace(step, revision=revised.get(step.field, 1)) for step in PETITION.steps)
    return replace(PETITION, steps=steps)


def shortened() -> Flow[Any, Any]:
    """Return the petition of a release that no longer asks for the kind."""
    gone = {"kind", "depth"}
    kept: Any = {
        name: (info.annotation, info)
        for name, info in PETITION.form.model_fields.items()
        if name not in gone
    }
    steps = tuple(step for step in PETITION.steps if step.field not in gone)
    return replace(PETITION, form=create_model("PetitionForm", **kept), steps=steps)


def on(flow: Flow[Any, Any], told: Told, *inputs: Any) -> Told:
    return play(flow, *inputs, facts=BOUND, state=told.state)


def test_only_the_changed_step_is_asked_again_and_it_is_said_once() -> None:
    told = on(changed(kind=2), petition(COMPLETE, facts=BOUND), Resume())
    assert told.keys == ["engine.changed", "petition.kind.ask"]
    assert told.answers == {"since": "上周", "company": "宁波公司", "problem": "门口的路坏了"}
    assert on(changed(kind=2), told, Resume()).keys == ["petition.kind.ask"]


def test_a_confirmation_after_a_change_asks_first() -> None:
    told = on(changed(problem=2), petition(COMPLETE, facts=BOUND), Confirm())
    assert told.keys == ["engine.changed", "petition.problem.ask"]


def test_a_changed_step_that_is_proposed_needs_no_question() -> None:
    told = on(changed(company=2), petition(COMPLETE, facts=BOUND), Resume())
    assert told.keys == ["engine.changed", "petition.review"]
    assert told.ask.params["lines"][0].value == BOUND.company


def test_an_unchanged_flow_says_nothing() -> None:
    told = on(changed(), petition(COMPLETE, facts=BOUND), Resume())
    assert told.keys == ["petition.review"]


def test_a_conversation_put_aside_hears_of_the_change_when_it_is_resumed() -> None:
    left = on(changed(kind=2), petition(COMPLETE, facts=BOUND), Leave())
    assert left.keys == ["engine.left"]
    assert on(changed(kind=2), left, Resume()).keys[0] == "engine.changed"


def test_the_new_answer_to_a_changed_step_counts() -> None:
    told = on(changed(kind=2), petition(COMPLETE, facts=BOUND), Resume(), Said("水"))
    assert told.answers["kind"] == "water"
    assert told.keys == ["petition.depth.ask"]


def test_a_step_that_was_asked_and_removed_is_passed_over() -> None:
    asked = petition(Start("门口的路坏了"), facts=BOUND)
    assert asked.ask.fields == ("kind",)
    told = on(shortened(), asked, Said("上周"))
    assert told.answers["since"] == "上周"
    assert told.keys == ["petition.review"]


def test_answers_of_removed_steps_are_kept_aside() -> None:
    told = petition(COMPLETE, facts=BOUND)
    done = on(shortened(), told, Back(), Said("路口也坏了"), Confirm())
    assert done.keys == ["submit"]
    assert done.answers["kind"] == "road"


def test_an_answer_without_a_known_origin_is_asked_again() -> None:
    told = play(
        PETITION, Resume(), facts=BOUND, state=State(flow="petition", answers={"kind": "road"})
    )
    assert told.keys[0] == "engine.changed"


def test_the_version_follows_the_steps() -> None:
    assert changed().version == PETITION.version
    assert changed(kind=2).version != PETITION.version
    told = on(changed(kind=2), petition(COMPLETE, facts=BOUND), Resume())
    assert told.state.version == changed(kind=2).version


SCRIPT = """
from typing import Annotated
from pydantic import BaseModel, BeforeValidator
from flows.engine import Flow, Step

def strip(value: object) -> object:
    return value

class Form(BaseModel):
    name: Annotated[str, BeforeValidator(strip)]

print(Flow(name="f", form=Form, steps=(Step("name"),)).version)
"""


def test_the_version_is_the_same_in_every_process() -> None:
    versions = {
        subprocess.run(
            [sys.executable, "-c", f"pad = [object() for _ in range({pad})]\n{SCRIPT}"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for pad in (0, 50_000, 200_000)
    }
    assert len(versions) == 1

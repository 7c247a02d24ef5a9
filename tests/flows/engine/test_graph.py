"""The picture of a flow, and which of its steps a run has asked."""

from flows.engine import (
    Event,
    Finish,
    Picked,
    Said,
    Skip,
    Start,
    Toggle,
    asked_steps,
    mermaid,
    uncovered,
)
from tests.flows.engine.samples import BOUND, DIARY, PETITION, petition, play

DIARY_GRAPH = """\
flowchart TD
    start(["diary"])
    step_story["story<br/>gathers"]
    start --> step_story
    step_mood["mood<br/>optional"]
    step_story --> step_mood
    step_title["title<br/>optional"]
    step_mood --> step_title
    submitted(["submitted"])
    step_title --> submitted
"""


def test_a_flow_is_drawn_in_the_order_of_its_questions() -> None:
    assert mermaid(DIARY) == DIARY_GRAPH


def test_a_conditional_step_is_drawn_as_a_branch() -> None:
    lines = [line.strip() for line in mermaid(PETITION).splitlines()]
    assert 'if_depth{"depth?"}' in lines
    assert "step_kind --> if_depth" in lines
    assert "if_depth -->|yes| step_depth" in lines
    assert "if_depth -->|no| step_since" in lines
    assert "step_depth --> step_since" in lines


def test_the_review_is_drawn_with_its_switches() -> None:
    lines = [line.strip() for line in mermaid(PETITION).splitlines()]
    assert 'review[["review<br/>hidden"]]' in lines
    assert "review -->|confirm| submitted" in lines


def test_what_was_asked_is_read_from_the_funnel() -> None:
    told = petition(Start("门口的路坏了"), facts=BOUND)
    assert asked_steps(told.events) == {"kind"}
    assert asked_steps([Event("reviewed"), Event("answered", "since")]) == frozenset()


def test_steps_that_no_run_asked_are_named() -> None:
    told = petition(Start("门口的路坏了"), Picked("kind", "road"), facts=BOUND)
    assert uncovered(PETITION, told.events) == {
        "company",
        "contact",
        "mobile",
        "problem",
        "depth",
        "hidden",
    }


def test_several_runs_together_cover_a_flow() -> None:
    all_asked = petition(
        Start(),
        Said("宁波公司\n张三\n13800000000\n门口的路坏了"),
        Said("水"),
        Said("2"),
        Toggle("hidden"),
    )
    assert uncovered(PETITION, all_asked.events) == frozenset()
    diary = play(DIARY, Start(), Said("出门"), Finish(), Skip())
    assert uncovered(DIARY, diary.events) == frozenset()

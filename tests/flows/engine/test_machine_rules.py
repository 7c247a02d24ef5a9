"""No sequence of inputs, facts and deploys breaks a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from flows.engine import (
    Ask,
    Back,
    Cancel,
    Confirm,
    Edit,
    Finish,
    Flow,
    Input,
    Leave,
    Picked,
    Refused,
    Remind,
    Resume,
    Said,
    Skip,
    Start,
    State,
    Submit,
    Toggle,
    Turn,
    advance,
    clean,
    current,
    kept,
    labelled,
    mermaid,
)
from tests.flows.engine.samples import BOUND, DIARY, PETITION, Facts, diary

FIELDS = st.sampled_from([*(step.field for step in PETITION.steps), "story", "mood", "gone", ""])
ANYTHING = st.text(alphabet=st.characters(), max_size=80) | st.text(
    alphabet="\x00\ud800\u200b\u202e 0１一：:；;，\n\r电话问题公司13", max_size=30
)
SENSIBLE = st.sampled_from(
    [
        "1", "2", "水", "道路", "13800000000", "宁波公司", "张三", "门口的路坏了很久没有人修",
        "宁波公司\n张三\n13800000000", "电话：13911112222", "电话：1；类别：水", "3", "嗯",
        "好" * 10_000, "电话", "上周", "水深：9",
    ]
)  # fmt: skip
TEXTS = SENSIBLE | ANYTHING
FILES = st.lists(st.sampled_from(["f1", "f2"]), max_size=2).map(tuple)
GIVEN = st.dictionaries(FIELDS, TEXTS, max_size=3)
INPUTS: st.SearchStrategy[Input] = st.one_of(
    st.builds(Start, TEXTS, GIVEN, FILES),
    st.builds(Said, TEXTS, FILES),
    st.builds(Said, SENSIBLE),
    st.builds(Picked, FIELDS, TEXTS | st.sampled_from(["road", "water", "yes", "good"])),
    st.builds(Edit, st.none() | FIELDS),
    st.builds(Toggle, FIELDS),
    st.builds(Refused, st.just("petition.refused"), st.just({}), st.none() | FIELDS),
    st.sampled_from(
        [Back(), Cancel(), Confirm(), Confirm(), Skip(), Finish(), Resume(), Remind(), Leave()]
    ),
)
WORLDS = st.sampled_from(
    [Facts(), BOUND, Facts("宁波公司"), Facts(blocked="13800000000"), Facts(kinds=("road",))]
)
GOOD = {
    "company": "宁波公司",
    "contact": "张三",
    "mobile": "13911112222",
    "kind": "road",
    "problem": "门口的路坏了很久",
    "depth": "3",
    "since": "上周",
    "story": "出门",
    "mood": "good",
    "title": "今天",
}
VERBS = {"confirm", "edit", "cancel", "skip", "finish", "human", "pick", "toggle"}


def release(flow: Flow[Any, Any], field: str) -> Flow[Any, Any]:
    """Return a flow whose step has a new meaning."""
    return replace(
        flow,
        steps=tuple(
            replace(step, revision=step.revision + (step.field == field)) for step in flow.steps
        ),
    )


class Conversation(RuleBasedStateMachine):
    """A person, the clock, the desk and the developers at work on one conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.flow: Flow[Any, Any] = PETITION
        self.facts = Facts()
        self.state = State(flow="petition")

    @rule(event=INPUTS)
    def say_anything(self, event: Input) -> None:
        self.step(event)

    @precondition(lambda self: self.state.asked)
    @rule(data=st.data())
    def answer_sensibly(self, data: st.DataObject) -> None:
        field = data.draw(st.sampled_from(self.state.asked))
        self.step(Picked(field, GOOD[field]))

    @precondition(lambda self: not self.state.asked and self.state.phase == "open")
    @rule()
    def accept(self) -> None:
        self.step(Start("门口的路坏了很久", GOOD) if not self.state.answers else Confirm())

    @rule(facts=WORLDS)
    def the_world_changes(self, facts: Facts) -> None:
        self.facts = facts

    @rule(field=FIELDS)
    def the_flow_changes(self, field: str) -> None:
        self.flow = release(self.flow, field)

    @precondition(lambda self: self.state.phase in {"done", "cancelled"})
    @rule()
    def begin_anew(self) -> None:
        self.state = State(flow=self.flow.name)

    def step(self, event: Input) -> None:
        before = self.state
        turn = advance(self.flow, before, event, self.facts)
        assert turn == advance(self.flow, before, event, self.facts)
        self.state = State.model_validate_json(turn.state.model_dump_json())
        assert self.state == turn.state
        assert turn.effects, "silence"
        self.check_question(turn)
        self.check_answers(before, event, turn)
        self.check_form(before, event, turn)

    def check_question(self, turn: Turn) -> None:
        asks = [effect for effect in turn.effects if isinstance(effect, Ask)]
        ended = turn.state.phase in {"done", "cancelled"}
        assert len(asks) <= 1
        for ask in asks:
            assert ask is turn.effects[-1]
            assert ask.fields == turn.state.asked
            assert {choice.value.partition(":")[0] for choice in ask.choices} <= VERBS
            assert ask.fields or ask.choices
            assert (
                ask.key == "engine.edit_which"
                or turn.state.faults < 3
                or (ask.choices[-1].value == "human")
            )
        if ended:
            assert not turn.state.asked
            assert not asks
        elif turn.state.phase == "open":
            assert asks

    def check_answers(self, before: State, event: Input, turn: Turn) -> None:
        noted = {e.step for e in turn.events if e.what in {"answered", "skipped"}}
        stale = {
            name for name in before.answers if before.hashes.get(name) != self.flow.hashes.get(name)
        }
        dropping = isinstance(event, Back | Refused)
        lost = {
            name
            for name, value in before.answers.items()
            if turn.state.answers.get(name) != value and name not in stale | noted
        }
        assert len(lost) <= (1 if dropping else 0)
        assert turn.state.files[: len(before.files)] == before.files
        assert turn.state.answers.keys() == turn.state.hashes.keys()

    def check_form(self, before: State, event: Input, turn: Turn) -> None:
        forms = [effect.form for effect in turn.effects if isinstance(effect, Submit)]
        assert (turn.state.phase == "done") == bool(
            forms or (before.phase == "done" and not isinstance(event, Refused))
        )
        for form in forms:
            assert isinstance(event, Confirm) or not self.flow.review
            assert current(self.flow, turn.state, self.facts) is None
            assert self.flow.form.model_validate(form.model_dump()) == form
            assert form == self.flow.form.model_validate(kept(self.flow, turn.state, self.facts))


class Diary(Conversation):
    """The same with a flow that gathers messages and has no review."""

    def __init__(self) -> None:
        super().__init__()
        self.flow = DIARY
        self.state = State(flow="diary")


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestDiary = Diary.TestCase
TestDiary.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@given(st.lists(INPUTS, max_size=15), FIELDS)
@settings(deadline=None, max_examples=60)
def test_a_deploy_keeps_every_answer_but_the_changed_one(
    events: Sequence[Input], field: str
) -> None:
    state = State(flow="petition")
    for event in events:
        state = advance(PETITION, state, event, BOUND).state
    state = state.model_copy(update={"phase": "open"})
    after = advance(release(PETITION, field), state, Resume(), BOUND).state
    assert after.answers == {k: v for k, v in state.answers.items() if k != field}


@given(ANYTHING)
def test_any_text_can_be_cleaned_and_cut(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned
    for value in labelled(cleaned, PETITION.steps).values():
        assert value
        assert value in cleaned


def test_a_flow_of_any_shape_is_drawn() -> None:
    for flow in (PETITION, DIARY, diary(takes_files=False)):
        drawn = mermaid(flow)
        assert all(f"step_{step.field}" in drawn for step in flow.steps if not step.switch)

"""What is asked, alone or together, and what is taken at the start."""

from flows.engine import (
    Choice,
    Event,
    Finish,
    Key,
    Picked,
    Resume,
    Said,
    Skip,
    Start,
    current,
    kept,
)
from flows.engine.flow import State
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

PARAGRAPH = "门口的路坏了两周，没有人来修"


def test_all_short_facts_are_asked_in_one_question() -> None:
    told = petition(Start())
    assert told.keys == ["petition.missing"]
    assert told.ask.params == {
        "missing": labels("company", "contact", "mobile", "problem", "since"),
        "optional": False,
    }
    assert told.ask.fields == ("company", "contact", "mobile", "problem", "since")
    assert told.state.asked == told.ask.fields
    assert told.ask.choices == ()


def test_what_is_known_of_the_person_is_not_asked() -> None:
    assert petition(Start(), facts=BOUND).ask.fields == ("problem", "since")


def test_one_short_fact_is_asked_by_its_own_question() -> None:
    told = petition(Start(PARAGRAPH, {"since": "上周"}), facts=Facts("宁波公司", "张三"))
    assert told.keys == ["petition.mobile.ask"]
    assert told.ask.params == {}


def test_a_step_with_choices_is_asked_alone() -> None:
    told = petition(Start(PARAGRAPH), facts=BOUND)
    assert told.keys == ["petition.kind.ask"]
    assert told.ask.choices == (
        Choice("道路", "pick:kind:road"),
        Choice("水", "pick:kind:water"),
    )


def test_a_step_that_is_asked_alone_stands_alone() -> None:
    flow = type(PETITION)(
        name="petition",
        form=PETITION.form,
        steps=tuple(
            type(step)(step.field, choices=step.choices, when=step.when, alone=True)
            for step in PETITION.steps
        ),
    )
    assert play(flow, Start(), facts=Facts()).ask.fields == ("company",)


def test_optional_facts_are_asked_once_when_nothing_else_is_missing() -> None:
    told = petition(Start(PARAGRAPH), Picked("kind", "road"), facts=BOUND)
    assert told.keys == ["petition.since.ask"]
    assert told.ask.choices == (Choice(Key("engine.choice.skip"), "skip"),)
    skipped = petition(Skip(), facts=BOUND, state=told.state)
    assert skipped.keys == ["petition.review"]
    assert Event("skipped", "since") in skipped.events


def test_an_optional_fact_that_rode_along_is_not_asked_again() -> None:
    told = petition(Start(), Said("路面塌了一块"), facts=BOUND)
    assert told.answers["since"] == ""
    assert told.ask.fields == ("kind",)


def test_a_conditional_step_is_asked_when_it_applies() -> None:
    start = Start(PARAGRAPH, {"since": "上周"})
    told = petition(start, Picked("kind", "water"), facts=BOUND)
    assert told.keys == ["petition.depth.ask"]


def test_given_values_are_taken_and_bad_ones_asked() -> None:
    told = petition(Start(given={"kind": "road", "mobile": "123", "depth": "2", "none": "x"}))
    assert told.answers == {"kind": "road"}
    assert "mobile" in told.ask.fields


def test_a_given_choice_may_be_named_by_its_label() -> None:
    assert petition(Start(given={"kind": "道路"})).answers == {"kind": "road"}


def test_a_paragraph_is_read_and_is_the_problem_itself() -> None:
    text = "我是宁波紧固件公司的，门口路坏了，电话13800000000"
    told = petition(Start(text))
    assert told.answers["problem"] == text
    assert told.answers["mobile"] == "13800000000"
    assert told.answers["company"].endswith("紧固件公司")
    assert told.ask.fields == ("contact", "since")


def test_given_values_win_over_what_the_paragraph_says() -> None:
    told = petition(Start("电话13800000000有问题", {"mobile": "13911112222"}))
    assert told.answers["mobile"] == "13911112222"


def test_a_paragraph_that_is_too_long_is_named_at_the_start() -> None:
    told = petition(Start("路" * 61), facts=BOUND)
    assert told.keys == ["engine.too_long", "petition.missing"]
    assert told.says[0].params == {"label": Key("petition.problem.label"), "limit": 60}


def test_files_at_the_start_are_kept() -> None:
    told = petition(Start(PARAGRAPH, {"since": "", "kind": "road"}, ("f1", "f2")), facts=BOUND)
    assert told.state.files == ("f1", "f2")
    assert told.ask.params["files"] == 2


def test_a_flow_without_a_review_hands_over_with_the_last_answer() -> None:
    told = play(DIARY, Start(), Said("出门"), Finish(), Picked("mood", "good"), Said("今天"))
    assert told.form == DiaryForm(story="出门", mood="good", title="今天")
    assert told.state.phase == "done"


def test_optional_choices_can_be_skipped() -> None:
    told = play(DIARY, Start(), Said("出门"), Finish())
    assert told.verbs == ["pick:mood:good", "pick:mood:bad", "skip"]
    assert told.ask.choices[0].style == "primary"
    assert play(DIARY, Skip(), state=told.state).ask.fields == ("title",)


def test_the_current_step_and_what_counts_can_be_looked_at() -> None:
    told = petition(Start(PARAGRAPH, {"kind": "water"}), facts=BOUND)
    step = current(PETITION, told.state, BOUND)
    assert step is not None
    assert step.field == "depth"
    assert kept(PETITION, told.state, BOUND) == {
        "company": BOUND.company,
        "contact": BOUND.contact,
        "mobile": BOUND.mobile,
        "problem": PARAGRAPH,
        "kind": "water",
        "hidden": "no",
    }


def test_a_proposal_is_recomputed_and_never_stored() -> None:
    told = petition(Start(PARAGRAPH, {"kind": "road", "since": ""}), facts=BOUND)
    moved = petition(Resume(), state=told.state, facts=Facts("象山公司", "李四", "13911112222"))
    assert [line.value for line in moved.ask.params["lines"]][:2] == ["象山公司", "李四"]
    assert "company" not in moved.answers


def test_a_proposal_that_is_not_valid_is_asked() -> None:
    assert "mobile" in petition(Start(), facts=Facts(mobile="12345")).ask.fields


def test_an_answer_the_world_overtook_is_asked_again() -> None:
    told = petition(Start(PARAGRAPH, {"kind": "water", "since": "", "depth": "2"}), facts=BOUND)
    assert told.keys == ["petition.review"]
    later = Facts(BOUND.company, BOUND.contact, BOUND.mobile, kinds=("road",))
    assert petition(Resume(), state=told.state, facts=later).keys == ["petition.kind.ask"]


def test_a_conversation_answers_without_a_start() -> None:
    told = petition(Said("李四\n13911112222\n路坏了一周"), facts=Facts("宁波公司"))
    assert told.answers["contact"] == "李四"
    assert told.ask.fields == ("kind",)


def test_the_state_is_plain_json_with_the_flow_version() -> None:
    told = petition(Start(PARAGRAPH))
    assert State.model_validate_json(told.state.model_dump_json()) == told.state
    assert told.state.version == PETITION.version

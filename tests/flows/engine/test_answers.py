"""How typed texts, files and pressed choices become answers."""

import pytest

from flows.engine import Edit, Event, Finish, Key, Picked, Said, Say, Start
from tests.flows.engine.samples import BOUND, DIARY, Facts, diary, labels, petition, play

ASKED_KIND = Start("门口的路坏了", {"since": ""})
ASKED_MOBILE = Start("门口的路坏了", {"since": ""})
NO_MOBILE = Facts("宁波公司", "张三")


@pytest.mark.parametrize(
    "text", ["2", "２", "二", "水", "water", " Water ", "第2个", "2.", "②", "选二", "类别：水"]
)
def test_a_choice_is_named_by_number_label_or_value(text: str) -> None:
    assert petition(ASKED_KIND, Said(text), facts=BOUND).answers["kind"] == "water"


@pytest.mark.parametrize("text", ["0", "3", "十", "空气", "1 2"])
def test_what_is_not_offered_is_named_and_asked_again(text: str) -> None:
    told = petition(ASKED_KIND, Said(text), facts=BOUND)
    assert told.keys == ["engine.not_offered", "petition.kind.ask"]
    assert told.state.faults == 1
    assert told.turn.events[0] == Event("refused", "kind")


def test_choices_that_are_only_suggestions_take_other_words() -> None:
    def moods(text: str) -> list[str]:
        flow = diary()
        loose = tuple(
            type(step)(step.field, choices=step.choices, optional=True, strict=False)
            for step in flow.steps
            if step.field == "mood"
        )
        free = type(flow)(name="diary", form=flow.form, steps=loose, review=False)
        told = play(free, Start(), Said(text))
        return [told.answers["mood"]]

    assert moods("一般") == ["一般"]
    assert moods("1") == ["good"]


@pytest.mark.parametrize(
    "text",
    [
        "13911112222",
        " 13911112222\n",
        "我的电话是13911112222",
        "１３９１１１１２２２２",
        "电话：13911112222",
    ],
)
def test_a_short_fact_is_found_in_what_is_said(text: str) -> None:
    told = petition(ASKED_MOBILE, Said(text), facts=NO_MOBILE)
    assert told.answers["mobile"] == "13911112222"
    assert told.ask.fields == ("kind",)


def test_an_invalid_answer_is_named_with_its_reason_and_asked_again() -> None:
    told = petition(ASKED_MOBILE, Said("1391" + "x" * 60), facts=NO_MOBILE)
    assert told.keys == ["petition.mobile.invalid", "petition.mobile.ask"]
    assert told.says[0].params == {"given": "1391" + "x" * 36}


def test_an_objection_of_the_world_has_its_own_text() -> None:
    facts = Facts("宁波公司", "张三", blocked="13911112222")
    told = petition(ASKED_MOBILE, Said("13911112222"), facts=facts)
    assert told.keys == ["petition.mobile.blocked", "petition.mobile.ask"]


def test_a_text_that_is_too_long_is_told_the_limit() -> None:
    told = petition(Start(given={"since": ""}), Said("路" * 61), facts=BOUND)
    assert told.effects[0] == Say(
        "engine.too_long", {"label": Key("petition.problem.label"), "limit": 60}
    )


def test_three_faults_in_a_row_offer_a_person() -> None:
    told = petition(ASKED_MOBILE, Said("a"), Said("b"), facts=NO_MOBILE)
    assert told.verbs == []
    third = petition(Said("c"), facts=NO_MOBILE, state=told.state)
    assert third.keys == ["petition.mobile.invalid", "engine.offer_human", "petition.mobile.ask"]
    assert third.verbs == ["human"]


def test_a_valid_answer_forgives_the_faults() -> None:
    told = petition(ASKED_MOBILE, Said("a"), Said("b"), Said("13911112222"), facts=NO_MOBILE)
    assert told.state.faults == 0


@pytest.mark.parametrize(
    "text",
    [
        "宁波紧固件公司\n张三\n13800000000",
        "宁波紧固件公司；张三；13800000000",
        "宁波紧固件公司，张三，13800000000",
        "宁波紧固件公司 张三 13800000000",
        "13800000000\n宁波紧固件公司\n张三",
        "联系人张三，电话是13800000000，公司：宁波紧固件公司",
        "姓名：张三，手机：13800000000\n公司：宁波紧固件公司",
        "1. 公司：宁波紧固件公司\n2. 姓名：张三\n3. 手机：13800000000",
    ],
)
def test_several_facts_are_found_in_one_answer(text: str) -> None:
    told = petition(Start("门口的路坏了"), Said(text))
    assert told.answers["company"] == "宁波紧固件公司"
    assert told.answers["contact"] == "张三"
    assert told.answers["mobile"] == "13800000000"
    assert told.answers["since"] == ""
    assert told.ask.fields == ("kind",)


def test_a_fact_for_each_asked_step_also_fills_the_optional_one() -> None:
    told = petition(Start("门口的路坏了"), Said("宁波公司\n张三\n13800000000\n上周"))
    assert told.answers["since"] == "上周"


def test_what_is_still_missing_is_asked_together_again() -> None:
    told = petition(Start("门口的路坏了"), Said("13800000000"))
    assert told.ask.params["missing"] == labels("company", "contact", "since")


def test_the_only_required_fact_takes_the_whole_text() -> None:
    told = petition(Start("门口的路坏了"), Said("李四"), facts=Facts("宁波公司", "", "13800000000"))
    assert told.answers["contact"] == "李四"


def test_a_paragraph_among_several_questions_is_the_problem() -> None:
    told = petition(Start(), Said("我们门口的路坏了很久没人修"))
    assert told.answers["problem"] == "我们门口的路坏了很久没人修"
    assert told.ask.fields == ("company", "contact", "mobile", "since")


def test_a_paragraph_with_a_number_in_it_is_not_lost() -> None:
    text = "我们门口的路坏了很久没人修请打13800000000"
    told = petition(Start(), Said(text), facts=Facts("宁波公司", "张三"))
    assert told.answers["problem"] == text
    assert told.answers["mobile"] == "13800000000"


def test_what_answers_none_of_several_questions_is_not_understood() -> None:
    told = petition(Start("门口的路坏了"), Said("好"))
    assert told.keys == ["engine.not_understood", "petition.missing"]
    assert told.state.faults == 1


def test_an_unusable_labelled_fact_is_named_and_the_others_taken() -> None:
    told = petition(Start("门口的路坏了"), Said("姓名：张三\n电话：139\n公司：宁波公司"))
    assert told.keys == ["petition.mobile.invalid", "petition.missing"]
    assert told.ask.fields == ("mobile", "since")
    assert told.answers["contact"] == "张三"


def test_an_earlier_answer_is_only_replaced_with_its_label() -> None:
    told = petition(Start("门口的路坏了"), Said("13800000000"), Said("打不通13911112222"))
    assert told.answers["mobile"] == "13800000000"
    labelled = petition(Said("电话：13911112222"), state=told.state)
    assert labelled.answers["mobile"] == "13911112222"
    assert labelled.ask.fields == ("company", "contact", "since")


def test_a_labelled_correction_is_taken_while_another_fact_is_asked() -> None:
    told = petition(ASKED_KIND, Said("电话：13911112222"), facts=BOUND)
    assert told.answers["mobile"] == "13911112222"
    assert told.keys == ["petition.kind.ask"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\x00\ud800", "\u202e"])
def test_nothing_said_is_answered_too(text: str) -> None:
    told = petition(ASKED_MOBILE, Said(text), facts=NO_MOBILE)
    assert told.keys == ["engine.not_understood", "petition.mobile.ask"]


def test_characters_nobody_typed_are_dropped() -> None:
    told = petition(ASKED_MOBILE, Said("\u202e1391111\u200b2222\x00"), facts=NO_MOBILE)
    assert told.answers["mobile"] == "13911112222"


def test_files_are_counted_and_the_question_stays() -> None:
    told = petition(ASKED_KIND, Said("", ("f1",)), Said("", ("f2", "f3")), facts=BOUND)
    assert told.effects[0] == Say("engine.files_added", {"count": 3})
    assert told.keys[1:] == ["petition.kind.ask"]


def test_files_with_a_text_answer_too() -> None:
    told = petition(ASKED_KIND, Said("1", ("f1",)), facts=BOUND)
    assert told.keys == ["engine.files_added", "petition.review"]
    assert told.ask.params["files"] == 1


def test_a_flow_that_takes_no_files_says_so() -> None:
    told = play(diary(takes_files=False), Start(), Said("", ("f1",)))
    assert told.keys == ["engine.no_files", "diary.story.ask"]
    assert told.state.files == ()


def test_several_messages_are_gathered_until_the_end() -> None:
    told = play(DIARY, Start())
    assert told.verbs == ["finish"]
    told = play(DIARY, Said("出门"), Said("", ("f1",)), Said("回家"), state=told.state)
    assert told.keys == ["diary.story.more"]
    assert told.ask.params == {"files": 1}
    assert told.verbs == ["finish"]
    assert told.answers["story"] == "出门\n回家"
    assert play(DIARY, Finish(), state=told.state).keys == ["diary.mood.ask"]


def test_gathering_can_end_with_a_file_alone() -> None:
    told = play(DIARY, Start(), Said("", ("f1",)), Finish())
    assert told.keys == ["diary.mood.ask"]


def test_gathering_nothing_is_not_an_answer() -> None:
    told = play(DIARY, Start(), Finish())
    assert told.keys == ["diary.story.invalid", "diary.story.ask"]
    assert told.state.faults == 1


def test_a_message_that_makes_the_gathered_text_too_long_is_refused_alone() -> None:
    told = play(DIARY, Start(), Said("好" * 20), Said("坏" * 20))
    assert told.keys == ["engine.too_long", "diary.story.more"]
    assert told.answers["story"] == "好" * 20


def test_a_correction_of_a_gathered_text_replaces_it() -> None:
    told = play(DIARY, Start(), Said("出门"), Finish(), Edit("story"), Said("回家"), Said("吃饭"))
    assert told.answers["story"] == "回家\n吃饭"


def test_a_late_button_corrects_its_own_answer() -> None:
    told = petition(ASKED_KIND, Picked("kind", "water"), Picked("kind", "road"), facts=BOUND)
    assert told.answers["kind"] == "road"
    assert told.keys == ["petition.review"]


def test_a_late_button_leaves_an_open_correction_open() -> None:
    told = petition(
        ASKED_KIND,
        Picked("kind", "water"),
        Said("3"),
        Edit("mobile"),
        Picked("kind", "road"),
        facts=BOUND,
    )
    assert told.answers["kind"] == "road"
    assert told.keys == ["petition.mobile.ask"]


def test_a_button_that_is_not_offered_any_more_is_refused() -> None:
    told = petition(ASKED_KIND, Picked("kind", "air"), facts=BOUND)
    assert told.keys == ["engine.not_offered", "petition.kind.ask"]


@pytest.mark.parametrize("field", ["depth", "nothing"])
def test_a_button_of_a_step_that_does_not_apply_shows_the_question(field: str) -> None:
    told = petition(ASKED_KIND, Picked(field, "1"), facts=BOUND)
    assert told.keys == ["engine.not_understood", "petition.kind.ask"]


def test_a_pressed_switch_takes_yes_or_no() -> None:
    assert petition(Start(), Picked("hidden", "yes")).answers == {"hidden": "yes"}
    assert petition(Start(), Picked("hidden", "maybe")).keys[0] == "engine.not_offered"

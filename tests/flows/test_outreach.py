"""走访代录: what messages mean, when it asks, and what it never files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load_config
from bot.office import office_of
from flows.engine import advance, kept
from flows.engine.flow import State
from flows.engine.words import (
    Ask,
    Back,
    Confirm,
    Edit,
    Finish,
    Input,
    Line,
    Picked,
    Said,
    Say,
    Skip,
    Start,
    Submit,
)
from flows.outreach.enterprises import candidates, meant
from flows.outreach.form import OUTREACH, Met, OutreachFacts, OutreachForm
from flows.outreach.opening import opening
from flows.outreach.problems import NONE, Problem, added, placed, problems_of, told
from flows.outreach.record import ASKED, BEEN, Outreach
from flows.reading.past import past_day

OFFICE = office_of(load_config())
TUESDAY = date(2026, 11, 24)
HENGTONG, HONGYE = "镇海恒通紧固件有限公司", "宁波宏业铸造厂"
BEFORE = Outreach(
    id=7,
    enterprise=HENGTONG,
    mode=BEEN,
    day=TUESDAY,
    contact="陈建国",
    phone="13805740001",
    by=1,
    at=datetime(2026, 11, 24, 1, tzinfo=UTC),
)
FACTS = OutreachFacts(
    today=TUESDAY,
    categories=OFFICE.categories,
    onward=OFFICE.onward,
    known=(HENGTONG, HONGYE),
    people={HENGTONG: (Met("陈建国", "13805740001"), Met("小周", "13805740002"))},
)


def begin(text: str) -> Start:
    return Start(given=opening(text, TUESDAY, FACTS.known, FACTS.categories))


def talk(*events: Input, facts: OutreachFacts = FACTS) -> tuple[State, Sequence[object]]:
    """Go through a conversation; return where it ends and what it said last."""
    state = State(flow="outreach")
    effects: Sequence[object] = ()
    for event in events:
        turn = advance(OUTREACH, state, event, facts)
        state, effects = turn.state, turn.effects
    return state, effects


def asked(effects: Sequence[object]) -> str:
    return next((one.key for one in effects if isinstance(one, Ask)), "")


def said(effects: Sequence[object]) -> list[str]:
    return [one.key for one in effects if isinstance(one, Say)]


def form(effects: Sequence[object]) -> OutreachForm:
    (submit,) = [one for one in effects if isinstance(one, Submit)]
    return OutreachForm.model_validate(submit.form)


# Reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天", date(2026, 11, 24)),
        ("昨天下午", date(2026, 11, 23)),
        ("前天", date(2026, 11, 22)),
        ("周三", date(2026, 11, 18)),
        ("周二", date(2026, 11, 24)),
        ("上周三", date(2026, 11, 18)),
        ("上上周五", date(2026, 11, 13)),
        ("11月20日", date(2026, 11, 20)),
        ("12月30日", date(2026, 12, 30)),
        ("6月3号", date(2026, 6, 3)),
        ("20号", date(2026, 11, 20)),
        ("30日", date(2026, 10, 30)),
        ("2026-11-02", date(2026, 11, 2)),
        ("11.5", date(2026, 11, 5)),
        ("去年12月1日", date(2025, 12, 1)),
        ("2月30日", None),
        ("恒通紧固件", None),
    ],
)
def test_a_day_that_was_is_read_backwards(text: str, day: date | None) -> None:
    assert past_day(text, TUESDAY) == day


def test_a_date_without_a_year_in_january_is_of_the_year_before() -> None:
    assert past_day("12月30日", date(2027, 1, 5)) == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("昨天停电三小时", ("昨天停电三小时",)),
        ("1. 招工难\n2. 门口积水", ("招工难", "门口积水")),
        ("1、招工难 2、门口积水", ("招工难", "门口积水")),
        ("一、招工难\n工资也涨了\n二、门口积水", ("招工难\n工资也涨了", "门口积水")),
        ("（1）招工难（2）积水", ("招工难", "积水")),
        ("先说两件：\n1. 招工难\n2. 门口积水", ("招工难", "门口积水")),
        ("恒通（1）车间漏水三天", ("恒通（1）车间漏水三天",)),
        ("停了 1.5 小时电", ("停了 1.5 小时电",)),
        ("7:50 停电，9:10 才来", ("7:50 停电，9:10 才来",)),
        ("招工难\n工资也涨了", ("招工难\n工资也涨了",)),
        (
            "恒通紧固件：招工难\n恒通紧固件：门口积水",
            ("恒通紧固件：招工难", "恒通紧固件：门口积水"),
        ),
    ],
)
def test_a_message_is_cut_where_its_lines_are_numbered(text: str, parts: tuple[str, ...]) -> None:
    assert told(text) == parts


def test_a_short_name_means_the_only_known_enterprise_that_fits() -> None:
    known = (HENGTONG, HONGYE, "宁波恒通物流有限公司")
    assert meant("宏业", "", known) == HONGYE
    assert meant("恒通紧固件", "", known) == HENGTONG
    assert candidates("恒通", known) == (HENGTONG, "宁波恒通物流有限公司")
    assert meant("恒通", "", known) == "恒通"
    assert meant("恒通", HENGTONG, known) == HENGTONG
    assert meant("恒通食品店", "", known) == "恒通食品店"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("恒通紧固件 陈总", {"enterprise": "恒通紧固件", "contact": "陈总"}),
        ("陈总 恒通紧固件 上门 昨天", {"mode": BEEN, "day": "2026-11-23"}),
        ("宏业铸造厂 沈丽 13957401234 电话", {"phone": "13957401234", "mode": ASKED}),
        ("宏业铸造厂 沈丽 没有问题", {"contact": "沈丽", "problems": NONE}),
        ("", {"day": "2026-11-24"}),
    ],
)
def test_the_first_message_may_say_who_how_and_when(text: str, found: dict[str, str]) -> None:
    got = opening(text, TUESDAY, FACTS.known, FACTS.categories)
    assert {name: got.get(name) for name in found} == found


@pytest.mark.parametrize(
    "text",
    [
        "恒通紧固件 陈总 上门\n1. 停电三次没人管\n2. 招工招不到人",
        "恒通紧固件 陈总 上门：1、停电三次没人管 2、招工招不到人",
        "恒通紧固件 陈总 上门 1. 停电三次没人管 2. 招工招不到人",
    ],
)
def test_the_first_message_may_hold_every_problem(text: str) -> None:
    got = opening(text, TUESDAY, FACTS.known, FACTS.categories)
    texts = [one.text for one in problems_of(got["problems"])]
    assert texts == ["停电三次没人管", "招工招不到人"]


# Problems --------------------------------------------------------------------------------------


def grown(*messages: tuple[str, tuple[str, ...]]) -> tuple[Problem, ...]:
    """Add messages with the files that came so far."""
    raw = NONE
    for text, files in messages:
        raw = added(raw, text, files, FACTS.categories)
    return problems_of(raw)


def test_pictures_go_to_the_problem_they_came_with() -> None:
    found = grown(
        ("停电三次没人管", ("a",)),
        ("", ("a", "b")),
        ("招工招不到人", ("a", "b", "c")),
    )
    assert [one.files for one in found] == [("a", "b"), ("c",)]


def test_pictures_before_the_first_word_go_to_the_first_problem() -> None:
    found = grown(("", ("a",)), ("停电三次没人管", ("a",)))
    assert [one.files for one in found] == [("a",)]


def test_pictures_that_came_last_of_all_go_to_the_last_problem() -> None:
    problems = grown(("停电三次没人管", ()), ("招工招不到人", ()))
    assert [one.files for one in placed(problems, ("x",))] == [(), ("x",)]


def test_a_picture_that_was_refused_since_belongs_to_nothing() -> None:
    problems = grown(("停电三次没人管", ("a", "b")))
    assert placed(problems, ("b",))[0].files == ("b",)


def test_a_problem_can_be_corrected_and_taken_out_by_its_number() -> None:
    two = (("停电三次没人管", ()), ("招工招不到人", ()))
    assert grown(*two, ("2 供水", ()))[1].category == "utility.water"
    assert grown(*two, ("第2个是供水", ()))[1].category == "utility.water"
    assert grown(*two, ("2 改成 招不到焊工", ()))[1].text == "招不到焊工"
    assert [one.text for one in grown(*two, ("删 1", ()))] == ["招工招不到人"]
    assert grown(*two, ("删 9", ())) == grown(*two)


def test_a_text_that_begins_with_a_number_is_still_a_problem() -> None:
    assert len(grown(("停电三次没人管", ()), ("2 台变压器都烧坏了", ()))) == 2
    assert len(grown(("停电三次没人管", ()), ("3 号门一直积水", ()))) == 2


# The conversation ------------------------------------------------------------------------------


def test_one_message_with_everything_goes_straight_to_the_card() -> None:
    _, effects = talk(begin("恒通紧固件 陈总 上门\n1. 停电三次没人管\n2. 招工招不到人"))
    assert asked(effects) == "outreach.review"
    (card,) = [one for one in effects if isinstance(one, Ask)]
    lines = [one.value for one in card.params["lines"] if isinstance(one, Line)]
    assert lines[0] == HENGTONG
    assert {"陈建国", "13805740001"} <= set(lines)
    assert [one.value for one in card.params["told"][:-1]] == ["停电三次没人管", "招工招不到人"]


def test_a_visit_is_asked_for_step_by_step() -> None:
    events: list[Input] = [begin("")]
    questions = []
    for answer in (
        Said("新安模具厂"),
        Said("上门"),
        Said("停电三次没人管"),
        Finish(),
        Said("王工 13957401234"),
    ):
        questions.append(asked(talk(*events)[1]))
        events.append(answer)
    assert questions == [
        "outreach.enterprise.ask",
        "outreach.mode.ask",
        "outreach.problems.ask",
        "outreach.problems.more",
        "outreach.missing",
    ]
    got = form(talk(*events, Confirm())[1])
    assert (got.enterprise, got.mode, got.day) == ("新安模具厂", BEEN, TUESDAY)
    assert (got.contact, got.phone) == ("王工", "13957401234")
    assert [one.text for one in got.problems] == ["停电三次没人管"]


@pytest.mark.parametrize("nothing", [Said("没有问题"), Said("没问题"), Picked("problems", NONE)])
def test_a_visit_without_problems_needs_no_telephone(nothing: Input) -> None:
    got = form(talk(begin("新安模具厂 王工 上门"), nothing, Confirm())[1])
    assert (got.problems, got.phone) == ((), "")


def test_the_telephone_told_at_first_is_not_asked_again() -> None:
    events = (begin("新安模具厂 王工 13957401234 上门"), Said("停电三次没人管"), Finish())
    assert form(talk(*events, Confirm())[1]).phone == "13957401234"


def test_a_problem_more_may_be_told_at_the_card() -> None:
    events = (begin("恒通 陈总 上门\n停电三次没人管"), Said("招工招不到人"), Confirm())
    assert [one.text for one in form(talk(*events)[1]).problems] == [
        "停电三次没人管",
        "招工招不到人",
    ]


def test_a_problem_told_at_the_card_changes_neither_enterprise_nor_day() -> None:
    more = Said("隔壁企业宏业铸造厂上周三把排水口堵了，我们门口积水")
    got = form(talk(begin("恒通 陈总 上门\n停电三次没人管"), more, Confirm())[1])
    assert (got.enterprise, got.day) == ("恒通", TUESDAY)
    assert len(got.problems) == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("停电", "short"),
        ("宏业铸造厂：门口积水没人管", "other"),
        ("1. 停电三次没人管\n2. 举报村干部受贿", "onward"),
        ("字" * 5001, "long"),
        ("\n".join(f"{n}. 停电第{n}次" for n in range(1, 13)), "invalid"),
    ],
)
def test_what_cannot_be_filed_is_refused_with_its_reason(text: str, fault: str) -> None:
    state, effects = talk(begin("恒通 陈总 上门"), Said(text))
    assert said(effects)[0] in {f"outreach.problems.{fault}", "engine.too_long"}
    assert "problems" not in state.answers


def test_what_the_first_message_tells_and_cannot_be_filed_is_said_as_well() -> None:
    _, effects = talk(begin("恒通 陈总 上门\n1. 停电三次没人管\n2. 举报村干部受贿"))
    assert said(effects) == ["outreach.problems.onward"]
    assert asked(effects) == "outreach.problems.ask"


def test_the_own_name_in_front_of_a_problem_is_dropped_from_the_card() -> None:
    _, effects = talk(begin("恒通 陈总 上门\n恒通紧固件：停电三次没人管"))
    (card,) = [one for one in effects if isinstance(one, Ask)]
    assert card.params["told"][0].value == "停电三次没人管"


@pytest.mark.parametrize(("day", "fault"), [("明天", "future"), ("2024年3月1日", "old")])
def test_a_day_to_come_or_long_ago_is_refused(day: str, fault: str) -> None:
    events = (begin("恒通 陈总 上门\n停电三次没人管"), Edit("day"), Said(day))
    assert said(talk(*events)[1]) == [f"outreach.day.{fault}"]


def test_a_form_left_over_midnight_keeps_the_day_it_was_begun() -> None:
    tomorrow = replace(FACTS, today=date(2026, 11, 25))
    state, _ = talk(begin("恒通 陈总 上门\n停电三次没人管"))
    assert kept(OUTREACH, state, tomorrow)["day"] == "2026-11-24"


# The same again --------------------------------------------------------------------------------

AGAIN = replace(FACTS, before={HENGTONG: (BEFORE,)})


def test_the_same_enterprise_day_and_way_is_asked_about() -> None:
    first = begin("恒通 陈总 上门\n停电三次没人管")
    assert asked(talk(first, facts=AGAIN)[1]) == "outreach.again.ask"
    _, effects = talk(first, Said("是另一次"), Confirm(), facts=AGAIN)
    assert form(effects).again == "7"


@pytest.mark.parametrize("other", ["恒通 陈总 打电话", "恒通 陈总 上门 昨天", "宏业 沈丽 上门"])
def test_another_way_day_or_enterprise_is_not_the_same(other: str) -> None:
    assert asked(talk(begin(other), facts=AGAIN)[1]) != "outreach.again.ask"


def test_a_yes_to_one_is_none_to_what_was_written_down_since() -> None:
    state, _ = talk(begin("恒通 陈总 上门\n停电三次没人管"), Said("是另一次"), facts=AGAIN)
    more = replace(AGAIN, before={HENGTONG: (BEFORE, replace(BEFORE, id=9))})
    turn = advance(OUTREACH, state, Confirm(), more)
    assert asked(turn.effects) == "outreach.again.ask"


# Putting one right -----------------------------------------------------------------------------


def test_what_has_tickets_keeps_its_enterprise() -> None:
    facts = replace(FACTS, correcting=True, corrects=BEFORE, tickets=("ZH-2026-0001",))
    was = {"enterprise": HENGTONG, "mode": BEEN, "day": "2026-11-24", "contact": "陈建国"}
    _, effects = talk(Start(given=was), Said("企业：宏业铸造厂"), facts=facts)
    assert said(effects) == ["outreach.enterprise.filed"]
    _, effects = talk(Start(given=was), Said("方式：电话"), Confirm(), facts=facts)
    assert form(effects).mode == ASKED


# Anything --------------------------------------------------------------------------------------

EVENTS = st.one_of(
    st.text(max_size=30).map(Said),
    st.sampled_from(
        (
            *(Said("停电三次没人管"), Said("2 供水"), Said("删 1"), Said("没有问题"), Said("恒通")),
            *(Said("", ("f",)), Said("1. 停电了\n2. 积水了", ("g",)), Finish(), Confirm(), Back()),
            *(Edit(), Edit("problems"), Edit("day"), Skip(), Picked("mode", BEEN)),
            *(Picked("problems", NONE), Picked("again", "7"), Said("王工 13957401234")),
        )
    ),
)


@given(st.lists(EVENTS, max_size=12))
def test_no_sequence_of_messages_breaks_it_and_what_it_hands_over_is_valid(
    events: list[Input],
) -> None:
    state = State(flow="outreach")
    for event in (begin("恒通 陈总"), *events):
        turn = advance(OUTREACH, state, event, AGAIN)
        state = State.model_validate_json(turn.state.model_dump_json())
        for one in turn.effects:
            if isinstance(one, Submit):
                handed = OutreachForm.model_validate(one.form)
                assert all(len(problem.text) >= 4 for problem in handed.problems)
                assert handed.phone or not handed.problems
                assert handed.day <= TUESDAY

"""Entering a policy: what a pasted notice fills in, what is typed about one field, what differs."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from bot.config import load_config
from bot.texts import Texts
from flows.engine import advance
from flows.engine.flow import State
from flows.engine.words import Ask, Confirm, Picked, Said, Start, Submit
from flows.policies import answers
from flows.policies.answers import PolicyFacts
from flows.policies.conditions import Condition, Field, Op, Size
from flows.policies.form import ENTER, read
from flows.policies.policy import Level, Policy, Way
from flows.policies.record import NEVER, PolicyForm, answers_of, differences
from handlers.ports import Text
from tests.flows.policies.notices import NOTES, PASTED
from tests.flows.policies.policies import CREATED, TODAY, moment, policy

CONFIG = load_config()
FACTS = PolicyFacts(TODAY, NOTES, CONFIG.policies.settings())
TEXTS = Texts(CONFIG.texts)
NOTICE = PASTED[0]
WHOLE = policy(
    title="镇海区制造业设备更新补助",
    docno="镇经信〔2026〕15号",
    issuers=("镇海区经济和信息化局",),
    issued_on=date(2026, 10, 25),
    effective_on=date(2026, 11, 1),
    valid_until=date(2028, 12, 31),
    level=Level.DISTRICT,
    way=Way.APPLY,
    regions=("镇海区",),
    industries=("制造业",),
    sizes=(Size.MICRO, Size.SMALL),
    tags=("技改",),
    conditions=(Condition(field=Field.REVENUE, op=Op.AT_LEAST, value=("2000",), text="营收"),),
    support="按10%补助",
    ceiling=Decimal("1.5"),
    opens_on=date(2026, 11, 1),
    closes_at=moment(12, 20, 17),
    materials=("申报表", "发票"),
    apply_url="https://example.gov.cn/apply",
    address="民和路3楼",
    unit="jxj",
    contact="王工",
    phone="0574-86290001",
    source_url="https://example.gov.cn/notice",
    note="以原文为准",
)


def opened(text: str = "", **given: str) -> State:
    """Begin the form with a pasted text."""
    turn = advance(ENTER, State(flow=ENTER.name), Start(text=text, given=given), FACTS)
    return turn.state


def test_a_pasted_notice_leaves_nothing_to_ask_but_what_it_does_not_say() -> None:
    state = opened(NOTICE.text)
    assert state.asked == ("source_url",)
    state = advance(ENTER, state, Said("https://example.gov.cn/notice"), FACTS).state
    turn = advance(ENTER, state, Confirm(), FACTS)
    (submit,) = [one for one in turn.effects if isinstance(one, Submit)]
    form = PolicyForm.model_validate(submit.form)
    one = form.policy("ZC-2026-001", 7, CREATED)
    assert one.title == NOTICE.says["title"]
    assert one.docno == NOTICE.says["docno"]
    assert one.closes_at == NOTICE.says["closes_at"]
    assert len(one.conditions) == len(NOTICE.asks)
    assert (one.ceiling, one.unit, one.created_by) == (Decimal(100), "jxj", 7)


def test_a_notice_pasted_where_the_title_is_asked_fills_in_the_rest() -> None:
    state = opened()
    assert state.asked == ("name",)
    state = advance(ENTER, state, Said(NOTICE.text), FACTS).state
    assert state.answers["docno"] == NOTICE.says["docno"]
    assert state.answers["name"] == NOTICE.says["title"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("文号：镇经信[2026]15号", {"docno": "镇经信〔2026〕15号"}),
        ("申报截止：12月20日 16:00", {"closes": moment(12, 20, 16).isoformat()}),
        ("截止：常年", {"closes": NEVER}),
        ("部门：经信局", {"unit": "jxj"}),
        ("上限：50", {"ceiling": "50"}),
        ("规模：中小微", {"sizes": "micro、small、medium"}),
    ],
)
def test_a_line_that_names_one_field_answers_that_one_alone(
    text: str, found: dict[str, str]
) -> None:
    assert read(text, FACTS) == found


def test_a_notice_on_one_line_is_no_single_answer() -> None:
    found = read("标题：设备更新补助。文号：镇经信〔2026〕15号。申报截止：12月20日。", FACTS)
    assert found["name"] == "设备更新补助"
    assert found["closes"] == moment(12, 20, 17, 30).isoformat()


def test_what_can_be_had_all_the_year_round_has_no_close() -> None:
    assert read("标题：创新券\n支持标准：最高5万元\n常年受理", FACTS)["closes"] == NEVER


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("10月25日", "2026-10-25"),
        ("12月1日", "2025-12-01"),
        ("2026年12月1日", "2026-12-01"),
        ("月亮", None),
    ],
)
def test_the_day_of_a_paper_without_a_year_is_the_last_one(typed: str, kept: str | None) -> None:
    assert answers.past_day(typed, FACTS) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12月20日", moment(12, 20, 17, 30)), ("12月20日下午5点", moment(12, 20, 17))],
)
def test_a_close_without_an_hour_is_the_end_of_the_office_s_day(typed: str, kept: datetime) -> None:
    assert NOTES.closes == time(17, 30)
    assert answers.close(typed, FACTS) == kept.isoformat()


def test_a_place_and_a_trade_are_kept_by_the_names_on_the_list() -> None:
    assert answers.places("镇海、骆驼", FACTS) == "镇海区、骆驼街道"
    assert answers.trades("通用设备制造", FACTS) == "通用设备制造业"
    assert answers.places("月亮区", FACTS) == "月亮区"


@pytest.mark.parametrize(
    ("field", "typed", "key"),
    [
        ("docno", "15号文", "policy_form.docno.invalid"),
        ("source_url", "http://example.gov.cn/a", "policy_form.source_url.insecure"),
        ("apply_url", "example", "policy_form.apply_url.invalid"),
        ("closes", "10月1日", "policy_form.closes.before"),
        ("valid", "2020年1月1日", "policy_form.valid.before"),
        ("unit", "月亮局", "policy_form.unit.invalid"),
        ("replaces", "旧的那条", "policy_form.replaces.invalid"),
        ("ceiling", "很多", "policy_form.ceiling.invalid"),
    ],
)
def test_what_cannot_be_is_asked_again_with_the_reason(field: str, typed: str, key: str) -> None:
    state = opened(**answers_of(WHOLE))
    label = next(step for step in ENTER.steps if step.field == field).words[0]
    turn = advance(ENTER, state, Said(f"{label}：{typed}"), FACTS)
    assert key in [getattr(one, "key", "") for one in turn.effects]
    assert turn.state.answers[field] == state.answers[field]


def test_a_policy_is_the_same_after_it_went_through_the_form() -> None:
    form = PolicyForm.model_validate({k: v for k, v in answers_of(WHOLE).items() if v})
    again = form.policy(WHOLE.number, WHOLE.created_by, WHOLE.created_at)
    assert again == WHOLE.model_copy(update={"authors": (WHOLE.created_by,)})


def test_a_next_version_keeps_who_entered_it_and_what_the_form_does_not_ask() -> None:
    first = WHOLE.model_copy(update={"demo": True, "files": ("f1",), "kind": "资金"})
    told = {**answers_of(first), "support": "按15%补助"}
    form = PolicyForm.model_validate({k: v for k, v in told.items() if v})
    second = form.policy(first.number, 99, moment(11, 27), first)
    new = {"support": "按15%补助", "version": 2, "authors": (first.created_by, 99)}
    assert second == first.model_copy(update=new)


def test_the_review_of_a_next_version_says_what_it_changes() -> None:
    facts = PolicyFacts(TODAY, NOTES, FACTS.settings, WHOLE)
    given = {**answers_of(WHOLE), "support": "按15%补助", "unit": "czj"}
    turn = advance(ENTER, State(flow=ENTER.name), Start(given=given), facts)
    (asked,) = [one for one in turn.effects if isinstance(one, Ask)]
    told = TEXTS.render(Text(asked.key, asked.params))
    assert "支持标准：原来按10%补助，现在按15%补助" in told
    assert "兑现部门：原来区经信局，现在区财政局" in told


def test_no_difference_is_said_where_there_is_none() -> None:
    assert differences(WHOLE, WHOLE, NOTES.departments) == ()


def test_a_form_whose_days_do_not_fit_makes_no_policy() -> None:
    told = {**answers_of(WHOLE), "valid": "2020-01-01"}
    form = PolicyForm.model_validate({k: v for k, v in told.items() if v})
    with pytest.raises(ValueError, match="ends after"):
        form.policy("ZC-2026-001", 1, CREATED)


def test_a_level_is_picked_or_typed() -> None:
    state = opened(**answers_of(WHOLE))
    assert advance(ENTER, state, Said("级别：省"), FACTS).state.answers["level"] == "provincial"
    assert advance(ENTER, state, Picked("level", "city"), FACTS).state.answers["level"] == "city"


def test_every_field_of_the_record_can_be_entered() -> None:
    empty = {name for name in Policy.model_fields if not getattr(WHOLE, name)}
    of_the_check = {"authors", "reviewed_by", "reviewed_at", "reviewed", "last_checked", "proposed"}
    assert empty == {"kind", "files", "replaces", "replaced_by", "demo", *of_the_check}

"""What a policy is at a moment, and what it refuses to be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from flows.policies.conditions import Condition, EnterpriseFact, Field, Op, Size, Source
from flows.policies.policy import OVER, Policy, State, Way, is_official
from tests.flows.policies.policies import TODAY, fact, moment, policy

CLOSES = moment(12, 20, 17)


@pytest.mark.parametrize(
    ("fields", "now", "state"),
    [
        ({}, moment(11, 27), State.OPEN),
        ({"closes_at": CLOSES}, moment(12, 16, 23, 59), State.OPEN),
        ({"closes_at": CLOSES}, moment(12, 17, 0), State.CLOSING),
        ({"closes_at": CLOSES}, moment(12, 20, 9), State.CLOSING),
        ({"closes_at": CLOSES}, moment(12, 20, 16, 59), State.CLOSING),
        ({"closes_at": CLOSES}, moment(12, 20, 17), State.CLOSED),
        ({"opens_on": date(2026, 12, 1), "closes_at": CLOSES}, moment(11, 30), State.COMING),
        ({"opens_on": date(2026, 12, 1), "closes_at": CLOSES}, moment(12, 1, 0), State.OPEN),
        ({"effective_on": date(2027, 1, 1)}, moment(12, 31), State.COMING),
        ({"valid_until": date(2026, 12, 31)}, moment(12, 31, 23, 59), State.OPEN),
        ({"valid_until": date(2026, 12, 31)}, moment(1, 1, 0, year=2027), State.INVALID),
        ({"replaced_by": "ZC-2026-002"}, moment(11, 27), State.REPLACED),
        ({"way": Way.DIRECT}, moment(11, 27), State.OPEN),
    ],
)
def test_the_state_follows_from_the_days_of_the_office(
    fields: dict[str, Any], now: datetime, state: State
) -> None:
    one = policy(**fields)
    assert one.state(now) is state
    assert one.open_at(now) is (state in {State.OPEN, State.CLOSING})
    assert (state in OVER) is (state not in {State.OPEN, State.CLOSING, State.COMING})


def test_the_clock_of_the_host_does_not_matter() -> None:
    # 16:30 UTC is half past midnight of the next day in the office.
    assert (
        policy(closes_at=CLOSES).state(datetime(2026, 12, 16, 16, 30, tzinfo=UTC)) is State.CLOSING
    )
    assert policy(closes_at=CLOSES).state(datetime(2026, 12, 20, 9, 0, tzinfo=UTC)) is State.CLOSED


def test_a_close_at_midnight_belongs_to_the_day_that_ends() -> None:
    one = policy(closes_at=moment(12, 21, 0))
    assert one.state(moment(12, 16, 23)) is State.OPEN
    assert one.state(moment(12, 20, 23, 59)) is State.CLOSING


@pytest.mark.parametrize(
    "fields",
    [
        {"opens_on": date(2026, 12, 21), "closes_at": CLOSES},
        {"effective_on": date(2026, 2, 1), "valid_until": date(2026, 1, 31)},
        {"issued_on": date(2026, 2, 1), "valid_until": date(2026, 1, 31)},
        {"ceiling": Decimal("-1")},
        {"apply_url": "http://www.example.gov.cn"},
        {"apply_url": "https://"},
        {"source_url": "https://gov.cn@evil.example"},
        {"source_url": "javascript:alert(1)"},
        {"docno": "随便写写"},
        {"replaces": "ZC-2026-001"},
        {"replaced_by": "旧的"},
        {"closes_at": datetime(2026, 12, 20, 17)},  # noqa: DTZ001 - a moment without its zone
        {"title": " "},
        {"number": "2026-1"},
        {"unknown": 1},
    ],
)
def test_a_policy_that_cannot_be_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy(**fields)


def test_a_policy_may_reach_back_before_its_paper() -> None:
    one = policy(issued_on=date(2024, 3, 1), effective_on=date(2024, 1, 1))
    assert one.effective_on == date(2024, 1, 1)


def test_the_number_of_the_paper_is_kept_in_one_form() -> None:
    assert policy(docno="镇政办发[2024]第5号").docno == "镇政办发〔2024〕5号"


def test_a_policy_comes_back_from_its_body() -> None:
    one = policy(
        closes_at=CLOSES,
        ceiling=Decimal("12.5"),
        sizes=(Size.MICRO,),
        conditions=(Condition(field=Field.REVENUE, op=Op.AT_LEAST, value=2000, text="2000万以上"),),
    )
    assert Policy.model_validate_json(one.model_dump_json()) == one


@pytest.mark.parametrize(
    ("url", "official"),
    [
        ("https://zj.gov.cn/p", True),
        ("https://www.zj.gov.cn/p", True),
        ("https://WWW.ZJ.GOV.CN", True),
        ("https://zj.gov.cn.evil.example/p", False),
        ("https://evilzj.gov.cn/p", False),
        ("https://evil.example/zj.gov.cn", False),
        ("https://evil.example\\.zj.gov.cn", False),
        ("https://zj.gov.cn@evil.example", False),
        ("http://zj.gov.cn/p", False),
        ("", False),
    ],
)
def test_a_link_is_official_by_its_host(url: str, official: bool) -> None:
    assert is_official(url, ("zj.gov.cn",)) is official


def test_a_link_elsewhere_is_allowed() -> None:
    assert policy(apply_url="https://example.com/x").apply_url


# Conditions and facts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"field": Field.REVENUE, "op": Op.HAS, "value": "2000"},
        {"field": Field.REGION, "op": Op.AT_LEAST, "value": "镇海区"},
        {"field": Field.REVENUE, "op": Op.AT_LEAST, "value": "很多"},
        {"field": Field.REVENUE, "op": Op.AT_LEAST, "value": "-1"},
        {"field": Field.REVENUE, "op": Op.AT_LEAST, "value": "NaN"},
        {"field": Field.RD_SHARE, "op": Op.AT_LEAST, "value": 101},
        {"field": Field.STAFF, "op": Op.AT_LEAST, "value": ("1", "2")},
        {"field": Field.SIZE, "op": Op.IN, "value": ("huge",)},
        {"field": Field.FOUNDED_ON, "op": Op.AT_MOST, "value": "2024"},
        {"field": Field.TAG, "op": Op.HAS, "value": ()},
        {"field": Field.TEXT, "text": ""},
    ],
)
def test_a_condition_that_cannot_be_compared_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Condition(**fields)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (2000, ("2000",)),
        (Decimal("2000.50"), ("2000.5",)),
        ("3", ("3",)),
        (Decimal("1E+3"), ("1000",)),
    ],
)
def test_a_value_is_kept_as_plain_words(value: Any, kept: tuple[str, ...]) -> None:
    assert Condition(field=Field.REVENUE, op=Op.AT_LEAST, value=value).value == kept


@pytest.mark.parametrize(
    "fields",
    [
        {"field": Field.TEXT, "value": "x"},
        {"field": Field.REGION, "value": "镇海区", "lacks": ("x",)},
        {"field": Field.TAG, "value": "高新", "lacks": ("高新",)},
        {"field": Field.TAG},
        {"field": Field.STAFF, "value": "几个"},
    ],
)
def test_a_fact_that_says_nothing_or_too_much_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EnterpriseFact(enterprise="某厂", source=Source.SELF, on=TODAY, **fields)


def test_a_fact_comes_back_from_its_body() -> None:
    one = fact(Field.TAG, "高新技术企业", lacks=("专精特新",))
    assert EnterpriseFact.model_validate_json(one.model_dump_json()) == one


def test_the_scope_of_a_policy_is_among_its_demands_once() -> None:
    here = Condition(field=Field.REGION, op=Op.IN, value="镇海区", text="在镇海区注册")
    one = policy(regions=("镇海区",), industries=("制造业",), sizes=("small",), conditions=(here,))
    assert [demand.field for demand in one.demands] == [Field.INDUSTRY, Field.SIZE, Field.REGION]

"""查政策: which are meant, and the three lines that come first."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load_config
from bot.texts import Texts
from flows.engine.words import Say
from flows.policies.conditions import Condition, Field, Op
from flows.policies.lookup import lines, ranked
from flows.policies.matching import Match, evaluate
from flows.policies.policy import Policy, Way
from handlers.ports import Text
from tests.flows.policies.policies import TODAY, fact, moment, policy

TEXTS = Texts(load_config().texts)
NOW = moment(11, 27)
UNITS = {"jxj": ("区经信局", "经信局"), "rsj": ("区人社局", "人社局")}

RENEWAL = policy(
    "ZC-2026-001",
    title="镇海区制造业设备更新补助",
    docno="镇经信〔2026〕15号",
    tags=("技改", "设备更新"),
    industries=("制造业",),
    unit="jxj",
    closes_at=moment(12, 20, 17),
)
GIANTS = policy(
    "ZC-2026-002",
    title="专精特新中小企业认定奖励",
    tags=("专精特新", "认定"),
    unit="jxj",
    closes_at=moment(1, 15, 17, year=2027),
)
WAGES = policy("ZC-2026-003", title="稳岗返还", tags=("社保",), unit="rsj", way=Way.DIRECT)
OLD = policy(
    "ZC-2024-007",
    title="制造业设备更新补助（2024年度）",
    docno="镇经信〔2024〕9号",
    tags=("设备更新",),
    valid_until=date(2025, 12, 31),
)
REPLACED = policy(
    "ZC-2025-003",
    title="设备更新奖励",
    docno="镇经信〔2025〕9号",
    replaced_by="ZC-2026-001",
)
COMING = policy("ZC-2026-004", title="首台套奖励", opens_on=date(2027, 1, 4))
ALL = (OLD, REPLACED, COMING, WAGES, GIANTS, RENEWAL)


def asked(text: str) -> list[str]:
    """Return the numbers of what a question means, the likeliest first."""
    return [one.number for one in ranked(text, ALL, NOW, UNITS)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("设备更新有补贴吗", RENEWAL),
        ("技改", RENEWAL),
        ("我们厂想换设备，有什么政策", RENEWAL),
        ("专精特新有奖励吗", GIANTS),
        ("制造业的政策", RENEWAL),
        ("查政策 稳岗", WAGES),
        ("人社局有什么补贴", WAGES),
        ("首台套", COMING),
    ],
)
def test_a_question_finds_its_policy_first(text: str, first: Policy) -> None:
    assert asked(text)[0] == first.number


@pytest.mark.parametrize("text", ["设备更新有补贴吗", "查政策", "制造业", "2024年度设备更新"])
def test_what_is_over_is_not_among_them(text: str) -> None:
    assert not {OLD.number, REPLACED.number} & set(asked(text))


@pytest.mark.parametrize(
    "text", ["镇经信〔2024〕9号", "镇经信(2024)9号还有效吗", "ZC-2024-007", "zc 2024 7"]
)
def test_what_is_over_is_found_by_its_number(text: str) -> None:
    assert asked(text) == [OLD.number]


def test_of_several_numbers_what_is_over_comes_last() -> None:
    assert asked("镇经信〔2024〕9号和镇经信〔2025〕9号和镇经信〔2026〕15号") == [
        RENEWAL.number,
        OLD.number,
        REPLACED.number,
    ]


@pytest.mark.parametrize("text", ["查政策", "现在有什么政策", "政策", ""])
def test_asking_for_nothing_in_particular_means_all_that_can_be_had(text: str) -> None:
    assert asked(text) == [RENEWAL.number, GIANTS.number, WAGES.number, COMING.number]


@pytest.mark.parametrize("text", ["上市辅导", "今天天气", "13800000000"])
def test_a_question_about_something_else_finds_nothing(text: str) -> None:
    assert asked(text) == []


@given(st.text(max_size=100))
def test_no_question_breaks_the_search(text: str) -> None:
    assert len(set(asked(text))) == len(asked(text))


# Three lines ---------------------------------------------------------------------------------


def worded(one: Policy, match: Match | None = None, now: datetime = NOW) -> list[str]:
    """Word the three lines."""
    return [TEXTS.render(Text(said.key, said.params)) for said in lines(one, match, now)]


STAFF = Condition(field=Field.STAFF, op=Op.AT_MOST, value=300, text="员工300人以下")
SOUND = Condition(text="信用良好")


@pytest.mark.parametrize(
    ("conditions", "staff", "way", "says"),
    [
        ((STAFF,), "20", Way.APPLY, "有份：1个条件都符合，要自己申报。"),
        ((STAFF,), "20", Way.DIRECT, "有份：1个条件都符合，免申即享，不用申报。"),
        ((STAFF, SOUND), "20", Way.APPLY, "可能有份：有的条件要人工看，请对照原文。"),
        ((STAFF, SOUND), "", Way.APPLY, "可能有份：还要知道从业人数。"),
        ((STAFF,), "400", Way.APPLY, "没有份。不符合：员工300人以下（在册：400人）"),
    ],
)
def test_the_first_line_says_whether_one_has_a_share(
    conditions: tuple[Condition, ...], staff: str, way: Way, says: str
) -> None:
    one = policy(conditions=conditions, way=way)
    facts = {Field.STAFF: fact(Field.STAFF, staff)} if staff else {}
    assert worded(one, evaluate(one, facts, TODAY))[0] == says


def test_whoever_is_not_known_is_told_so() -> None:
    assert worded(RENEWAL)[0] == "还不知道您是哪家企业，请对照条件看。"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"ceiling": Decimal(100)}, "最多100万元"),
        ({"ceiling": Decimal("0.5")}, "最多5000元"),
        ({"ceiling": Decimal(15_000)}, "最多1.5亿元"),
        ({"ceiling": Decimal("12.50")}, "最多12.5万元"),
        ({"support": "按设备投入\n的10%补助"}, "按设备投入 的10%补助"),
        ({"support": "补" * 80}, "补" * 60 + "…"),
        ({}, "没有写金额，请看原文。"),
    ],
)
def test_the_second_line_says_about_how_much(fields: dict[str, Any], says: str) -> None:
    assert worded(policy(**fields))[1] == says


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"closes_at": moment(12, 20, 17)}, "12月20日 17:00 截止"),
        ({"closes_at": moment(1, 15, 17, year=2027)}, "2027年1月15日 17:00 截止"),
        ({"closes_at": moment(11, 29, 17)}, "11月29日 17:00 截止，只剩2天"),
        ({"closes_at": moment(11, 27, 17)}, "今天截止：11月27日 17:00"),
        ({"closes_at": moment(11, 28, 0)}, "今天截止：11月27日 24:00"),
        ({"closes_at": moment(11, 26, 17)}, "11月26日 17:00 已经截止"),
        ({}, "常年可以申报"),
        ({"way": Way.DIRECT}, "不用申报，没有截止日"),
        ({"opens_on": date(2026, 12, 1)}, "12月1日开始申报"),
        (
            {"opens_on": date(2026, 12, 1), "closes_at": moment(12, 20, 17)},
            "12月1日开始申报，12月20日 17:00 截止",
        ),
        ({"valid_until": date(2025, 12, 31)}, "有效期到2025年12月31日，已失效"),
        ({"replaced_by": "ZC-2026-009"}, "已被 ZC-2026-009 替代"),
    ],
)
def test_the_third_line_says_until_when(fields: dict[str, Any], says: str) -> None:
    assert worded(policy(**fields))[2] == says


def test_of_what_is_over_nobody_has_a_share() -> None:
    assert worded(OLD, evaluate(OLD, {}, TODAY))[0] == "这条政策已经不能申报了。"


def test_every_line_is_named_by_a_key() -> None:
    assert all(isinstance(said, Say) for said in lines(RENEWAL, None, NOW))

"""For whom a policy is: 符合, 不符合, 未知, and what is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load_config
from bot.texts import Texts
from flows.policies.conditions import YEARS, Condition, EnterpriseFact, Field, Op, Size
from flows.policies.matching import Fit, Industries, Lists, Regions, Verdict, evaluate
from handlers.ports import Text
from tests.flows.policies.policies import TODAY, fact, policy

LISTS = Lists(
    regions=Regions(
        parents={
            "骆驼街道": "镇海区",
            "镇海区": "宁波市",
            "鄞州区": "宁波市",
            "宁波市": "浙江省",
            "杭州市": "浙江省",
        },
        aliases={"镇海": "镇海区"},
    ),
    industries=Industries({"制造业": "C", "通用设备制造业": "C34", "软件和信息技术服务业": "I65"}),
    stale_months=12,
)
TEXTS = Texts(load_config().texts)


def condition(field: Field, op: Op, *value: Any, unit: str = "", text: str = "") -> Condition:
    """Return a condition of these parts."""
    return Condition(field=field, op=op, value=value, unit=unit, text=text)


def judge(one: Condition, *facts: EnterpriseFact, today: date = TODAY) -> Verdict:
    """Judge one condition by facts."""
    match = evaluate(policy(conditions=(one,)), {f.field: f for f in facts}, today, LISTS)
    return match.verdicts[0].verdict


MET, UNMET, UNKNOWN = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("one", "known", "verdict"),
    [
        (condition(Field.REVENUE, Op.AT_LEAST, 2000), fact(Field.REVENUE, "2000"), MET),
        (condition(Field.REVENUE, Op.AT_LEAST, 2000), fact(Field.REVENUE, "1999.99"), UNMET),
        (condition(Field.STAFF, Op.AT_MOST, 300), fact(Field.STAFF, "300"), MET),
        (condition(Field.STAFF, Op.AT_MOST, 300), fact(Field.STAFF, "301"), UNMET),
        (condition(Field.RD_SHARE, Op.IS, 3), fact(Field.RD_SHARE, "3.0"), MET),
        (condition(Field.REGION, Op.IN, "镇海区"), fact(Field.REGION, "骆驼街道"), MET),
        (condition(Field.REGION, Op.IN, "浙江省"), fact(Field.REGION, "骆驼街道"), MET),
        (condition(Field.REGION, Op.IN, "镇海"), fact(Field.REGION, "镇海区"), MET),
        (condition(Field.REGION, Op.IN, "镇海区"), fact(Field.REGION, "鄞州区"), UNMET),
        (condition(Field.REGION, Op.IN, "镇海区"), fact(Field.REGION, "宁波市"), UNKNOWN),
        (condition(Field.REGION, Op.IN, "镇海区"), fact(Field.REGION, "某某开发区"), UNKNOWN),
        (condition(Field.REGION, Op.NOT, "镇海区"), fact(Field.REGION, "骆驼街道"), UNMET),
        (condition(Field.REGION, Op.IN, "杭州市", "镇海区"), fact(Field.REGION, "镇海区"), MET),
        (condition(Field.INDUSTRY, Op.IN, "制造业"), fact(Field.INDUSTRY, "C3484"), MET),
        (condition(Field.INDUSTRY, Op.IN, "制造业"), fact(Field.INDUSTRY, "3484"), MET),
        (condition(Field.INDUSTRY, Op.IN, "C34"), fact(Field.INDUSTRY, "通用设备制造业"), MET),
        (condition(Field.INDUSTRY, Op.IN, "制造业"), fact(Field.INDUSTRY, "6513"), UNMET),
        (condition(Field.INDUSTRY, Op.IN, "C34"), fact(Field.INDUSTRY, "制造业"), UNKNOWN),
        (condition(Field.INDUSTRY, Op.IN, "制造业"), fact(Field.INDUSTRY, "做螺丝"), UNKNOWN),
        (condition(Field.INDUSTRY, Op.NOT, "制造业"), fact(Field.INDUSTRY, "6513"), MET),
        (condition(Field.SIZE, Op.IN, Size.MICRO, Size.SMALL), fact(Field.SIZE, "small"), MET),
        (condition(Field.SIZE, Op.IN, Size.MICRO), fact(Field.SIZE, "large"), UNMET),
        (condition(Field.TAG, Op.HAS, "高新"), fact(Field.TAG, "高新", "规上"), MET),
        (condition(Field.TAG, Op.HAS, "高新"), fact(Field.TAG, "规上"), UNKNOWN),
        (condition(Field.TAG, Op.HAS, "高新"), fact(Field.TAG, lacks=("高新",)), UNMET),
        (condition(Field.TAG, Op.HAS, "高新", "规上"), fact(Field.TAG, "规上"), UNKNOWN),
        (condition(Field.TAG, Op.IN, "高新", "规上"), fact(Field.TAG, "规上"), MET),
        (condition(Field.TAG, Op.IN, "高新", "规上"), fact(Field.TAG, lacks=("规上",)), UNKNOWN),
        (condition(Field.TAG, Op.NOT, "失信"), fact(Field.TAG, "规上"), UNKNOWN),
        (condition(Field.TAG, Op.NOT, "失信"), fact(Field.TAG, lacks=("失信",)), MET),
        (condition(Field.TAG, Op.NOT, "失信"), fact(Field.TAG, "失信"), UNMET),
    ],
)
def test_a_condition_is_judged_by_what_is_known(
    one: Condition, known: EnterpriseFact, verdict: Verdict
) -> None:
    assert judge(one, known) is verdict


@pytest.mark.parametrize(
    ("op", "years", "founded", "verdict"),
    [
        (Op.AT_LEAST, 2, "2024-11-27", MET),
        (Op.AT_LEAST, 2, "2024-11-28", UNMET),
        (Op.AT_MOST, 5, "2021-11-27", MET),
        (Op.AT_MOST, 5, "2021-11-26", UNMET),
        (Op.AT_MOST, 5, "2026-01-01", MET),
    ],
)
def test_an_age_is_counted_to_the_day(op: Op, years: int, founded: str, verdict: Verdict) -> None:
    one = condition(Field.FOUNDED_ON, op, years, unit=YEARS)
    assert judge(one, fact(Field.FOUNDED_ON, founded)) is verdict


def test_a_day_of_foundation_is_compared_with_a_day() -> None:
    one = condition(Field.FOUNDED_ON, Op.AT_MOST, date(2023, 12, 31))
    assert judge(one, fact(Field.FOUNDED_ON, "2023-12-31")) is MET
    assert judge(one, fact(Field.FOUNDED_ON, "2024-01-01")) is UNMET


# The whole policy ----------------------------------------------------------------------------

DEMANDS = (
    condition(Field.STAFF, Op.AT_MOST, 300),
    condition(Field.REVENUE, Op.AT_LEAST, 2000, text="营业收入2000万元以上"),
    Condition(text="信用良好"),
    condition(Field.TAG, Op.HAS, "高新"),
)


def test_all_met_is_a_direct_push() -> None:
    match = evaluate(
        policy(conditions=DEMANDS[:1]), {Field.STAFF: fact(Field.STAFF, "20")}, TODAY, LISTS
    )
    assert (match.verdict, match.missing) == (Fit.DIRECT, ())


def test_one_unmet_is_out_and_asks_nothing() -> None:
    match = evaluate(
        policy(conditions=DEMANDS), {Field.STAFF: fact(Field.STAFF, "400")}, TODAY, LISTS
    )
    assert (match.verdict, match.missing) == (Fit.OUT, ())


def test_unknown_revenue_may_apply_and_asks_for_exactly_that() -> None:
    known = {Field.STAFF: fact(Field.STAFF, "20"), Field.TAG: fact(Field.TAG, "高新")}
    match = evaluate(policy(conditions=DEMANDS), known, TODAY, LISTS)
    assert (match.verdict, match.missing) == (Fit.POSSIBLE, (Field.REVENUE,))


def test_facts_are_asked_in_the_order_of_the_file_each_once() -> None:
    twice = (*DEMANDS, condition(Field.REVENUE, Op.AT_MOST, 40_000))
    match = evaluate(policy(conditions=twice, regions=("镇海区",)), {}, TODAY, LISTS)
    assert match.missing == (Field.REGION, Field.TAG, Field.REVENUE, Field.STAFF)
    assert [one.op for one in match.asks if one.field is Field.REVENUE] == [
        Op.AT_LEAST,
        Op.AT_MOST,
    ]


def test_what_only_a_person_can_judge_is_unknown_and_never_asked() -> None:
    match = evaluate(policy(conditions=DEMANDS[2:3]), {}, TODAY, LISTS)
    assert (match.verdict, match.missing) == (Fit.POSSIBLE, ())


def test_a_policy_without_any_condition_on_record_may_be_for_anybody() -> None:
    assert evaluate(policy(), {}, TODAY, LISTS).verdict is Fit.POSSIBLE


# Reasons -------------------------------------------------------------------------------------


def worded(one: Condition, known: EnterpriseFact | None) -> str:
    """Word the reason of one verdict."""
    facts = {known.field: known} if known else {}
    said = evaluate(policy(conditions=(one,)), facts, TODAY, LISTS).verdicts[0].reason
    return TEXTS.render(Text(said.key, said.params))


@pytest.mark.parametrize(
    ("one", "known", "says"),
    [
        (DEMANDS[1], fact(Field.REVENUE, "3000"), "符合：营业收入2000万元以上（在册：3000万元）"),
        (DEMANDS[1], fact(Field.REVENUE, "10"), "不符合：营业收入2000万元以上（在册：10万元）"),
        (DEMANDS[1], None, "未知：营业收入2000万元以上（还不知道上年度营业收入）"),
        (DEMANDS[2], None, "待人工看：信用良好"),
        (DEMANDS[0], None, "未知：从业人数不超过300人（还不知道从业人数）"),
        (
            condition(Field.TAG, Op.HAS, "高新", text="高新企业"),
            fact(Field.TAG, "规上", lacks=("瞪羚",)),
            "未知：高新企业（在册的资质只有：规上（没有瞪羚），还判断不了）",
        ),
        (
            condition(Field.TAG, Op.HAS, "高新", text="高新企业"),
            fact(Field.TAG, lacks=("高新",)),
            "不符合：高新企业（在册：没有高新）",
        ),
        (
            condition(Field.SIZE, Op.IN, "micro", "small"),
            fact(Field.SIZE, "small"),
            "符合：企业规模在微型企业、小型企业之内（在册：小型企业）",
        ),
        (
            condition(Field.FOUNDED_ON, Op.AT_LEAST, 2, unit=YEARS, text="成立满2年"),
            fact(Field.FOUNDED_ON, "2020-03-01"),
            "符合：成立满2年（在册：2020年3月1日）",
        ),
    ],
)
def test_every_verdict_says_why(one: Condition, known: EnterpriseFact | None, says: str) -> None:
    assert worded(one, known) == says


@pytest.mark.parametrize(
    ("on", "old"),
    [
        (date(2025, 11, 28), ""),
        (date(2025, 11, 27), "是12个月前登记的"),
        (date(2024, 11, 27), "24个月"),
    ],
)
def test_an_old_fact_counts_and_says_how_old_it_is(on: date, old: str) -> None:
    said = worded(DEMANDS[1], fact(Field.REVENUE, "3000", on=on))
    assert said.startswith("符合")
    assert ("个月前" in said) is bool(old)
    assert old in said


# Properties ----------------------------------------------------------------------------------

PLACES = ("骆驼街道", "镇海区", "鄞州区", "宁波市", "浙江省", "某地")
TRADES = ("C", "C34", "3484", "制造业", "I65", "做螺丝")
TAGS = ("高新", "规上", "失信")
AMOUNTS = st.integers(0, 5000).map(str)


def _facts() -> st.SearchStrategy[EnterpriseFact]:
    tags = st.permutations(TAGS).map(
        lambda order: fact(Field.TAG, *order[:1], lacks=tuple(order[1:2]))
    )
    return st.one_of(
        st.sampled_from(PLACES).map(lambda one: fact(Field.REGION, one)),
        st.sampled_from(TRADES).map(lambda one: fact(Field.INDUSTRY, one)),
        st.sampled_from(list(Size)).map(lambda one: fact(Field.SIZE, one.value)),
        tags,
        AMOUNTS.map(lambda one: fact(Field.REVENUE, one)),
        AMOUNTS.map(lambda one: fact(Field.STAFF, one)),
        st.dates(date(2000, 1, 1), TODAY).map(lambda d: fact(Field.FOUNDED_ON, d.isoformat())),
    )


def _conditions() -> st.SearchStrategy[Condition]:
    named = st.sampled_from([Op.IN, Op.HAS, Op.NOT])
    ordered = st.sampled_from([Op.IS, Op.AT_LEAST, Op.AT_MOST])
    return st.one_of(
        st.builds(condition, st.just(Field.REGION), named, st.sampled_from(PLACES)),
        st.builds(condition, st.just(Field.INDUSTRY), named, st.sampled_from(TRADES)),
        st.builds(condition, st.just(Field.TAG), named, st.sampled_from(TAGS)),
        st.builds(condition, st.just(Field.SIZE), named, st.sampled_from(list(Size))),
        st.builds(condition, st.just(Field.REVENUE), ordered, AMOUNTS),
        st.builds(condition, st.just(Field.STAFF), ordered, AMOUNTS),
        st.just(Condition(text="信用良好")),
    )


DEMANDED = st.lists(_conditions(), max_size=5).map(tuple)
HELD = st.lists(_facts(), max_size=6).map(lambda many: {one.field: one for one in many})


@given(DEMANDED, HELD, _facts())
def test_another_fact_never_turns_what_is_certain_into_unknown(
    demands: tuple[Condition, ...], held: dict[Field, EnterpriseFact], more: EnterpriseFact
) -> None:
    one = policy(conditions=demands)
    before = evaluate(one, held, TODAY, LISTS)
    after = evaluate(one, {more.field: more, **held}, TODAY, LISTS)
    for was, now in zip(before.verdicts, after.verdicts, strict=True):
        assert was.verdict is UNKNOWN or now.verdict is was.verdict


@given(DEMANDED, HELD)
def test_unknown_never_excludes(
    demands: tuple[Condition, ...], held: dict[Field, EnterpriseFact]
) -> None:
    match = evaluate(policy(conditions=demands), held, TODAY, LISTS)
    assert (match.verdict is Fit.OUT) is any(one.verdict is UNMET for one in match.verdicts)
    assert evaluate(policy(conditions=demands), {}, TODAY, LISTS).verdict is Fit.POSSIBLE


@given(DEMANDED, HELD)
def test_every_reason_can_be_shown(
    demands: tuple[Condition, ...], held: dict[Field, EnterpriseFact]
) -> None:
    for one in evaluate(policy(conditions=demands), held, TODAY, LISTS).verdicts:
        assert TEXTS.render(Text(one.reason.key, one.reason.params))


@given(DEMANDED, HELD)
def test_only_what_is_unknown_is_asked(
    demands: tuple[Condition, ...], held: dict[Field, EnterpriseFact]
) -> None:
    match = evaluate(policy(conditions=demands), held, TODAY, LISTS)
    unknown = [one.condition for one in match.verdicts if one.verdict is UNKNOWN]
    assert all(one in unknown and one.field for one in match.asks)

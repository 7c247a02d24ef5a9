"""When the close of a policy is reminded of, and what a new version changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load_config
from bot.texts import Texts
from flows.policies.conditions import Condition, Field, Op, Size
from flows.policies.policy import Level, Policy, Way
from flows.policies.validity import BEFORE, RECORD, changes, due, next_due
from handlers.ports import Text
from tests.flows.policies.policies import moment, policy

TEXTS = Texts(load_config().texts)
CLOSES = moment(12, 20, 17)
ONE = policy(closes_at=CLOSES)
THREE, LAST = "3:2026-12-20", "1:2026-12-20"


@pytest.mark.parametrize(
    ("now", "done", "days"),
    [
        (moment(12, 17, 8, 59), (), None),
        (moment(12, 17, 9), (), 3),
        (moment(12, 17, 9), (THREE,), None),
        (moment(12, 18, 23), (), 3),
        (moment(12, 19, 8, 59), (THREE,), None),
        (moment(12, 19, 9), (THREE,), 1),
        (moment(12, 19, 9), (), 1),
        (moment(12, 19, 9), (LAST,), None),
        (moment(12, 20, 16, 59), (THREE,), 1),
        (moment(12, 20, 17), (THREE,), None),
        (moment(12, 21), (), None),
    ],
)
def test_three_days_and_one_day_before_are_reminded_of_once_each(
    now: datetime, done: tuple[str, ...], days: int | None
) -> None:
    found = due(ONE, now, done)
    assert (found.days if found else None) == days


def test_on_the_last_day_it_is_pushed_in_the_morning_and_out_at_five() -> None:
    assert ONE.open_at(moment(12, 20, 9))
    assert not ONE.open_at(moment(12, 20, 17))


@pytest.mark.parametrize(
    "fields",
    [
        {"replaced_by": "ZC-2026-002"},
        {"valid_until": date(2026, 12, 18)},
        {"opens_on": date(2026, 12, 20)},
        {"closes_at": None},
    ],
)
def test_what_cannot_be_applied_for_is_not_reminded_of(fields: dict[str, Any]) -> None:
    one = policy(**{"closes_at": CLOSES, **fields})
    assert due(one, moment(12, 19, 10)) is None


def test_what_is_replaced_or_over_needs_no_timer() -> None:
    assert next_due(policy(closes_at=CLOSES, replaced_by="ZC-2026-002"), moment(11, 27)) is None
    assert next_due(policy(closes_at=CLOSES, valid_until=date(2026, 12, 1)), moment(11, 27)) is None
    assert next_due(ONE, moment(12, 21)) is None
    assert next_due(policy(), moment(11, 27)) is None


def test_a_close_that_is_moved_is_reminded_of_anew() -> None:
    later = policy(closes_at=moment(12, 27, 17))
    found = due(later, moment(12, 24, 9), (THREE, LAST))
    assert found is not None
    assert found.days == 3


def test_what_opens_late_is_reminded_of_from_its_first_morning() -> None:
    one = policy(opens_on=date(2026, 12, 18), closes_at=CLOSES)
    assert next_due(one, moment(12, 1)) == moment(12, 18, 9)
    assert due(one, moment(12, 18, 8, 59)) is None
    assert due(one, moment(12, 18, 9)) is not None


@given(st.timedeltas(timedelta(), timedelta(days=60)))
def test_the_timer_finds_every_reminder_once(before: timedelta) -> None:
    now = CLOSES - before
    done: list[str] = []
    first = due(ONE, now, done)
    if first:
        done.append(first.mark)
    while (at := next_due(ONE, now, done)) is not None:
        assert at > now
        now = at
        found = due(ONE, now, done)
        assert found is not None
        done.append(found.mark)
    assert len(done) == len(set(done))
    assert len(done) <= len(BEFORE)
    assert before < timedelta(minutes=1) or done


# Changes -------------------------------------------------------------------------------------


def worded(before: Policy, after: Policy) -> list[str]:
    """Word what changed."""
    return [TEXTS.render(Text(c.say.key, c.say.params)) for c in changes(before, after)]


BEFORE_POLICY = policy(
    docno="镇经信〔2025〕9号",
    ceiling=Decimal(50),
    level=Level.DISTRICT,
    sizes=(Size.MICRO,),
    closes_at=moment(12, 20, 17, year=2025),
    materials=("申请表",),
    conditions=(
        Condition(field=Field.REVENUE, op=Op.AT_LEAST, value=1000, text="营业收入1000万元以上"),
        Condition(field=Field.REGION, op=Op.IN, value="镇海区", text="在镇海区注册"),
        Condition(text="信用良好"),
    ),
)


def test_nothing_changed_says_nothing() -> None:
    assert changes(BEFORE_POLICY, BEFORE_POLICY) == ()


def test_what_changed_since_last_year_is_said_field_by_field() -> None:
    after = BEFORE_POLICY.model_copy(
        update={
            "docno": "镇经信〔2026〕15号",
            "ceiling": Decimal(100),
            "sizes": (Size.MICRO, Size.SMALL),
            "closes_at": moment(12, 20, 17),
            "materials": (),
            "phone": "86290001",
            "way": Way.FAST,
            "conditions": (
                Condition(
                    field=Field.REVENUE, op=Op.AT_LEAST, value=2000, text="营业收入2000万元以上"
                ),
                Condition(field=Field.REGION, op=Op.IN, value="镇海区", text="注册在镇海区"),
                Condition(text="无安全事故"),
            ),
        }
    )
    assert worded(BEFORE_POLICY, after) == [
        "文号：原来镇经信〔2025〕9号，现在镇经信〔2026〕15号",
        "兑现方式：原来申报，现在快申快享",
        "适用规模：原来微型企业，现在微型企业、小型企业",
        "金额上限：原来50万元，现在100万元",
        "申报截止：原来2025年12月20日 17:00，现在2026年12月20日 17:00",
        "取消申报材料：申请表",
        "新增咨询电话：86290001",
        "条件：原来营业收入1000万元以上，现在营业收入2000万元以上",
        "取消条件：信用良好",
        "新增条件：无安全事故",
    ]


def test_other_words_for_the_same_condition_are_no_change() -> None:
    other = (Condition(field=Field.STAFF, op=Op.AT_MOST, value=300, text="三百人以下"),)
    one = policy(conditions=(Condition(field=Field.STAFF, op=Op.AT_MOST, value=300),))
    assert changes(one, one.model_copy(update={"conditions": other})) == ()


def test_every_field_that_people_are_told_of_is_one_of_the_record() -> None:
    silent = {"number", "conditions", "files", "replaces", "replaced_by", "demo"}
    kept = {"created_by", "created_at", "version"}
    kept |= {"authors", "reviewed_by", "reviewed_at", "reviewed", "last_checked", "proposed"}
    assert set(RECORD) == set(Policy.model_fields) - silent - kept

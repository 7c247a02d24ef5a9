"""What an enterprise is asked for a policy, how its answers are read, and what they make known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.config import load_config
from bot.office import office_of
from flows.engine import advance
from flows.engine.flow import State
from flows.engine.words import Confirm, Said, Skip, Start, Submit
from flows.policies.announcing import announcement
from flows.policies.asking import ASK_FACTS, AskedFacts, FactsForm, tags_asked
from flows.policies.conditions import Condition, EnterpriseFact, Field, Op, Source
from flows.policies.known import added, known
from flows.policies.policy import Way
from tests.flows.policies.policies import TODAY, fact, moment, policy

SETTINGS = load_config().policies.settings()
PUSH = office_of(load_config()).policies.push
FIRM = "镇海恒通紧固件有限公司"


def asked(*missing: Field, tags: tuple[str, ...] = ()) -> AskedFacts:
    return AskedFacts(TODAY, missing, tags, SETTINGS)


def opened(facts: AskedFacts) -> State:
    return advance(ASK_FACTS, State(flow=ASK_FACTS.name), Start(), facts).state


def told(field: Field, text: str, **more: Any) -> str | None:
    """Return how an answer to one question is kept; None = it is asked again."""
    facts = asked(field, **more)
    state = advance(ASK_FACTS, opened(facts), Said(text), facts).state
    return state.answers.get(field.value)


def test_just_what_is_missing_is_asked_one_by_one() -> None:
    facts = asked(Field.STAFF, Field.REGION)
    state = opened(facts)
    assert state.asked == ("region",)
    state = advance(ASK_FACTS, state, Said("镇海骆驼"), facts).state
    assert state.asked == ("staff",)
    state = advance(ASK_FACTS, state, Said("86人"), facts).state
    assert state.asked == ()
    turn = advance(ASK_FACTS, state, Confirm(), facts)
    (submit,) = [one for one in turn.effects if isinstance(one, Submit)]
    form = FactsForm.model_validate(submit.form)
    found = form.facts(FIRM, TODAY, "7")
    assert [(one.field, one.value) for one in found] == [
        (Field.REGION, ("骆驼街道",)),
        (Field.STAFF, ("86",)),
    ]
    assert {(one.source, one.on, one.by) for one in found} == {(Source.SELF, TODAY, "7")}


def test_what_an_enterprise_does_not_know_is_left_open() -> None:
    facts = asked(Field.REVENUE)
    state = advance(ASK_FACTS, opened(facts), Skip(), facts).state
    turn = advance(ASK_FACTS, state, Confirm(), facts)
    (submit,) = [one for one in turn.effects if isinstance(one, Submit)]
    assert FactsForm.model_validate(submit.form).facts(FIRM, TODAY, "7") == ()


@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        (Field.REVENUE, "3200万", "3200"),
        (Field.REVENUE, "3200", "3200"),
        (Field.REVENUE, "1.2亿元", "12000"),
        (Field.REVENUE, "0", "0"),
        (Field.REVENUE, "很多", None),
        (Field.STAFF, "大概86人", "86"),
        (Field.STAFF, "8.5", None),
        (Field.RD_SHARE, "3.5%", "3.5"),
        (Field.RD_SHARE, "350", None),
        (Field.FOUNDED_ON, "2015年3月18日", "2015-03-18"),
        (Field.FOUNDED_ON, "1998.3.18", "1998-03-18"),
        (Field.FOUNDED_ON, "2015年", None),
        (Field.FOUNDED_ON, "2015年13月1日", None),
        (Field.FOUNDED_ON, "2030年1月1日", None),
        (Field.SIZE, "小型", "small"),
        (Field.SIZE, "挺大的吧", None),
        (Field.INDUSTRY, "做紧固件的", "紧固件"),
        (Field.INDUSTRY, "算命", "算命"),
        (Field.REGION, "宁波镇海蛟川", "蛟川街道"),
    ],
)
def test_an_answer_is_read_or_asked_again(field: Field, text: str, kept: str | None) -> None:
    assert told(field, text) == kept


GIANT = "专精特新小巨人"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("都有", {"+高新技术企业", "+专精特新", f"+{GIANT}"}),
        ("都没有", {"-高新技术企业", "-专精特新", f"-{GIANT}"}),
        ("有高新，没有专精特新", {"+高新技术企业", "-专精特新"}),
        ("是专精特新小巨人", {f"+{GIANT}"}),
        ("只有高新技术企业", {"+高新技术企业", "-专精特新", f"-{GIANT}"}),
    ],
)
def test_what_is_not_said_of_a_tag_stays_unknown(text: str, kept: set[str]) -> None:
    found = told(Field.TAG, text, tags=("高新技术企业", "专精特新", GIANT))
    assert set((found or "").split("、")) == kept


def test_only_tags_of_which_nothing_is_known_are_asked_about() -> None:
    wants = (
        Condition(field=Field.TAG, op=Op.IN, value=("高新技术企业", "专精特新")),
        Condition(field=Field.TAG, op=Op.HAS, value=("规上企业",)),
    )
    have = {Field.TAG: fact(Field.TAG, "规上企业", lacks=("专精特新",))}
    assert tags_asked(wants, have) == ("高新技术企业",)
    assert tags_asked(wants, {}) == ("高新技术企业", "专精特新", "规上企业")


# What is known -------------------------------------------------------------------------------


def of(source: Source, *value: str, days: int = 0, **more: Any) -> EnterpriseFact:
    """Return a revenue, or tags, that a source told so many days ago."""
    field = more.pop("field", Field.REVENUE)
    one = fact(field, *value, on=TODAY - timedelta(days=days), **more)
    return one.model_copy(update={"source": source})


def test_the_last_word_counts_and_of_one_day_that_of_staff() -> None:
    self, staff = of(Source.SELF, "800"), of(Source.STAFF, "1200")
    older = of(Source.STAFF, "500", days=9)
    assert known([staff, self])[Field.REVENUE] == staff
    assert known([self, older])[Field.REVENUE] == self
    assert known([]) == {}


def test_tags_add_up_from_all_who_told_them() -> None:
    staff = of(Source.STAFF, "规上企业", field=Field.TAG, lacks=("专精特新",), days=30)
    self = of(Source.SELF, "专精特新", field=Field.TAG)
    found = known([self, staff])[Field.TAG]
    assert (found.value, found.lacks) == (("规上企业", "专精特新"), ())


def test_a_tag_that_is_told_later_stands_beside_those_before() -> None:
    first = of(Source.SELF, "规上企业", field=Field.TAG)
    second = of(Source.SELF, field=Field.TAG, lacks=("专精特新",))
    assert added(None, second) == second
    assert added(first, second).value == ("规上企业",)
    assert added(first, second).lacks == ("专精特新",)
    assert added(of(Source.SELF, "800"), of(Source.SELF, "900")).value == ("900",)


# Sent around ---------------------------------------------------------------------------------


def test_a_push_says_for_whom_how_much_until_when_and_where_the_paper_is() -> None:
    one = policy(
        industries=("制造业",),
        conditions=(Condition(text="在镇海区注册"), Condition(text="在镇海区注册")),
        regions=("镇海区",),
        support="按设备投入的10%补\n最多100万元",
        ceiling=100,
        closes_at=moment(12, 20, 17),
        phone="0574-86290001",
        source_url="https://example.gov.cn/notice",
    )
    assert announcement(one, moment(11, 27), PUSH).split("\n") == [
        "给谁：制造业；在镇海区注册",
        "大概多少：最多100万元",
        "哪天截止：12月20日 17:00",
        "怎么拿：自己申报",
        "支持标准：按设备投入的10%补 最多100万元",
        "咨询电话：0574-86290001",
        "原文链接：https://example.gov.cn/notice",
    ]


def test_a_push_is_worded_as_the_office_words_it() -> None:
    words = {**PUSH, "policy_push.way.apply": "怎么办：自己去报"}
    assert announcement(policy(closes_at=moment(12, 20)), moment(11, 27), words).split("\n") == [
        "哪天截止：12月20日 09:00",
        "怎么办：自己去报",
    ]


def test_what_is_typed_into_a_policy_fills_no_blank_of_a_push() -> None:
    one = policy(support="补${told}和$5", closes_at=moment(12, 20))
    assert "支持标准：补${told}和$5" in announcement(one, moment(11, 27), PUSH)


def test_a_push_says_when_it_opens_and_that_it_never_closes() -> None:
    coming = policy(opens_on=date(2027, 1, 4))
    assert "哪天截止：2027年1月4日开始，常年可以申报" in announcement(coming, moment(11, 27), PUSH)
    direct = policy(way=Way.DIRECT)
    assert announcement(direct, moment(11, 27), PUSH) == "怎么拿：免申即享，不用申报"

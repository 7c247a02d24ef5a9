"""Who gets a campaign, who does not and why, and how that differs from the last one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flows.campaigns.audience import Chat, Firm, Reader, Target, Why, World, difference, meant
from flows.campaigns.campaign import Audience
from flows.campaigns.tally import Tally, failing
from tests.flows.campaigns.drafts import draft

FASTENERS = Chat("c1", "紧固件商会群", chamber="紧固件商会", town="骆驼街道", industries=("34",))
YARD = Chat("c2", "蛟川企业群", chamber="", town="蛟川街道", sandbox=True)
STAFF = Chat("c3", "工商联工作群", kind="staff")
HENGTONG = Firm(
    "镇海恒通紧固件有限公司", "紧固件商会", "骆驼街道", "34", "small", frozenset({"专精特新"})
)
CHEN = Reader(1, "陈建国", HENGTONG)
UNKNOWN = Reader(2, "沈丽", Firm("宏业铸造厂"))
WORLD = World(chats=(FASTENERS, YARD, STAFF), readers=(CHEN, UNKNOWN))


def names(audience: Audience, world: World = WORLD, **fields: Any) -> list[str]:
    return [one.name for one in meant(draft(audience=audience, **fields), world).reached]


def whys(audience: Audience, world: World = WORLD, **fields: Any) -> dict[str, list[str]]:
    found = meant(draft(audience=audience, **fields), world).left_out
    return {why.value: [one.name for one in targets] for why, targets in found.items()}


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(chats=("*",)), ["紧固件商会群", "蛟川企业群"]),
        (Audience(chats=("c3",)), ["工商联工作群"]),
        (Audience(chats=("*",), towns=("蛟川街道",)), ["蛟川企业群"]),
        (Audience(chats=("*", "c2"), chambers=("紧固件商会",)), ["紧固件商会群", "蛟川企业群"]),
        (Audience(people=True), ["陈建国", "沈丽"]),
        (Audience(people=True, sizes=("small",)), ["陈建国"]),
        (Audience(people=True, tags=("高新", "专精特新")), ["陈建国"]),
        (Audience(people=True, enterprises=("宏业铸造厂",)), ["沈丽"]),
        (
            Audience(people=True, enterprises=("宏业铸造厂",), tags=("专精特新",)),
            ["陈建国", "沈丽"],
        ),
        (Audience(towns=("蛟川街道",)), []),
    ],
)
def test_a_rule_means_those_it_names(audience: Audience, expected: list[str]) -> None:
    assert names(audience) == expected


def test_what_is_not_known_of_an_enterprise_is_no_reason_to_send_it_something() -> None:
    assert names(Audience(people=True, industries=("34",))) == ["陈建国"]


def test_demo_content_goes_only_to_groups_marked_for_it() -> None:
    audience = Audience(chats=("*",), people=True)
    assert names(audience, demo=True) == ["蛟川企业群"]
    assert whys(audience, demo=True) == {"demo": ["紧固件商会群", "陈建国", "沈丽"]}


def test_everybody_who_is_left_out_is_named_with_the_reason() -> None:
    world = World(
        chats=(replace(FASTENERS, robot=False), YARD),
        readers=(
            CHEN,
            replace(CHEN, person=3, name="甲", reachable=False),
            replace(CHEN, person=4, name="乙", left_topics=frozenset({"*"})),
            replace(CHEN, person=5, name="丙", lacks=("企业简称",)),
            replace(CHEN, person=6, name="丁", calm=Why.DIGEST),
        ),
        had={"g:c2"},
    )
    audience = Audience(chats=("*",), people=True)
    found = meant(draft(audience=audience), world)
    assert [one.name for one in found.reached] == ["陈建国"]
    assert whys(audience, world) == {
        "no_robot": ["紧固件商会群"],
        "unreachable": ["甲"],
        "unsubscribed": ["乙"],
        "digest": ["丁"],
        "blank": ["丙"],
        "twice": ["蛟川企业群"],
    }
    assert found.left_out[Why.BLANK][0].told == ("企业简称",)
    assert len(found.reached) + sum(map(len, found.left_out.values())) == len(found.targets)


def test_a_topic_that_was_left_is_not_sent_and_another_one_is() -> None:
    world = World(readers=(replace(CHEN, left_topics=frozenset({"用工"})),))
    assert names(Audience(people=True), world, topic="用工") == []
    assert names(Audience(people=True), world, topic="融资") == ["陈建国"]


def test_a_mandatory_one_reaches_who_left_and_who_had_enough() -> None:
    world = World(readers=(replace(CHEN, left_topics=frozenset({"*"}), calm=Why.DISTURBED),))
    assert names(Audience(people=True), world, mandatory=True) == ["陈建国"]


def test_staff_let_pass_by_name_only_what_can_be_let_pass() -> None:
    world = World(
        chats=(replace(FASTENERS, robot=False),),
        readers=(replace(CHEN, calm=Why.DISTURBED), replace(UNKNOWN, left_topics=frozenset({"*"}))),
    )
    text = draft(audience=Audience(chats=("*",), people=True))
    passed = meant(text, world, passed=set(Why))
    assert [one.name for one in passed.reached] == ["陈建国"]
    assert set(passed.left_out) == {Why.NO_ROBOT, Why.UNSUBSCRIBED}


def test_the_difference_names_who_is_new_and_who_is_not_there_any_more() -> None:
    before = [Target("g:c1", "紧固件商会群"), Target("g:c9", "旧群")]
    now = [Target("g:c1", "紧固件商会群（改名）"), Target("g:c2", "蛟川企业群")]
    found = difference(now, before)
    assert found.added == ("蛟川企业群",)
    assert found.gone == ("旧群",)


def test_the_counts_add_up_to_everybody_who_was_meant() -> None:
    tally = Tally(
        waiting=1, under_way=2, sent=3, failed=4, unknown=5, skipped=6, cancelled=7, recalled=2
    )
    assert tally.total == 28
    assert not tally.over
    assert tally.share == pytest.approx(25 / 28)
    assert Tally(sent=3).over
    assert Tally().share == 1.0


def test_a_run_of_failures_counts_from_the_latest() -> None:
    assert failing(("failed",) * 5, 5)
    assert not failing(("sent", *("failed",) * 5), 5)
    assert not failing(("failed",) * 4, 5)
    assert failing((*("failed",) * 5, "sent"), 5)
    assert not failing(("failed",) * 5, 0)

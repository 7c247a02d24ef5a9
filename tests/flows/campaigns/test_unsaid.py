"""Enterprises that are not meant only because something is not known of them."""

from __future__ import annotations

from typing import Any

import pytest

from flows.campaigns.audience import Firm, Lack, unsaid
from flows.campaigns.campaign import Audience
from flows.campaigns.naming import Places, named

TAG = "专精特新"


def rule(**asked: Any) -> Audience:
    return Audience(people=True, **asked)


@pytest.mark.parametrize(
    ("firm", "audience", "expected"),
    [
        (Firm("a"), rule(sizes=("small",)), {Lack.SIZE: 1}),
        (Firm("a", size="large"), rule(sizes=("small",)), {}),
        (Firm("a", size="small"), rule(sizes=("small",)), {}),
        (Firm("a"), rule(sizes=("small",), tags=(TAG,)), {Lack.SIZE: 1, Lack.TAG: 1}),
        (Firm("a", size="large"), rule(sizes=("small",), tags=(TAG,)), {}),
        (Firm("a", tags=frozenset({"高新"})), rule(tags=(TAG,)), {Lack.TAG: 1}),
        (Firm("a", lacks=frozenset({TAG})), rule(tags=(TAG,)), {}),
        (Firm("a", lacks=frozenset({TAG})), rule(tags=(TAG, "高新")), {Lack.TAG: 1}),
        (Firm("a"), rule(towns=("骆驼街道",)), {Lack.TOWN: 1}),
        (Firm("a"), rule(chambers=("总商会",)), {Lack.CHAMBER: 1}),
        (Firm("a", tags=frozenset({"总商会"})), rule(chambers=("总商会",)), {}),
        (Firm("a", industry="制造业"), rule(industries=("通用设备制造业",)), {}),
        (
            Firm("a", industry="制造业", narrower=frozenset({"通用设备制造业"})),
            rule(industries=("通用设备制造业",)),
            {Lack.INDUSTRY: 1},
        ),
        (Firm("a"), rule(sizes=("small",), enterprises=("a",)), {}),
        (Firm("a"), rule(), {}),
        (Firm("a"), Audience(chats=("*",), towns=("骆驼街道",)), {}),
    ],
)
def test_only_what_is_not_known_and_could_be_so_is_counted(
    firm: Firm, audience: Audience, expected: dict[Lack, int]
) -> None:
    assert unsaid(audience, [firm]) == expected


def test_an_enterprise_of_several_people_is_one() -> None:
    assert unsaid(rule(sizes=("small",)), [Firm("a"), Firm("a"), Firm("b")]) == {Lack.SIZE: 2}


def test_of_names_within_each_other_the_longest_is_meant() -> None:
    places = Places(industries=("制造业", "通用设备制造业"), tags=("高新", "高新技术企业"))
    found = named("通用设备制造业的高新技术企业负责人", places)
    assert found is not None
    assert (found.industries, found.tags) == (("通用设备制造业",), ("高新技术企业",))


@pytest.mark.parametrize("told", ["企业", "小型", "小微企业", "新", ""])
def test_a_tag_that_could_stand_in_any_sentence_narrows_nothing(told: str) -> None:
    found = named("全部企业的负责人", Places(tags=(told,)))
    assert found == Audience(people=True)


def test_a_size_within_a_tag_is_no_size() -> None:
    found = named("科技型中小企业负责人", Places(tags=("科技型中小企业",)))
    assert found is not None
    assert (found.sizes, found.tags) == ((), ("科技型中小企业",))

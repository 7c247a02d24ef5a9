"""Leaders in a text (U16): posts, terms, holders, order."""

from dataclasses import replace
from datetime import date

import pytest

from flows.campaigns.findings import Fault
from flows.campaigns.lexicon import Leader, Post
from tests.flows.campaigns.lexicons import LEXICON, findings, told


@pytest.mark.parametrize(
    "text",
    [
        "区委书记方知远出席",
        "中共宁波市镇海区委书记方知远出席",
        "区委副书记、区长沈立本主持会议",
        "区长、区委副书记沈立本主持会议",
        "区长 沈立本",
        "区长：沈立本",
        "沈立本区长讲话，方知远同志出席",
        "沈立本出席",
        "区委常委、统战部部长俞静姝到会",
        "副主席郑伟民到会，郑伟民副主席讲话",
        "原区长顾维桢、时任区长顾维桢",
        "原经济局局长沈立本",  # what somebody was is not all listed
        "日前区委书记方知远调研",
    ],
)
def test_whoever_is_named_with_a_post_they_hold_is_named_rightly(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("区长顾维桢出席", ("post_over", "区长顾维桢", "区政协主席顾维桢")),
        ("顾维桢区长出席", ("post_over", "顾维桢区长", "区政协主席顾维桢")),
        ("区长章退之出席", ("post_over", "区长章退之", "")),
        ("市政协委员顾维桢", ("post_ahead", "市政协委员顾维桢", "区政协主席顾维桢")),
        ("区委书记沈立本", ("post_wrong", "区委书记沈立本", "区委副书记、区长沈立本")),
        ("副区长沈立本", ("post_wrong", "副区长沈立本", "区委副书记、区长沈立本")),
        ("沈立本副区长", ("post_wrong", "沈立本副区长", "区委副书记、区长沈立本")),
        ("区工商联主席郑伟民", ("post_wrong", "区工商联主席郑伟民", "区工商联副主席郑伟民")),
        ("主席郑伟民", ("post_wrong", "主席郑伟民", "区工商联副主席郑伟民")),
        (
            "区委书记、区长沈立本",
            ("post_wrong", "区委书记、区长沈立本", "区委副书记、区长沈立本"),
        ),
        ("原区长沈立本", ("post_wrong", "原区长沈立本", "区委副书记、区长沈立本")),
        (
            "鄞州区区长沈立本",
            ("post_wrong", "鄞州区区长沈立本", "区委副书记、区长沈立本"),
        ),
        ("区长王小明表示", ("not_holder", "区长王小明", "区长沈立本")),
        ("区委书记王五，", ("not_holder", "区委书记王五", "区委书记方知远")),
    ],
)
def test_a_wrong_post_is_found_with_what_is_right(text: str, found: tuple[str, str, str]) -> None:
    assert told(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "区长热线12345，区长高度重视，区长办公会研究，区委书记强调要落实，区长安排部署。",
        "鄞州区区长王五、杭州市委书记李四参加",
        "副区长王五参加",  # is not in the lexicon at all
        "原区长王五",
    ],
)
def test_a_post_without_a_leader_behind_it_is_none_of_our_business(text: str) -> None:
    assert told(text) == []


def test_the_day_on_which_a_post_ends_is_still_its_own() -> None:
    last = Leader("沈立本", (Post("区长", until=date(2026, 11, 27)),))
    assert told("区长沈立本", replace(LEXICON, leaders=(last,))) == []
    over = Leader("沈立本", (Post("区长", until=date(2026, 11, 26)),))
    (one,) = findings("区长沈立本", replace(LEXICON, leaders=(over,)))
    assert (one.fault, one.about) == (Fault.POST_OVER, "2026-11-26")


def test_where_several_hold_a_post_none_is_proposed() -> None:
    deputies = (Leader("甲一丁", (Post("副区长"),)), Leader("乙二丁", (Post("副区长"),)))
    (one,) = findings("副区长王五，", replace(LEXICON, leaders=deputies))
    assert (one.fault, one.proposal, one.about) == (Fault.NOT_HOLDER, "", "甲一丁、乙二丁")


# Order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "proposal"),
    [
        ("沈立本、方知远出席", "沈立本、方知远", "方知远、沈立本"),
        (
            "区长沈立本，区委书记方知远和区人大常委会主任陆怀谷到会",
            "区长沈立本，区委书记方知远和区人大常委会主任陆怀谷",
            "区委书记方知远，区长沈立本和区人大常委会主任陆怀谷",
        ),
        ("陆怀谷主任、沈立本区长", "陆怀谷主任、沈立本区长", "沈立本区长、陆怀谷主任"),
        (
            "区工商联副主席郑伟民与区委常委、统战部部长俞静姝",
            "区工商联副主席郑伟民与区委常委、统战部部长俞静姝",
            "区委常委、统战部部长俞静姝与区工商联副主席郑伟民",
        ),
    ],
)
def test_leaders_named_in_a_row_stand_in_their_order(text: str, words: str, proposal: str) -> None:
    assert told(text) == [("order", words, proposal)]


@pytest.mark.parametrize(
    "text",
    [
        "区委书记方知远、区长沈立本、区人大常委会主任陆怀谷、区政协主席顾维桢出席",
        "区长沈立本主持会议，区委书记方知远讲话",
        "沈立本区长讲话。方知远书记出席",
        "区委书记方知远、原区长章退之、区长沈立本",  # who holds no post has no place in the order
        "区委书记方知远、区经信局局长王五、区长沈立本",
    ],
)
def test_what_is_no_list_or_in_order_is_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "区长沈立本、原区长章退之、区委书记方知远",
        "区长沈立本、区经信局局长王五、区委书记方知远",
    ],
)
def test_where_others_stand_among_leaders_the_order_is_found_but_not_proposed(text: str) -> None:
    assert told(text) == [("order", text, "")]

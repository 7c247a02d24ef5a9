"""Blanks of a text (B18): nobody gets a hole, and what people typed does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.campaigns.blanks import MissingValue, blanks, broken, fill, holes, lacking, quiet

TEXT = "${企业简称}：您好！\n${联系人}，贵公司（${企业简称}）符合条件。"


def test_blanks_are_named_once_in_their_order() -> None:
    assert blanks(TEXT) == ("企业简称", "联系人")
    assert blanks("没有空格，US$ 100，{}，$x") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${企业简称", ("${企业简称",)),
        ("${}", ("${}",)),
        ("${企业 简称}好", ("${企业 简称}",)),
        ("${${企业}}", ("${${企业}",)),
        ("${企业}", ()),
    ],
)
def test_what_is_no_blank_but_begins_like_one_is_told(text: str, found: tuple[str, ...]) -> None:
    assert broken(text) == found


@pytest.mark.parametrize("empty", ["", " ", "\n", "\u200b", "\u3164", "\u202e"])
def test_a_value_that_shows_nothing_is_missing(empty: str) -> None:
    assert lacking(TEXT, {"企业简称": "恒达", "联系人": empty}) == ("联系人",)


def test_recipients_with_a_hole_are_named_with_what_they_lack() -> None:
    people = {
        "a": {"企业简称": "恒达", "联系人": "陈总"},
        "b": {"联系人": "周总"},
        "c": dict[str, str](),
    }
    assert holes(TEXT, people) == {"b": ("企业简称",), "c": ("企业简称", "联系人")}


def test_every_blank_is_filled() -> None:
    said = fill(TEXT, {"企业简称": "恒达", "联系人": "陈总"})
    assert said == "恒达：您好！\n陈总，贵公司（恒达）符合条件。"


def test_a_hole_is_an_error_that_names_no_value() -> None:
    with pytest.raises(MissingValue) as error:
        fill(TEXT, {"企业简称": "恒达"})
    assert "恒达" not in str(error.value)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("${联系人}", "＄｛联系人｝"),
        ("@所有人", "＠所有人"),
        ("**加粗**", "＊＊加粗＊＊"),
        ("[点我](https://x.cn)", "［点我］(https://x.cn)"),
        ("# 标题\n> 引用", "＃ 标题 ＞ 引用"),
        ("恒\u200b达\u202e", "恒达"),
        ("恒达（宁波）轴承", "恒达（宁波）轴承"),
    ],
)
def test_what_people_typed_does_nothing(typed: str, shown: str) -> None:
    assert quiet(typed) == shown
    assert fill("${企业简称}", {"企业简称": typed}) == shown


def test_a_value_makes_no_blank_with_the_words_around_it() -> None:
    assert fill("$${企业简称}", {"企业简称": "{联系人}", "联系人": "陈总"}) == "$｛联系人｝"
    assert fill("${企业简称}{联系人}", {"企业简称": "价$", "联系人": "陈总"}) == "价＄{联系人}"


@given(st.text(max_size=60))
def test_no_value_brings_a_blank_a_mention_or_a_line(typed: str) -> None:
    said = quiet(typed)
    assert not re.search(r"[$@*`<>\[\]|\n\r]", said)
    assert quiet(said) == said
    if said:
        assert blanks(fill("${企业简称}", {"企业简称": typed})) == ()

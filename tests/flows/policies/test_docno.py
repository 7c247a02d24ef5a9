"""Numbers of official papers (文号) as people type them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.policies.docno import find, normalise, same

KEPT = "镇政办发〔2024〕5号"
CODES = (
    *(
        "镇政办发",
        "甬经信技改",
        "浙财税",
        "国办发",
        "国科发",
        "财税",
        "税总发",
        "工信部联企业",
        "仑政办",
        "银发",
    ),
    *("镇经信", "甬科高", "镇人社发", "发改高技", "库政办发", "镇党办发"),
)
BRACKETS = ("〔〕", "[]", "()", "（）", "【】", "［］", "﹝﹞", "〖〗")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    "typed",
    [
        "镇政办发〔2024〕5号",
        "镇政办发[2024]5号",
        "镇政办发(2024)5号",
        "镇政办发（2024）5号",
        "镇政办发【2024】5号",
        "镇政办发【２０２４】５号",
        "镇政办发 〔2024〕 5 号",
        "镇政办发〔2024〕第5号",
        "镇政办发〔2024〕005号",
        "镇政办发2024年5号",
        "镇政办发2024年第5号",
        "（镇政办发〔2024〕5号）",
        "文号：镇政办发〔2024〕5号",
    ],
)
def test_every_typed_form_is_kept_as_one(typed: str) -> None:
    assert [one.number for one in find(typed)] == [KEPT]
    assert same(typed, KEPT)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("根据《办法》（镇政办发〔2024〕5号）和财税〔2023〕7号", [KEPT, "财税〔2023〕7号"]),
        ("请问镇政办发[2024]5号还能申报吗", [KEPT]),
        ("宁波恒通公司想了解镇政办发〔2024〕5号", [KEPT]),
        ("甬经信技改、甬财企〔2024〕15号", ["甬经信技改、甬财企〔2024〕15号"]),
        ("甬经信 甬财(2024)15号", ["甬经信、甬财〔2024〕15号"]),
        ("甬经信〔2024〕15号、甬财〔2024〕20号", ["甬经信〔2024〕15号", "甬财〔2024〕20号"]),
        ("国家税务总局公告2024年第5号", ["国家税务总局公告〔2024〕5号"]),
        ("财政部 税务总局公告2023年第43号", ["财政部、税务总局公告〔2023〕43号"]),
        ("镇海区人民政府办公室镇政办发〔2024〕5号", [KEPT]),
        ("科技部 财政部 国科发〔2024〕5号", ["国科发〔2024〕5号"]),
    ],
)
def test_numbers_are_found_in_a_text(text: str, numbers: list[str]) -> None:
    assert [one.number for one in find(text)] == numbers


@pytest.mark.parametrize(
    "talk",
    [
        "我们公司(2024)5号车间停电",
        "新厂房（2024）5号楼",
        "中秋(2024)5号放假",
        "2024年5月12日",
        "0574-86290000",
        "13800000000",
        "（2024）浙0211民初123号",
        "合同〔2024〕5号",
        "我5号来",
        "国道2024年5号",
        "端午[2024]5号",
        "镇政办发的文件",
        "发票2024年5号",
        "海曙区(2024)5号公告",
        "镇海(2024)5号",
        "明天5号(2024)",
        "",
    ],
)
def test_ordinary_talk_names_no_paper(talk: str) -> None:
    assert find(talk) == ()


def test_the_place_of_a_number_is_that_of_its_words() -> None:
    text = "根据镇政办发（２０２４）５号执行"
    (one,) = find(text)
    assert text[one.start : one.end] == "镇政办发（２０２４）５号"


@pytest.mark.parametrize(
    "typed", ["镇政办发〔2024〕5号和财税〔2023〕7号", "看镇政办发〔2024〕5号了吗", "镇政办发", ""]
)
def test_what_is_not_one_number_alone_is_not_normalised(typed: str) -> None:
    assert normalise(typed) == ""


TYPED = st.fixed_dictionaries(
    {
        "code": st.sampled_from(CODES),
        "year": st.integers(1990, 2099),
        "serial": st.integers(1, 99_999),
        "brackets": st.sampled_from(BRACKETS),
        "ordinal": st.sampled_from(["", "第"]),
        "gap": st.sampled_from(["", " ", "  ", "\u3000"]),
        "digits": st.sampled_from([{}, WIDE]),
    }
)


@given(TYPED)
def test_variants_of_a_number_are_the_same(one: dict[str, Any]) -> None:
    code, year, serial, gap = one["code"], one["year"], one["serial"], one["gap"]
    opens, closes = one["brackets"]
    kept = f"{code}〔{year}〕{serial}号"
    typed = f"{code}{gap}{opens}{year}{closes}{gap}{one['ordinal']}{serial}号"
    assert normalise(typed.translate(one["digits"])) == kept
    assert normalise(kept) == kept


@given(
    codes=st.lists(st.sampled_from(CODES), min_size=2, max_size=2, unique=True),
    between=st.sampled_from(["、", "，", "/", " ", "·"]),
    brackets=st.sampled_from(BRACKETS),
)
def test_two_who_issue_together_are_kept_in_their_order(
    codes: list[str], between: str, brackets: str
) -> None:
    typed = f"{between.join(codes)}{brackets[0]}2024{brackets[1]}5号"
    assert normalise(typed) == f"{'、'.join(codes)}〔2024〕5号"


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    assert all(normalise(one.number) == one.number for one in find(text))

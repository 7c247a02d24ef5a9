"""One act on several tickets, read from one typed sentence; and what is found in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tickets.searching import hit, pieces, wanted
from flows.tickets.several import Several, several


def number(serial: int) -> str:
    return f"ZH-2026-{serial:04d}"


@pytest.mark.parametrize(
    ("text", "act", "serials", "rest"),
    [
        ("12、15、18 都交经信局", "assign", (12, 15, 18), "经信局"),
        ("12,15和18交给供电公司 协办 经信局", "assign", (12, 15, 18), "供电公司 协办 经信局"),
        ("3、4 退回 请写日期", "send_back", (3, 4), "请写日期"),
        ("3 4 通过", "approve", (3, 4), ""),
        ("签收 3、4", "sign", (3, 4), ""),
        ("ZH-2026-0003、0004号 一起受理", "accept", (3, 4), ""),
        ("3、3、4 受理", "accept", (3, 4), ""),
        ("全部签收", "sign", (), ""),
        ("都受理。", "accept", (), ""),
    ],
)
def test_one_sentence_names_the_act_and_the_tickets(
    text: str, act: str, serials: tuple[int, ...], rest: str
) -> None:
    assert several(text, "ZH", 2026) == Several(act, tuple(map(number, serials)), rest)


@pytest.mark.parametrize(
    "text",
    [
        "受理 3",
        "3 受理",
        "3、3 受理",
        "1、2 号楼又停电了，希望尽快查清",
        "全部停电了",
        "都没人管我们厂，希望尽快受理",
        "交办 3 供电公司",
        "12、15",
        "2026 11 24 停电",
        "首联 1 10:30和陈总通话",
        "首联 1，3月5日通过电话",
        "签收 1，13900000000",
        "签收 1，86270011",
        "退回 1、2号楼的没写",
    ],
)
def test_anything_else_is_left_alone(text: str) -> None:
    assert several(text, "ZH", 2026) is None


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    found = several(text, "ZH", 2026)
    assert found is None or found.act


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("停电 招宝山", ("停电", "招宝山")),
        ("电", ()),
        ("电 停电", ("停电",)),
        ("ＡＢ１２", ("ab12",)),
    ],
)
def test_what_is_looked_for_has_at_least_two_characters(text: str, words: tuple[str, ...]) -> None:
    assert wanted(text) == words


def test_of_chinese_every_two_neighbours_and_of_the_rest_whole_words_are_kept() -> None:
    assert pieces("招宝山110千伏ab-12") == {"招宝", "宝山", "110", "千伏", "ab", "12"}


def test_a_number_is_found_whole_only() -> None:
    assert hit("打 13912345678 找他", ("13912345678",))
    assert not hit("打 13912345678 找他", ("1391234",))


@given(st.text(min_size=2, max_size=6), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_a_hit_has_all_its_pieces(word: str, before: str, after: str) -> None:
    words = wanted(word)
    text = (before + word + after).casefold()
    if words and hit(text, words):
        assert frozenset[str]().union(*map(pieces, words)) <= pieces(text)

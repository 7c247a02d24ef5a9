"""Texts cut into pieces, and characters that must not be cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cutting import pieces
from flows.graphemes import parts_at

WHOLE = [
    "𠮷",
    "👨‍👩‍👧‍👦",  # a family held together by joiners
    "👍🏽",  # with a colour of skin
    "🇨🇳",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # a flag made of tags
    "e\u0301\u0323",  # two combining marks
    "葛\U000e0100",  # a variant of a character
    "❤\ufe0f",
    "\u1100\u1161\u11a8",  # a syllable of Hangul, letter by letter
    "\uac00\u11a8",
    "नी",
    "\r\n",
]


def cuts(text: str) -> list[int]:
    return [at for at in range(1, len(text)) if parts_at(text, at)]


@pytest.mark.parametrize("one", WHOLE)
def test_what_people_see_as_one_character_is_never_cut(one: str) -> None:
    assert cuts(one) == []
    assert cuts(f"政{one}企") == [1, 1 + len(one)]
    if one != "\r\n":
        assert cuts(one * 3) == [len(one), 2 * len(one)]
        for room in range(len(one.encode()), 4 * len(one.encode())):
            assert set("".join(pieces(one * 7, room)).split(one)) == {""}
            assert all(len(piece) % len(one) == 0 for piece in pieces(one * 7, room))


def test_a_text_is_cut_after_a_paragraph_before_a_line_before_a_sentence() -> None:
    text = "甲" * 30 + "\n\n" + "乙" * 5 + "\n" + "丙" * 5 + "。" + "丁" * 40
    assert pieces(text, 150)[0] == "甲" * 30
    lines = "甲" * 30 + "\n" + "丙" * 5 + "。" + "丁" * 40
    assert pieces(lines, 150)[0] == "甲" * 30
    sentences = "甲" * 30 + "丙" * 5 + "。”" + "丁" * 40
    assert pieces(sentences, 150)[0] == "甲" * 30 + "丙" * 5 + "。”"
    assert pieces("丁" * 60, 150)[0] == "丁" * 50


def test_a_sentence_ends_behind_the_marks_of_its_last_character() -> None:
    text = "甲" * 30 + "！\ufe0f" + "乙" * 40
    cut = pieces(text, 93)  # room for the character, but not for its mark
    assert cut[0] == "甲" * 30
    assert "".join(cut) == text


def test_a_decimal_point_ends_no_sentence() -> None:
    text = "a" * 60 + "3.5" + "b" * 60
    assert pieces(text, 64)[0] == text[:64]


def test_a_character_that_has_no_room_anywhere_is_cut_rather_than_lost() -> None:
    family = "👨‍👩‍👧‍👦"
    assert "".join(pieces(family, 8)) == family


def test_no_room_for_a_single_character_is_an_error() -> None:
    with pytest.raises(ValueError, match="no room"):
        pieces("政", 2)


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(4, 90))
def test_no_piece_is_too_long_and_nothing_but_line_breaks_is_lost(text: str, room: int) -> None:
    cut = pieces(text, room)
    assert all(len(piece.encode()) <= room for piece in cut)
    assert "".join(cut).replace("\n", "") == text.replace("\n", "")


def test_bold_and_links_are_not_cut_in_two_where_there_is_another_end() -> None:
    for marked in ("**" + "策。" * 30 + "**", "[查看原文](https://example.com/" + "a" * 80 + ")"):
        text = "政" * 80 + marked + "后" * 30
        told = pieces(text, 300)
        assert "".join(told) == text
        assert [marked in piece for piece in told].count(True) == 1
        assert told[0] == "政" * 80


def test_bold_that_is_longer_than_any_room_is_cut_all_the_same() -> None:
    text = f"**{'策' * 300}**"
    told = pieces(text, 300)
    assert "".join(told) == text
    assert len(told) == 4

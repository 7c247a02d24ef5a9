"""桌签 as Word files: both halves have the name, in word art that every program turns."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml.ns import qn

from bot.papers.cards import FRAME_HEIGHT, FRAME_WIDTH, Card, draw_cards, lines_of, size_of
from flows.registration.issues import Kind
from tests.bot.handing import NAMES, VML, again, halves, listed, paper, paragraphs, shapes, word


def test_a_card_has_the_name_on_both_sides_one_upside_down() -> None:
    found = halves(word(paper(listed("陈建国"), Kind.CARDS)))
    assert found == [
        (name, turned) for name in ("张三", "李四", "陈建国") for turned in (True, False)
    ]


@pytest.mark.parametrize("name", ["<w:p/>&amp;", *NAMES])
def test_e12_a_name_on_a_card_is_as_it_was_typed(name: str) -> None:
    found = [text for text, turned in shapes(word(paper(listed(name), Kind.CARDS))) if turned]
    lines = list(lines_of(name))
    assert found[2:] == lines[::-1]  # behind the two officials
    assert "".join(lines) == name


def test_every_card_is_a_sheet_of_its_own() -> None:
    document = docx.Document(io.BytesIO(draw_cards("桌签", (), [Card("甲"), Card("乙")])))
    assert len(list(document.element.body.iter(qn("w:pageBreakBefore")))) == 1


@pytest.mark.parametrize("length", [1, 2, 3, 4, 8, 12, 20, 40, 200])
def test_a_name_of_any_length_fits_its_half(length: int) -> None:
    lines, size = lines_of("长" * length), size_of("长" * length)
    assert max(map(len, lines)) * size <= FRAME_WIDTH.pt
    assert len(lines) * size * 1.25 <= FRAME_HEIGHT.pt


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("欧阳震华", ["欧阳震华"]),
        ("欧阳司马慕容上官", ["欧阳司马", "慕容上官"]),
        ("古丽米热·艾合买提江", ["古丽米热·", "艾合买提江"]),
        ("王👨‍👩‍👧" * 5, ["王👨‍👩‍👧王👨‍👩‍👧王", "👨‍👩‍👧王👨‍👩‍👧王👨‍👩‍👧"]),
    ],
)
def test_a_long_name_is_parted_where_it_reads_well(name: str, lines: list[str]) -> None:
    assert list(lines_of(name)) == lines


def test_a_card_is_drawn_without_what_only_new_programs_show() -> None:
    document = word(paper(listed("陈建国"), Kind.CARDS))
    assert not list(document.element.body.iter(qn("w:drawing")))
    # Of several shapes in one picture LibreOffice shows the last alone.
    pictures = list(document.element.body.iter(qn("w:pict")))
    drawn_in = [[o for o in one if o.tag != f"{VML}shapetype"] for one in pictures]
    assert {len(some) for some in drawn_in} == {1}


def test_a_usual_name_is_as_big_as_the_sheet_allows() -> None:
    assert size_of("陈建国") >= 160


def test_u8_the_first_sheet_says_which_cards_to_print_anew() -> None:
    document = word(again(listed("陈建国", "周芳"), Kind.CARDS))
    assert "已变更：陈建国 → 赵小明" in paragraphs(document)
    assert halves(document)[:2] == [("赵小明", True), ("赵小明", False)]
    assert [one.text for one in document.element.body.iter(qn("w:t"))][-1] == "已变更"


def test_a_first_set_of_cards_has_no_such_sheet() -> None:
    assert paragraphs(word(paper(listed("陈建国"), Kind.CARDS))) == []

"""Files that would cost much are refused or clipped, and nothing of a text is cut silently."""

from __future__ import annotations

import io
import json
import tomllib
import tracemalloc
import zipfile

import openpyxl
import pytest

from bot.attachments import type_of
from bot.config import load_config
from bot.documents.merged import merged_spans
from bot.documents.opening import Contents, Unread, read_document
from bot.listed import LONGEST, records_in
from tests.bot.test_documents import CAPS as SMALL
from tests.bot.test_documents import with_text
from tests.sending import sheet

CAPS = load_config().office.documents.caps()
HEAD = b"[[policies]]\n"


def as_json(title: str) -> bytes:
    return b'{"policies": [{"title": "%s"}]}' % title.encode()


def reason(data: bytes) -> str:
    with pytest.raises(Unread) as caught:
        read_document(data, CAPS)
    return caught.value.reason


@pytest.mark.parametrize("data", [HEAD + b'title = "a"\n', as_json("a")], ids=["toml", "json"])
def test_nobody_parses_a_file_to_tell_its_type(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(tomllib, "loads")
    monkeypatch.delattr(json, "loads")
    assert type_of(data)[0] in {"json", "toml"}


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b".".join([b"a"] * 1000) + b" = 1\n",
        HEAD + b'"a"."b".' * 5 + b"c = 1\n",
        HEAD + b"x = ['''a'''', {" + b".".join([b"a"] * 1000) + b" = 1}]\n",
        HEAD * 2001,
        HEAD + b"a = 1 #" + b"x" * LONGEST["toml"],
    ],
    ids=["dots", "quoted", "five quotes", "tables", "long"],
)
def test_toml_that_takes_the_parser_long_is_not_parsed(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(tomllib, "loads")
    assert records_in(data, "toml") is None


def test_dots_in_the_words_of_a_list_are_no_matter() -> None:
    said = b'a = "1.2.3.4.5.6.7.8.9.10"\nb = """\n. . . . . . . . . .\n"""\n# ...........\n'
    (one,) = records_in(HEAD + said, "toml") or ()
    assert one["a"] == "1.2.3.4.5.6.7.8.9.10"


def test_json_deeper_than_any_list_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(json, "loads")
    assert records_in(b'[{"a": ' + b"[" * 20 + b"]" * 20 + b"}]", "json") is None


@pytest.mark.parametrize("odd", ["\\ud800", "a\\u0000", "\\udc00\\ud800"])
def test_words_that_cannot_be_stored_are_no_list(odd: str) -> None:
    assert reason(as_json(odd)) == "list"
    assert records_in(b'[{"%s": 1}]' % odd.encode(), "json") is None


def test_a_whole_character_of_two_halves_is_one() -> None:
    assert read_document(as_json("\\ud83d\\ude00"), CAPS).rows[1] == ("😀",)


@pytest.mark.parametrize("data", [b'[{"title": }]', HEAD + b"title = \n"], ids=["json", "toml"])
def test_a_list_with_a_mistake_is_said_to_be_one(data: bytes) -> None:
    assert reason(data) == "list"


# Merged cells --------------------------------------------------------------------------------


def merged(*refs: str) -> bytes:
    """Make a sheet that claims merged blocks."""
    given, made = io.BytesIO(sheet(("a", "b"), ("1", "2"), (None, "3"))), io.BytesIO()
    blocks = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    marked = f"</sheetData><mergeCells>{blocks}</mergeCells>".encode()
    with zipfile.ZipFile(given) as before, zipfile.ZipFile(made, "w", 8) as after:
        for one in before.namelist():
            after.writestr(one, before.read(one).replace(b"</sheetData>", marked))
    return made.getvalue()


def test_a_block_that_claims_a_million_rows_costs_nothing() -> None:
    data = merged("A2:XFD1048576")
    read_document(data, CAPS)  # whatever is loaded once is loaded
    tracemalloc.start()
    try:
        found = read_document(data, CAPS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.rows == (("a", "b"), ("1", "2"), ("1", "3"))
    assert peak < 20 * 1024 * 1024


@pytest.mark.parametrize(
    "ref", ["", "A", "A:B", "2:3", "A3:A2", "A0:A3", "ZZZZ1:ZZZZ9", "A1048577"]
)
def test_a_block_that_is_none_is_passed_over(ref: str) -> None:
    said = f'<x xmlns="m"><mergeCell ref="{ref}"/><mergeCell/><mergeCell ref="A2:A3"/></x>'
    assert merged_spans(io.BytesIO(said.encode()), CAPS) == [(0, 1, 2)]


def test_more_blocks_than_cells_are_read_are_too_many() -> None:
    assert reason(merged(*["A2:A3"] * (CAPS.rows * CAPS.columns + 1))) == "large"


# Too long, and per cent ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        sheet(("a",), ("长" * 51,)),
        with_text(
            b"<w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>%s</w:t></w:r></w:p>" % (b"x" * 51)
        ),
        json.dumps([{"a": "x" * 51}]).encode(),
    ],
    ids=["sheet", "word", "list"],
)
def test_a_text_that_is_not_whole_is_named_by_its_row(data: bytes) -> None:
    assert read_document(data, SMALL).long == (2,)


def test_a_text_as_long_as_may_be_is_whole() -> None:
    assert read_document(sheet(("长" * 50,)), SMALL) == Contents((("长" * 50,),), table=True)


@pytest.mark.parametrize(
    ("value", "shown", "read"),
    [
        (0.05, "0.00%", "5%"),
        (0.035, "0.0%;[Red]-0.0%", "3.5%"),
        (1, "0%", "100%"),
        (0.05, "General", "0.05"),
        (0.05, '0.00"%"', "0.05"),
        ("5", "0%", "5"),
    ],
)
def test_a_number_is_read_as_per_cent_where_it_is_shown_so(
    value: object, shown: str, read: str
) -> None:
    book, made = openpyxl.Workbook(), io.BytesIO()
    cell = book.worksheets[0]["A1"]
    cell.value, cell.number_format = value, shown
    book.save(made)
    assert read_document(made.getvalue(), CAPS).rows == ((read,),)

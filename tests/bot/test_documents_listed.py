"""Lists of policies as JSON or TOML are documents; other text is none; merged cells are filled."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from bot.attachments import type_of
from bot.config import load_config
from bot.documents.opening import Unread, read_document
from bot.listed import LONGEST

CAPS = load_config().office.documents.caps()
ONE = {"title": "补助", "deadline": "2026-12-20", "tags": ["技改", "设备"], "demo": True, "x": None}


def as_json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def test_a_list_is_a_header_and_a_row_each() -> None:
    found = read_document(as_json({"policies": [ONE, {"title": "券", "phone": 1}]}), CAPS)
    assert found.table
    assert found.rows == (
        ("title", "deadline", "tags", "demo", "x", "phone"),
        ("补助", "2026-12-20", "技改\n设备", "是", "", ""),
        ("券", "", "", "", "", "1"),
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (as_json([ONE]), "json"),
        (b"\xef\xbb\xbf" + as_json({"policies": [ONE]}), "json"),
        ('[[policy]]\ntitle = "券"\n'.encode(), "toml"),
        (b"{}", ""),
        (b"[]", ""),
        (b'["a"]', ""),
        (b"hello", ""),
        (b'title = "a"\n', ""),
        (b"[" * 100_000, ""),
        (b'{"policies": ' + b"9" * 5000 + b"}", ""),
        (b"\xff\xfe\x00", ""),
    ],
)
def test_only_a_list_of_policies_is_a_kind_of_file(data: bytes, kind: str) -> None:
    assert type_of(data)[0] == kind


def test_what_is_longer_than_a_list_may_be_is_not_looked_at() -> None:
    assert type_of(as_json([{"title": "x" * LONGEST["json"]}]))[0] == ""


def test_other_text_is_no_document() -> None:
    with pytest.raises(Unread) as error:
        read_document(b"hello", CAPS)
    assert error.value.reason == "kind"


def test_more_records_than_are_read_are_cut() -> None:
    found = read_document(as_json([ONE] * (CAPS.rows + 1)), CAPS)
    assert (len(found.rows), found.cut) == (CAPS.rows + 1, True)


def test_what_is_merged_downwards_stands_in_each_row_and_nothing_else_is_filled(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (("a", "b", "c"), ("1", "2", "3"), (None, None, "4"), ("5",)):
        page.append(row)
    page.merge_cells("B2:B4")
    page.merge_cells("A1:B1")
    book.save(tmp_path / "merged.xlsx")
    found = read_document((tmp_path / "merged.xlsx").read_bytes(), CAPS)
    assert found.rows == (("a", "", "c"), ("1", "2", "3"), ("", "2", "4"), ("5", "2"))

"""What is read in Word files and spreadsheets, and what is refused before anybody unpacks it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bot.attachments import Limits, Refusal, Vault
from bot.documents.caps import Caps
from bot.documents.opening import Contents, Unread, read_document
from bot.storage.arrivals import _arrival
from bot.storage.session import encoded
from handlers.ports import Document
from tests.bot.runtime import KEYS, arrival
from tests.sending import sheet, word

CAPS = Caps(megabytes=1, unpacked_megabytes=4, part_megabytes=1, rows=20, columns=5, characters=50)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(512)


def read(data: bytes) -> Contents:
    return read_document(data, CAPS)


def refused(data: bytes) -> str:
    with pytest.raises(Unread) as caught:
        read(data)
    return caught.value.reason


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Put another part into a package, or another in its place."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w", 8) as after:
        for one in before.namelist():
            if one != name:
                after.writestr(one, before.read(one))
        after.writestr(name, content)
    return made.getvalue()


def test_paragraphs_and_rows_of_tables_are_read_in_their_order() -> None:
    found = read(word("通知", ("时间", "12月1日"), "", "请准时"))
    assert found == Contents((("通知",), ("时间", "12月1日"), ("请准时",)))


def test_what_was_inserted_counts_and_what_was_deleted_does_not() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("地点：")
    changes = (
        "<w:ins {0}><w:r><w:t>商会</w:t></w:r></w:ins>",
        "<w:del {0}><w:r><w:delText>区政府</w:delText></w:r></w:del>",
    )
    for change in changes:
        paragraph._p.append(parse_xml(change.format(nsdecls("w"))))
    made = io.BytesIO()
    document.save(made)
    assert read(made.getvalue()).rows == (("地点：商会",),)


def test_a_cell_that_claims_a_billion_columns_costs_nothing() -> None:
    document = docx.Document()
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "一格"
    table.cell(0, 0)._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="1000000000"/>')
    )
    made = io.BytesIO()
    document.save(made)
    assert read(made.getvalue()).rows == (("一格",),)


def test_cells_are_text_days_are_iso_and_rows_keep_their_places() -> None:
    row = ("座谈", datetime(2026, 12, 1, 14), date(2026, 12, 3), time(9, 30), 40.0)  # noqa: DTZ001
    assert read(sheet(("名称",), (), row)) == Contents(
        (("名称",), (), ("座谈", "2026-12-01 14:00", "2026-12-03", "09:30", "40")), table=True
    )


def test_a_formula_is_never_shown_nor_run() -> None:
    assert read(sheet(("名称",), ('=HYPERLINK("http://x","点我")', "x"))).rows[1] == ("", "x")


def test_more_than_is_read_is_cut_and_said() -> None:
    many = [(f"第 {n} 行", *"abcdefgh") for n in range(CAPS.rows + 1)]
    found = read(sheet(*many))
    assert found.cut
    assert (len(found.rows), len(found.rows[0])) == (CAPS.rows, CAPS.columns)
    assert read(word(*(f"第 {n} 段" for n in range(CAPS.rows + 1)))).cut
    assert read(word("长" * 200)).rows == (("长" * (CAPS.characters + 1),),)


def test_empty_rows_down_to_the_end_of_the_sheet_are_no_rows() -> None:
    assert read(sheet(("名称",), *[("",)] * 500)) == Contents((("名称",),), table=True)


@pytest.mark.parametrize("data", [word(), sheet(), sheet(("", ""))], ids=["word", "no", "blank"])
def test_a_file_without_text_is_empty(data: bytes) -> None:
    assert refused(data) == "empty"


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(word("通知"), "word/media/image1.png", bytes(5 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert refused(bomb) == "large"


def with_text(body: bytes) -> bytes:
    """Put markup before all that a Word file says."""
    said = zipfile.ZipFile(io.BytesIO(word("通知"))).read("word/document.xml")
    return with_part(
        word("通知"), "word/document.xml", said.replace(b"<w:body>", b"<w:body>" + body)
    )


@pytest.mark.parametrize("name", ["word/document.xml", "word/media/image1.png"])
def test_a_text_that_unpacks_to_too_much_is_refused_whatever_its_part_is_called(name: str) -> None:
    bomb = with_part(word("通知"), name, b" <w:document>" + b"<w:p/>" * 300_000)
    assert refused(bomb) == "large"


def test_a_text_is_not_read_beyond_what_is_kept() -> None:
    many = b"<w:p><w:r><w:t>abc</w:t></w:r></w:p>" * 10_000
    found = read(with_text(many + b"<no end"))
    assert found.cut
    assert found.rows == (("abc",),) * CAPS.rows


def test_a_paragraph_of_very_many_pieces_is_kept_to_its_length() -> None:
    pieces = b"<w:r><w:t>abc</w:t><w:tab/></w:r>" * 10_000
    (first, _) = read(with_text(b"<w:p>" + pieces + b"</w:p>")).rows
    assert first == (("abc\t" * 13)[: CAPS.characters + 1],)


def test_text_boxes_and_tables_within_tables_keep_their_places() -> None:
    box = b"<w:r><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></w:r>"
    said = b"<w:p><w:r><w:t>%s</w:t></w:r>" + box + b"</w:p>"
    inner = b"<w:tbl><w:tr><w:tc>" + said % b"inner" + b"</w:tc></w:tr></w:tbl>"
    cells = b"<w:tc>" + said % b"a" + inner + b"</w:tc><w:tc>" + said % b"b" + b"</w:tc>"
    found = read(with_text(said % b"one" + b"<w:tbl><w:tr>" + cells + b"</w:tr></w:tbl>"))
    assert found.rows == (("one",), ("a\ninner", "b"), ("通知",))


def test_a_large_file_is_refused() -> None:
    assert refused(word("通知") + bytes(1024 * 1024)) == "large"


@pytest.mark.parametrize("part", ["word/document.xml", "docProps/core.xml"])
def test_a_file_with_entities_of_its_own_is_refused(part: str) -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    assert refused(with_part(word("通知"), part, evil)) == "broken"


@pytest.mark.parametrize(
    "data",
    [
        word("通知")[:2000],
        with_part(word("通知"), "word/document.xml", b"<w:document>"),
        with_part(sheet(("a",)), "xl/workbook.xml", b"no xml"),
    ],
    ids=["cut off", "no XML", "no workbook"],
)
def test_a_file_that_is_not_whole_is_broken(data: bytes) -> None:
    assert refused(data) in {"broken", "kind"}


@pytest.mark.parametrize("data", [word("通知"), sheet(("a",))], ids=["word", "sheet"])
@pytest.mark.parametrize("part", ["[Content_Types].xml", "docProps/core.xml", "main"])
def test_a_file_whose_packing_is_damaged_is_broken(data: bytes, part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        main = next(n for n in package.namelist() if n.endswith(("document.xml", "sheet1.xml")))
        where = package.getinfo(main if part == "main" else part).header_offset + 64
    assert refused(data[:where] + b"\xff" * 40 + data[where + 40 :]) == "broken"


@pytest.mark.parametrize(
    "data", [OLE, b"%PDF-1.7\n" + bytes(64), b"\xff\xd8\xff\xe0", b"text", b""]
)
def test_another_kind_of_file_is_named_so(data: bytes) -> None:
    assert refused(data) == "kind"


def test_a_file_with_a_password_is_not_kept_and_said_to_have_one(tmp_path: Path) -> None:
    vault = Vault(tmp_path, KEYS, Limits(("docx",), 1))
    with pytest.raises(Refusal) as caught:
        vault.keep(LOCKED)
    assert caught.value.reason == "locked"


def test_an_arrival_that_an_earlier_version_filed_has_no_document() -> None:
    plain = json.loads(encoded(arrival("m1")))
    del plain["document"]
    assert _arrival(plain) == arrival("m1")


def test_what_was_read_comes_back_from_the_records_as_it_was() -> None:
    read_in = replace(
        arrival("m1"), kind="document", document=Document("plan", "1-0", "a.xlsx", True, (("x",),))
    )
    assert _arrival(json.loads(encoded(read_in))) == read_in

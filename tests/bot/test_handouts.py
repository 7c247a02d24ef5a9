"""Papers of an activity as files: another program reads back what was put in."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.attachments import Fetcher, Limits, Vault, type_of
from bot.channels.base import FetchFault
from bot.handouts.making import Makers, drawn
from bot.handouts.table import columns_of
from bot.handouts.wording import chinese
from bot.outbox import Outbox
from bot.storage.database import Database
from flows.registration.event import Question
from flows.registration.handouts import Handout, Known, Told
from flows.registration.issues import Kind
from flows.registration.registration import enterprise_key
from flows.registration.seating import Customs
from flows.tickets.state import State
from handlers.registration.papers import HANDOUT
from tests import outbox
from tests.bot.handing import (
    GUESTS,
    HOSTILE,
    NAMES,
    TEXTS,
    again,
    halves,
    listed,
    paper,
    paragraphs,
    word,
)
from tests.bot.runtime import KEYS, OPEN, HandClock, arrival
from tests.engines import address
from tests.flows.registration.rolls import empty, signed


def book(made: Handout) -> Workbook:
    return load_workbook(io.BytesIO(drawn(made, TEXTS)))


def sheet(made: Handout) -> Worksheet:
    found = book(made).worksheets[0]
    assert isinstance(found, Worksheet)
    return found


def lines(made: Handout) -> list[list[Any]]:
    """Return the rows of a table below its head."""
    rows = [list(row) for row in sheet(made).iter_rows(values_only=True)]
    start = next(n for n, row in enumerate(rows) if row[0] == "序号")
    assert len(rows[start]) == len(columns_of(made.kind))
    return rows[start + 1 :]


def cells(made: Handout) -> Sequence[Any]:
    return [cell for row in sheet(made).iter_rows() for cell in row if cell.value is not None]


# Tables -----------------------------------------------------------------------------------------


def test_a_sign_in_sheet_has_everybody_with_room_to_sign() -> None:
    (row,) = lines(paper(listed("陈建国"), Kind.SIGN_IN))
    expected = [1, "镇海第1紧固件厂", "陈建国", "总经理", "13800000001", "000001", None, None]
    assert row == expected


@pytest.mark.parametrize("name", NAMES)
def test_e12_e13_a_name_is_read_back_as_it_was_typed_and_is_no_formula(name: str) -> None:
    made = paper(listed(name), Kind.SIGN_IN)
    (cell,) = [cell for cell in cells(made) if cell.value == name]
    assert cell.data_type == "s"
    assert cell.hyperlink is None


@pytest.mark.parametrize(("name", "guarded"), [(HOSTILE, True), ("＝1+1", True), ("陈建国", False)])
def test_e13_what_looks_like_a_formula_stays_text_when_it_is_edited(
    name: str, guarded: bool
) -> None:
    made = paper(listed(name), Kind.SIGN_IN)
    (cell,) = [cell for cell in cells(made) if cell.value == name]
    assert bool(cell.quotePrefix) is guarded


def test_e13_telephones_and_codes_of_eighteen_digits_keep_all_of_them() -> None:
    code = "330203199001011234"
    roll = signed(empty(guests=""), 1, name=code, phone="13800000000", code="000042")
    (row,) = lines(paper(roll, Kind.SIGN_IN))
    assert (row[2], row[4], row[5]) == (code, "13800000000", "000042")


def test_e13_two_thousand_rows_are_all_there_with_equal_values() -> None:
    made = paper(listed(*(f"来宾{n}" for n in range(2000))), Kind.SIGN_IN)
    found = lines(made)
    assert [tuple(cell or "" for cell in row[1:6]) for row in found] == [
        line.cells for line in made.lines
    ]
    assert [row[0] for row in found] == list(range(1, 2001))


def test_a_list_of_plates_has_those_who_come_by_car() -> None:
    roll = signed(listed("陈建国"), 2, plate="")
    assert lines(paper(roll, Kind.PLATES)) == [[1, "浙B00001", "陈建国", "镇海第1紧固件厂", None]]


@pytest.mark.parametrize("kind", [Kind.SIGN_IN, Kind.PLATES])
def test_u8_a_table_tells_on_top_what_is_different_and_marks_the_row(kind: Kind) -> None:
    made = again(listed("陈建国", "周芳"), kind)
    texts = [cell.value for cell in cells(made)]
    assert "第 2 版，与第 1 版比有 1 处变动" in texts
    assert any(str(one).startswith("已变更：陈建国") for one in texts)
    assert [row[-1] for row in lines(made)] == ["已变更", None]


# The plan of seats ------------------------------------------------------------------------------


def seats(made: Handout) -> list[tuple[int, int, str]]:
    """Return the seats of the plan: row, column, the first line of what stands there."""
    found = [(c.row, c.column, str(c.value)) for c in cells(made) if c.column > 1]
    return [(row, column, text.split("\n")[0]) for row, column, text in found if text != "主席台"]


def test_u8_the_plan_shows_the_rostrum_in_the_middle_and_the_audience_below() -> None:
    made = paper(listed("甲", "乙", "丙"), Kind.SEATS)
    rostrum, audience = seats(made)[:2], seats(made)[2:]
    # Seen from the audience: the second, at the left hand of the first, stands to the right.
    assert [name for _, _, name in rostrum] == ["张三", "李四"]
    assert [name for _, _, name in audience] == ["甲", "乙", "丙"]
    assert rostrum[0][0] < audience[0][0]


def test_an_even_rostrum_stands_in_the_middle_of_an_odd_row() -> None:
    made = paper(listed("甲", "乙", "丙"), Kind.SEATS)
    columns = [column for _, column, _ in seats(made)]
    # Two columns a seat: the rostrum begins half a seat further in.
    assert columns == [3, 5, 2, 4, 6]


def test_u8_the_plan_marks_who_is_different_and_says_so_on_top() -> None:
    made = again(listed("陈建国", "周芳"), Kind.SEATS)
    texts = [str(cell.value) for cell in cells(made)]
    assert any(one.startswith("已变更：陈建国") for one in texts)
    (seat,) = [cell for cell in cells(made) if str(cell.value).startswith("赵小明")]
    assert str(seat.value).endswith("已变更")
    assert seat.fill.fgColor.rgb == "FFFFE699"


LONG = "宁波市镇海区骆驼街道恒通高强度紧固件智能制造股份有限公司集团"


def test_a_seat_is_high_enough_for_a_long_name_with_a_long_enterprise() -> None:
    roll = signed(listed("甲"), 2, name="帕提古丽·阿不都热西提江", enterprise=LONG, post="总经理")
    plan = sheet(paper(roll, Kind.SEATS))
    (at,) = [n for n, row in enumerate(plan.iter_rows(values_only=True), 1) if LONG in str(row)]
    # Two lines of 12 points, one of 9 for the post, and four for the enterprise.
    assert plan.row_dimensions[at].height >= 1.4 * (2 * 12 + 5 * 9)


def test_a_title_longer_than_the_table_goes_on_in_a_second_line() -> None:
    roll = signed(empty(title="产业链上下游协同与中小企业数字化转型专场" * 2), 1, plate="浙B1")
    plan = sheet(paper(roll, Kind.PLATES))
    assert plan["A1"].alignment.wrap_text
    assert plan.row_dimensions[1].height >= 2 * 1.4 * 16


def test_what_is_different_is_not_shrunk_until_nobody_can_read_it() -> None:
    roll = signed(empty(), 1, name="陈建国", enterprise=LONG, plate="浙B1")
    found = sheet(again(roll, Kind.PLATES))
    texts = [str(cell.value) for cell in found["A"]]
    (at,) = [n for n, text in enumerate(texts, 1) if text.startswith("已变更")]
    assert not found.cell(at, 1).alignment.shrink_to_fit
    assert found.row_dimensions[at].height >= 2 * 1.4 * 11


def test_a_second_sheet_lists_every_seat() -> None:
    listing = book(paper(listed("甲"), Kind.SEATS)).worksheets[1]
    rows = [list(row) for row in listing.iter_rows(values_only=True)]
    assert rows[1][:4] == ["主席台", "第1位", "张三", "区委书记"]
    assert rows[3][:4] == ["1排", "1", "甲", "总经理"]


def test_in_the_list_of_seats_nothing_runs_into_the_next_cell() -> None:
    made = paper(signed(listed("甲"), 2, name="帕提古丽·阿不都热西提江"), Kind.SEATS)
    listing = book(made).worksheets[1]
    assert all(cell.alignment.wrap_text for row in listing.iter_rows(min_row=2) for cell in row)
    assert listing.row_dimensions[5].height >= 2 * 1.4 * 11


def test_a_hall_of_two_thousand_is_drawn_whole() -> None:
    listing = book(paper(listed(*(f"来宾{n}" for n in range(2000))), Kind.SEATS)).worksheets[1]
    assert listing.max_row == 1 + 2 + 2000


# Word files -------------------------------------------------------------------------------------


def test_the_list_for_the_officials_tells_who_comes_with_what() -> None:
    asked = (Question(key="a", label="想反映的问题"), Question(key="b", label="所属行业"))
    answers = {"a": "用电紧张", "b": "紧固件"}
    roll = signed(empty(guests=GUESTS, questions=asked), 1, name="陈建国", answers=answers)
    known = (
        Known(number="ZH-2026-0001", state=State.IN_PROGRESS),
        Known(number="ZH-2026-0002", state=State.ACCEPTED, topic=True),
    )
    tickets = {enterprise_key("镇海第1紧固件厂"): known}
    told = paragraphs(word(paper(roll, Kind.BRIEFING, Told(Customs(), tickets=tickets))))
    assert "参加领导：张三（区委书记）、李四（副区长）" in told
    assert told[-5:] == [
        "一、镇海第1紧固件厂（紧固件）",
        "参加：陈建国",
        "想反映的问题：用电紧张",
        "议题：ZH-2026-0002（待交办）",
        "在办问题：ZH-2026-0001（办理中）",
    ]


def test_u8_the_list_for_the_officials_marks_what_is_different() -> None:
    told = paragraphs(word(again(listed("陈建国"), Kind.BRIEFING)))
    assert any(line.startswith("已变更：陈建国") for line in told)
    assert "参加：赵小明（总经理）〔已变更〕" in told


@pytest.mark.parametrize(("n", "said"), [(1, "一"), (10, "十"), (21, "二十一"), (100, "100")])
def test_headings_are_numbered_in_chinese(n: int, said: str) -> None:
    assert chinese(n) == said


@pytest.mark.parametrize("kind", Kind)
def test_no_file_tells_by_which_program_it_was_made(kind: Kind) -> None:
    content = drawn(paper(listed("陈建国"), kind), TEXTS)
    extension, _ = type_of(content)
    assert extension == ("docx" if kind in {Kind.CARDS, Kind.BRIEFING} else "xlsx")
    assert not re.search(rb"python-docx", content)


# On its way -------------------------------------------------------------------------------------


class Ledgers:
    """Stands for whoever makes the ledger."""

    async def fetch(self, robot: str, code: str, limit: int) -> bytes:
        return code.encode()


async def test_what_is_no_paper_is_made_as_the_ledger() -> None:
    assert await Makers(TEXTS, Ledgers()).fetch("", "2026-01-01/2026-12-31", 1) == (
        b"2026-01-01/2026-12-31"
    )


async def test_an_order_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(FetchFault):
        await Makers(TEXTS, Ledgers()).fetch("", f"{HANDOUT}{{}}", 1)


@pytest.mark.usefixtures("engine")
async def test_a_paper_that_was_ordered_reaches_who_asked(tmp_path: Path) -> None:
    clock = HandClock()
    limits = Limits(types=("docx", "xlsx"), megabytes=20)
    vault = Vault(tmp_path / "files", KEYS, limits)
    words = Outbox(TEXTS, OPEN, clock, channel="fake", robot="robot", cards=True)
    db = Database(await address(tmp_path / "test.db"), KEYS, clock, words, steady=clock)
    await db.open()
    try:
        made = paper(listed("欧阳𠮷"), Kind.CARDS)
        async with db.begin() as tx:
            (filed,) = await tx.admit([arrival("m1")])
            assert filed is not None
            await tx.make_file(filed, f"{HANDOUT}{made.model_dump_json()}", "桌签.docx")
        makers = Makers(TEXTS, Ledgers())
        fetcher = Fetcher(db, {"made": makers}, vault, limits, clock, wake=lambda: None)
        assert await fetcher.turn() == 1
        async with db.begin() as tx:
            (letter,) = await outbox.claim(tx)
    finally:
        await db.close()
    file = letter.message.file
    assert file is not None
    assert file.name == "桌签.docx"
    document = docx.Document(io.BytesIO(vault.read(file.sha256)))
    assert ("欧阳𠮷", True) in halves(document)

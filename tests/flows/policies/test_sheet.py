"""Rows of a spreadsheet as policies: what a cell may look like, what is missing, what is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from bot.config import load_config
from flows.policies.answers import PolicyFacts
from flows.policies.firm_facts import named
from flows.policies.serial import day_of_serial
from flows.policies.sheet import COLUMNS, Row, is_header, read_sheet

CONFIG = load_config()
SETTINGS = CONFIG.policies.settings()
FACTS = PolicyFacts(date(2026, 11, 24), settings=SETTINGS)
HEADER = ("标题", "支持标准", "申报截止")
PLAIN = ("设备补助", "按10%补", "2026-12-20")


def read(*rows: tuple[str, ...]) -> tuple[Row, ...]:
    return read_sheet(rows, FACTS).rows


def cell(column: str, written: str) -> Row:
    """Read a whole row that has one more cell."""
    (one,) = read((*HEADER, column), (*PLAIN, written))
    return one


def answer(column: str, field: str, written: str) -> str:
    one = cell(column, written)
    assert one.form is not None, one.wrong
    return str(getattr(one.form, field))


@pytest.mark.parametrize(
    ("column", "field", "written", "kept"),
    [
        ("文号", "docno", "镇经信[2026]15号", "镇经信〔2026〕15号"),
        ("文号", "docno", "镇经信【２０２６】１５号", "镇经信〔2026〕15号"),
        ("发布日期", "issued", "46320", "2026-10-25"),
        ("发布日期", "issued", "２０２６年１０月２５日", "2026-10-25"),
        ("有效期至", "valid", "2027/12/31", "2027-12-31"),
        ("金额上限（万元）", "ceiling", "１００", "100"),
        ("适用规模", "sizes", "中小微", "micro、small、medium"),
        ("级别", "level", "市级", "city"),
        ("兑现方式", "way", "免申即享", "direct"),
        ("适用区域", "regions", "镇海", "镇海区"),
    ],
)
def test_a_cell_is_read_however_it_is_written(
    column: str, field: str, written: str, kept: str
) -> None:
    assert answer(column, field, written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("46376", "2026-12-20T17:30:00+08:00"),
        ("46376.5", "2026-12-20T12:00:00+08:00"),
        ("2026-12-20 17:00", "2026-12-20T17:00:00+08:00"),
        ("常年", "never"),
    ],
)
def test_a_close_is_read_however_it_is_written(written: str, kept: str) -> None:
    (one,) = read(HEADER, (*PLAIN[:2], written))
    assert one.form is not None
    assert one.form.closes == kept


@pytest.mark.parametrize("number", ["12345", "29220", "73051", "100", "2026", "46376元"])
def test_other_numbers_are_no_days(number: str) -> None:
    assert day_of_serial(number) == ""


def test_what_is_needed_and_missing_is_named() -> None:
    (one,) = read((*HEADER, "文号"), ("设备补助", "", "", "镇经信〔2026〕15号"))
    assert (one.form, one.missing) == (None, ("support", "closes"))


@pytest.mark.parametrize(
    ("column", "field", "written"),
    [
        ("文号", "docno", "十五号文"),
        ("金额上限", "ceiling", "很多"),
        ("兑现部门", "unit", "月亮局"),
        ("原文链接", "source_url", "http://example.gov.cn/1"),
        ("有效期至", "valid", "不知道"),
        ("发布日期", "issued", "#REF!"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_column(
    column: str, field: str, written: str
) -> None:
    one = cell(column, written)
    assert one.form is None
    assert [(name, said.params["given"]) for name, said in one.wrong] == [(field, written)]


def test_days_that_contradict_each_other_are_named() -> None:
    (one,) = read((*HEADER, "申报开始"), (*PLAIN, "2027-01-01"))
    assert (one.form, [name for name, _ in one.wrong]) == (None, ["closes"])


def test_what_matters_and_is_not_written_is_kept_and_said() -> None:
    (one,) = read(HEADER, PLAIN)
    assert one.form is not None
    assert one.open == ("phone", "source_url")


def test_a_condition_that_cannot_be_judged_is_kept_by_its_words() -> None:
    assert "有自己的码头" in answer("申报条件", "conditions", "有自己的码头")


def test_qualifications_of_a_column_of_their_own_are_conditions() -> None:
    assert "高新技术企业" in answer("资质标签", "conditions", "高新技术企业")


def test_a_title_above_columns_that_mean_nothing_and_the_example_are_passed_over() -> None:
    sheet = read_sheet(
        (
            ("2026年政策汇总",),
            ("序号", *HEADER, "类别"),
            ("1", "（示例）补助", "x", "常年"),
            ("2", *PLAIN),
        ),
        FACTS,
    )
    assert [(one.row, one.name) for one in sheet.rows] == [(4, "设备补助")]
    assert sheet.unused == ("类别",)


def test_without_a_header_nothing_is_read() -> None:
    assert not read_sheet((PLAIN, PLAIN), FACTS).header


def test_what_a_column_may_be_called_means_one_thing() -> None:
    words = [word for several in COLUMNS.values() for word in several]
    assert len(words) == len(set(words))
    assert is_header([words[0] for words in COLUMNS.values()])


@pytest.mark.parametrize(
    ("typed", "firm", "told"),
    [
        ("恒通紧固件 规模 中型，人数 86", "恒通紧固件", {"size": "中型", "staff": "86"}),
        ("恒通紧固件，营收：3200万", "恒通紧固件", {"revenue": "3200万"}),
        (
            "恒通 资质 高新、没有专精特新 镇街 骆驼",
            "恒通",
            {"tag": "高新、没有专精特新", "region": "骆驼"},
        ),
        ("规模紧固件厂 规模 大", "规模紧固件厂", {"size": "大"}),
        ("恒通紧固件", "恒通紧固件", {}),
    ],
)
def test_a_line_is_cut_into_the_enterprise_and_what_is_said(
    typed: str, firm: str, told: dict[str, str]
) -> None:
    assert named(typed) == (firm, told)

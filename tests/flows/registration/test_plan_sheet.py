"""A plan of activities: near words for columns, days in one cell or three, what a row lacks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from flows.registration.plan_sheet import COLUMNS, Plan, Planned, read_plan
from flows.registration.planning import PlanFacts, Template
from tests.flows.cases import OFFICE
from tests.flows.registration.rolls import NOW

FACTS = PlanFacts(NOW.date(), OFFICE.days, (Template("亲清直通车", capacity=36),))
HEADER = ("名称", "时间", "地点", "名额")
DAY = f"{NOW.year + 1}-03-05"


def plan(*rows: Sequence[str]) -> Plan:
    return read_plan(rows, FACTS)


def only(*rows: Sequence[str]) -> Planned:
    (found,) = plan(*rows).rows
    return found


def utc(hour: int, minute: int = 0) -> datetime:
    return datetime(NOW.year + 1, 3, 5, hour - 8, minute, tzinfo=UTC)


def test_a_complete_row_is_an_activity_numbered_as_the_spreadsheet_numbers_it() -> None:
    found = only(("2027 年活动计划",), HEADER, (), ("用工座谈", f"{DAY} 14:00", "商会", "30人"))
    assert found.form is not None
    assert (found.row, found.form.name, found.form.capacity) == (4, "用工座谈", 30)
    assert found.form.starts_at == utc(14)


@pytest.mark.parametrize("field", COLUMNS)
def test_every_near_word_names_its_column(field: str) -> None:
    for word in COLUMNS[field]:
        found = plan(("名称", "时间", f" {word}（必填）* "), ("座谈", f"{DAY} 14:00", "1"))
        assert found.header
        assert found.unused == ()


@pytest.mark.parametrize(
    ("columns", "cells"),
    [
        (("时间",), (f"{DAY} 14:00-16:30",)),
        (("开始时间", "结束时间"), (f"{DAY} 14:00", f"{DAY} 16:30")),
        (("日期", "时间"), (DAY, "下午2点到4点半")),
        (("日期", "开始", "结束"), (DAY, "14:00", "16:30")),
    ],
)
def test_day_beginning_and_end_may_be_one_cell_or_three(
    columns: tuple[str, ...], cells: tuple[str, ...]
) -> None:
    found = only(("名称", "地点", "名额", *columns), ("座谈", "商会", "30", *cells))
    assert found.form is not None
    assert (found.form.starts_at, found.form.ends_at) == (utc(14), utc(16, 30))


def test_a_row_says_everything_that_it_lacks_at_once() -> None:
    found = only(HEADER, ("税务辅导", "", "", "五十"))
    assert found.form is None
    assert found.missing == ("when", "venue")
    assert [said.params["given"] for said in found.wrong] == ["五十"]


@pytest.mark.parametrize("when", ["2020-03-05 14:00", "待定", f"{DAY}"])
def test_what_is_wrong_with_a_cell_is_said_as_it_was_written(when: str) -> None:
    (said,) = only(HEADER, ("税务辅导", when, "商会", "30")).wrong
    assert said.params["given"] == when


def test_an_end_before_the_beginning_is_not_guessed_at() -> None:
    found = only((*HEADER, "结束"), ("座谈", f"{DAY} 14:00", "商会", "30", "13:00"))
    assert [said.key for said in found.wrong] == ["plan.when.invalid"]


def test_seats_may_be_left_out_where_the_series_says_them() -> None:
    header = ("名称", "时间", "地点", "系列")
    of_series = only(header, ("座谈", f"{DAY} 14:00", "商会", "亲清直通车"))
    of_none = only(header, ("座谈", f"{DAY} 14:00", "商会", "别的"))
    assert of_series.form is not None
    assert of_series.form.capacity == 36
    assert of_none.missing == ("capacity",)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        *(
            (cell, "yes")
            for cell in ("是", "√", "需要", "逐个审核", "须审核", "人工审核", "是（非会员）")
        ),
        *(
            (cell, "no")
            for cell in ("否", "不需要", "不审核", "免审", "无需审核", "审核：否", "无")
        ),
    ],
)
def test_approval_is_a_yes_or_a_no(cell: str, meant: str) -> None:
    found = only((*HEADER, "是否审核"), ("座谈", f"{DAY} 14:00", "商会", "30", cell))
    assert found.form is not None
    assert found.form.approval == meant


@pytest.mark.parametrize(
    "cell", ["待定", "审核待定", "是否审核待定", "不确定", "会员免审，其他审核", "待审"]
)
def test_an_approval_that_is_neither_is_asked_about(cell: str) -> None:
    found = only((*HEADER, "审核"), ("座谈", f"{DAY} 14:00", "商会", "30", cell))
    assert found.form is None
    assert [said.key for said in found.wrong] == ["plan_sheet.approval_unclear"]


@pytest.mark.parametrize(
    "when",
    [
        "3月5日14:00至3月6日11:30",
        f"{DAY} 14:00-{NOW.year + 1}-03-06 11:30",
        "3月5日下午2点到3月6日上午11点半",
    ],
)
def test_an_activity_over_two_days_keeps_its_end(when: str) -> None:
    found = only(HEADER, ("培训", when, "商会", "30"))
    assert found.form is not None
    assert found.form.starts_at == utc(14)
    assert found.form.ends_at - found.form.starts_at == timedelta(hours=21, minutes=30)


@pytest.mark.parametrize(
    "when",
    ["3月5日-6日 14:00", "3月5日14:00至次日11:30", "3月5日14:00 16:30", "3月5日14:00-12-6 11:30"],
)
def test_an_end_that_is_not_understood_is_not_left_out(when: str) -> None:
    (said,) = only(HEADER, ("培训", when, "商会", "30")).wrong
    assert (said.key, said.params["given"]) == ("plan.when.invalid", when)


def test_a_weekday_beside_its_day_is_no_second_day() -> None:
    found = only(HEADER, ("培训", f"{NOW.year + 1}年3月5日（周五）14:00—16:30", "商会", "30"))
    assert found.form is not None
    assert found.form.ends_at == utc(16, 30)


def test_the_example_and_empty_rows_are_passed_over() -> None:
    found = plan(HEADER, ("（示例）座谈", f"{DAY} 14:00", "商会", "30"), (), ("", "", "", ""))
    assert found.rows == ()


def test_a_column_that_means_nothing_is_named() -> None:
    found = plan((*HEADER, "经费", "序号"), ("座谈", f"{DAY} 14:00", "商会", "30", "5000", "1"))
    assert found.unused == ("经费",)


def test_without_a_header_nothing_is_guessed() -> None:
    assert not plan(("座谈", f"{DAY} 14:00", "商会", "30")).header


def test_a_row_is_known_again_when_its_other_cells_were_corrected() -> None:
    one = only(HEADER, ("座谈", f"{DAY} 14:00", "商会", "30"))
    corrected = only(HEADER, ("座 谈", f"{DAY}  14:00", "镇海大厦", "40"))
    other = only(HEADER, ("座谈", f"{DAY} 15:00", "商会", "30"))
    assert one.origin == corrected.origin != other.origin

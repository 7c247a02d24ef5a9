"""The days that a text names, as departments write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.dates import coming_in, day, days_in, without_day, written
from tests.flows.cases import DAYS

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("12月20日前", "2026-12-20"),
        ("十二月二十号", "2026-12-20"),
        ("2026年12月1日", "2026-12-01"),
        ("2026-12-1", "2026-12-01"),
        ("1月5日", "2027-01-05"),  # long past this year
        ("11月20日", "2026-11-20"),  # past, and not long: it is what was meant
        ("明年3月5号", "2027-03-05"),
        ("2031年12月20日", "2031-12-20"),
        ("2031年三月五日", "2031-03-05"),
        ("二〇三一年三月五日前", "2031-03-05"),
        ("2031年3月底", "2031-03-31"),
        ("2031年底前", "2031-12-31"),
        ("后年3月5日", "2028-03-05"),
        ("后年底", "2028-12-31"),
        ("12月底前", "2026-12-31"),
        ("月底", "2026-11-30"),
        ("下个月底", "2026-12-31"),
        ("下月中旬", "2026-12-20"),
        ("3月底", "2027-03-31"),
        ("年底前", "2026-12-31"),
        ("明年底", "2027-12-31"),
        ("下周三", "2026-12-02"),
        ("本周五", "2026-11-27"),
        ("周三", "2026-11-25"),
        ("周二", "2026-12-01"),  # of today nobody says 周二
        ("下下周一", "2026-12-07"),
        ("下周内", "2026-12-04"),
        ("本周到厂里看一次", "2026-11-27"),
        ("星期天", "2026-11-29"),
        ("明天", "2026-11-25"),
        ("后天下午", "2026-11-26"),
        ("三天内", "2026-11-27"),
        ("两周内", "2026-12-08"),
        ("一个月内", "2026-12-24"),
        ("5个工作日内", "2026-12-01"),
        ("20日前", "2026-12-20"),
        ("廿五日前再答复", "2026-11-25"),
    ],
)
def test_a_day_is_read_as_it_is_written(text: str, named: str) -> None:
    assert day(text, TODAY, DAYS) == date.fromisoformat(named)


@pytest.mark.parametrize("today", [date(2026, 11, 28), date(2026, 11, 29)])
def test_at_a_weekend_this_week_ends_on_the_friday_to_come(today: date) -> None:
    for text in ("本周", "本周内", "本周之内", "本周底前", "下周", "下周五"):
        assert day(text, today) == date(2026, 12, 4), text
    assert day("本周五", today) == date(2026, 11, 27)  # named, it is what was said


@pytest.mark.parametrize(
    "text",
    [
        "2月30日",
        "13月1日",
        "31年3月5日",  # of a year that nobody can be sure of
        "2131年12月5日",
        "去年底",
        "两年内",
        "电话0574-86270011",
        "周边道路",
        "周到服务",
        "工作日内",
        "2月",
        "",
        "尽快",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert days_in(text, TODAY, DAYS) == ()


def test_working_days_need_the_calendar() -> None:
    assert day("5个工作日内", TODAY) is None


def test_days_come_in_their_order_and_those_to_come_the_nearest_first() -> None:
    text = "11月20日已检修，12月20日再答复，12月3日前更换"
    assert [written(one) for one in days_in(text, TODAY)] == ["11月20日", "12月20日", "12月3日"]
    assert [written(one) for one in coming_in(text, TODAY)] == ["12月3日", "12月20日"]


def test_a_text_can_be_had_without_its_day() -> None:
    assert without_day("汛期不能施工，12月20日前恢复", TODAY) == "汛期不能施工， 恢复"
    assert without_day("汛期不能施工", TODAY) == "汛期不能施工"


@given(
    st.text(
        "0123456789一二三十廿两半年月日号周天个工作底末初旬上中下本这明今后大前内之/.- ",
        max_size=14,
    ),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
)
def test_no_text_breaks_the_reader(text: str, today: date) -> None:
    assert all(one > today for one in coming_in(text, today, DAYS))
    without_day(text, today, DAYS)

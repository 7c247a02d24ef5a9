"""Dates in a text (U16): weekdays and deadlines."""

from datetime import datetime, timedelta

import pytest

from tests.flows.campaigns.lexicons import LEXICON, NOW, findings, told


@pytest.mark.parametrize(
    ("text", "words", "proposal"),
    [
        ("12月1日（周三）", "12月1日（周三）", "12月1日（周二）"),
        ("12月1日(星期三)下午", "12月1日(星期三)", "12月1日(星期二)"),
        ("12月1日 周天", "12月1日 周天", "12月1日 周二"),
        ("2026年12月1日，星期三", "2026年12月1日，星期三", "2026年12月1日，星期二"),
        ("2026-12-01（周三）", "2026-12-01（周三）", "2026-12-01（周二）"),
        ("十二月一日（周三）", "十二月一日（周三）", "十二月一日（周二）"),
        ("周三（12月1日）", "周三（12月1日）", "周二（12月1日）"),
        ("12月1日至3日（周三）", "12月1日至3日（周三）", "12月1日至3日（周四）"),
        ("1月4日（周日）", "1月4日（周日）", "1月4日（周一）"),  # copied from last year's
    ],
)
def test_a_date_beside_the_wrong_weekday_is_found(text: str, words: str, proposal: str) -> None:
    assert told(text) == [("weekday", words, proposal)]


@pytest.mark.parametrize(
    "text",
    [
        "12月1日（周二）",
        "12月1日至3日（周四）",
        "12月1日（周二）、12月2日（周三）、12月3日 周四 12月4日 周五",
        "周二（12月1日）",
        "12月1日，每周三开放",
        "2025年12月1日（周一）",
    ],
)
def test_a_date_beside_its_weekday_is_right(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("text", ["2月30日", "2027年2月29日", "13月1日", "11月31日"])
def test_a_day_that_no_calendar_has_is_found(text: str) -> None:
    assert told(text) == [("no_day", text, "")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("请于11月20日前报送", "11月20日前"),
        ("请于11月20日（周五）17:00前报送", "11月20日（周五）17:00前"),
        ("申报截止时间：2026年11月26日", "2026年11月26日"),
        ("截止日期为11月26日", "11月26日"),
        ("截止11月27日9:00", "11月27日"),
        ("最迟11月27日9点", "11月27日"),
        ("11月26日24时截止", "11月26日24时截止"),
        ("报名时间：11月1日至11月25日", "11月25日"),
        ("受理时间11月1日—11月25日", "11月25日"),
    ],
)
def test_a_deadline_that_is_over_is_found(text: str, words: str) -> None:
    assert told(text) == [("past", words, "")]


@pytest.mark.parametrize(
    "text",
    [
        "请于11月27日前报送",  # today is not over
        "截止11月27日17:00",
        "请于12月1日前报送",
        "请于3月1日前报送",  # the next one
        "11月20日召开了会议",
        "2025年12月31日前注册的企业可以申报",
        "11月20日前后",
        "截至11月20日，全区共有企业3万家",
    ],
)
def test_what_is_still_to_come_or_no_deadline_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_a_deadline_passes_with_its_minute() -> None:
    text = "截止11月27日17:00"
    five = datetime.fromisoformat("2026-11-27T17:00+08:00")
    assert findings(text, LEXICON, five - timedelta(seconds=1)) == ()
    assert len(findings(text, LEXICON, five)) == 1
    assert five.date() == NOW.date()

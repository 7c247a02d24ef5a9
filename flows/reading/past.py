"""The day that something was: "昨天", "周三", "11月20日"; what `dates` reads is still to come."""

from __future__ import annotations

import re
from datetime import date, timedelta

from flows.reading.dates import numeral

_N = r"(?:\d{1,2}|[一二两三四五六七八九十廿]{1,3})"
_WEEKDAYS = "一二三四五六日"
_WHOLE = re.compile(r"(?<!\d)(20\d\d)\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})(?!\d)[日号]?")
_IN_MONTH = re.compile(rf"(?P<year>去年|今年)?(?P<month>{_N})月\s?(?P<day>{_N})(?:[日号]|(?!\d))")
_SLASHED = re.compile(r"(?<![\d./-])(?P<month>\d{1,2})[/.-](?P<day>\d{1,2})(?![\d./-]|万|元|吨)")
_SPOKEN = re.compile(r"(?P<word>大前|前|昨|今|当)[天日]")
_WEEKDAY = re.compile(
    rf"(?P<which>上{{1,2}}个?|[本这]个?)?(?:周|星期|礼拜)(?P<day>[{_WEEKDAYS}天])"
)
_ALONE = re.compile(rf"(?<![月\d一二三四五六七八九十个第])(?P<day>{_N})[日号](?![楼线门院库机厂])")
_BACK = {"今": 0, "当": 0, "昨": 1, "前": 2, "大前": 3}


def past_day(text: str, today: date) -> date | None:
    """Return the day a text names as one that was: a weekday is the last one, today included.

    A day with its month and no year is of this year, else, when that is far ahead, of the last.
    """
    readers = (_whole, _in_month, _spoken, _weekday, _slashed, _alone)
    found = (reader(text, today) for reader in readers)
    return next((day for day in found if day is not None), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near(today: date, month: int, day: int) -> date | None:
    """Choose the year of a day without one; one that is a little ahead is a slip to be told."""
    found = _day(today.year, month, day)
    if found is not None and found > today + timedelta(days=183):
        return _day(today.year - 1, month, day)
    return found


def _whole(text: str, today: date) -> date | None:
    match = _WHOLE.search(text)
    return _day(*(int(part) for part in match.groups())) if match else None


def _in_month(text: str, today: date) -> date | None:
    match = _IN_MONTH.search(text)
    if match is None:
        return None
    month, day = numeral(match["month"]), numeral(match["day"])
    if match["year"]:
        return _day(today.year - (match["year"] == "去年"), month, day)
    return _near(today, month, day)


def _spoken(text: str, today: date) -> date | None:
    match = _SPOKEN.search(text)
    return today - timedelta(days=_BACK[match["word"]]) if match else None


def _weekday(text: str, today: date) -> date | None:
    match = _WEEKDAY.search(text)
    if match is None:
        return None
    monday = today - timedelta(days=today.weekday())
    at = _WEEKDAYS.index(match["day"].replace("天", "日"))
    which = match["which"] or ""
    if which:
        return monday + timedelta(days=at, weeks=-which.count("上"))
    found = monday + timedelta(days=at)
    return found if found <= today else found - timedelta(weeks=1)


def _slashed(text: str, today: date) -> date | None:
    match = _SLASHED.search(text)
    return _near(today, int(match["month"]), int(match["day"])) if match else None


def _alone(text: str, today: date) -> date | None:
    """Read 20日: this month, or the last when it is still to come."""
    match = _ALONE.search(text)
    if match is None:
        return None
    day = numeral(match["day"])
    found = _day(today.year, today.month, day)
    if found is not None and found <= today:
        return found
    before = today.replace(day=1) - timedelta(days=1)
    return _day(before.year, before.month, day)

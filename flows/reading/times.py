"""The hours that a text names: "下午2点到4点半", "14:00-16:30", and what they make of a day."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from flows.calendar import OFFICE_ZONE, WorkingDays
from flows.reading.dates import day, numeral

_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_ONE = (  # @ = which of the two
    r"(?P<part@>凌晨|早上|上午|中午|下午|傍晚|晚上|晚)?\s*"
    r"(?:(?<!\d)(?P<h@>\d{1,2})\s*[:：]\s*(?P<m@>[0-5]\d)(?!\d)"
    rf"|(?<!\d)(?P<H@>{_N})\s*[点时](?!间|候|事)\s*(?:(?P<half@>半)|(?P<M@>{_N})\s*分?)?)"
)
_SPAN = re.compile(
    _ONE.replace("@", "1") + r"(?:\s*(?:[-—–~～至到]+)\s*" + _ONE.replace("@", "2") + ")?"
)
_LATER = frozenset({"下午", "傍晚", "晚上", "晚"})
_NOON = 12


def hours(text: str) -> tuple[time, time | None] | None:
    """Return when something begins, and ends where that is told; None = no hour is named.

    "下午2点到4点" ends at 16:00: what ends before it begins is meant twelve hours later.
    """
    for match in _SPAN.finditer(text):
        begins = _time(match, "1", match["part1"] or "")
        if begins is None:
            continue
        ends = _time(match, "2", match["part2"] or match["part1"] or "")
        if ends is not None and ends <= begins and ends.hour < _NOON:
            ends = ends.replace(hour=ends.hour + _NOON)
        return begins, ends if ends is not None and ends > begins else None
    return None


def _time(match: re.Match[str], place: str, part: str) -> time | None:
    written = match[f"h{place}"]
    hour = int(written) if written else numeral(match[f"H{place}"] or "")
    told = match[f"H{place}"]
    if not written and (told is None or (hour < 1 and not told.isdigit())):  # 三四点 is no hour
        return None
    minute = 30 if match[f"half{place}"] else _minute(match, place)
    if part in _LATER and 0 < hour < _NOON:
        hour += _NOON
    if part == "中午" and 0 < hour <= 2:
        hour += _NOON
    return time(hour, minute) if 0 <= hour < 24 and 0 <= minute < 60 else None


def _minute(match: re.Match[str], place: str) -> int:
    told = match[f"m{place}"] or match[f"M{place}"]
    return numeral(told) if told and not told.isdigit() else int(told or 0)


def span(
    text: str, today: date, days: WorkingDays | None = None
) -> tuple[datetime, datetime | None] | None:
    """Return from when until when something is: a day with hours; None = one of them is missing."""
    named, told = day(text, today, days), hours(text)
    if named is None or told is None:
        return None
    begins, ends = told
    return at(named, begins), at(named, ends) if ends else None


def until(text: str, today: date, days: WorkingDays | None = None) -> datetime | None:
    """Return until when something is possible, exclusive; a day without an hour is all of it."""
    named = day(text, today, days)
    if named is None:
        return None
    told = hours(text)
    if told is None:
        return at(named + timedelta(days=1), time())
    return at(named, told[1] or told[0])


def at(on: date, hour: time) -> datetime:
    """Return a moment of the office's time."""
    return datetime.combine(on, hour, tzinfo=OFFICE_ZONE)


def local(moment: datetime) -> datetime:
    """Return a moment as the office's clocks show it."""
    return moment.astimezone(OFFICE_ZONE)

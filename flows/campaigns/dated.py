"""Dates in a text: the weekday beside them, and deadlines that are over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from flows.calendar import OFFICE_ZONE
from flows.campaigns.findings import Fault, Hit
from flows.reading.dates import day
from flows.reading.times import hours

_WEEKDAYS = "一二三四五六日"
_N = r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})"
_YEAR = r"(?:20\d\d\s?年\s?)?"
_DATE = (
    rf"(?:20\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?!\d)"
    rf"|(?<![\d年]){_YEAR}(?<!\d){_N}\s?月\s?{_N}\s?[日号])"
)
_WEEKDAY = rf"(?:星期|礼拜|周)(?P<weekday>[{_WEEKDAYS}天])"
_TO = rf"(?:\s?[至到—–~～-]+\s?(?P<last>{_N})\s?[日号])?"  # 12月1日至3日（周四）
_BESIDE = re.compile(rf"(?P<date>{_DATE}){_TO}\s?[（(，,]?\s?{_WEEKDAY}")
_BEFORE = re.compile(
    rf"{_WEEKDAY}\s?[（(，,]?\s?(?P<date>{_DATE})(?![至到—–~～\s（(-]*(?:星期|礼拜|周))"
)
_ANY = re.compile(_DATE)
_HOUR = (  # 12月3日（周四）下午5点
    r"(?:\s?[（(][^）)]{1,6}[）)])?"
    r"\s?(?P<hour>(?:上午|中午|下午|晚上)?\s?\d{1,2}(?:[:：]\d{2}|[点时]半?))?"
)
_UNTIL_BEFORE = re.compile(
    r"(?:截止|截稿|最迟|最晚"
    r"|(?:报名|申报|受理|提交|报送|反馈|征集|办理)(?:时间)?[^，。；\n]{0,12}[截至到—–~～-])"
    r"(?:日期|时间|日|期限)?(?:为|是|到|至|于)?[:：]?\s?$"
)
_UNTIL_BEHIND = re.compile(rf"{_HOUR}\s?(?:之前|以前|前|止|截止)")
# 2025年12月31日前注册的企业 is a condition, and 前后 is no deadline.
_NO_DEADLINE = re.compile(
    r"后|[^，。；\n]{0,6}(?:注册|成立|登记|设立|取得|获得|认定|投产|入库|建成|竣工|出生|缴纳|发生)"
)


def weekdays(text: str, today: date) -> Iterator[Hit]:
    """Find dates beside the wrong weekday, and dates that no calendar has."""
    taken: set[int] = set()
    for match in (*_BESIDE.finditer(text), *_BEFORE.finditer(text)):
        if match.start("weekday") in taken:
            continue
        taken.add(match.start("weekday"))
        meant = _last(match, today)
        if meant is None:
            continue
        right, told = _WEEKDAYS[meant.weekday()], match["weekday"].replace("天", "日")
        if right != told:
            start, end = match.span()
            end += text.startswith(("）", ")"), end)
            at = match.start("weekday")
            proposal = text[start:at] + right + text[at + 1 : end]
            yield Hit(Fault.WEEKDAY, start, end, proposal, f"周{right}")
    for match in _ANY.finditer(text):
        if day(match.group(), today) is None:
            yield Hit(Fault.NO_DAY, match.start(), match.end())


def deadlines(text: str, now: datetime) -> Iterator[Hit]:
    """Find deadlines that are over already; a day without its hour lasts until it ends."""
    today = now.astimezone(OFFICE_ZONE).date()
    for match in _ANY.finditer(text):
        on = day(match.group(), today)
        if on is None:
            continue
        behind = _UNTIL_BEHIND.match(text, match.end())
        if behind and _NO_DEADLINE.match(text, behind.end()):
            continue
        if behind is None and not _UNTIL_BEFORE.search(text[: match.start()]):
            continue
        hour = re.compile(_HOUR).match(text, match.end())
        told = hours(hour["hour"]) if hour and hour["hour"] else None
        ends = _at(on, told[0]) if told else _at(on + timedelta(days=1), time())
        if ends <= now:
            end = behind.end() if behind else match.end()
            yield Hit(Fault.PAST, match.start(), end, about=on.isoformat())


def _last(match: re.Match[str], today: date) -> date | None:
    """Return the day that a weekday is told of: the last one of 12月1日至3日."""
    first = day(match["date"], today)
    last = match.groupdict().get("last")
    if first is None or not last:
        return first
    return day(f"{first.year}年{first.month}月{last}日", today)


def _at(on: date, hour: time) -> datetime:
    return datetime.combine(on, hour, tzinfo=OFFICE_ZONE)


__all__ = ["deadlines", "weekdays"]

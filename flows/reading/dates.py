"""The days that a text names: "12月20日前", "下周三", "月底", "5个工作日内"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from flows.calendar import WorkingDays

_GAP = "\uffff"  # stands where a day was read
_DIGITS = "〇零一二三四五六七八九"
_N = r"(?:\d{1,2}|[一二两三四五六七八九十廿]{1,3})"
_YEAR = rf"(?:20\d\d|二[〇零][{_DIGITS}]{{2}}|[今本明来后])\s?年的?\s?"
# A day or a month without its year: one behind a year that is not understood is not read at all.
_NO_YEAR = rf"(?<!年的)(?<!年\s)(?<![年\d{_DIGITS}十廿])"
_WEEKDAYS = "一二三四五六日"
_FRIDAY = 4
_LONG_AGO = timedelta(days=183)  # a date without a year that lies further back means the next one


def days_in(text: str, today: date, days: WorkingDays | None = None) -> tuple[date, ...]:
    """Return the days that a text names, in their order; what no calendar has is left out.

    A weekday or a day without its month is the next one to come. Working days ("5个工作日内") need
    the office's calendar.
    """
    return tuple(day for _, day in _found(text, today, days)[0])


def coming_in(text: str, today: date, days: WorkingDays | None = None) -> tuple[date, ...]:
    """Return the days after today that a text names, the nearest first, each once."""
    return tuple(sorted({day for day in days_in(text, today, days) if day > today}))


def day(text: str, today: date, days: WorkingDays | None = None) -> date | None:
    """Read a text as the answer to "when": the first day that it names."""
    return next(iter(days_in(text, today, days)), None)


def names_when(text: str, today: date, days: WorkingDays | None = None) -> bool:
    """Say whether a text names a day to come, or at least a month or a year."""
    return bool(coming_in(text, today, days)) or _ROUGHLY.search(text) is not None


def without_day(text: str, today: date, days: WorkingDays | None = None) -> str:
    """Take the words of the days out of a text."""
    left = _found(text, today, days)[1]
    return re.sub(rf"[到至]?{_GAP}+(?:之?前|以前)?", " ", left).strip(" ，,。、；;：:")


def written(day: date) -> str:
    """Write a day as the office does, without its year."""
    return f"{day.month}月{day.day}日"


Meant = Callable[[re.Match[str], date, WorkingDays | None], date | None]


def _found(text: str, today: date, days: WorkingDays | None) -> tuple[list[tuple[int, date]], str]:
    """Return the days with their places, and the text with gaps in those places."""
    left, found = text, []
    for pattern, meant in _READERS:
        for match in pattern.finditer(left):
            named = meant(match, today, days)
            if named is not None:
                found.append((match.start(), named))
                left = _blanked(left, match)
    return sorted(found), left


def _blanked(text: str, match: re.Match[str]) -> str:
    """Take what was read out of a text, with every other letter in its place."""
    return text[: match.start()] + _GAP * len(match.group()) + text[match.end() :]


def numeral(text: str) -> int:
    """Read 20, 二十, 廿一 or 两; what is no number is 0 or less."""
    if text.isdigit():
        return int(text)
    plain = text.replace("廿", "二十").replace("两", "二")
    tens, ten, ones = plain.rpartition("十")
    if not ten:
        return _DIGITS.index(plain) - 1 if len(plain) == 1 else 0
    return (numeral(tens) if tens else 1) * 10 + (numeral(ones) if ones else 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(written: str, today: date) -> int:
    """Read 2031年, 二〇三一年, 明年, 后年."""
    word = written.partition("年")[0].strip()
    if len(word) == 1:
        return today.year + {"明": 1, "来": 1, "后": 2}.get(word, 0)
    if word.isdecimal():
        return int(word)
    return int("".join(str(max(0, _DIGITS.index(one) - 1)) for one in word))


def _last(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _near(today: date, month: int, day: int) -> date | None:
    """Choose the year of a day without one: this one, else the next when it is long past."""
    found = _day(today.year, month, day)
    if found is not None and found < today - _LONG_AGO:
        return _day(today.year + 1, month, day)
    return found


def _dated(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    return _day(*(int(part) for part in match.groups()))


def _in_month(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    """Read 12月20日, 明年3月5号, 2031年三月五日."""
    month, day = numeral(match["month"]), numeral(match["day"])
    if match["year"]:
        return _day(_year(match["year"], today), month, day)
    return _near(today, month, day)


def _part_of_month(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    """Read 12月底, 2031年3月底, 下月中旬, 月底."""
    named, part = match["month"], match["part"]
    if named and named[0] == "下":
        later = today.replace(day=28) + timedelta(days=7)
        year, month = later.year, later.month
    else:
        year, month = today.year, numeral(match["n"]) if match["n"] else today.month
        if match["year"]:
            year = _year(match["year"], today)
        elif match["n"] and month < today.month - 6:
            year += 1
    if not 1 <= month <= 12:
        return None
    ends = {"初": 10, "上旬": 10, "中旬": 20, "中": 20}
    return date(year, month, ends.get(part, _last(year, month)))


def _end_of_year(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    year = _year(match["year"], today) if match["year"] else today.year
    return date(year, 12, 31)


def _weekday(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    """Read 下周三, 本周五, 周五; a week without its day ends on Friday, at a weekend the next."""
    monday = today - timedelta(days=today.weekday())
    named = match["day"]
    at = _WEEKDAYS.index(named.replace("天", "日")) if named else _FRIDAY
    if match["which"]:
        found = monday + timedelta(days=at, weeks=match["which"].count("下"))
        over = not named and found < today  # nobody means the Friday that is past
        return found + timedelta(weeks=1) if over else found
    if not named:
        return None
    found = monday + timedelta(days=at)
    return found if found > today else found + timedelta(weeks=1)


def _spoken(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    return today + timedelta(days=("今", "明", "后", "大后").index(match["word"]))


def _within(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    """Read 5个工作日内, 三天内, 两周内, 一个月内, 半个月内."""
    n = numeral(match["n"]) if match["n"] != "半" else 0
    match match["unit"]:
        case "工作日":
            return days.add(today, n).day if days else None
        case "天" | "日":
            return today + timedelta(days=n)
        case "周" | "星期":
            return today + timedelta(weeks=n)
    return today + timedelta(days=30 * n or 15)


def _alone(match: re.Match[str], today: date, days: WorkingDays | None) -> date | None:
    """Read 20日前: this month, or the next when it is over."""
    day = numeral(match["day"])
    found = _day(today.year, today.month, day)
    if found is not None and found > today:
        return found
    later = today.replace(day=28) + timedelta(days=7)
    return _day(later.year, later.month, day)


def _readers() -> Iterator[tuple[re.Pattern[str], Meant]]:
    yield (
        re.compile(r"(?<!\d)(20\d\d)\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})(?!\d)[日号]?"),
        _dated,
    )
    yield (
        re.compile(
            rf"(?:(?P<year>{_YEAR})|{_NO_YEAR})(?P<month>{_N})月\s?(?P<day>{_N})[日号]?(?!\d)"
        ),
        _in_month,
    )
    yield (
        re.compile(
            rf"(?:(?P<year>{_YEAR})|{_NO_YEAR})(?P<month>(?P<n>{_N})|下个?|本|这个)?"
            r"(?<!个半)(?<![^下这]个)月份?(?P<part>底|末|初|中旬|[上下]旬|内)"
        ),
        _part_of_month,
    )
    yield (
        re.compile(rf"(?:(?P<year>{_YEAR})|(?<![\d{_DIGITS}两十几多半去前])年)(?:底|末|内)前?"),
        _end_of_year,
    )
    yield (
        re.compile(
            rf"(?P<which>下{{1,2}}个?|[本这]个?)?(?:周|星期|礼拜)(?P<day>[{_WEEKDAYS}天])?"
            r"(?(which)(?![内期])|(?![内期边围转密到]))"
        ),
        _weekday,
    )
    yield re.compile(r"(?P<which>下个?|[本这]个?)(?:周|星期)(?P<day>(?!))?内"), _weekday
    yield re.compile(r"(?P<word>大后|今|明|后)[天日]"), _spoken
    yield (
        re.compile(rf"(?P<n>{_N}|半)个?(?P<unit>工作日|天|日|周|星期|月)(?:之?内|以内|后)"),
        _within,
    )
    yield (
        re.compile(rf"(?<![月\d一二三四五六七八九十个])(?P<day>{_N})[日号](?=之?前|[再给完])"),
        _alone,
    )


_READERS = tuple(_readers())
_ROUGHLY = re.compile(
    r"20\d\d\s*年|\d{1,2}\s*月|[本下]个?月|[本今明后]年|(?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}(?!\d)"
)

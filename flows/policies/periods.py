"""When one may apply, and from when until when a policy holds, in the wordings of notices."""

from __future__ import annotations

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.reading.dates import days_in, numeral
from flows.reading.times import at, hours

_HAN_YEAR = "二[〇○零][〇○零一二三四五六七八九]{2}"
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DAY = (
    rf"(?:(?:20\d\d|{_HAN_YEAR}|[今明]年?)\s*[年./-]?\s*)?{_N}\s*[月./-]\s*{_N}(?:\s*[日号])?"
    rf"|(?:(?:20\d\d|{_HAN_YEAR}|[今明])\s*年\s*)?(?:{_N}|本|下个?)\s*月(?:底|末)|[今明]?年底"
)
_HOUR = (
    r"(?:[（(]?(?:周|星期)[一二三四五六日天][)）]?)?\s*(?:凌晨|上午|中午|下午|晚上)?\s*"
    r"(?:\d{1,2}\s*(?:[:：]\s*\d{2}|[时点])(?:\s*\d{1,2}\s*分|整|半)?)?"
)
_TO = r"\s*(?:[-—–~～]+|至|到)\s*"
_RANGE = re.compile(
    rf"(?P<from>(?:{_DAY})){_HOUR}\s*(?:起|开始)?{_TO}(?P<to>(?:{_DAY})|\d{{1,2}}\s*[日号])(?P<hour>{_HOUR})"
)
_SINCE = re.compile(
    rf"(?:即日起|本?通知发布之日起|自?发布之日起){_TO}(?P<to>(?:{_DAY}))(?P<hour>{_HOUR})"
)
_UNTIL = re.compile(
    rf"(?:截止(?:时间|日期|日|期限)?|截至|期限)(?:为|是|到|至|于|[:：])*\s*(?P<day>{_DAY})(?P<hour>{_HOUR})"
    rf"|(?P<day2>{_DAY})(?P<hour2>{_HOUR})\s*[（(]?(?:之?前|以前|截止|为止|止|前截止)"
    rf"|(?:延(?:长|期)(?:至|到))\s*(?P<day3>{_DAY})(?P<hour3>{_HOUR})"
)
_OPENS = re.compile(rf"(?:自|从|于)?(?P<day>{_DAY})(?:起|开始)(?:开放|受理|申报|接受|开始)?")
_APPLIES = re.compile(r"申报|申请|申领|受理|报送|提交|截止|报名|逾期|提出|上报|填报|登录|登陆|征集")
_NOT_APPLYING = re.compile(r"公示|异议")
_HANDED_ON = re.compile(r"审核|上报|推荐|汇总|初审|复审|各镇|各地")
_VALIDITY = re.compile(r"有效|施行|实施|执行|失效|废止|生效")
_EFFECTIVE = re.compile(
    rf"自?(?P<day>{_DAY})起(?:正式)?(?:施行|实施|执行|生效)"
    rf"|(?:施行|实施|生效|执行)(?:日期|时间)[:：]?\s*(?P<day2>{_DAY})"
)
_ON_ISSUE = re.compile(
    r"自(?:发布|印发|公布|发文)之日起(?:(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})(?:个?自然)?[日天](?:后|以后))?(?:起)?(?:正式)?(?:施行|实施|执行|生效)"
)
_VALID_RANGE = re.compile(
    rf"(?:有效期限?|实施期限?|执行期限?|实施时间|执行时间)(?:为|是|自|从|[:：]|\s)*(?P<from>{_DAY})起?{_TO}(?P<to>{_DAY})"
)
_VALID_UNTIL = re.compile(
    rf"(?:有效期限?|执行|实施|有效|期限|失效日期|失效时间)(?:截止|截至|延长|延续|日期)*(?:为|是|至|到|于|[:：])+\s*(?P<day>{_DAY})"
    rf"|(?P<day2>{_DAY})(?:起?失效|废止|到期)"
)
_VALID_YEARS = re.compile(
    r"有效期限?(?:为|是|[:：])?\s*(?P<n>\d{1,2}|[一二三四五六七八九十两]{1,2})\s*年"
)
_SLASHED = re.compile(r"(?<![\d./年-])(1[0-2]|0?[1-9])\s*[./]\s*(3[01]|[12]\d|0?[1-9])(?![\d./])")
_MIDNIGHT = re.compile(r"24\s*(?:[:：]\s*00|[时点])")
_SENTENCE = re.compile(r"[。；;\n]")


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when one may apply; None = the text does not say."""

    opens_on: date | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a policy holds; the last day is one of it."""

    effective_on: date | None = None
    valid_until: date | None = None


def window(section: str, text: str, today: date, closes: time) -> Window:
    """Read when one may apply: below its heading, else where the text speaks of applying."""
    spoken = (
        one
        for one in _SENTENCE.split(text)
        if _APPLIES.search(one) and not _NOT_APPLYING.search(one) and not _is_validity(one)
    )
    for told in (section, "\n".join(spoken)):
        found = [(_rank(one), _window(one, today, closes)) for one in _clauses(told)]
        closing = [pair for pair in found if pair[1].closes_at is not None]
        if closing:
            return min(closing, key=lambda pair: pair[0])[1]
        opening = [one for _, one in found if one.opens_on is not None]
        if opening:
            return opening[0]
    return Window()


def _clauses(text: str) -> list[str]:
    """Cut into clauses, but not 自11月1日起，至12月20日止."""
    return re.split(r"[。；;\n]|[，,](?!\s*(?:至|到|截止|为期))", text)


def _rank(clause: str) -> int:
    """Put what is the enterprises' own close before what the towns have to hand on by."""
    if _HANDED_ON.search(clause):
        return 2
    return 0 if "截止" in clause else 1


def validity(text: str, issued: date | None, today: date) -> Validity:
    """Read from when until when a policy holds; issued = the day of the paper."""
    begins: date | None = None
    for sentence in _SENTENCE.split(text):
        match = _EFFECTIVE.search(sentence)
        if match:
            begins = _day(match["day"] or match["day2"], today)
            break
        match = _ON_ISSUE.search(sentence)
        if match and issued:
            begins = issued + timedelta(days=numeral(match["n"]) if match["n"] else 0)
            break
    span = _VALID_RANGE.search(text)
    if span is not None:
        first = _day(span["from"], today)
        return Validity(begins or first, _day(_with_year(span["from"], span["to"]), first or today))
    until = _VALID_UNTIL.search(text)
    if until is not None:
        return Validity(begins, _day(until["day"] or until["day2"], begins or today))
    years = _VALID_YEARS.search(text)
    if years is not None and (begins or issued):
        return Validity(begins, _anniversary(begins or issued or today, numeral(years["n"])))
    return Validity(begins)


def day_of(written: str, today: date) -> date | None:
    """Read one day as it is written: 2026年10月25日, 二〇二六年十月二十五日, 2026.10.25."""
    match = re.search(_DAY, written)
    return _day(match.group(), today) if match else None


def _is_validity(sentence: str) -> bool:
    return _VALIDITY.search(sentence) is not None and not re.search(
        r"申报|受理|报送|截止", sentence
    )


def _window(sentence: str, today: date, closes: time) -> Window:
    span = _RANGE.search(sentence)
    if span is not None:
        opens = _day(span["from"], today)
        if opens is not None:
            last = _day(_with_year(span["from"], span["to"]), opens)
            return Window(opens, _closing(last, span["hour"], closes))
    since = _SINCE.search(sentence)
    if since is not None:
        return Window(None, _closing(_day(since["to"], today), since["hour"], closes))
    until = _UNTIL.search(sentence)
    if until is not None:
        day = until["day"] or until["day2"] or until["day3"]
        hour = until["hour"] or until["hour2"] or until["hour3"]
        return Window(None, _closing(_day(day, today), hour, closes))
    begins = _OPENS.search(sentence)
    return Window(_day(begins["day"], today) if begins and _APPLIES.search(sentence) else None)


def _closing(day: date | None, hour: str | None, closes: time) -> datetime | None:
    """Name the moment of closing; a day alone closes with the office."""
    if day is None:
        return None
    if hour and _MIDNIGHT.search(hour):
        return at(day + timedelta(days=1), time())
    told = hours(hour) if hour else None
    return at(day, told[0] if told else closes)


def _with_year(first: str, second: str) -> str:
    """Give the second day of a span the month and the year that only the first has."""
    month = re.search(rf"(?:(?P<year>.*年)\s*)?(?P<month>{_N})\s*月", first)
    if month is not None and re.fullmatch(r"\d{1,2}\s*[日号]", second):
        return f"{month['year'] or ''}{month['month']}月{second}"
    return second


def _day(written: str | None, today: date) -> date | None:
    """Read one day; without a year it is the next from `today` on, as a notice speaks ahead."""
    if not written:
        return None
    plain = _SLASHED.sub(r"\1月\2日", written.replace("○", "〇"))
    return next(iter(days_in(re.sub(r"\s+", "", plain), today)), None)


def _anniversary(begins: date, years: int) -> date | None:
    """Return the last day of so many years."""
    if years <= 0:
        return None
    leap = (begins.month, begins.day) == (2, 29) and not isleap(begins.year + years)
    same = begins.replace(year=begins.year + years, day=28 if leap else begins.day)
    return same if leap else same - timedelta(days=1)


__all__ = ["Validity", "Window", "day_of", "validity", "window"]

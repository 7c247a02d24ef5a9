"""Which activity is meant: by its number, its day, the words of its series and title."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows import reading
from flows.calendar import OFFICE_ZONE
from flows.reading.dates import days_in
from flows.registration.event import Event
from flows.registration.number import TYPED, as_kept

_DAY = (
    r"(?:大后|今|明|后)[天日晚早]|下{0,2}个?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|[0-9一二十]{1,3}月[0-9一二三十]{1,3}[日号]?"
    r"|(?<![0-9])[0-9]{1,2}(?:[日号](?!楼|门|馆|厅|线|会)|[./][0-9]{1,2}(?![0-9]))"
)
_ACTIVITY = (
    r"直通车|面对面|恳谈|学堂|课堂|学苑|座谈|对接|研修|专场|宣讲|培训|沙龙|论坛|走访|参观|讲座|行动"
    r"|第[0-9一二三四五六七八九十]{1,3}[讲期场]|辅导|结对|活动|这场|那场|茶话会|年会|交流会|推介会|说明会"
)
# A piece of a sentence with one of these points to an activity.
POINTS = re.compile(rf"{_DAY}|{_ACTIVITY}|{TYPED.pattern}", re.IGNORECASE)

LONGEST = 2_000
_DOTTED_DAY = re.compile(r"(?<![0-9.])(1[0-2]|0?[1-9])[./](3[01]|[12][0-9]|0?[1-9])(?![0-9.])")
_DAY_OF_MONTH = re.compile(r"(?<![0-9月])([0-9]{1,2})[日号](?!楼|门|馆|厅|线|会议|机|车)")
_AHEAD = 31  # days within which "3号" is meant
# Words of titles that as well belong to whoever writes, or to no activity in particular.
_PAIRS = "企业业家公司活动宁波镇海海区我们报名参加工商商联有限集团科技机械机构时间大学学院"
_SAYS_NOTHING = frozenset(_PAIRS[n : n + 2] for n in range(0, len(_PAIRS), 2))


@dataclass(frozen=True, slots=True)
class Matched:
    """The activities that a text may mean, the likeliest first."""

    events: tuple[Event, ...] = ()
    certain: bool = False  # only one, and nothing in the text speaks against it

    @property
    def one(self) -> Event | None:
        """Return the activity that is meant, where nobody has to be asked."""
        return self.events[0] if self.certain else None


def matching(text: str, events: Sequence[Event], today: date) -> Matched:
    """Rank open activities by what a text says of them.

    None = it says nothing of any; several, or one that is not certain, are to be asked.
    """
    plain = _plain(reading.normalise(text[:LONGEST]))
    numbers = {as_kept(found) for found in TYPED.findall(plain)}
    by_number = tuple(event for event in events if event.number in numbers)
    if by_number:
        return Matched(by_number, certain=len(by_number) == 1)
    said = _words(plain, events)
    days = _days(plain, today)
    if days is None:
        best = _ranked(said, events)
        return Matched(best, certain=len(best) == 1)
    on_day = [event for event in events if _day(event) in days]
    both = [event for event in on_day if said[event.number]]
    if both:
        best = _ranked(said, both)
        elsewhere = [event for event in events if said[event.number] - said[best[0].number]]
        astray = tuple(event for event in _ranked(said, elsewhere) if event not in best)
        return Matched((*best, *astray), certain=len(best) == 1 and not astray)
    if not any(said.values()):
        return Matched(tuple(on_day), certain=len(on_day) == 1)
    # The day says one thing and the words another: whichever is wrong, the person knows.
    return Matched((*on_day, *_ranked(said, events)))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _day(event: Event) -> date:
    return event.starts_at.astimezone(OFFICE_ZONE).date()


def _days(text: str, today: date) -> frozenset[date] | None:
    """Return the days that a text names; None = it names no day."""
    spelled = _DOTTED_DAY.sub(lambda found: f"{found[1]}月{found[2]}日", text)
    named = set(days_in(spelled, today))
    for found in _DAY_OF_MONTH.finditer(spelled):
        ahead = (today + timedelta(days=n) for n in range(_AHEAD))
        named |= {day for day in ahead if day.day == int(found[1])}
    return frozenset(named) if named else None


def _words(text: str, events: Sequence[Event]) -> Mapping[str, frozenset[str]]:
    """Return by activity's number the pairs of characters that a text shares with its name."""
    pairs = _pairs(text)
    return {
        event.number: (_pairs(_plain(f"{event.series}\n{event.title}")) & pairs) - _SAYS_NOTHING
        for event in events
    }


def _pairs(text: str) -> frozenset[str]:
    runs = re.findall(r"[^\W_]+", text)
    return frozenset(run[n : n + 2] for run in runs for n in range(len(run) - 1))


def _ranked(said: Mapping[str, frozenset[str]], events: Sequence[Event]) -> tuple[Event, ...]:
    """Rank by rare words; one alone remains where it has all that speaks for any other."""
    named = [event for event in events if said[event.number]]
    common = Counter(pair for event in events for pair in said[event.number])
    weighed = sorted(named, key=lambda event: -sum(1 / common[p] for p in said[event.number]))
    if len(weighed) > 1:
        best = said[weighed[0].number]
        if all(said[other.number] < best for other in weighed[1:]):
            return (weighed[0],)
    return tuple(weighed)


__all__ = ["POINTS", "Matched", "matching"]

"""The working-day calendar as it stands: the package's official years, the staff's files on top."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from importlib.metadata import version

import chinese_calendar

from bot.config.calendar import CalendarYear
from flows.calendar import SATURDAY, Segments, WorkingDays

FIRST_YEAR = 2024
LAST_YEAR = 2100
# Days that the law names by the solar calendar (全国年节及纪念日放假办法, 2024 revision).
SOLAR_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


PACKAGE = "chinesecalendar"


def package() -> str:
    """Name the package that brings official years, and its release."""
    return f"{PACKAGE} {version(PACKAGE)}"


def working_days(years: Mapping[int, CalendarYear], segments: Segments) -> WorkingDays:
    """Build the calendar; a year that neither source knows officially gives provisional dates."""
    off: set[date] = set()
    work: set[date] = set()
    official: set[int] = set()
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        year_off, year_work, known = _year(year, years.get(year))
        off |= year_off
        work |= year_work
        if known:
            official.add(year)
    return WorkingDays(frozenset(off), frozenset(work), frozenset(official), segments)


def _year(year: int, written: CalendarYear | None) -> tuple[set[date], set[date], bool]:
    notice = _from_package(year)
    if written is not None and written.official and (written.off or written.work):
        notice = set(written.off), set(written.work)
    known = notice is not None
    if notice is not None:
        off, work = notice
    else:
        off = {date(year, month, day) for month, day in SOLAR_HOLIDAYS}
        off |= set(written.off) if written else set()
        work = set(written.work) if written else set()
    if written is not None:
        off = (off | set(written.extra_off)) - set(written.extra_work)
        work = (work | set(written.extra_work)) - set(written.extra_off)
    return off, work, known


def _from_package(year: int) -> tuple[set[date], set[date]] | None:
    """Read a year from the package, which raises for a year without an official notice."""
    try:
        worked = {day: bool(chinese_calendar.is_workday(day)) for day in _days(year)}
    except NotImplementedError:
        return None
    off = {day for day, works in worked.items() if not works and day.weekday() < SATURDAY}
    work = {day for day, works in worked.items() if works and day.weekday() >= SATURDAY}
    return off, work


def _days(year: int) -> Iterable[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))

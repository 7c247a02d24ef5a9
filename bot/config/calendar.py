"""calendar/<year>.toml: days off and days worked that a year's notice or the office itself sets."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.config.source import Table, fault, parse
from flows.calendar import SATURDAY


class CalendarYear(Table):
    """One year as the staff write it down."""

    year: Annotated[int, Field(ge=2020, le=2100, strict=True)]
    official: bool
    source: Annotated[str, Field(min_length=1)]
    off: tuple[date, ...] = ()
    work: tuple[date, ...] = ()
    extra_off: tuple[date, ...] = ()
    extra_work: tuple[date, ...] = ()


def load_calendar(paths: Mapping[str, Path]) -> Mapping[int, CalendarYear]:
    """Read the files of the calendar, by year."""
    years: dict[int, CalendarYear] = {}
    for stem, path in sorted(paths.items()):
        year = parse(CalendarYear, path)
        if stem != str(year.year):
            raise fault(path, "top level", "year", f'must be the name of the file, "{stem}"')
        _check(path, year)
        years[year.year] = year
    return years


def _check(path: Path, year: CalendarYear) -> None:
    for key in ("off", "work", "extra_off", "extra_work"):
        for day in getattr(year, key):
            if day.year != year.year:
                raise fault(path, "top level", key, f"{day} is not in the year {year.year}")
            weekend = day.weekday() >= SATURDAY
            if key == "off" and weekend:
                raise fault(path, "top level", key, f"{day} is a weekend day and off already")
            if key == "work" and not weekend:
                raise fault(path, "top level", key, f"{day} is a weekday and worked already")
    both = set(year.extra_off) & set(year.extra_work)
    if both:
        raise fault(path, "top level", "extra_work", f"{min(both)} is in extra_off too")

"""Limits as they are written: 5WD, 4wh, 2h, on:2026-12-03."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator


class Unit(StrEnum):
    """What a limit counts."""

    WORKDAYS = "WD"  # until closing time of the nth working day after
    WORKED_HOURS = "wh"
    HOURS = "h"  # of the clock
    DAY = "on"  # until closing time of one day of the calendar


@dataclass(frozen=True, slots=True)
class Measure:
    """A limit in its parts; `day` only where it names one, and then the amount is 0."""

    unit: Unit
    amount: int
    day: date | None = None


_LIMIT = re.compile(r"(\d{1,4})(WD|wh|h)|on:(\d{4}-\d\d-\d\d)")


def measured(limit: str) -> Measure:
    """Read a limit; ValueError if it is none."""
    found = _LIMIT.fullmatch(limit)
    if found is None:
        raise ValueError(f"not a limit: {limit!r}")
    amount, unit, day = found.groups()
    if day:
        return Measure(Unit.DAY, 0, date.fromisoformat(day))
    return Measure(Unit(unit), int(amount))


def is_soon(limit: str) -> bool:
    """Say whether a limit is shorter than a working day."""
    return measured(limit).unit in {Unit.WORKED_HOURS, Unit.HOURS}


def _readable(limit: str) -> str:
    try:
        measured(limit)
    except ValueError as error:
        told = 'a limit is "5WD" working days, "4wh" working hours, "2h" hours'
        raise ValueError(told) from error
    return limit


Limit = Annotated[str, AfterValidator(_readable)]
"""How long something may take: 5WD = until closing time of the 5th working day, 4wh = working
hours, 2h = hours of the clock, on:2026-12-03 = until closing time of that day."""

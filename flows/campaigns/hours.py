"""When campaigns may leave: on working days, outside the quiet hours (免打扰时段)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count

from flows.calendar import OFFICE_ZONE, DueTime, WorkingDays


@dataclass(frozen=True, slots=True)
class Quiet:
    """The quiet hours, over midnight; config/campaigns.toml holds the office's own."""

    begins: time = time(21)
    ends: time = time(8)
    working_days: bool = True  # whether days off are quiet, too


def next_allowed(
    now: datetime, quiet: Quiet, days: WorkingDays, *, override: bool = False
) -> DueTime:
    """Return the moment itself where something may leave then, else when it may next.

    An approver's override lets it leave at once. Provisional is what counts on a year without an
    official calendar: its days off are not known, and it is taken to work from Monday to Friday.
    """
    if now.tzinfo is None:
        raise ValueError("a moment without its zone names no hour of the office")
    local = now.astimezone(OFFICE_ZONE)
    if override:
        return DueTime(local, provisional=False)
    for n in count():
        day = local.date() + timedelta(days=n)
        if quiet.working_days and not days.is_workday(day):
            continue
        opens = datetime.combine(day, quiet.ends, tzinfo=OFFICE_ZONE)
        shuts = datetime.combine(day, quiet.begins, tzinfo=OFFICE_ZONE)
        if local < shuts:
            years = range(local.year, day.year + 1)
            unsure = any(year not in days.official_years for year in years)
            return DueTime(max(local, opens), quiet.working_days and unsure)
    raise AssertionError("a calendar has another day")


def allowed(now: datetime, quiet: Quiet, days: WorkingDays, *, override: bool = False) -> bool:
    """Say whether something may leave at this moment."""
    return next_allowed(now, quiet, days, override=override).at <= now


__all__ = ["Quiet", "allowed", "next_allowed"]

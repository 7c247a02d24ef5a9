"""How a campaign worked (效果): its 收到 by hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.calendar import OFFICE_ZONE

_HOUR = timedelta(hours=1)
_LEAST = 6  # hours that a curve has at least
_MOST = 24 * 14  # and at most; who confirms later counts into the last


@dataclass(frozen=True, slots=True)
class Curve:
    """How many had confirmed by the end of each hour, the first being that of the beginning."""

    begins: datetime  # the full hour, in the office's zone
    counts: tuple[int, ...]

    def at(self, n: int) -> datetime:
        """Return when an hour begins."""
        return self.begins + n * _HOUR


def curve(moments: Iterable[datetime], begun_at: datetime) -> Curve:
    """Count what was confirmed, hour by hour since the campaign began."""
    begins = _hour(begun_at)
    hours = Counter(max(0, int((at - begins) / _HOUR)) for at in moments)
    last = min(max([_LEAST - 1, *hours]), _MOST - 1)
    so_far, counts = 0, []
    for n in range(last):
        so_far += hours[n]
        counts.append(so_far)
    return Curve(begins, (*counts, hours.total()))


def best_hour(moments: Iterable[datetime]) -> tuple[datetime, int] | None:
    """Return the hour in which most confirmed, and how many; of several the earliest."""
    hours = Counter(map(_hour, moments))
    return max(sorted(hours.items()), key=lambda one: one[1]) if hours else None


def _hour(at: datetime) -> datetime:
    return at.astimezone(OFFICE_ZONE).replace(minute=0, second=0, microsecond=0)


__all__ = ["Curve", "best_hour", "curve"]

"""Who came, counted from the lists: per enterprise for planning, per person for 学时.

Nothing follows from a number by itself: no order of rank, and nobody is kept out by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flows.registration.event import Event
from flows.registration.registration import Registration, Standing, enterprise_key
from flows.registration.roll import Roll

LATE = timedelta(hours=24)  # before the start: a seat given up so late can hardly be filled
_LEARNING = "学堂"  # in the name of a series whose hours count as 学时


@dataclass(frozen=True, slots=True)
class Attendance:
    """What became of an enterprise's registrations; each party is one."""

    enterprise: str
    signed: int = 0  # signed up; who gave up and signed up again is one
    came: int = 0  # with those who were let in at the door
    people: int = 0  # who came, companions included
    absent: int = 0
    cancelled: int = 0
    late: int = 0  # of those: within 24 hours of the start


@dataclass(frozen=True, slots=True)
class Learned:
    """How long somebody took part in activities of a 学堂."""

    name: str
    enterprise: str
    times: int = 0
    hours: float = 0.0


def counted(roll: Roll) -> Iterator[Registration]:
    """Return each attendee's latest registration: what came of it in the end."""
    meant = (one for one in roll.registrations.values() if not one.undone)
    latest = {one.attendee: one for one in meant}
    return (one for one in latest.values() if one.enterprise)


def attendance(rolls: Iterable[Roll]) -> tuple[Attendance, ...]:
    """Count by enterprise, in the order of their names."""
    found: dict[str, Attendance] = {}
    for roll in rolls:
        for one in counted(roll):
            key = enterprise_key(one.enterprise)
            found[key] = _added(found.get(key, Attendance(one.enterprise)), roll.event, one)
    return tuple(sorted(found.values(), key=lambda row: row.enterprise))


def _added(row: Attendance, event: Event, one: Registration) -> Attendance:
    came = one.standing is Standing.ARRIVED
    gone = one.standing is Standing.CANCELLED
    return replace(
        row,
        enterprise=one.enterprise,
        signed=row.signed + (not one.walk_in),
        came=row.came + came,
        people=row.people + one.party * came,
        absent=row.absent + (one.standing is Standing.ABSENT),
        cancelled=row.cancelled + gone,
        late=row.late + (gone and one.changed_at > event.starts_at - LATE),
    )


def is_learning(event: Event) -> bool:
    """Say whether its hours count as 学时."""
    return _LEARNING in event.series


def hours_of(event: Event) -> float:
    """Return its length in hours."""
    return (event.ends_at - event.starts_at) / timedelta(hours=1)


def learned(rolls: Sequence[Roll]) -> tuple[Learned, ...]:
    """Add up who learned how long, in the order of enterprises and names."""
    found: dict[str, Learned] = {}
    for roll in rolls:
        if not is_learning(roll.event):
            continue
        for one in roll.standing(Standing.ARRIVED):
            row = found.get(one.attendee, Learned(one.name, one.enterprise))
            hours = row.hours + hours_of(roll.event)
            found[one.attendee] = replace(row, times=row.times + 1, hours=hours)
    return tuple(sorted(found.values(), key=lambda row: (row.enterprise, row.name)))


__all__ = ["Attendance", "Learned", "attendance", "hours_of", "is_learning", "learned"]

"""The count of working days and working hours, from which every promised date comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
SATURDAY = 5

Segments = tuple[tuple[time, time], ...]
"""When the office works on a working day, in the order of the day."""

USUAL: Segments = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))


@dataclass(frozen=True, slots=True)
class Due:
    """A promised day; provisional (暂定) while a year it counts through has no official notice."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DueTime:
    """A promised moment, in the office's zone; provisional like a day."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Monday to Friday, less the days off, plus the weekend days that are worked (调休)."""

    off: frozenset[date]
    work: frozenset[date]
    official_years: frozenset[int]
    segments: Segments = USUAL

    @property
    def closes(self) -> time:
        """The time of day at which a promised day ends."""
        return self.segments[-1][1]

    def is_workday(self, day: date) -> bool:
        """Say whether the office works on this day."""
        if day in self.work:
            return True
        return day.weekday() < SATURDAY and day not in self.off

    def add(self, day: date, n: int) -> Due:
        """Count n working days on; the day itself, worked or not, is day 0."""
        if n < 0:
            raise ValueError("working days are counted forward only")
        last = next(islice(self._workdays_after(day), n - 1, None)) if n else day
        # Day 0 is not counted, so its year may lack a notice.
        return Due(last, self._unsure(day + timedelta(days=1), last))

    def add_hours(self, at: datetime, hours: timedelta) -> DueTime:
        """Count working time on; it begins at the next working minute.

        What is used up as the office closes ends then, not when it opens again.
        """
        if hours < timedelta():
            raise ValueError("working hours are counted forward only")
        local = at.astimezone(OFFICE_ZONE)
        left = hours
        for day in self._workdays_after(self.day_zero(at) - timedelta(days=1)):
            for opens, closes in self.segments:
                begins = max(local, datetime.combine(day, opens, tzinfo=OFFICE_ZONE))
                room = datetime.combine(day, closes, tzinfo=OFFICE_ZONE) - begins
                if timedelta() <= room and left <= room:
                    return DueTime(begins + left, self._unsure(self.day_zero(at), day))
                left -= max(room, timedelta())
        raise OverflowError("no working day is left")

    def day_zero(self, at: datetime) -> date:
        """Name the office day an event belongs to; after closing time it is the next one."""
        local = at.astimezone(OFFICE_ZONE)
        late = local.timetz().replace(tzinfo=None) > self.closes
        return local.date() + timedelta(days=1) if late else local.date()

    def due_at(self, day: date, n: int) -> datetime:
        """Name the closing time of the nth working day after this day."""
        return self.end_of(self.add(day, n).day)

    def workdays_between(self, start: date, end: date) -> int:
        """Count the working days after start up to and including end; negative when overdue."""
        if end < start:
            return -self.workdays_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_workday, days))

    def end_of(self, day: date) -> datetime:
        """Name the moment at which a promised day ends."""
        return datetime.combine(day, self.closes, tzinfo=OFFICE_ZONE)

    def workday_before(self, day: date) -> date:
        """Name the last working day before this day."""
        earlier = (day - timedelta(days=n) for n in count(1))
        return next(filter(self.is_workday, earlier))

    def worked_between(self, start: datetime, end: datetime) -> timedelta:
        """Add up the working time from one moment to another; nothing when it ends earlier."""
        local, last = start.astimezone(OFFICE_ZONE), end.astimezone(OFFICE_ZONE)
        worked = timedelta()
        for n in range((last.date() - local.date()).days + 1):
            day = local.date() + timedelta(days=n)
            if not self.is_workday(day):
                continue
            for opens, closes in self.segments:
                begins = max(local, datetime.combine(day, opens, tzinfo=OFFICE_ZONE))
                ends = min(last, datetime.combine(day, closes, tzinfo=OFFICE_ZONE))
                worked += max(ends - begins, timedelta())
        return worked

    def _unsure(self, first: date, last: date) -> bool:
        """Say whether a year that these days lie in has no official notice."""
        years = range(first.year, last.year + 1)
        return any(year not in self.official_years for year in years)

    def _workdays_after(self, day: date) -> Iterator[date]:
        following = (day + timedelta(days=n) for n in count(1))
        return filter(self.is_workday, following)

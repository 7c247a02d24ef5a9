"""What the clock does with an activity by itself, and when it has to look again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from flows.calendar import OFFICE_ZONE
from flows.registration.arriving import finish
from flows.registration.event import Event, Stage
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.survey import unasked
from flows.registration.waitlist import Waking, expire, next_in_line, offers, promote

REMIND, CLOSED, ENDED, ERASED = "remind", "closed", "ended", "erased"
SURVEY = "survey"  # those who came are asked the morning after


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an activity's clock strikes; config/events.toml holds the real numbers."""

    reminders: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=1))  # before the start
    erase: timedelta = timedelta(days=30)  # after its end
    offer: timedelta = timedelta(hours=2)  # how long an offered seat is held
    survey: time = time(9)  # local, of the day after
    asked_within: timedelta = timedelta(days=3)  # later nobody is asked any more
    waking: Waking = field(default_factory=Waking)
    receipt: timedelta = timedelta(minutes=30)  # so long before now one may have been in time
    doors: timedelta = timedelta(hours=12)  # after its end, links of doors (签到链接) still open
    undo_relay: timedelta = timedelta(hours=24)  # in which a pasted 接龙 may be taken back


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is due once; `until` = later than this it is not done any more."""

    name: str
    kind: str
    at: datetime
    until: datetime | None = None

    def moot(self, now: datetime) -> bool:
        """Say whether it comes too late."""
        return self.until is not None and now >= self.until


def marks(roll: Roll, schedule: Schedule) -> Iterator[Mark]:
    """Return what the clock has yet to do, as the activity's times are now.

    A new time makes new reminders; those of the old one are dead.
    """
    event = roll.event
    if event.stage is Stage.DRAFT:
        return
    found = [Mark(ERASED, ERASED, event.ends_at + schedule.erase)]
    if event.stage is not Stage.CANCELLED:
        found += [
            *(
                Mark(
                    f"{REMIND}:{event.revision}:{n}",
                    REMIND,
                    event.starts_at - ahead,
                    event.starts_at,
                )
                for n, ahead in enumerate(sorted(schedule.reminders, reverse=True))
            ),
            Mark(f"{CLOSED}:{event.closes_at.isoformat()}", CLOSED, event.closes_at, event.ends_at),
            Mark(ENDED, ENDED, event.ends_at),
            Mark(SURVEY, SURVEY, asks := _asks(event, schedule), asks + schedule.asked_within),
        ]
    yield from (one for one in found if one.name not in event.marks)


def _asks(event: Event, schedule: Schedule) -> datetime:
    """Say when those who came are asked: the morning after, when nobody is woken by it."""
    day = event.ends_at.astimezone(OFFICE_ZONE).date() + timedelta(days=1)
    return schedule.waking.next_at(datetime.combine(day, schedule.survey, tzinfo=OFFICE_ZONE))


def _last(roll: Roll, schedule: Schedule) -> datetime:
    """Say from when on nobody is asked any more."""
    return _asks(roll.event, schedule) + schedule.asked_within


def next_moment(roll: Roll, now: datetime, schedule: Schedule) -> datetime | None:
    """Say when the clock has something to do; None = never, as things stand."""
    moments = [one.at for one in marks(roll, schedule)]
    moments += [one.offer_until for one in roll.standing(Standing.OFFERED) if one.offer_until]
    if offers(roll.event, now) and next_in_line(roll) is not None:
        moments.append(schedule.waking.next_at(now))
    if SURVEY in roll.event.marks and unasked(roll):
        moments += [at for at in (schedule.waking.next_at(now),) if at < _last(roll, schedule)]
    return min(moments, default=None)


def struck(roll: Roll, now: datetime, schedule: Schedule) -> tuple[Rolled, tuple[Mark, ...]]:
    """Do what is due: offers that are over go to the next in line, and marks are set.

    Of several reminders that were missed only the latest is told.
    """
    due = [one for one in marks(roll, schedule) if one.at <= now]
    reminders = [one for one in due if one.kind == REMIND]
    done = Rolled(roll)
    if due:
        names = (*roll.event.marks, *(one.name for one in due))
        done = Rolled(roll.with_event(marks=names))
    done = promote(expire(done, now), now, schedule.waking)
    if any(one.kind == ENDED for one in due):
        done = finish(done, now)
    done = _ask(done, now, schedule)
    if any(one.kind == ERASED for one in due):
        done = Rolled(erased(done.roll), done.happened)
    told = [one for one in due if one.kind != REMIND and not one.moot(now)]
    told += [one for one in reminders[-1:] if not one.moot(now)]
    return done, tuple(told)


def _ask(done: Rolled, now: datetime, schedule: Schedule) -> Rolled:
    """Note whom to ask: from that morning on, also who is entered from a paper list later."""
    roll = done.roll
    if SURVEY not in roll.event.marks or now >= _last(roll, schedule):
        return done
    if schedule.waking.next_at(now) > now:
        return done
    for one in unasked(roll):
        roll = roll.put(one.model_copy(update={"asked": True}))
    return Rolled(roll, done.happened)


def reminded(roll: Roll, mark: Mark) -> tuple[Registration, ...]:
    """Return who hears a reminder: the confirmed who signed up before it was due."""
    return tuple(one for one in roll.standing(Standing.CONFIRMED) if one.made_at <= mark.at)


def erased(roll: Roll) -> Roll:
    """Take out what was asked for the day alone; who came from which enterprise is kept."""
    for one in roll.registrations.values():
        gone = {
            "phone": "",
            "plate": "",
            "companions": (),
            "answers": {},
            "code": "",
            "nonce": "",
            "remark": "",
        }
        kept = tuple(s.model_copy(update={"plate": "", "companions": ()}) for s in one.shown)
        roll = roll.put(one.model_copy(update={**gone, "shown": kept}))
    return replace(roll, event=roll.event.model_copy(update={"doubtful": ()}))


__all__ = [
    "CLOSED",
    "ENDED",
    "ERASED",
    "REMIND",
    "SURVEY",
    "Mark",
    "Schedule",
    "erased",
    "marks",
    "next_moment",
    "reminded",
    "struck",
]

"""Doors (签到): which phones may check people in, and who is meant by what was typed at one."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from flows.calendar import OFFICE_ZONE
from flows.registration.arriving import LATE_ENTRY
from flows.registration.event import Door, Event, Stage
from flows.registration.registration import COMING, Registration, Standing, enterprise_key
from flows.registration.roll import Roll

CODE = 6  # digits of a 签到码
SHOWN = 8  # people that are offered for a name; who finds more types more of it
_EVE = timedelta(days=1)


def near(event: Event, now: datetime) -> bool:
    """Say whether its door is somebody's business: on the eve, the day, and while one may enter."""
    if event.stage not in {Stage.PUBLISHED, Stage.PAUSED} or now >= event.ends_at + LATE_ENTRY:
        return False
    starts, today = event.starts_at.astimezone(OFFICE_ZONE), now.astimezone(OFFICE_ZONE)
    return starts.date() - _EVE <= today.date()


def given(event: Event, door: Door) -> Event:
    """Give somebody a door; the one they had before does not open any more."""
    return event.model_copy(update={"doors": (*without(event, door.person).doors, door)})


def without(event: Event, person: int) -> Event:
    """Take somebody's door back."""
    kept = tuple(one for one in event.doors if one.person != person)
    return event.model_copy(update={"doors": kept})


def bound(event: Event, ident: str, device: str) -> Event:
    """Bind a door to the first phone that opened it."""
    doors = (
        one.model_copy(update={"device": device}) if one.id == ident else one for one in event.doors
    )
    return event.model_copy(update={"doors": tuple(doors)})


def door_of(event: Event, ident: str) -> Door | None:
    """Return a door that was not taken back."""
    return next((one for one in event.doors if one.id == ident), None)


def matches(roll: Roll, text: str) -> tuple[Registration, ...]:
    """Return who is meant by six digits, or by a piece of a name or of an enterprise's name.

    Digits find whoever has them, so that a door hears why somebody is not let in.
    """
    key = enterprise_key(text)
    if is_code(text):
        return tuple(one for one in roll.registrations.values() if one.code == key)
    if not key:
        return ()
    may = (one for one in roll.registrations.values() if one.live or _late(one))
    named = (one for one in may if any(key in enterprise_key(told) for told in _names(one)))
    return tuple(sorted(named, key=lambda one: one.standing is Standing.ARRIVED))[:SHOWN]


def is_code(text: str) -> bool:
    """Say whether a text is a 签到码; full-width digits and blanks do not matter."""
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(plain.split())
    return len(digits) == CODE and digits.isascii() and digits.isdecimal()


def is_scanned(text: str) -> bool:
    """Say whether a text has the shape of what a QR code says, be it a forged one."""
    return re.fullmatch(r"\S*-\d{4}-\d+\.\d+\.\S*", text, re.ASCII) is not None


def expected(roll: Roll) -> int:
    """Count the people who are to come (应到), those included who came or are missing."""
    return roll.people(*COMING, Standing.ABSENT)


def latest(roll: Roll, most: int) -> tuple[Registration, ...]:
    """Return who came last, the last first."""
    came = [one for one in roll.standing(Standing.ARRIVED) if one.arrived_at is not None]
    came.sort(key=lambda one: (one.arrived_at or one.made_at, one.seq), reverse=True)
    return tuple(came[:most])


def _late(one: Registration) -> bool:
    return one.standing is Standing.ABSENT


def _names(one: Registration) -> tuple[str, ...]:
    return (one.name, one.enterprise, *one.companions)

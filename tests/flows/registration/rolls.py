"""Builders of activities and lists for the tests of registration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flows.engine.words import Refused
from flows.registration.event import Event, Stage
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish, sign_up
from flows.registration.waitlist import Waking

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Tuesday, 09:00 in Zhenhai
CLERK = 900
WAKING = Waking()


def local(text: str) -> datetime:
    """Read a time of the office: "2026-12-01 14:00"."""
    return datetime.fromisoformat(f"{text}+08:00")


def event(**changes: Any) -> Event:
    """Return an activity of 50 seats with a waitlist, open until the eve."""
    told: dict[str, Any] = {
        "number": "HD-2026-001",
        "series": "亲清直通车",
        "title": "政商面对面：新材料专场",
        "stage": Stage.PUBLISHED,
        "starts_at": local("2026-12-01 14:00"),
        "ends_at": local("2026-12-01 16:30"),
        "venue": "区行政中心3号楼2楼会议室",
        "capacity": 50,
        "waitlist": 20,
        "companions": 4,
        "closes_at": local("2026-11-30 17:00"),
        "created_by": CLERK,
        "created_at": NOW - timedelta(days=3),
        "published_at": NOW - timedelta(days=3),
    }
    return Event.model_validate({**told, **changes})


def empty(**changes: Any) -> Roll:
    """Return the list of an activity that nobody signed up for."""
    return Roll.of(event(**changes), ())


def wish(person: int, **changes: Any) -> Wish:
    """Return somebody who wants to come, each from an enterprise of their own."""
    told: dict[str, Any] = {
        "attendee": f"p:{person}",
        "person": person,
        "by": person,
        "name": f"来宾{person}",
        "enterprise": f"镇海第{person}紧固件厂",
    }
    return Wish(**{**told, **changes})


def signed(roll: Roll, *people: int, now: datetime = NOW, **changes: Any) -> Roll:
    """Sign people up who must get in, be it into the waitlist."""
    for person in people:
        roll = rolled(sign_up(roll, wish(person, waits=True, **changes), now)).roll
    return roll


def rolled(outcome: Rolled | Refused) -> Rolled:
    """Return what an act did; it must not have been refused."""
    assert isinstance(outcome, Rolled), outcome
    return outcome


def refused(outcome: Rolled | Refused) -> Refused:
    """Return why an act was refused; it must have been."""
    assert isinstance(outcome, Refused), outcome
    return outcome


def of(roll: Roll, person: int) -> Registration:
    """Return somebody's latest registration."""
    return [one for one in roll.registrations.values() if one.person == person][-1]


def standing(roll: Roll, person: int) -> Standing:
    """Say where somebody stands."""
    return of(roll, person).standing

"""Activities of the demo: invented, published, and a few days ahead of whatever day it is."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.app import App
from flows.calendar import OFFICE_ZONE
from flows.registration.clock import next_moment
from flows.registration.event import Event, Guests, Kind, Question, Stage
from flows.registration.number import number
from flows.registration.roll import Roll
from handlers.ports import Due, PersonId, Role
from handlers.registration.after import EVENT


@dataclass(frozen=True, slots=True)
class Planned:
    """One activity: so many days ahead, from when until when, and what is peculiar to it."""

    days: int
    begins: time
    ends: time
    series: str
    title: str
    venue: str
    capacity: int
    more: dict[str, Any] = field(default_factory=dict)


PLANNED = (
    Planned(
        4,
        time(14),
        time(16, 30),
        "亲清直通车",
        "亲清直通车·政商面对面：新材料专场",
        "区行政中心3号楼2楼会议室（示例）",
        40,
        {
            "per_enterprise": 2,
            "companions": 1,
            "guests": "副区长、经信和资规部门负责人（演示）",
            "guests_for": Guests.REGISTERED,
            "questions": (
                Question(key="topic", label="想当面反映的问题", kind=Kind.TEXT, required=False),
            ),
        },
    ),
    Planned(
        6,
        time(13, 30),
        time(15, 30),
        "惠企恳谈会",
        "用工保障惠企恳谈会",
        "骆驼商会会议室（示例）",
        30,
    ),
    Planned(
        14,
        time(9),
        time(11, 30),
        "宁波帮学堂",
        "宁波帮学堂：四知精神与家族传承",
        "宁波帮文化场馆（示例）",
        60,
        {"companions": 1},
    ),
)


def event_of(one: Planned, serial: int, prefix: str, by: PersonId, now: datetime) -> Event:
    """Date an activity from the day it is."""
    day: date = now.astimezone(OFFICE_ZONE).date() + timedelta(days=one.days)
    starts = datetime.combine(day, one.begins, tzinfo=OFFICE_ZONE)
    return Event(
        number=number(prefix, now.astimezone(OFFICE_ZONE).year, serial),
        series=one.series,
        title=one.title,
        stage=Stage.PUBLISHED,
        starts_at=starts,
        ends_at=datetime.combine(day, one.ends, tzinfo=OFFICE_ZONE),
        venue=one.venue,
        capacity=one.capacity,
        waitlist=20,
        closes_at=starts - timedelta(hours=21),
        created_by=by,
        created_at=now,
        published_at=now,
        **one.more,
    )


async def furnish(app: App) -> None:
    """Put the activities there, once."""
    office, now = app.office.reception.office, app.office.clock()
    year = now.astimezone(OFFICE_ZONE).year
    async with app.office.database.begin() as tx:
        clerks = (await tx.people.roster(now.astimezone(OFFICE_ZONE).date())).holders(Role.CLERK)
        if not clerks or await tx.rolls.drafts(now):
            return
        for one in PLANNED:
            serial = await tx.rolls.next_number(year)
            event = event_of(one, serial, office.event_prefix, clerks[0].id, now)
            roll = Roll.of(event, ())
            await tx.rolls.save([roll])
            at = next_moment(roll, now, office.events)
            key = f"{EVENT}:{event.number}"
            await tx.wind([Due(EVENT, event.number, at, key)] if at else [])

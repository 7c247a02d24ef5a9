"""活动台账, 到会情况 and 我的学时: who came, for planning and for whoever learned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta

from flows.calendar import OFFICE_ZONE
from flows.outreach.enterprises import candidates
from flows.registration.attendance import attendance, hours_of, is_learning
from flows.registration.registration import Standing
from flows.registration.roll import Roll
from handlers.ledger import days_asked
from handlers.ports import Text
from handlers.registration.keeping import ROLE
from handlers.registration.organisers import organises
from handlers.visit import Visit

ATTENDANCE = "attendance:"
"""How the order of such a file begins; behind it are its days, both included."""


async def send_attendance(visit: Visit) -> None:
    """Have the ledger of activities made: 活动台账, 活动台账 11月."""
    if not visit.in_private:
        visit.tell("ledger.private_only")
        return
    if not organises(visit):
        visit.say("event.not_yours")
        return
    asked = days_asked(visit.request.rest.strip(" 。.!！"), visit.book.today)
    if asked is None:
        visit.say("attendance.which")
        return
    since, until = asked
    code = f"{since.isoformat()}/{until.isoformat()}"
    name = f"活动台账 {since.isoformat()} 至 {until.isoformat()}.xlsx"
    await visit.book.writing.make_file(visit.filed, f"{ATTENDANCE}{code}", name)
    visit.book.entries.append(visit.record("ledger", "attendance", ROLE, public={"range": code}))
    visit.say("attendance.making", since=since, until=until)


async def tell_attendance(visit: Visit) -> None:
    """Say how often an enterprise came this year: 到会情况 恒通."""
    if not visit.in_private:
        visit.tell("ledger.private_only")
        return
    if not organises(visit):
        visit.say("event.not_yours")
        return
    said = visit.request.rest.strip(" ：:。.!！")
    if not said:
        visit.say("attendance.whose")
        return
    rolls = await _of_year(visit)
    rows = {row.enterprise: row for row in attendance(rolls)}
    found = candidates(said, tuple(rows))
    if len(found) != 1:
        visit.say("attendance.several" if found else "attendance.nobody", names=found, said=said)
        return
    row = rows[found[0]]
    visit.say(
        "attendance.one",
        year=visit.book.today.year,
        enterprise=row.enterprise,
        signed=row.signed,
        came=row.came,
        absent=row.absent,
        cancelled=row.cancelled,
        late=row.late,
    )


async def tell_hours(visit: Visit) -> None:
    """Say how many hours somebody learned this year (我的学时)."""
    say = visit.say if visit.in_private else visit.tell
    me, total, lines = visit.person.id, 0.0, list[Text]()
    for roll in await _of_year(visit):
        came = any(one.person == me for one in roll.standing(Standing.ARRIVED))
        if came and is_learning(roll.event):
            total += hours_of(roll.event)
            said = {
                "starts": roll.event.starts_at,
                "event": roll.event.title_whole,
                "hours": f"{hours_of(roll.event):g}",
            }
            lines.append(Text("attendance.hour", said))
    if not lines:
        say("attendance.no_hours", year=visit.book.today.year)
        return
    visit.say(
        "attendance.hours",
        year=visit.book.today.year,
        times=len(lines),
        total=f"{total:g}",
        lines=tuple(lines),
    )


async def _of_year(visit: Visit) -> list[Roll]:
    """Return the lists of this year's activities that are over."""
    book = visit.book
    first = start_of(date(book.today.year, 1, 1))
    events = await book.tx.rolls.between(first, book.now)
    over = [one.number for one in events if first <= one.starts_at and one.ends_at <= book.now]
    return list((await book.tx.rolls.count(over)).values())


def start_of(day: date) -> datetime:
    """Return when a day begins at the office."""
    return datetime.combine(day, time.min, tzinfo=OFFICE_ZONE)


def end_of(day: date) -> datetime:
    """Return when the day after begins."""
    return start_of(day + timedelta(days=1))


COUNTING: Mapping[str, Callable[[Visit], Awaitable[None]]] = {
    "attendance": send_attendance,
    "attendance_of": tell_attendance,
    "hours": tell_hours,
}
"""Typed word → what it does."""

__all__ = ["ATTENDANCE", "COUNTING", "end_of", "start_of"]

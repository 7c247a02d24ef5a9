"""Ask the 管理员 for a year's days off (放假安排) while nobody has written the notice down."""

from __future__ import annotations

from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.office import Content
from handlers.ports import Office, Post, Role, Text, ToPerson, Tx

DECEMBER = 12


async def ask_for_days_off(tx: Tx, office: Office, now: datetime) -> tuple[int, ...]:
    """Ask for next year's in December and for this year's from January on; return the years.

    Asked on a working day, and each administrator once for a year before it begins and once after:
    a post of the same name is not sent again. The State Council (国务院办公厅) publishes the
    arrangements of a year in the autumn before it.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    asked = {today.year: "days_off.missing"}
    if today.month == DECEMBER:
        asked[today.year + 1] = "days_off.soon"
    asked = {year: key for year, key in asked.items() if year not in office.days.official_years}
    if not asked or not office.days.is_workday(today):
        return ()
    roster = await tx.people.roster(today)
    posts = [
        Post(
            to=ToPerson(one.id),
            content=Content.INTERNAL,
            parts=(Text(key, {"year": year}),),
            dedupe=f"{key}:{year}:{one.id}",
        )
        for year, key in asked.items()
        for one in roster.holders(Role.ADMIN)
    ]
    await tx.post(posts, {})
    return tuple(asked)

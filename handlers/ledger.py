"""台账: the 受理负责人 asks for the ledger and gets it as a file, alone with the bot."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from flows.calendar import OFFICE_ZONE
from handlers.ports import Role
from handlers.visit import Visit

_MONTH = re.compile(r"(?:(20\d{2})\s*年\s*)?(\d{1,2})\s*月份?$")
_YEAR = re.compile(r"(20\d{2})\s*年?$")
_DAY = re.compile(r"(20\d{2})[-./年](\d{1,2})[-./月](\d{1,2})日?")


async def send_ledger(visit: Visit) -> None:
    """Have the ledger made; it comes as soon as it is there."""
    if not visit.in_private:
        visit.tell("ledger.private_only")
        return
    if not _may(visit):
        visit.say("ledger.not_yours")
        return
    today = visit.book.now.astimezone(OFFICE_ZONE).date()
    asked = days_asked(visit.request.rest.strip(" 。.!！"), today)
    if asked is None:
        visit.say("ledger.which")
        return
    since, until = asked
    code = f"{since.isoformat()}/{until.isoformat()}"
    await visit.book.writing.make_file(
        visit.filed, code, f"台账 {since.isoformat()} 至 {until.isoformat()}.xlsx"
    )
    visit.book.entries.append(
        visit.record("ledger", "ledger", Role.SUPERVISOR.value, public={"range": code, "full": ""})
    )
    visit.say("ledger.making", since=since, until=until)


def _may(visit: Visit) -> bool:
    """Say whether somebody answers for the desk; a clerk does where nobody else is."""
    if visit.person.has(Role.SUPERVISOR):
        return True
    return visit.person.has(Role.CLERK) and not visit.book.roster.holders(Role.SUPERVISOR)


def days_asked(text: str, today: date) -> tuple[date, date] | None:
    """Read 11月, 2026年, or two days; without a word it is this year."""
    if not text:
        return today.replace(month=1, day=1), today
    try:
        if found := _MONTH.match(text):
            year, month = int(found[1] or today.year), int(found[2])
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        if found := _YEAR.match(text):
            return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
        days = [date(*map(int, one)) for one in _DAY.findall(text)]
    except ValueError:  # month 13, 30 February
        return None
    return (min(days), max(days)) if len(days) == 2 else None

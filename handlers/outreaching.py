"""What staff do with 走访: write one down, count them, put one right, take one back."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Start
from flows.outreach.opening import opening
from flows.outreach.problems import NONE, problems_of
from flows.outreach.record import ASKED
from handlers.outreach_desk import (
    SUBJECT,
    known_enterprises,
    may_record,
    role_of,
    standing_in_the_way,
)
from handlers.paragraphs import opening_words
from handlers.ports import Role, Text
from handlers.talk import Talk
from handlers.visit import Visit

_SEES_COUNTS = (
    Role.CLERK,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.SECRETARY,
    Role.INSPECTOR,
    Role.ADMIN,
)
_ID = re.compile(r"^[#＃]?(\d{1,9})\s*号?")


@dataclass(frozen=True, slots=True)
class Outreaching:
    """The commands about 走访."""

    talk: Talk

    async def begin(self, visit: Visit) -> None:
        """Open the form with what the first message says: 走访 恒通紧固件 陈总."""
        book, text = visit.book, visit.request.rest
        if not may_record(book, visit.person):
            _refuse(visit)
            return
        known = await known_enterprises(book)
        given = dict(opening(text, _today(visit), known, book.office.categories))
        told = "\n".join(one.text for one in problems_of(given.get("problems", NONE)))
        visit.warn(*opening_words(book.office, told))
        if visit.request.text.startswith("问询"):
            given.setdefault("mode", ASKED)
        room = book.office.max_files
        if len(visit.files) > room:
            visit.say("file.too_many", limit=room)
        await self.talk.open(visit, "outreach", Start(given=given, files=visit.files[:room]))

    async def count(self, visit: Visit) -> None:
        """Say how many enterprises were asked and been to: this month, 上月 or 本年."""
        say = visit.say if visit.in_private else visit.tell
        if not visit.person.has(*_SEES_COUNTS):
            say("outreach.counts_not_yours", phone=visit.book.office.phone)
            return
        since, until = _period(visit.request.rest, _today(visit))
        counts = await visit.book.tx.outreaches.counts(since, until)
        visit.say(
            "outreach.counts",
            year=since.year,
            since=since,
            until=until,
            asked=counts.asked.enterprises,
            asked_times=counts.asked.times,
            been=counts.been.enterprises,
            been_times=counts.been.times,
            enterprises=counts.enterprises,
            times=counts.asked.times + counts.been.times,
            problems=counts.problems,
        )

    async def correct(self, visit: Visit) -> None:
        """Open a 走访 again to put it right: 更正走访 12."""
        ident = _named(visit)
        if ident is None:
            return
        one = await visit.book.tx.outreaches.get(ident)
        refused = standing_in_the_way(visit, one)
        if refused is not None or one is None:
            visit.private.append(refused or Text("outreach.unknown"))
            return
        given = {
            "enterprise": one.enterprise,
            "mode": one.mode,
            "day": one.day.isoformat(),
            "contact": one.contact,
        }
        await self.talk.open(visit, "outreach", Start(given=given), f"{SUBJECT}{ident}")

    async def take_back(self, visit: Visit) -> None:
        """Take a 走访 back that no ticket came of: 删除走访 12."""
        ident = _named(visit)
        if ident is None:
            return
        outreaches = visit.book.tx.outreaches
        one = await outreaches.get(ident)
        refused = standing_in_the_way(visit, one)
        if refused is not None or one is None:
            visit.private.append(refused or Text("outreach.unknown"))
            return
        await visit.book.store_tickets()
        numbers = await outreaches.tickets(ident)
        if numbers:
            visit.say("outreach.has_tickets", id=ident, numbers=tuple(numbers))
            return
        await visit.book.writing.outreaches.drop(ident, visit.person.id, visit.book.now)
        visit.book.shelf.forget(ident, one.enterprise)
        visit.book.entries.append(
            visit.record(
                f"{SUBJECT}{ident}",
                "drop",
                role_of(visit.person),
                before=f"{one.mode} {one.day}",
                personal={"enterprise": one.enterprise},
            )
        )
        visit.say("outreach.dropped", id=ident, enterprise=one.enterprise)


def outreach_commands(talk: Talk) -> Mapping[str, Callable[[Visit], Awaitable[None]]]:
    """Return what typed words do about 走访 that are written down already."""
    outreaching = Outreaching(talk)
    return {
        "outreach_counts": outreaching.count,
        "fix_outreach": outreaching.correct,
        "drop_outreach": outreaching.take_back,
    }


def _refuse(visit: Visit) -> None:
    say = visit.say if visit.in_private else visit.tell
    say("outreach.not_staff", phone=visit.book.office.phone)


def _named(visit: Visit) -> int | None:
    """Return the id that was typed; say what to type, or that it is not theirs."""
    if not may_record(visit.book, visit.person):
        _refuse(visit)
        return None
    found = _ID.match(visit.request.rest)
    if found is None:
        visit.say("outreach.which_one")
        return None
    return int(found.group(1))


def _today(visit: Visit) -> date:
    return visit.book.now.astimezone(OFFICE_ZONE).date()


def _period(text: str, today: date) -> tuple[date, date]:
    """Return the days that 本月 (also nothing), 上月, 本年 or 去年 mean, up to today."""
    first = today.replace(day=1)
    if "上" in text and "月" in text:
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    if "去年" in text or "上年" in text:
        return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return (date(today.year, 1, 1) if "年" in text else first), today

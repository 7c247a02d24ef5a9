"""What the month's quota was used for, and how far it will reach."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from bot.calendar import working_days
from bot.channels.base import API, MESSAGES
from bot.config import Config
from bot.quota import NAMES, changes, limits_of, month_begins
from bot.settings import Settings
from bot.storage.meters import Spent, month_of
from bot.storage.transaction import Transaction
from bot.terminal import Terminal
from bot.texts import Texts
from flows.calendar import OFFICE_ZONE, WorkingDays

Word = Callable[..., str]

SHOWN = 10
NAMED = {API: "budget.name.api", MESSAGES: "budget.name.messages"}
PURPOSES = {
    "arrival": "budget.kind.arrival",
    "answer": "budget.kind.answer",
    "notice": "budget.kind.notice",
    "group": "budget.kind.group",
    "file": "budget.kind.file",
    "update": "budget.kind.update",
    "task": "budget.kind.task",
    "alarm": "budget.kind.alarm",
    "apology": "budget.kind.apology",
}
WAYS = {
    "": "budget.way.in",
    "webhook": "budget.way.webhook",
    "api": "budget.way.api",
    "card": "budget.way.card",
}
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a month goes on when it goes on as it began."""

    limit: int  # 0 = none
    daily: float  # used on a working day
    end: int  # used when it is over
    reached: Mapping[int, date | None]  # by percent: the day; None = already


@dataclass(frozen=True, slots=True)
class Ledgered:
    """What the records say of the month."""

    used: Mapping[str, int]
    spent: Sequence[Spent]
    days: Mapping[int, tuple[int, int]]
    held: int


def outlook(
    used: int, limit: int, today: date, days: WorkingDays, percents: Sequence[int]
) -> Outlook:
    """Carry on what a working day used so far; a day that has begun counts as one."""
    month = [today.replace(day=1) + timedelta(days=n) for n in range(31)]
    month = [day for day in month if day.month == today.month]
    worked = [day for day in month if days.is_workday(day)] or month
    past = [day for day in worked if day <= today]
    daily = used / max(1, len(past))
    ahead = [day for day in worked if day > today]
    reached: dict[int, date | None] = {}
    for percent in percents if limit else ():
        left = limit * percent / 100 - used
        needed = ceil(left / daily) if daily else 0
        if left <= 0:
            reached[percent] = None
        elif 0 < needed <= len(ahead):
            reached[percent] = ahead[needed - 1]
    return Outlook(limit, daily, round(used + daily * len(ahead)), reached)


async def look(tx: Transaction, at: datetime) -> Ledgered:
    """Read what the records say of the month of a moment."""
    since = month_begins(at)
    return Ledgered(
        await tx.meters.used(month_of(at)),
        await tx.meters.spent(since),
        await tx.meters.by_day(since),
        await tx.meters.held(),
    )


def report(found: Ledgered, settings: Settings, config: Config, at: datetime) -> Iterator[str]:
    """Word it, a line each."""
    word = Terminal(config.texts).word
    local = at.astimezone(OFFICE_ZONE)
    yield word("budget.title", month=month_of(at), at=f"{local:%m-%d %H:%M}")
    texts = Texts(config.texts)
    days = working_days(config.calendar, config.office.hours.segments)
    near = config.quota.near.percent
    for name, limit in limits_of(settings).items():
        used = found.used.get(name, 0)
        label = word(NAMED[name])
        if limit:
            percent = 100 * used // limit
            yield word("budget.line", name=label, used=used, limit=limit, percent=percent)
        else:
            yield word("budget.unlimited", name=label, used=used)
        yield from _ahead(word, outlook(used, limit, local.date(), days, (near, 100)))
    for percent, step in ((near, config.quota.near), (100, config.quota.full)):
        yield word("budget.then", percent=percent)
        full = percent == 100
        lines = [text for name in NAMES for text in changes(name, step, full=full)]
        yield from (f"  {texts.render(text).strip()}" for text in lines)
        if not lines:
            yield word("budget.nothing")
    yield from _spent(word, found)


def _ahead(word: Word, ahead: Outlook) -> Iterator[str]:
    yield word("budget.forecast", daily=round(ahead.daily), end=ahead.end)
    for percent, day in ahead.reached.items():
        if day is None:
            yield word("budget.over", percent=percent)
        else:
            yield word("budget.reached", day=f"{day.month}月{day.day}日", percent=percent)
    if ahead.limit and not ahead.reached:
        yield word("budget.enough")


def _spent(word: Word, found: Ledgered) -> Iterator[str]:
    yield word("budget.spent")
    if not found.spent:
        yield word("budget.no_use")
    for one in found.spent[:SHOWN]:
        yield word(
            "budget.use",
            purpose=word(PURPOSES[one.kind]),
            count=one.count,
            way=word(WAYS[one.via]),
        )
    if found.days:
        yield word("budget.days")
    for number, (came, went) in sorted(found.days.items()):
        day = _EPOCH + timedelta(days=number)
        yield word("budget.day", day=f"{day:%m-%d}", came=came, went=went)
    if found.held:
        yield word("budget.held", count=found.held)

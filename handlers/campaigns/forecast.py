"""What a campaign costs of its month: said with the preview, refused where it is not enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.campaigns.audience import Meant
from flows.campaigns.blanks import blanks
from flows.campaigns.campaign import Campaign, Draft, Stage
from flows.campaigns.sending import leaves_at
from flows.engine.words import Key, Refused
from handlers.book import Book
from handlers.campaigns.allowance import Allowed, Mailing
from handlers.ports import Text

_CARD = "dingtalk_card"
_TO_COME = (Stage.APPROVED, Stage.SENDING, Stage.PAUSED)
_MOST = 500  # campaigns that are to come; an office has a handful
_NAMED = {"api": Key("forecast.name.api"), "messages": Key("forecast.name.messages")}


@dataclass(frozen=True, slots=True)
class _Need:
    """What a campaign needs of one quota, and what is left of it."""

    quota: Allowed
    need: int
    others: int  # what campaigns that are approved already still need
    until: int | None  # so many used, and it is held; None = it never is
    month: int

    @property
    def free(self) -> int:
        """Return how many calls are left for it."""
        most = self.quota.limit if self.until is None else self.until
        return max(0, most - self.quota.used - self.others)

    @property
    def short(self) -> bool:
        """Say whether some of it would be held until the next month."""
        return self.until is not None and self.need > self.free

    def told(self, now: datetime) -> dict[str, Any]:
        """Return what a text says of it."""
        this = now.astimezone(OFFICE_ZONE).month
        month = Key("forecast.this_month") if self.month == this else f"{self.month}月"
        return {
            "need": f"{self.need:,}",
            "name": _NAMED[self.quota.name],
            "month": month,
            "left": f"{max(0, self.quota.limit - self.quota.used):,}",
            "others": f"{self.others:,}",
            "free": f"{self.free:,}",
            "lacking": f"{self.need - self.free:,}",
        }


async def costs(book: Book, one: Campaign, whom: Meant) -> list[Text]:
    """Word what it needs of each quota that has a limit, and what is left."""
    return [
        Text(f"forecast.{'needs_beside' if x.others else 'needs'}", x.told(book.now))
        for x in await _needs(book, one, whom)
    ]


async def unpaid(book: Book, one: Campaign, whom: Meant) -> Refused | None:
    """Say by how much the month is too short for a campaign; None = it is not.

    What config/quota.toml lets go in a month that is used up is never too much.
    """
    short = next((x for x in await _needs(book, one, whom) if x.short), None)
    if short is None:
        return None
    return Refused(
        "forecast.short_beside" if short.others else "forecast.short", short.told(book.now)
    )


async def _needs(book: Book, one: Campaign, whom: Meant) -> list[_Need]:
    at = _leaves(book, one)
    quotas = await book.tx.allowance.allowed(at)
    if not quotas:
        return []
    keys = [target.key for target in whom.reached]
    needs = await book.tx.allowance.needs(_mailing(book, one.draft, keys))
    others = await _others(book, one, at)
    month = at.astimezone(OFFICE_ZONE).month
    return [
        _Need(quota, need, others[quota.name], _until(quota, keys), month)
        for quota in quotas
        if (need := needs.get(quota.name, 0))
    ]


async def _others(book: Book, one: Campaign, at: datetime) -> Mapping[str, int]:
    """Count what campaigns that are to be sent in the same month still need."""
    found: Counter[str] = Counter()
    unsent = await book.tx.allowance.unsent()
    for other in await book.tx.campaigns.recent(_MOST, _TO_COME) if unsent else ():
        keys = unsent.get(other.number, ())
        if other.number != one.number and keys and _month(_leaves(book, other)) == _month(at):
            found.update(await book.tx.allowance.needs(_mailing(book, other.draft, keys)))
    return found


def _mailing(book: Book, draft: Draft, keys: Sequence[str]) -> Mailing:
    room = book.office.campaigns.rooms[_CARD]
    fits = room.size(f"{draft.title}\n{draft.body}") <= room.most
    card = bool(draft.buttons) and fits
    return Mailing(keys, card=card, same=not blanks(draft.body), files=len(draft.files))


def _until(quota: Allowed, keys: Sequence[str]) -> int | None:
    """Return from how many calls on some of these targets wait for the next month."""
    kinds = (("g:", quota.groups_until), ("p:", quota.people_until))
    ends = [end for kind, end in kinds if end is not None and any(k.startswith(kind) for k in keys)]
    return min(ends, default=None)


def _leaves(book: Book, one: Campaign) -> datetime:
    """Return when a campaign begins to leave, as far as it is known now."""
    rules = book.office.campaigns
    soonest = book.now if one.begun else book.now + rules.sending.hold
    begins = max(soonest, one.begins_at or one.draft.send_at or soonest)
    return leaves_at(one, begins, rules.quiet, book.office.days)


def _month(at: datetime) -> tuple[int, int]:
    local = at.astimezone(OFFICE_ZONE)
    return local.year, local.month


def next_month(now: datetime) -> datetime:
    """Return when the month turns, at which what the quota holds goes on by itself."""
    first = now.astimezone(OFFICE_ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


__all__ = ["costs", "next_month", "unpaid"]

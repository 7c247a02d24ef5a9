"""群发: the subscribers of a 公众号 as a campaign's target, and how often they may be reached."""

from __future__ import annotations

from collections.abc import Sequence

from flows.calendar import OFFICE_ZONE
from flows.campaigns.audience import Meant
from flows.campaigns.campaign import Campaign
from flows.campaigns.lengths import framed
from flows.engine.words import Refused
from handlers.book import Book
from handlers.campaigns.records import Fate
from handlers.person import MASS
from handlers.ports import Text

_DOOR = "official_account"


async def massed(book: Book, one: Campaign, whom: Meant) -> list[Text]:
    """Say that subscribers are reached, who lets it go, and what is left of their month."""
    names = tuple(target.name for target in whom.reached if _is_mass(target.key))
    if not names:
        return []
    most, used = book.office.campaigns.masses, await _used(book, one)
    told = {"names": names, "used": used, "most": most, "left": max(0, most - used)}
    return [Text("mass.preview", told)]


async def too_many(book: Book, one: Campaign, whom: Meant) -> Refused | None:
    """Say why subscribers cannot be reached: the month is used up, or the text is too long."""
    count = sum(_is_mass(target.key) for target in whom.reached)
    if not count:
        return None
    most, used = book.office.campaigns.masses, await _used(book, one)
    if used + count > most:
        return Refused("mass.used_up", {"used": used, "most": most, "need": count})
    length = framed(one.draft.body, book.office.campaigns.rooms[_DOOR], one.draft.title)
    return Refused("mass.too_long", {"over": length.over}) if length.over else None


def reached_by_mass(fates: Sequence[Fate]) -> list[Text]:
    """Say how many subscribers got it, as far as the platform told."""
    return [
        Text("mass.reached", {"name": one.name, "count": f"{one.reached:,}"})
        for one in fates
        if one.reached is not None
    ]


async def _used(book: Book, one: Campaign) -> int:
    """Count what went to the subscribers this month, and what others may send that is approved."""
    local = book.now.astimezone(OFFICE_ZONE)
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    unsent = await book.tx.allowance.unsent()
    others = sum(_is_mass(key) for n, keys in unsent.items() if n != one.number for key in keys)
    return await book.tx.campaigns.masses(month) + others


def _is_mass(key: str) -> bool:
    return key.startswith(f"g:{MASS}")


__all__ = ["massed", "reached_by_mass", "too_many"]

"""群发: the subscribers of a 公众号 as a campaign's target, and how often they may be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.calendar import OFFICE_ZONE
from flows.campaigns.audience import Meant
from flows.campaigns.campaign import Campaign
from flows.campaigns.lengths import framed
from flows.engine.words import Refused
from handlers.book import Book
from handlers.campaigns.enclosing import ask_instead
from handlers.campaigns.records import Fate
from handlers.person import MASS
from handlers.ports import Text

_REVIEWED = (10001, 20001, 20002, 20004, 20006, 20008, 20013, 21000, 22000)
CODES: Mapping[str, str] = {
    "err(40001)": "mass.refused",
    "err(40002)": "mass.silent",
    **{f"err({number})": "mass.reviewed" for number in _REVIEWED},
}
"""Texts for what the platform reports of one that did not leave (事件推送群发结果, Status)."""
_DOOR = "official_account"
_LINE = 80
"""Bytes of what stands around a button in words, or around whom to ask for the files."""


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
    over = await _over(book, one)
    return Refused("mass.too_long", {"over": over}) if over else None


async def used_up(book: Book, one: Campaign, fates: Mapping[int, Fate]) -> dict[int, str]:
    """Say which of these places cannot be sent to again this month, by their numbers.

    What may have left keeps its name at the platform, and costs nothing more.
    """
    anew = sorted(n for n, x in fates.items() if _is_mass(x.key) and x.state == "failed")
    if not anew:
        return {}
    left = max(0, book.office.campaigns.masses - await _used(book, one))
    return dict.fromkeys(anew[left:], "mass.not_again")


def reached_by_mass(fates: Sequence[Fate]) -> list[Text]:
    """Say how many subscribers got it, as far as the platform told."""
    return [
        Text("mass.reached", {"name": one.name, "count": f"{one.reached:,}"})
        for one in fates
        if one.reached is not None
    ]


async def _over(book: Book, one: Campaign) -> int:
    """Return by how many bytes a campaign is too long, with all that stands in the one message."""
    draft = one.draft
    lines = [f"{draft.title}\n{draft.body}", draft.corrected]
    lines += [_worded(text) for text in await ask_instead(book, one)]
    lines += [" " * (_LINE - 1) for _ in draft.buttons[1:]]  # one has room in the frame
    whole = "\n".join(line for line in lines if line)
    return framed(whole, book.office.campaigns.rooms[_DOOR]).over


def _worded(text: Text) -> str:
    said = "、".join(
        one if isinstance(one, str) else "、".join(one) for one in text.params.values()
    )
    return said + " " * _LINE


async def _used(book: Book, one: Campaign) -> int:
    """Count what went to the subscribers this month, and what others may send that is approved."""
    local = book.now.astimezone(OFFICE_ZONE)
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    unsent = await book.tx.allowance.unsent()
    others = sum(_is_mass(key) for n, keys in unsent.items() if n != one.number for key in keys)
    return await book.tx.campaigns.masses(month) + others


def _is_mass(key: str) -> bool:
    return key.startswith(f"g:{MASS}")


__all__ = ["CODES", "massed", "reached_by_mass", "too_many", "used_up"]

"""Who can still be sent a campaign just before a message leaves, and why somebody cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flows.campaigns.audience import Why, insists, leaves
from flows.campaigns.blanks import lacking
from flows.campaigns.campaign import Campaign
from handlers.book import Book
from handlers.campaigns.disturbance import had_enough
from handlers.campaigns.world import passed, values_of


@dataclass(frozen=True, slots=True)
class Judged:
    """What stands against a message for one target, and what its blanks are filled with."""

    why: Why | None
    values: dict[str, str] = field(default_factory=dict)


async def judged_again(book: Book, one: Campaign, keys: Collection[str]) -> Mapping[str, Judged]:
    """Judge targets of an approved campaign as they are now.

    Since the approval somebody may have unsubscribed, gone or had enough.
    """
    robots = {f"g:{group.chat}": group.robot for group in book.roster.groups}
    ids = sorted(int(key[2:]) for key in keys if key.startswith("p:"))
    people = {f"p:{x.id}": x for x in (await book.tx.people.load(ids)).values()}
    left = await book.tx.topics.left() if ids and not insists(one.draft) else {}
    enough = await had_enough(book, one, ids, passed(one))
    found: dict[str, Judged] = {}
    for key in keys:
        reader = people.get(key)
        if key.startswith("g:"):
            found[key] = Judged(_of_group(one, robots.get(key)))
        elif reader is None or reader.binding != "bound":
            found[key] = Judged(Why.GONE)
        elif leaves(one.draft, left.get(reader.id, frozenset())):
            found[key] = Judged(Why.UNSUBSCRIBED)
        elif reader.id in enough:
            found[key] = Judged(enough[reader.id])
        else:
            values = values_of(reader)
            found[key] = Judged(Why.BLANK if lacking(one.draft.body, values) else None, values)
    return found


def _of_group(one: Campaign, robot: bool | None) -> Why | None:
    """Say why a group is left out; `robot` = whether it has ours, None = the group is gone."""
    if robot is None:
        return Why.GONE
    if not robot:
        return Why.NO_ROBOT
    return Why.BLANK if lacking(one.draft.body, {}) else None


__all__ = ["Judged", "judged_again"]

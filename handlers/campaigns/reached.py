"""What really stands where a campaign was sent: the whole of it, its text, or less than that."""

from __future__ import annotations

from collections.abc import Sequence

from flows.campaigns.campaign import Campaign
from handlers.campaigns.records import Fate
from handlers.ports import Text

_NAMED = 5  # places of one line


def less_than_all(one: Campaign, fates: Sequence[Fate]) -> list[Text]:
    """Count the places that were sent it and do not have all of it, and say what they have."""
    hinted = [fate for fate in fates if fate.is_hint]
    worded = [fate for fate in fates if fate.in_words and not fate.is_hint]
    without = [fate for fate in fates if one.files and fate.without_files]
    found = {"luggage.only_hint": hinted, "luggage.in_words": worded, "luggage.only_text": without}
    return [
        Text(key, {"count": len(places), "names": names_of([fate.name for fate in places])})
        for key, places in found.items()
        if places
    ]


def names_of(names: Sequence[str]) -> str:
    """Name some, and say that there are more."""
    return "、".join(names[:_NAMED]) + ("……" if len(names) > _NAMED else "")


__all__ = ["less_than_all", "names_of"]

"""What will really stand where a campaign goes, said before anybody approves it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from flows.campaigns.audience import Meant, Target
from flows.campaigns.campaign import Campaign
from flows.engine.words import Key
from flows.office import Content
from handlers.book import Book
from handlers.campaigns.enclosing import takes_files
from handlers.campaigns.reached import names_of
from handlers.campaigns.ways import Way
from handlers.ports import Post, Text, To, ToGroup, ToPerson

_BRIEF = (Text("campaign.title", {"title": ""}),)


async def foreseen(book: Book, one: Campaign, whom: Meant) -> list[Text]:
    """Say where no more than a hint may stand, and where words will stand for which files."""
    files = tuple(one.files.values())
    ways = await book.tx.ways.of([_post(target) for target in whom.reached], files)
    if not ways:
        return []
    hinted = [x.name for x in whom.reached if ways[x.key].hint]
    told = {"count": len(hinted), "names": names_of(hinted)}
    said = [Text("luggage.will_hint", told)] if hinted else []
    return [*said, *await _in_words(book, one, whom, ways)]


async def _in_words(book: Book, one: Campaign, whom: Meant, ways: Mapping[str, Way]) -> list[Text]:
    files = tuple(one.files.values())
    groups = {f"g:{group.chat}": group for group in book.roster.groups}
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for target in whom.reached:
        way = ways[target.key]
        words = tuple(file for file in files if file not in way.shown)
        if words and not way.hint and takes_files(groups.get(target.key)):
            alike[way.channel, words].append(target.name)
    found = await book.tx.enclosed(files) if alike else {}
    return [
        Text(
            "luggage.will_be_words",
            {
                "files": tuple(found[file].called for file in words if file in found),
                "channel": _called(book, channel),
                "count": len(names),
                "names": names_of(names),
            },
        )
        for (channel, words), names in alike.items()
    ]


def _post(target: Target) -> Post:
    kind, _, ident = target.key.partition(":")
    to: To = ToGroup(ident) if kind == "g" else ToPerson(int(ident))
    return Post(to, Content.NOTICE, _BRIEF, target.key, brief=_BRIEF)


def _called(book: Book, channel: str) -> str | Key:
    words = book.office.channels.get(channel, ())
    return words[0] if words else Key("luggage.some_channel")


__all__ = ["foreseen"]

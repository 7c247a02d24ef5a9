"""The links of a campaign: asked about in the background, and what was seen there.

Nobody waits for the network inside a transaction. Keeping a draft sets a timer; who looks links up
(bot/sites) takes it, asks, and brings what it saw back in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from flows.campaigns.campaign import Campaign, Looked, Stage
from flows.campaigns.dead import remembered, to_look_up, unclear
from flows.campaigns.findings import Fault
from flows.campaigns.moves import Act
from flows.campaigns.wording import check, uncleared
from flows.engine.words import Key, Refused
from flows.office import Content
from handlers.book import Book
from handlers.campaigns.message import choice
from handlers.ports import Due, Entry, Post, Text, ToPerson
from handlers.visit import Visit

SITES = "sites"  # the kind of the timer; its subject is NUMBER, or NUMBER:PERSON who waits
WORDED = frozenset(
    {"no_answer", "no_host", "private", "redirects", "not_https", "certificate", "network"}
)
_WRITES = frozenset({"compose", Act.EDIT.value})
_NAMED = 20  # links of one message


@dataclass(frozen=True, slots=True)
class Seen:
    """What is at a link; `seen` is an HTTP status, or one of the words of config/texts."""

    state: Literal["open", "dead", "unclear"]
    seen: str = ""


class Sites(Protocol):
    """The places that links lead to."""

    async def look_up(self, url: str) -> Seen:
        """Say what is at a link; what could not be found out is unclear, never an error."""


def text_of(one: Campaign) -> str:
    """Return the text whose links count."""
    return f"{one.draft.title}\n{one.draft.body}"


def due_links(one: Campaign, now: datetime) -> tuple[str, ...]:
    """Return the links of a campaign that are to be looked up now."""
    return to_look_up(text_of(one), one.looked, now)


def have_looked_up(book: Book, one: Campaign, act: str) -> None:
    """Have the links of a text looked up that was just written; other acts leave them alone.

    Who waits for them already goes on waiting.
    """
    if act in _WRITES and due_links(one, book.now):
        key = f"{SITES}:{one.number}"
        book.dues[key] = Due(SITES, one.number, book.now, key)


def awaited(visit: Visit, one: Campaign) -> Refused | None:
    """Refuse a draft whose links are not known yet; who asked is told when they are."""
    book = visit.book
    if one.stage is not Stage.DRAFT or not due_links(one, book.now):
        return None
    key = f"{SITES}:{one.number}"
    book.dues[key] = Due(SITES, f"{one.number}:{visit.person.id}", book.now, key)
    return Refused("links.awaited")


def not_found_out(one: Campaign) -> list[Text]:
    """Name the links of which it could not be found out, with the reason."""
    found = unclear(text_of(one), one.looked)
    lines = tuple(
        Text("links.line", {"url": x.url, "seen": worded(x.seen)}) for x in found[:_NAMED]
    )
    return [Text("links.unclear", {"lines": lines})] if lines else []


def worded(seen: str) -> Text | Key:
    """Word what was seen at a link."""
    return Key(f"links.seen.{seen}") if seen in WORDED else Text("links.status", {"code": seen})


async def note(book: Book, subject: str, found: Sequence[Looked]) -> None:
    """Keep what was seen at the links of a campaign, and tell who has to know.

    What opens is told only to somebody who waits for it; a text that changed meanwhile keeps what
    is still in it, and the rest is asked about.
    """
    number, _, waits = subject.partition(":")
    one = await book.writing.campaigns.hold(number)
    if one is None or one.stage is not Stage.DRAFT:
        return
    looked = remembered(text_of(one), one.looked, found)
    known = one.model_copy(update={"looked": looked})
    if found:
        await book.writing.campaigns.save(known)
        book.entries.append(_line(book, known, found))
    if due_links(known, book.now):
        key = f"{SITES}:{number}"
        book.dues[key] = Due(SITES, subject, book.now, key)
        return
    parts = _told(book, known) if waits or found else []
    if waits and not parts:
        parts = [Text("links.open", {"number": number, "title": one.draft.title})]
    if parts:
        to = int(waits) if waits else known.edited_by or known.created_by
        book.posts.append(_post(book, known, to, parts))


def _told(book: Book, one: Campaign) -> list[Text]:
    """Word what is wrong with the links, and let pass by nobody."""
    text = text_of(one)
    found = check(text, book.office.lexicon, book.now, one.looked)
    open_yet = uncleared(found, {waiver.finding for waiver in one.waivers})
    dead = [x for x in open_yet if x.fault is Fault.DEAD_LINK]
    lines = tuple(
        Text("links.line", {"url": x.words, "seen": worded(x.about)}) for x in dead[:_NAMED]
    )
    named = {"number": one.number, "title": one.draft.title, "lines": lines}
    return [*([Text("links.dead", named)] if lines else []), *not_found_out(one)]


def _post(book: Book, one: Campaign, to: int, parts: Sequence[Text]) -> Post:
    name = f"campaign:{one.number}:{one.version}:links:{book.now.timestamp():.0f}:p{to}"
    dead = any(part.key == "links.dead" for part in parts)
    acts = ("edit", "view") if dead else ("submit", "edit", "view")
    return Post(
        to=ToPerson(to),
        content=Content.INTERNAL,
        parts=tuple(parts),
        dedupe=name,
        choices=tuple(choice(act, one.number, primary=n == 0) for n, act in enumerate(acts)),
        title=Text("campaign.title", {"title": one.draft.title}),
        card=name,
    )


def _line(book: Book, one: Campaign, found: Sequence[Looked]) -> Entry:
    return Entry(
        subject=f"campaign:{one.number}",
        act="links",
        actor=None,
        role="system",
        channel="clock",
        at=book.now,
        public={
            state: str(sum(x.state == state for x in found))
            for state in ("open", "dead", "unclear")
        },
    )


__all__ = [
    "SITES",
    "WORDED",
    "Seen",
    "Sites",
    "awaited",
    "due_links",
    "have_looked_up",
    "not_found_out",
    "note",
    "worded",
]

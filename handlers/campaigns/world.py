"""Everybody who could be sent a campaign, and whom a draft means of them now."""

from __future__ import annotations

from collections.abc import Collection

from flows.campaigns.audience import Chat, Firm, Meant, Reader, Target, Why, World, meant
from flows.campaigns.blanks import lacking
from flows.campaigns.campaign import Campaign
from flows.campaigns.naming import Places
from handlers.book import Book
from handlers.ports import Person

_REASON = "reason:"  # how a waiver of a reason is named: reason:twice


def chats(book: Book) -> list[Chat]:
    """Return the groups as an audience sees them."""
    return [
        Chat(
            one.chat,
            one.name or one.chat,
            one.kind,
            one.chamber,
            one.town,
            one.industries,
            sandbox=one.sandbox,
        )
        for one in book.roster.groups
    ]


def places(book: Book) -> Places:
    """Return what staff can name when they say for whom something is."""
    groups = [one for one in book.roster.groups if one.kind == "enterprise"]
    return Places(
        chats={one.chat: one.name or one.chat for one in groups},
        chambers=tuple(dict.fromkeys(one.chamber for one in groups if one.chamber)),
        towns=tuple(dict.fromkeys(one.town for one in groups if one.town)),
        industries=tuple(dict.fromkeys(x for one in groups for x in one.industries)),
        enterprises=tuple(book.enterprises),
    )


async def whom(book: Book, one: Campaign) -> Meant:
    """Return whom a campaign means now, and why some of them do not get it."""
    draft = one.draft
    if draft.corrects:
        return Meant(await _who_got(book, draft.corrects))
    readers = await _readers(book, draft.body) if draft.audience.people else []
    since = book.now - book.office.campaigns.sending.same_within
    had = await book.tx.campaigns.had(draft.doc_no, since, one.number)
    return meant(draft, World(chats(book), readers, had), passed(one))


async def _who_got(book: Book, number: str) -> tuple[Target, ...]:
    """Return to whom a campaign went, or may have: a correction is for just those."""
    fates = await book.tx.campaigns.fates(number)
    got = (fate for fate in fates if fate.state in {"sent", "unknown", "recalled"})
    return tuple(Target(fate.key, fate.name) for fate in got)


def passed(one: Campaign) -> Collection[Why]:
    """Return the reasons that staff let pass by name."""
    named = {x.finding.removeprefix(_REASON) for x in one.waivers}
    return {why for why in Why if why.value in named}


def passing(why: Why) -> str:
    """Return under what a waiver of a reason is kept."""
    return f"{_REASON}{why.value}"


async def _readers(book: Book, body: str) -> list[Reader]:
    left = await book.tx.topics.left()
    people = await book.tx.people.speakers_of(list(book.enterprises))
    found = {person.id: person for group in people.values() for person in group}
    return [_reader(person, body, left.get(person.id, frozenset())) for person in found.values()]


def _reader(person: Person, body: str, left: frozenset[str]) -> Reader:
    return Reader(
        person.id,
        person.name or "",
        Firm(person.enterprise or ""),
        reachable=person.reachable,
        left_topics=left,
        lacks=lacking(body, values_of(person)),
    )


def values_of(person: Person) -> dict[str, str]:
    """Return what the blanks of a message are filled with for somebody."""
    return {"称呼": person.name or "", "企业": person.enterprise or ""}


__all__ = ["chats", "passed", "passing", "places", "values_of", "whom"]

"""Everybody who could be sent a campaign, and whom a draft means of them now."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flows.campaigns.audience import Chat, Firm, Meant, Reader, Target, Why, World, meant
from flows.campaigns.blanks import lacking
from flows.campaigns.campaign import REASON, Campaign
from flows.campaigns.naming import Places
from handlers.book import Book
from handlers.campaigns.disturbance import judged
from handlers.campaigns.firms import firms, is_chamber
from handlers.person import MASS
from handlers.ports import Person


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
            robot=one.robot,
            named=one.chat.startswith(MASS),
        )
        for one in book.roster.groups
    ]


def places(book: Book) -> Places:
    """Return what staff can name when they say for whom something is.

    What enterprises told is among it where `firms` looked it up before.
    """
    groups = [one for one in book.roster.groups if one.kind == "enterprise"]
    known = (book.shelf.firms or {}).values()
    tags = sorted({tag for firm in known for tag in firm.tags})
    of_groups = {one.chamber for one in groups}
    chambers = [tag for tag in tags if is_chamber(tag) or tag in of_groups]
    return Places(
        chats={one.chat: one.name or one.chat for one in groups},
        chambers=_each(*(one.chamber for one in groups), *chambers),
        towns=_each(*(one.town for one in groups), *sorted({firm.town for firm in known})),
        industries=_each(
            *(x for one in groups for x in one.industries),
            *sorted({x for firm in known for x in firm.industries}),
        ),
        tags=tuple(tag for tag in tags if tag not in chambers),
        enterprises=tuple(book.enterprises),
    )


def _each(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


async def whom(book: Book, one: Campaign) -> Meant:
    """Return whom a campaign means now, and why some of them do not get it."""
    draft = one.draft
    if draft.corrects:
        return Meant(await _who_got(book, draft.corrects))
    readers = await _readers(book, one) if draft.audience.people else []
    since = book.now - book.office.campaigns.sending.same_within
    had = await book.tx.campaigns.had(draft.doc_no, since, one.number)
    return meant(draft, World(chats(book), readers, had), passed(one))


async def _who_got(book: Book, number: str) -> tuple[Target, ...]:
    """Return to whom a campaign went, or may have: a correction is for just those."""
    fates = await book.tx.campaigns.fates(number)
    got = (fate for fate in fates if fate.has_text)
    return tuple(Target(fate.key, fate.name) for fate in got)


def passed(one: Campaign) -> Collection[Why]:
    """Return the reasons that staff let pass by name."""
    named = {waiver.reason for waiver in one.waivers}
    return {why for why in Why if why.value in named}


def passing(why: Why) -> str:
    """Return under what a waiver of a reason is kept."""
    return f"{REASON}{why.value}"


async def _readers(book: Book, one: Campaign) -> list[Reader]:
    body = one.draft.body
    left = await book.tx.topics.left()
    people = await book.tx.people.speakers_of(list(book.enterprises))
    known = await firms(book) if one.draft.audience.narrows else {}
    found = {person.id: person for group in people.values() for person in group}
    readers = [
        _reader(person, body, left.get(person.id, frozenset()), known) for person in found.values()
    ]
    return await judged(book, one, readers, passed(one))


def _reader(person: Person, body: str, left: frozenset[str], known: Mapping[str, Firm]) -> Reader:
    name = person.enterprise or ""
    return Reader(
        person.id,
        person.name or "",
        known.get(name) or Firm(name),
        reachable=person.reachable,
        left_topics=left,
        lacks=lacking(body, values_of(person)),
    )


def values_of(person: Person) -> dict[str, str]:
    """Return what the blanks of a message are filled with for somebody."""
    return {"称呼": person.name or "", "企业": person.enterprise or ""}


__all__ = ["chats", "passed", "passing", "places", "values_of", "whom"]

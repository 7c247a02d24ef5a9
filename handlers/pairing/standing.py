"""Who somebody is, kept so until the commit: what is done for them must not miss a linking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from handlers.book import Book
from handlers.pairing.moved import Profile
from handlers.ports import Person, PersonId, Stale


async def standing(book: Book, persons: Iterable[PersonId]) -> Mapping[PersonId, PersonId]:
    """Return who these are by now, known to the book; until the commit nobody links or parts them.

    That is for whoever does something for somebody whose conversation they do not hold: staff who
    write down for a caller, or say who somebody is.
    """
    asked = sorted(set(persons))
    now = await book.tx.pairings.standing(asked)
    known = await book.tx.people.load(sorted({*now.values()} - book.changed_persons))
    book.persons.update(known)
    for old, new in now.items():
        if old != new and old in book.persons:
            book.persons[old] = replace(book.persons[old], merged_into=new)
    return now


async def whose(book: Book, channel: str, account: str) -> Person | None:
    """Return whose account this is; until the commit it is nobody else's. Raises Stale."""
    found = await book.tx.people.find(channel, account)
    if found is None:
        return None
    held = (await standing(book, [found.id]))[found.id]
    again = await book.tx.people.find(channel, account)
    if again is None or again.id != held:
        raise Stale("an account became somebody else's meanwhile")
    return book.persons[held]


async def unchanged(book: Book, *persons: Person) -> None:
    """Raise Stale where somebody was changed since they were looked up; their rows are held."""
    looked_up = [one for one in persons if one.id not in book.changed_persons]
    found = await book.tx.people.load([one.id for one in looked_up])
    if any(Profile.of(found[one.id]) != Profile.of(one) for one in looked_up):
        raise Stale("somebody was changed meanwhile")


__all__ = ["standing", "unchanged", "whose"]

"""What a batch loads before anybody is answered: tickets that are meant, people concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flows.tickets.case import Ticket
from flows.tickets.merging import HOPS, beside, links
from handlers.ports import Conversation, Person, PersonId, Roster, Tx


def named(
    conversations: Mapping[PersonId, Conversation], numbers: Mapping[PersonId, Iterable[str]]
) -> set[str]:
    """Return the numbers of the tickets that arrivals name, or that conversations are about."""
    asked = {n for found in numbers.values() for n in found}
    for conversation in conversations.values():
        frames = (*conversation.stack, *conversation.aside)
        # A bare number may mean an act on a ticket that was offered last.
        asked.update(o.split(":")[2] for o in conversation.options if o.startswith("a:"))
        asked.update(f.state.subject for f in frames if "-" in f.state.subject)
        asked.update(n for f in frames for n in f.state.answers.get("numbers", "").split(",") if n)
    return asked


async def load_tickets(
    tx: Tx, persons: Sequence[PersonId], numbers: Iterable[str]
) -> dict[str, Ticket]:
    """Load tickets by their numbers, all that people speak for, and what belongs with them."""
    known = {one.number: one for one in await tx.tickets.load(sorted(numbers), persons)}
    await _load_linked(tx, known)
    return known


async def load_people(
    tx: Tx, persons: Sequence[PersonId], conversations: Mapping[PersonId, Conversation]
) -> Mapping[PersonId, Person]:
    """Load people and those they write down for (代录), with whom these have become (关联账号)."""
    forms = (one for each in conversations.values() for one in (*each.stack, *each.aside))
    subjects = (form.state.subject for form in forms)
    callers = (int(one.split(":")[1]) for one in subjects if one.startswith("caller:"))
    found = dict(await tx.people.load(sorted({*persons, *callers})))
    became = {one.merged_into for one in found.values() if one.merged_into} - found.keys()
    return {**found, **await tx.people.load(sorted(became))}


def with_roles(person: Person, roster: Roster) -> Person:
    """Return a person with the offices that the roster of today says."""
    known = roster.staff.get(person.id)
    return replace(person, roles=known.roles) if known else person


async def _load_linked(tx: Tx, known: dict[str, Ticket]) -> None:
    """Load the tickets that belong together with those that are known: masters and members.

    What a new ticket may be merged with is loaded as well, but not what lies beside that: of a
    problem that everybody has, each message would bring in hundreds.
    """
    tried = set(known)
    near = {number for one in known.values() for number in beside(one)}
    for _ in range(HOPS):
        missing = {number for one in known.values() for number in links(one)} | near
        missing -= tried
        if not missing:
            return
        tried |= missing
        known.update((one.number, one) for one in await tx.tickets.load(sorted(missing), ()))

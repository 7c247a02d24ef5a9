"""Somebody leaves an enterprise: their drafts go, and what they followed tells them nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flows.tickets.acting import Act
from flows.tickets.case import ENDED, Joined, State, Ticket
from flows.tickets.merging import HOPS, chain_of
from handlers.ports import Conversation, Person, PersonId
from handlers.talk import timer
from handlers.visit import Visit


async def unbound(visit: Visit, person: Person, reason: str) -> list[Ticket]:
    """Take somebody out of their enterprise; return the cases that have no contact by that."""
    await _forget_drafts(visit, person)
    visit.book.put_person(replace(person, binding="none", enterprise=""))
    cases = await _needing(visit, person)
    visit.book.entries.append(
        visit.record(
            f"person:{person.id}",
            "unbind",
            "clerk",
            before="bound",
            after="none",
            personal={"reason": reason, "enterprise": person.enterprise},
        )
    )
    return cases


async def leave_masters(visit: Visit, person: Person) -> None:
    """Let the cases that theirs follow tell them nothing more, and ask them nothing.

    Those far up as well: what they joined was itself merged into another since.
    """
    book = visit.book
    await book.store_tickets()  # a merge of this batch too
    bring_in(visit, await book.tx.tickets.followed_by(person.id))
    for master in [one for one in book.tickets.values() if one.joined_as(person.id)]:
        left = tuple(one for one in master.joined if one.person != person.id)
        _rejoin(visit, master, left, Act.LEAVE)


async def follow_masters(visit: Visit, before: Ticket, person: PersonId) -> list[str]:
    """Let the cases that a merged one follows tell its new contact, and the old one no more.

    Returns their numbers, the nearest first.
    """
    book, below = visit.book, before.number
    for _ in range(HOPS):  # each may follow another
        await book.look_up(chain_of(before, book.tickets)[-1:])
    numbers = [number for number in chain_of(before, book.tickets) if number in book.tickets]
    for number in numbers:
        master = book.tickets[number]
        mine = (before.reporter, before.number)
        joined = tuple(one for one in master.joined if (one.person, one.number) != mine)
        if person not in {master.reporter, *(one.person for one in joined)}:
            joined += (Joined(person=person, number=before.number, via=below),)
        _rejoin(visit, master, joined, Act.RECONTACT)
        below = number
    return numbers


def _rejoin(visit: Visit, master: Ticket, joined: tuple[Joined, ...], act: Act) -> None:
    state = master.state.value
    entry = visit.record(f"ticket:{master.number}", act.value, "clerk", before=state, after=state)
    update = {"joined": joined, "version": master.version + 1}
    visit.book.put_ticket(master.model_copy(update=update), entry)


def bring_in(visit: Visit, found: Iterable[Ticket]) -> None:
    """Put tickets on the book that it does not have yet."""
    book = visit.book
    for ticket in found:
        if ticket.number not in book.tickets:
            book.tickets[ticket.number] = ticket
            book.stored = {**book.stored, ticket.number: ticket.version}


async def _needing(visit: Visit, person: Person) -> list[Ticket]:
    """Return the cases of somebody that still need them, as this batch has them."""
    bring_in(visit, await visit.book.tx.tickets.load((), (person.id,)))
    return [
        ticket
        for ticket in visit.book.own(person.id)
        if ticket.state in {State.CLOSED, State.MERGED} or ticket.state not in ENDED
    ]


async def _forget_drafts(visit: Visit, person: Person) -> None:
    """Leave nothing of what they had begun to write to whoever comes after them."""
    locked = await visit.book.tx.conversations.lock([person.id])
    known = visit.book.conversations.get(person.id, locked[person.id])
    fresh = Conversation(question=known.question + 1)
    visit.book.conversations[person.id] = fresh
    visit.book.dues[timer(person.id)] = None

"""What is one person's becomes another's, and goes back again (关联, 解除关联)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from flows.people.pairing import Forms, together
from flows.tickets.case import Ticket
from flows.tickets.merging import HOPS, links
from handlers.conversation import Conversation, Frame
from handlers.pairing.moved import Moved, Profile, joined, parted
from handlers.pairing.seats import give_back, hand_over, restore_given_up
from handlers.pairing.standing import unchanged
from handlers.ports import Person, PersonId, Stale, Text
from handlers.talk import strike, timer
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class Union:
    """What is to be said of it: a form that waits, activities with two places."""

    moved: Moved
    waits: Frame | None = None
    twice: tuple[Text, ...] = ()


async def unite(visit: Visit, stays: Person) -> Union:
    """Let whoever writes be another person from here on, with all that is theirs.

    The conversations of both are held. Afterwards the visit is that person's.
    """
    book, other = visit.book, visit.person
    here = visit.filed.arrival.channel
    carried = await book.writing.pairings.unite(other.id, stays.id, here)
    await unchanged(book, other, stays)
    if await book.tx.pairings.serves(other.id):
        raise Stale("somebody was given an office meanwhile")
    mine = book.conversations[other.id]
    waits = _forms(visit, stays.id)
    await _own(visit, stays.id, other.id)
    moved = tuple(_hand_on(visit, other.id, stays.id))
    places, given_up, twice = await hand_over(visit, other.id, stays.id)
    became = joined(stays, other)
    book.put_person(became)
    book.put_person(Person(other.id, nick=other.nick, merged_into=stays.id))
    book.dues[timer(other.id)] = None
    visit.filed = replace(visit.filed, person=stays.id)
    _become(visit, other.id, stays.id, carried.channels)
    if visit.open_frame() is not None:
        strike(visit, book.now + book.office.remind_after)
    return Union(
        Moved(
            carried=carried,
            tickets=moved,
            places=places,
            given_up=given_up,
            frames=tuple(_digest(one) for one in (*mine.stack, *mine.aside)),
            told=Profile.of(other),
            before=Profile.of(stays),
            after=Profile.of(became),
        ),
        waits,
        twice,
    )


async def part(
    visit: Visit, other: Person, moved: Moved, *, whole: bool, left: bool
) -> Sequence[Text]:
    """Let an account be somebody's own again; `whole` = with what came along with it.

    `left` = it was taken away from the channel meanwhile (取消关注), and has agreed to nothing.
    Returns what is to be said of places at activities.
    """
    book, me = visit.book, visit.person
    restored: Sequence[Text] = ()
    tickets = moved.tickets if whole else ()
    await book.writing.pairings.part(other.id, me.id, moved.carried, whole=whole, tickets=tickets)
    await unchanged(book, me, other)
    if whole:
        await _own(visit, me.id)
        back = set(moved.tickets)
        _hand_on(visit, me.id, other.id, only=back)
        await give_back(visit, me.id, other.id, moved.places)
        restored = await restore_given_up(visit, moved.given_up)
        _forms_back(visit, other.id, moved)
    _guesses_count(visit, other.id)
    for one in parted(me, other, moved, left=left):
        book.put_person(one)
    _become(visit, me.id, other.id, moved.carried.channels)
    if visit.filed.arrival.channel in moved.carried.channels:
        visit.filed = replace(visit.filed, person=other.id)
    return restored


def _become(visit: Visit, old: PersonId, new: PersonId, channels: Sequence[str]) -> None:
    """Let what else this batch brings through these channels be somebody else's from here on."""
    united = visit.book.united
    for key, now in list(united.items()):
        if now == old and key[1] in channels:
            united[key] = new
    united.update({(old, one): new for one in channels})
    for one in channels:
        united.pop((new, one), None)


def _forms(visit: Visit, stays: PersonId) -> Frame | None:
    """Put the forms of both together; return one that was open, too, and waits now."""
    book, other = visit.book, visit.person.id
    mine, theirs = book.conversations[other], book.conversations[stays]
    forms, waits = together(Forms(theirs.stack, theirs.aside), Forms(mine.stack, mine.aside))
    # Above both numbers: a question asked before it is an old one, whoever was asked.
    question = max(mine.question, theirs.question) + 1
    book.conversations[stays] = theirs.model_copy(
        update={
            "stack": forms.open,
            "aside": forms.aside,
            "question": question,
            "options": (),
            "recent": tuple(sorted({*mine.recent, *theirs.recent})),
            "slowed_at": max(mine.slowed_at, theirs.slowed_at),
            "misses": tuple(sorted({*mine.misses, *theirs.misses})),
        }
    )
    book.conversations[other] = Conversation(question=mine.question + 1)
    return waits


def _guesses_count(visit: Visit, other: PersonId) -> None:
    """Let what was typed before, and while two were one, count for both: wrong codes, the pace.

    Who guesses is not let off by linking and parting in between.
    """
    conversations = visit.book.conversations
    held, known = conversations[visit.person.id], conversations[other]
    conversations[other] = known.model_copy(
        update={
            "misses": tuple(sorted({*held.misses, *known.misses})),
            "recent": tuple(sorted({*held.recent, *known.recent})),
            "slowed_at": max(held.slowed_at, known.slowed_at),
        }
    )


def _digest(form: Frame) -> str:
    """Know a form by what is in it, whatever was asked or reminded of since."""
    kept = form.state.model_dump_json(include={"flow", "subject", "answers", "files"})
    return sha256(kept.encode()).hexdigest()


def _forms_back(visit: Visit, other: PersonId, moved: Moved) -> None:
    """Give forms back in which nobody wrote since."""
    book, me = visit.book, visit.person.id
    held = book.conversations[me]
    gone = [one for one in (*held.stack, *held.aside) if _digest(one) in moved.frames]
    book.conversations[me] = held.model_copy(
        update={
            "stack": tuple(one for one in held.stack if one not in gone),
            "aside": tuple(one for one in held.aside if one not in gone),
            "question": held.question + 1,
            "options": (),
        }
    )
    known = book.conversations[other]
    book.conversations[other] = known.model_copy(
        update={"aside": (*known.aside, *gone), "question": held.question + 1, "options": ()}
    )


async def _own(visit: Visit, *persons: PersonId) -> None:
    """Look up the cases of whoever somebody is from here on, with what belongs to them.

    And those that they had, for staff may have filed one while they were waited for.
    """
    book = visit.book
    for one in await book.tx.tickets.load((), persons):
        if one.number not in book.tickets:
            book.tickets[one.number] = one
            book.stored = {**book.stored, one.number: one.version}
    for _ in range(HOPS):
        near = {number for one in book.tickets.values() for number in links(one)}
        if not near - book.tickets.keys():
            return
        await book.look_up(sorted(near))


def _hand_on(
    visit: Visit, old: PersonId, new: PersonId, *, only: set[str] | None = None
) -> list[str]:
    """Let cases be another's; `only` these, where not all are theirs. Return their numbers."""
    book = visit.book
    handed: list[str] = []
    for number, one in sorted(book.tickets.items()):
        changed = _handed(one, old, new, only)
        if changed is None:
            continue
        if one.reporter == old:
            handed.append(number)
        version = str(changed.version)
        line = visit.record(f"ticket:{number}", "linked", "reporter", public={"version": version})
        book.put_ticket(changed, line)
    return handed


def _handed(one: Ticket, old: PersonId, new: PersonId, only: set[str] | None) -> Ticket | None:
    reports = one.reporter == old and (only is None or one.number in only)
    joined = tuple(
        each.model_copy(update={"person": new})
        if each.person == old and (only is None or each.number in only)
        else each
        for each in one.joined
    )
    if not reports and joined == one.joined:
        return None
    return one.model_copy(
        update={
            "reporter": new if reports else one.reporter,
            "joined": joined,
            "version": one.version + 1,
        }
    )


async def beside(visit: Visit, other: PersonId) -> Person | None:
    """Hold somebody's conversation beside that of whoever writes, and return them as they are.

    None = somebody else is at it, and goes on to be.
    """
    book = visit.book
    if other not in book.conversations:
        if not await book.writing.pairings.hold(other):
            return None
        book.conversations.update(await book.tx.conversations.lock([other]))
        book.persons.update(await book.tx.people.load([other]))
    return book.persons[other]


def unmoved(person: Person) -> Person:
    """Return a person who is nobody else. Raises Stale when they became somebody meanwhile."""
    if person.merged_into is not None:
        raise Stale("somebody became another person meanwhile")
    return person


__all__ = ["Union", "beside", "part", "unite", "unmoved"]

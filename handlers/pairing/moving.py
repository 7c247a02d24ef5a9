"""What is one person's becomes another's, and goes back again (关联, 解除关联)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from flows.people.pairing import Forms, together
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import cancel
from flows.tickets.case import Ticket
from flows.tickets.merging import HOPS, links
from handlers.conversation import Conversation, Frame
from handlers.pairing.records import Carried
from handlers.ports import Person, PersonId, Stale, Text
from handlers.registration.after import By, settle
from handlers.talk import strike, timer
from handlers.visit import Visit

Kept = TypeVar("Kept", bound=BaseModel)


class Profile(BaseModel):
    """What a person had told before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    phone: str = ""
    enterprise: str = ""
    binding: Literal["none", "pending", "bound"] = "none"
    consent: str = ""

    @classmethod
    def of(cls, person: Person) -> Profile:
        """Take it from a person."""
        return cls(**{name: getattr(person, name) for name in cls.model_fields})


class Moved(BaseModel):
    """All that went over with an account; by it things find their way back."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    carried: Carried = Carried()
    tickets: tuple[str, ...] = ()
    places: tuple[tuple[str, int], ...] = ()  # of activities
    frames: tuple[str, ...] = ()  # digests of forms: what is in them is kept once
    told: Profile = Profile()  # of whoever went
    before: Profile = Profile()  # of whoever stayed
    after: Profile = Profile()


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
    mine = book.conversations[other.id]
    waits = _forms(visit, stays.id)
    await _own(visit, stays.id)
    moved = tuple(_hand_on(visit, other.id, stays.id))
    places, twice = await _places(visit, other.id, stays.id)
    became = _joined(stays, other)
    book.put_person(became)
    book.put_person(Person(other.id, nick=other.nick, merged_into=stays.id))
    book.dues[timer(other.id)] = None
    visit.filed = replace(visit.filed, person=stays.id)
    book.united.update({(other.id, one): stays.id for one in carried.channels})
    if visit.open_frame() is not None:
        strike(visit, book.now + book.office.remind_after)
    return Union(
        Moved(
            carried=carried,
            tickets=moved,
            places=places,
            frames=tuple(_digest(one) for one in (*mine.stack, *mine.aside)),
            told=Profile.of(other),
            before=Profile.of(stays),
            after=Profile.of(became),
        ),
        waits,
        twice,
    )


async def part(visit: Visit, other: Person, moved: Moved, *, whole: bool) -> None:
    """Let an account be somebody's own again; `whole` = with what came along with it."""
    book, me = visit.book, visit.person
    await book.writing.pairings.part(other.id, me.id, moved.carried, whole=whole)
    if whole:
        await _own(visit, me.id)
        back = set(moved.tickets)
        _hand_on(visit, me.id, other.id, only=back)
        await _give_back(visit, me.id, other.id, moved)
        _forms_back(visit, other.id, moved)
        other = replace(other, **moved.told.model_dump())
        if Profile.of(me) == moved.after:
            book.put_person(replace(me, **moved.before.model_dump()))
    book.put_person(replace(other, merged_into=None))
    book.united.update({(me.id, one): other.id for one in moved.carried.channels})
    if visit.filed.arrival.channel in moved.carried.channels:
        visit.filed = replace(visit.filed, person=other.id)


def _joined(stays: Person, other: Person) -> Person:
    """Return who two are together: what one had not told is taken from the other."""
    rank = {"none": 0, "pending": 1, "bound": 2}
    firm = max((stays, other), key=lambda one: rank[one.binding])  # the first of equals
    return replace(
        stays,
        name=(firm.name if firm.binding == "bound" else "") or stays.name or other.name,
        phone=stays.phone or other.phone,
        enterprise=firm.enterprise or stays.enterprise or other.enterprise,
        binding=firm.binding,
        consent=max(stays.consent, other.consent),
    )


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
            "recent": tuple(sorted((*mine.recent, *theirs.recent))),
            "misses": tuple(sorted((*mine.misses, *theirs.misses))),
        }
    )
    book.conversations[other] = Conversation(question=mine.question + 1)
    return waits


def _digest(form: Frame) -> str:
    return sha256(form.model_dump_json().encode()).hexdigest()


def _forms_back(visit: Visit, other: PersonId, moved: Moved) -> None:
    """Give forms back that nobody touched since."""
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


async def _own(visit: Visit, stays: PersonId) -> None:
    """Look up the cases of whoever somebody is from here on, with what belongs to them."""
    book = visit.book
    for one in await book.tx.tickets.load((), [stays]):
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


async def _places(
    visit: Visit, old: PersonId, new: PersonId
) -> tuple[tuple[tuple[str, int], ...], tuple[Text, ...]]:
    """Let places at activities be another's; of two at one activity one stays."""
    book = visit.book
    numbers = await book.tx.rolls.of(old)
    await book.rolls.hold(numbers)
    found: list[tuple[str, int]] = []
    twice: list[Text] = []
    for number in numbers:
        roll = book.rolls.rolls[number]
        lost = _second(roll, old, new)
        if lost is not None and _dropped(visit, roll, lost):
            twice.append(Text("pairing.twice", {"title": roll.event.title}))
        roll = book.rolls.rolls[number]
        for one in list(roll.registrations.values()):
            if old in {one.person, one.by}:
                roll = roll.put(_placed(one, old, new))
                found.append((number, one.seq))
        book.rolls.put(roll)
    return tuple(found), tuple(twice)


def _placed(one: Registration, old: PersonId, new: PersonId) -> Registration:
    person = new if one.person == old else one.person
    return one.model_copy(update={"person": person, "by": new if one.by == old else one.by})


def _second(roll: Roll, old: PersonId, new: PersonId) -> Registration | None:
    """Return the place that falls away: the one in the waitlist, else the one that came later."""
    live = [one for one in roll.registrations.values() if one.live and one.person in {old, new}]
    if {one.person for one in live} != {old, new}:
        return None
    rank = {Standing.ARRIVED: 0, Standing.WAITING: 2}
    return sorted(live, key=lambda one: (rank.get(one.standing, 1), one.seq))[-1]


def _dropped(visit: Visit, roll: Roll, lost: Registration) -> bool:
    book = visit.book
    done = cancel(roll, lost.seq, book.now, book.office.events.waking, office=True)
    if not isinstance(done, Rolled):
        return False  # they were let in twice: both places stand
    filed = visit.filed
    settle(book, done, By(visit.person.id, "attendee", filed.arrival.channel, filed.id or None))
    return True


async def _give_back(visit: Visit, me: PersonId, other: PersonId, moved: Moved) -> None:
    book = visit.book
    await book.rolls.hold(sorted({number for number, _ in moved.places}))
    for number, seq in moved.places:
        roll = book.rolls.get(number)
        one = roll.registrations.get(seq) if roll else None
        if roll is not None and one is not None and me in {one.person, one.by}:
            book.rolls.put(roll.put(_placed(one, me, other)))


async def beside(visit: Visit, other: PersonId) -> Person:
    """Hold somebody's conversation beside that of whoever writes, and return them as they are.

    Raises Stale when somebody else is at it, or they became somebody else meanwhile.
    """
    book = visit.book
    if other not in book.conversations:
        await book.writing.pairings.hold(other)
        book.conversations.update(await book.tx.conversations.lock([other]))
        book.persons.update(await book.tx.people.load([other]))
    return book.persons[other]


def unmoved(person: Person) -> Person:
    """Return a person who is nobody else. Raises Stale when they became somebody meanwhile."""
    if person.merged_into is not None:
        raise Stale("somebody became another person meanwhile")
    return person


__all__ = ["Moved", "Union", "beside", "part", "unite", "unmoved"]

"""An enterprise that is no more (企业注销): nobody speaks for it, the desk decides its cases."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flows.engine.flow import Flow
from flows.engine.flow import State as Open
from flows.engine.words import Choice, Key, Refused, Start, Submit
from flows.office import Content
from flows.outreach.enterprises import among, candidates
from flows.people.deregistering import (
    DEREGISTER,
    OFFERED,
    DeregisterFacts,
    DeregisterForm,
    Standing,
    enterprise_of,
)
from flows.registration.registration import enterprise_key
from flows.tickets import told
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import ENDED, State, Ticket
from flows.tickets.moves import move
from flows.tickets.parts import Actor, Part
from handlers.departed import was_forgotten
from handlers.leaving import bring_in, follow_masters, leave_masters, unbound
from handlers.notices import desk_staff, staff_groups
from handlers.outreach_desk import known_enterprises
from handlers.ports import Person, PersonId, Post, Role, Text, ToGroup, ToPerson
from handlers.talk import Talk
from handlers.visit import Visit

DEREGISTERED, REINSTATED = "deregister", "reinstate"  # lines of an enterprise's history
BUTTONS = 3  # cases that can be opened from the notice
_AT_ONCE = 200  # running tickets of one query
_APART = re.compile(r"[\s,，;；:：]+")


def may_deregister(visit: Visit) -> bool:
    """Say whether somebody decides that an enterprise is no more; a 受理员 where nobody else is."""
    person, roster = visit.person, visit.book.roster
    heads = roster.holders(Role.SUPERVISOR) or roster.holders(Role.ADMIN)
    return person.has(Role.SUPERVISOR, Role.ADMIN) or (person.has(Role.CLERK) and not heads)


async def is_gone(visit: Visit, enterprise: str) -> bool:
    """Say whether nobody may be bound to an enterprise, by whatever way its name is written."""
    named = among(enterprise, await visit.book.tx.enterprises.deregistered())
    return named or not await visit.book.tx.enterprises.stands(enterprise)


@dataclass(frozen=True, slots=True)
class Deregistering:
    """The commands about enterprises that are no more."""

    talk: Talk

    async def begin(self, visit: Visit) -> None:
        """Open the form with what was typed: 企业注销 恒通紧固件 市监局已注销."""
        if not may_deregister(visit):
            visit.say("deregister.not_yours")
            return
        name, _, reason = _APART.sub(" ", visit.request.rest.strip(), count=1).partition(" ")
        known = await _known(visit)
        if name and not candidates(name, known):
            visit.say("deregister.enterprise.unknown", given=name)
        given = {"enterprise": name, "reason": reason.strip()}
        start = Start(given={field: value for field, value in given.items() if value})
        await self.talk.open(visit, DEREGISTER.name, start)

    async def undo(self, visit: Visit) -> None:
        """Let an enterprise be again what it was: 恢复企业 恒通紧固件.

        Everybody of it hears that, so only its whole name does it at once.
        """
        name = visit.request.rest.strip()
        if name or not may_deregister(visit):
            await _reinstate_named(visit, name)
        elif gone := await visit.book.tx.enterprises.deregistered():
            _ask_which(visit, gone)
        else:
            visit.say("deregister.none_gone")


@dataclass(frozen=True, slots=True)
class DeregisterDesk:
    """Files that an enterprise is no more, in one transaction."""

    flow: Flow[DeregisterForm, DeregisterFacts] = DEREGISTER

    def facts(self, visit: Visit, state: Open) -> DeregisterFacts:
        """Return the enterprises on record, and what the named one still has."""
        shelf = visit.book.shelf
        known = sorted({*visit.book.enterprises, *(shelf.heard or ())} - {*shelf.gone})
        return DeregisterFacts(known, shelf.standing)

    async def look_up(self, visit: Visit, state: Open) -> bool:
        """Look up what the enterprise that the answers name still has."""
        shelf = visit.book.shelf
        fresh = shelf.heard is None
        await _known(visit)
        name = enterprise_of(state.answers, self.facts(visit, state))
        if not name or name in shelf.standing:
            return fresh
        people, cases = await _people_of(visit, name), await _cases_of(visit, name)
        shelf.standing[name] = Standing(len(people), tuple(one.number for one in cases))
        return True

    def moot(self, visit: Visit, state: Open) -> bool:
        """Say that this form always leads somewhere."""
        return False

    async def file(self, visit: Visit, state: Open, submit: Submit) -> Refused | None:
        """Let nobody speak for the enterprise any more; its cases stay with the desk."""
        form = DeregisterForm.model_validate(submit.form)
        if not may_deregister(visit):
            visit.say("deregister.not_yours")
            return None
        name = enterprise_of(form.model_dump(), self.facts(visit, state))
        if not name:  # a colleague was faster
            visit.say("deregister.already", enterprise=form.enterprise)
            return None
        enterprises = visit.book.writing.enterprises
        number = await enterprises.deregister(name, visit.book.now)
        people, cases = await _people_of(visit, name), await _cases_of(visit, name)
        alone: list[str] = []
        for person in people:
            alone += await _let_go(visit, person, form.reason)
        public = {
            "persons": ",".join(str(one.id) for one in people),
            "tickets": ",".join(dict.fromkeys(alone)),
        }
        personal = {"enterprise": name, "reason": form.reason}
        visit.book.entries.append(
            visit.record(
                f"enterprise:{number}", DEREGISTERED, _role(visit), public=public, personal=personal
            )
        )
        _forget_facts(visit)
        _tell_people(visit, people, Text("deregister.told", _words(visit, name)))
        numbers = tuple(one.number for one in cases)
        visit.book.posts.extend(_to_the_desk(visit, numbers))
        visit.say("deregister.done", enterprise=name, people=len(people), numbers=_or_none(numbers))
        return None


async def press_enterprise(visit: Visit, talk: Talk, rest: str) -> None:
    """Do what a button of 恢复企业 says of the enterprise that it names."""
    act, _, name = rest.partition(":")
    if act != REINSTATED:
        visit.say("card.unknown")
        return
    await _reinstate_named(visit, name)


def deregister_commands(talk: Talk) -> Mapping[str, Callable[[Visit], Awaitable[None]]]:
    """Return what the typed words about enterprises do."""
    desk = Deregistering(talk)
    return {"deregister": desk.begin, "reinstate": desk.undo}


# What an enterprise has ------------------------------------------------------------------------


async def _known(visit: Visit) -> Sequence[str]:
    """Return the enterprises on record that still are."""
    shelf = visit.book.shelf
    shelf.gone = tuple(await visit.book.tx.enterprises.deregistered())
    return [name for name in await known_enterprises(visit.book) if name not in shelf.gone]


async def _people_of(visit: Visit, name: str) -> list[Person]:
    """Return who speaks for an enterprise, as this batch has them."""
    stored = {one.id: one for one in await visit.book.tx.people.speakers(name)}
    now = {**stored, **visit.book.persons}
    bound = (one for one in now.values() if (one.binding, one.enterprise) == ("bound", name))
    return sorted(bound, key=lambda one: one.id)


async def _cases_of(visit: Visit, name: str) -> list[Ticket]:
    """Return the running cases of an enterprise, whoever reported them, as this batch has them."""
    book, key, after = visit.book, enterprise_key(name), ""
    await book.store_tickets()
    found: list[Ticket] = []
    while page := await book.tx.tickets.running(after, _AT_ONCE):
        found += [one for one in page if enterprise_key(one.enterprise) == key]
        after = page[-1].number
    bring_in(visit, found)
    return [one for one in (book.tickets[n.number] for n in found) if one.state not in ENDED]


# Doing -----------------------------------------------------------------------------------------


async def _let_go(visit: Visit, person: Person, reason: str) -> list[str]:
    """Take somebody out of the enterprise; return which cases have no contact by that."""
    cases = await unbound(visit, person, reason)
    left = [one.number for one in cases if _quietly(visit, one, Act.LEAVE, told.Words(reason))]
    await leave_masters(visit, person)
    return left


def _quietly(visit: Visit, ticket: Ticket, act: Act, form: object) -> bool:
    """Change who speaks in a case; one message about all of them tells it."""
    actor = Actor(visit.person.id, frozenset({Part.SUPERVISOR}))  # whatever else they are in it
    moved = move(ticket, act, actor, form, visit.book.moment)
    if isinstance(moved, Refusal):
        return False
    state = moved.state.value
    subject = f"ticket:{moved.number}"
    entry = visit.record(subject, act.value, Part.SUPERVISOR.value, before=state, after=state)
    visit.book.put_ticket(moved, entry)
    return True


async def _reinstate_named(visit: Visit, name: str) -> None:
    """Reinstate the enterprise of exactly this name, or ask whether it is one that it may mean."""
    if not may_deregister(visit):
        visit.say("deregister.not_yours")
        return
    gone = await visit.book.tx.enterprises.deregistered()
    found = candidates(name, gone)
    if name in gone:
        await _reinstate(visit, name)
    elif found:
        _ask_which(visit, found)
    else:
        visit.say("deregister.none_gone")


def _ask_which(visit: Visit, found: Sequence[str]) -> None:
    """Offer the enterprises that may be meant; a press says that one is."""
    visit.say("deregister.sure_gone" if len(found) == 1 else "deregister.which_gone", names=found)
    visit.offer(*(Choice(name, f"n:{REINSTATED}:{name}") for name in found[:OFFERED]))


async def _reinstate(visit: Visit, name: str) -> None:
    """Bind whoever lost it by that, and give them the cases that nobody else has by now."""
    book = visit.book
    number = await book.writing.enterprises.reinstate(name)
    subject = f"enterprise:{number}"
    line = (await book.tx.told(subject, DEREGISTERED))[-1]
    persons = [int(one) for one in line.public["persons"].split(",") if one]
    loaded = {**await book.tx.people.load(persons), **_on_the_book(visit, persons)}
    back = [
        one
        for one in loaded.values()
        if one.binding == "none" and not await was_forgotten(book.tx, one.id, line.at)
    ]
    for person in back:
        book.put_person(replace(person, binding="bound", enterprise=name))
        book.entries.append(
            visit.record(
                f"person:{person.id}",
                "bind",
                _role(visit),
                before="none",
                after="bound",
                personal={"enterprise": name},
            )
        )
    given, alone = await _given_back(visit, back, line.public["tickets"].split(","))
    book.entries.append(visit.record(subject, REINSTATED, _role(visit)))
    _forget_facts(visit)
    _tell_people(visit, back, Text("deregister.told_back", _words(visit, name)))
    visit.say("deregister.undone", enterprise=name, people=len(back), numbers=_or_none(given))
    if alone:
        visit.say("deregister.still_alone", numbers=alone)


async def _given_back(
    visit: Visit, people: Sequence[Person], numbers: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give people their cases again; return which these are, and which still have no contact."""
    book = visit.book
    await book.look_up([number for number in numbers if number])
    owners = {one.id: one for one in people}
    given: list[str] = []
    alone: list[str] = []
    for ticket in [book.tickets[number] for number in numbers if number in book.tickets]:
        owner = owners.get(ticket.reporter)
        if not ticket.left:  # the desk found somebody else
            continue
        form = owner and told.Contact(owner.id, owner.name, owner.phone, visit.request.text)
        back = form is not None and _quietly(visit, ticket, Act.RECONTACT, form)
        if owner is not None and back and ticket.state is State.MERGED:
            await follow_masters(visit, ticket, owner.id)
        (given if back else alone).append(ticket.number)
    return tuple(given), tuple(alone)


def _on_the_book(visit: Visit, persons: Sequence[PersonId]) -> dict[PersonId, Person]:
    return {one: visit.book.persons[one] for one in persons if one in visit.book.persons}


def _or_none(numbers: tuple[str, ...]) -> tuple[str, ...] | Key:
    return numbers or Key("deregister.none")


def _forget_facts(visit: Visit) -> None:
    visit.book.shelf.standing.clear()
    visit.book.shelf.heard = None


def _role(visit: Visit) -> str:
    return "supervisor" if visit.person.has(Role.SUPERVISOR) else visit.person.roles[0][0].value


def _words(visit: Visit, name: str) -> dict[str, object]:
    return {"enterprise": name, "phone": visit.book.office.phone}


# Telling ---------------------------------------------------------------------------------------


def _tell_people(visit: Visit, people: Sequence[Person], said: Text) -> None:
    visit.book.posts.extend(
        Post(
            to=ToPerson(one.id),
            content=Content.NOTICE,
            parts=(said,),
            dedupe=f"a:{visit.filed.id}:{said.key}:{one.id}",
        )
        for one in people
    )


def _to_the_desk(visit: Visit, numbers: Sequence[str]) -> list[Post]:
    """Name the cases that wait for a decision; a group sees their numbers alone."""
    if not numbers:
        return []
    groups = [ToGroup(one.chat) for one in staff_groups(visit.book)]
    others = (one for one in desk_staff(visit.book) if one.id != visit.person.id)
    places: Sequence[ToGroup | ToPerson] = groups or [ToPerson(one.id) for one in others]
    said = Text("deregister.cases", {"count": len(numbers), "numbers": tuple(numbers)})
    choices = tuple(Choice(number, f"a:view:{number}") for number in numbers[:BUTTONS])
    return [
        Post(
            to=to,
            content=Content.PROGRESS,
            parts=(said,),
            dedupe=f"a:{visit.filed.id}:deregister:{n}",
            choices=choices,
            title=Text("deregister.cases_title"),
            card=f"deregister:{visit.filed.id}:{n}",
        )
        for n, to in enumerate(places)
    ]

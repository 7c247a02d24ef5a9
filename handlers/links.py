"""Links for departments: made by the desk or by themselves, taken back, opened with a code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flows.engine.words import Key
from flows.tickets.acting import not_theirs
from flows.tickets.case import Ticket
from flows.tickets.forms.common import units_in
from flows.tickets.number import short
from flows.tickets.parts import DESK, Actor, Part
from flows.tickets.rights import may_read
from handlers.acts.after import refuse
from handlers.handing import holder_name, link_post, paste_text
from handlers.link import Gate, Link, drawn, drawn_code, drawn_for_leader, gate
from handlers.ports import Entry, Person, PersonId, Role, ToPerson
from handlers.visit import Visit

LINK_WORDS = frozenset({"link", "revoke_link", "link_code"})
"""链接, 吊销链接, 口令: what the desk does about the pages of a ticket."""

_TYPED = {"link": "链接", "revoke_link": "吊销链接", "link_code": "口令"}
_NOTHING = " \n，,。.！!：:、"  # what is said around a name


@dataclass(frozen=True, slots=True)
class _Named:
    """Who is named for a link: departments, or one leader."""

    units: tuple[str, ...] = ()
    leader: Person | None = None

    def holds(self, link: Link) -> bool:
        """Say whether a link is for who is named."""
        if self.leader is not None:
            return link.part == "leader" and link.person == self.leader.id
        return link.part == "unit" and link.unit in self.units


async def desk_word(visit: Visit, word: str, ticket: Ticket, actor: Actor, rest: str) -> None:
    """Do one of LINK_WORDS, for who is named; nobody named = the lead department, or everybody."""
    if not actor.parts & DESK:
        refuse(visit, ticket, not_theirs(actor, DESK))
        return
    named = _named(visit, rest)
    if named is None:
        _which(visit, ticket, word, rest)
    elif word == "revoke_link":  # also when the case is over: a link outlives it
        await _revoke(visit, ticket, named)
    elif word == "link":
        _give_all(visit, ticket, named)
    else:
        await _code(visit, ticket, named)


def _named(visit: Visit, rest: str) -> _Named | None:
    """Read who is named; None = something was said that names nobody we know."""
    book = visit.book
    leaders = (one for one in book.roster.holders(Role.LEADER) if one.name)
    leader = next((one for one in leaders if one.name in rest), None)
    if leader is not None:
        return _Named(leader=leader)
    units = units_in(rest, book.office.departments)
    return None if rest.strip(_NOTHING) and not units else _Named(tuple(units))


def _concerned(ticket: Ticket) -> tuple[str, ...]:
    """Return the departments that have a page of the case now, the lead department first."""
    supports = (task.unit for task in ticket.co_tasks)
    found = (ticket.lead_unit or "", *supports, *sorted(ticket.sounded))
    return tuple(dict.fromkeys(unit for unit in found if unit))


def _which(visit: Visit, ticket: Ticket, word: str, rest: str) -> None:
    """Ask for whom, with the departments named."""
    units = [visit.book.office.unit(unit) for unit in _concerned(ticket)]
    number = short(ticket.number, visit.book.today.year)
    visit.say(
        "link.which" if units else "link.nobody",
        said=rest.strip(_NOTHING),
        number=ticket.number,
        units="、".join(units),
        typed=f"{_TYPED[word]} {number} {units[0] if units else ''}",
    )


def _give_all(visit: Visit, ticket: Ticket, named: _Named) -> None:
    """Hand out a link for each who is named and has the case, or say who has it."""
    office, leader = visit.book.office, named.leader
    if leader is not None:
        reader = visit.book.actor(ticket, leader)
        if may_read(ticket, reader) and not reader.barred:
            _give(visit, ticket, drawn_for_leader(ticket.number, leader.id, *_terms(visit)))
        else:
            known = {"number": ticket.number, "short": short(ticket.number, visit.book.today.year)}
            visit.say("link.not_readable", name=leader.name, **known)
        return
    concerned = _concerned(ticket)
    units = named.units or concerned[:1]
    if not units or ticket.ended:
        visit.say("link.nobody", number=ticket.number)
        return
    strange = [unit for unit in units if unit not in concerned]
    if strange:
        visit.say(
            "link.not_theirs",
            number=ticket.number,
            unit="、".join(map(office.unit, strange)),
            units="、".join(map(office.unit, concerned)) or Key("link.nobody_yet"),
        )
        return
    for unit in units:
        _give(visit, ticket, drawn(ticket.number, unit, *_terms(visit)))


def give_to_unit(visit: Visit, ticket: Ticket, unit: str) -> None:
    """Hand out a link for one department of a case."""
    _give(visit, ticket, drawn(ticket.number, unit, *_terms(visit)))


def _terms(visit: Visit) -> tuple[PersonId, datetime, timedelta]:
    return visit.person.id, visit.book.now, visit.book.office.link_valid


def _give(visit: Visit, ticket: Ticket, link: Link) -> None:
    """Hand a link to who asked; the text to paste is a message of its own, to copy it whole."""
    book = visit.book
    book.links.append(link)
    book.entries.append(_entry(visit, link, "link"))
    to = ToPerson(visit.person.id)
    paste = (paste_text(book, ticket, link),)
    book.posts.append(link_post(to, ticket, paste, f"a:{visit.filed.id}:link:{link.id}"))
    visit.say(
        "link.made",
        number=ticket.number,
        short=short(ticket.number, visit.book.today.year),
        unit=holder_name(book, link),
        until=link.expires_at,
    )


async def _revoke(visit: Visit, ticket: Ticket, named: _Named) -> None:
    """Take back every live link of who is named; nobody named = of everybody."""
    everybody = named == _Named()
    live = [one for one in await _live(visit, ticket) if everybody or named.holds(one)]
    for link in live:
        await _keep(visit, link, revoked_at=visit.book.now)
        visit.book.entries.append(_entry(visit, link, "revoke_link"))
    key = "link.revoked" if live else "link.none"
    names = "、".join(holder_name(visit.book, link) for link in live)
    visit.say(
        key, number=ticket.number, short=short(ticket.number, visit.book.today.year), unit=names
    )


async def _code(visit: Visit, ticket: Ticket, named: _Named) -> None:
    """Read out a new code; the one before no longer counts, nor the mistakes made with it."""
    asked = _Named(_concerned(ticket)[:1]) if named == _Named() else named
    live = [link for link in await _live(visit, ticket) if asked.holds(link)]
    if not live:
        visit.say(
            "link.none", number=ticket.number, short=short(ticket.number, visit.book.today.year)
        )
        return
    code = drawn_code()
    digest = visit.book.tx.links.digest(live[0], "code", code)
    await _keep(visit, live[0], code=digest, failures=0)
    visit.book.entries.append(_entry(visit, live[0], "link_code"))
    name = holder_name(visit.book, live[0])
    visit.say("link.code", number=ticket.number, unit=name, code=f"{code[:3]} {code[3:]}")


async def _live(visit: Visit, ticket: Ticket) -> list[Link]:
    stored = await visit.book.tx.links.of(ticket.number)
    now = visit.book.now
    return [x for x in stored if gate(x, "", now) in {Gate.FRESH, Gate.OTHER}]


async def _keep(visit: Visit, link: Link, **changes: Any) -> None:
    await visit.book.writing.links.save(replace(link, **changes))


def _entry(visit: Visit, link: Link, act: str) -> Entry:
    return visit.record(
        f"ticket:{link.ticket}",
        act,
        Part.CLERK.value,
        public={"link": link.id, "unit": link.unit},
    )

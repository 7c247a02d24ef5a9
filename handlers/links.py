"""Links for departments: made by the desk or by themselves, taken back, opened with a code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.forms.common import units_in
from flows.tickets.number import short
from flows.tickets.parts import DESK, Actor, Part, may_read
from handlers.acts.after import refuse
from handlers.handing import holder_name, link_post, paste_text
from handlers.link import Gate, Link, drawn, drawn_code, drawn_for_leader, gate
from handlers.ports import Entry, Person, PersonId, Role, ToPerson
from handlers.visit import Visit

LINK_WORDS = frozenset({"link", "revoke_link", "link_code"})
"""链接, 吊销链接, 口令: what the desk does about the pages of a ticket."""


async def desk_word(visit: Visit, word: str, ticket: Ticket, actor: Actor, rest: str) -> None:
    """Do one of LINK_WORDS, for the department that is named, else for the lead department."""
    if not actor.parts & DESK:
        refuse(visit, ticket, Refusal("ticket.refused.not_yours"))
        return
    if word == "link" and (leader := _leader(visit, ticket, rest)):
        _give(visit, ticket, drawn_for_leader(ticket.number, leader.id, *_terms(visit)))
        return
    said = units_in(rest, visit.book.office.departments)
    named = [unit for unit in said if unit in ticket.units]
    unit = named[0] if named else ticket.lead_unit
    if word == "revoke_link":  # also when the case is over: a link outlives it
        await _revoke(visit, ticket, said)
    elif unit is None or ticket.ended:
        visit.say("link.nobody", number=ticket.number)
    elif word == "link":
        _give(visit, ticket, drawn(ticket.number, unit, *_terms(visit)))
    else:
        await _code(visit, ticket, unit)


def _leader(visit: Visit, ticket: Ticket, rest: str) -> Person | None:
    """Return the leader who is named, if the case is one that they may read."""
    leaders = (one for one in visit.book.roster.holders(Role.LEADER) if one.name)
    named = next((one for one in leaders if one.name in rest), None)
    may = named is not None and may_read(ticket, visit.book.actor(ticket, named).parts)
    return named if may else None


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
        short=short(ticket.number),
        unit=holder_name(book, link),
        until=link.expires_at,
    )


async def _revoke(visit: Visit, ticket: Ticket, units: Collection[str]) -> None:
    """Take back every live link of the departments; none named = of everybody."""
    live = [one for one in await _live(visit, ticket) if not units or one.unit in units]
    for link in live:
        await _keep(visit, link, revoked_at=visit.book.now)
        visit.book.entries.append(_entry(visit, link, "revoke_link"))
    key = "link.revoked" if live else "link.none"
    names = "、".join(holder_name(visit.book, link) for link in live)
    visit.say(key, number=ticket.number, short=short(ticket.number), unit=names)


async def _code(visit: Visit, ticket: Ticket, unit: str) -> None:
    """Read out a new code; the one before no longer counts, nor the mistakes made with it."""
    live = [link for link in await _live(visit, ticket) if link.unit == unit]
    if not live:
        visit.say("link.none", number=ticket.number, short=short(ticket.number))
        return
    code = drawn_code()
    digest = visit.book.tx.links.digest(live[0], "code", code)
    await _keep(visit, live[0], code=digest, failures=0)
    visit.book.entries.append(_entry(visit, live[0], "link_code"))
    unit_name = visit.book.office.unit(unit)
    visit.say("link.code", number=ticket.number, unit=unit_name, code=f"{code[:3]} {code[3:]}")


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

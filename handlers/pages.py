"""What a page behind a link shows, and what is done on it: the acts of the chat, in one form each.

A page is a channel like any other: what is done on it comes in as an arrival, once, and goes
through the same desks, guards, notices and history as a message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flows.engine import fill
from flows.engine.flow import State as FormState
from flows.engine.words import Say
from flows.office import Content, Door, Exposure, Shown
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.merging import files_for
from flows.tickets.moves import open_acts
from flows.tickets.parts import Actor, Part, may_read, may_see_files
from handlers.acts import OFFERED, OPENS
from handlers.acts.after import refuse
from handlers.book import Book
from handlers.link import Link
from handlers.ports import Clock, Entry, Filed, Office, Person, Role, Text, Tx
from handlers.sheet import Sheet, forms_of, sheet_of
from handlers.understand import Request
from handlers.visit import Visit

CHANNEL = "link"

PAGE_ACTS: Sequence[Act] = (
    Act.SIGN,
    Act.CONTACT,
    Act.REPLY,
    Act.OPINION,
    Act.ANSWER,
    Act.DONE,
    Act.PASS_ON,
    Act.RETURN,
    Act.STAGE,
    Act.ASK_LONGER,
    Act.NOTE,
    Act.ASK_REST,
    Act.INSTRUCT,
)
"""What can be done on a page, in the order of the buttons."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who came in by a link: what they bring, and the digest of their device."""

    link: Link
    filed: Filed
    device: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of what was pressed: it was done, refused, or a field is to be corrected."""

    done: bool
    said: tuple[Text, ...] = ()
    faults: Mapping[str, Say] | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """The desk behind the pages."""

    office: Office
    exposure: Exposure
    clock: Clock

    async def look(self, tx: Tx, guest: Guest) -> Sheet | None:
        """Show the case, and note that it was looked at; None = it is no longer theirs."""
        book = await self._book(tx, guest)
        visit = Visit(book, guest.filed, Request())
        ticket, actor = self._case(book, guest.link, visit.person)
        if ticket is None or actor is None:
            return None
        await tx.record([entry(guest, "view", actor, book, ticket)])
        return self.sheet(visit, guest.link, ticket, actor)

    def sheet(self, visit: Visit, link: Link, ticket: Ticket, actor: Actor) -> Sheet:
        """Return what the page shows of a case to whoever may read it."""
        whole = self.exposure.shown(Content.BODY, Door.LINK_PAGE) is Shown.FULL
        words = possible(ticket, actor, visit.book) if whole else ()
        return sheet_of(
            visit.book,
            ticket,
            actor,
            link,
            forms=forms_of(visit, ticket, words),
            whole=whole and may_read(ticket, actor.parts),
            files=_files(ticket, actor, visit.book) if whole else (),
        )

    async def act(self, tx: Tx, guest: Guest, word: str, said: Mapping[str, str]) -> Done:
        """Do one act of the page; faults mean that nothing is to be kept of it."""
        book = await self._book(tx, guest)
        visit = Visit(book, guest.filed, Request(word=word, number=guest.link.ticket))
        ticket, actor = self._case(book, guest.link, visit.person)
        if ticket is None or actor is None:
            return Done(False, (Text("page.not_yours", {"phone": self.office.phone}),))
        faults = await self._do(visit, ticket, word, said)
        if faults:
            return Done(False, faults=faults)
        done = book.tickets[ticket.number].version != ticket.version
        if not done:
            book.entries.append(_refused(guest, actor, visit, ticket))
        book.entries[:] = [_marked(one, guest) for one in book.entries]
        await book.flush({guest.filed.id: guest.filed})
        return Done(done, tuple(visit.private))

    async def file(self, tx: Tx, guest: Guest, name: str) -> str | None:
        """Return an attachment's id when it may be seen, and note that it was."""
        book = await self._book(tx, guest)
        ticket, actor = self._case(book, guest.link, Visit(book, guest.filed, Request()).person)
        if ticket is None or actor is None or name not in _files(ticket, actor, book):
            return None
        if not await tx.stored_files([name]):
            return None
        noted = entry(guest, "view_files", actor, book, ticket)
        await tx.record([replace(noted, public={**noted.public, "files": "1"})])
        return name

    async def _do(
        self, visit: Visit, ticket: Ticket, word: str, said: Mapping[str, str]
    ) -> Mapping[str, Say]:
        """Fill the form of an act and file it; what is returned is to be corrected."""
        if word not in WORDS_OF_ACTS.values():
            refuse(visit, ticket, Refusal("ticket.refused.not_yours"))
            return {}
        desk = OPENS[word]
        refusal = desk.objection(visit, ticket)
        if refusal is not None:
            refuse(visit, ticket, refusal)
            return {}
        state = FormState(flow=desk.flow.name, subject=ticket.number)
        filled = fill(desk.flow, ticket.number, said, desk.facts(visit, state))
        if filled.submit is None:
            return filled.faults
        refused = await desk.file(visit, filled.state, filled.submit)
        if refused is None:
            return {}
        return {refused.at or "": Say(refused.key, refused.params)}

    async def _book(self, tx: Tx, guest: Guest) -> Book:
        link, who = guest.link, guest.filed.person
        book = await Book.open(tx, self.office, self.clock(), [who], {who: [link.ticket]})
        if link.part == "unit":  # it speaks for one department, and only here
            known = book.persons.get(who) or Person(who)
            roles = ((Role.LIAISON, link.unit),)
            nick = self.office.unit(link.unit)
            book.persons[who] = replace(known, name="", nick=nick, roles=roles)
        return book

    def _case(self, book: Book, link: Link, person: Person) -> tuple[Ticket | None, Actor | None]:
        """Return the case, and in which parts it is met: of this department alone."""
        ticket = book.tickets.get(link.ticket)
        if ticket is None:
            return None, None
        actor = book.actor(ticket, person)
        return ticket, actor if actor.parts else None


def _words_of_acts() -> Mapping[Act, str]:
    """Return by which word of the chat each act of the page is done."""
    opened = {desk.act: word for word, desk in OPENS.items()}
    known = {**opened, **{act: word for act, word in OFFERED.items() if word in OPENS}}
    return {act: known[act] for act in PAGE_ACTS if act in known}


WORDS_OF_ACTS = _words_of_acts()


def possible(ticket: Ticket, actor: Actor, book: Book) -> tuple[str, ...]:
    """Return the words of what can be done now, in the order of the buttons."""
    acts = open_acts(ticket, actor, book.moment)
    return tuple(word for act, word in WORDS_OF_ACTS.items() if act in acts)


def _files(ticket: Ticket, actor: Actor, book: Book) -> tuple[str, ...]:
    """Return the attachments that may be seen: none where a name is hidden."""
    if not may_see_files(ticket, actor.parts):
        return ()
    return files_for(ticket, actor.parts, book.members(ticket))


def role_of(actor: Actor) -> str:
    """Name the part in which a page is looked at, for the history."""
    order = (Part.LEAD, Part.SUPPORT, Part.LEADER, Part.OFFICIAL)
    return next((part.value for part in order if part in actor.parts), "link")


def entry(guest: Guest, act: str, actor: Actor, book: Book, ticket: Ticket) -> Entry:
    """Make a line of history of what was done by a link: the link and the device, no address."""
    made = Entry(
        subject=f"ticket:{ticket.number}",
        act=act,
        actor=guest.filed.person,
        role=role_of(actor),
        channel=CHANNEL,
        at=book.now,
        after=ticket.state.value,
        arrival=guest.filed.id or None,
    )
    return _marked(made, guest)


def _refused(guest: Guest, actor: Actor, visit: Visit, ticket: Ticket) -> Entry:
    made = entry(guest, "refused", actor, visit.book, ticket)
    why = visit.private[-1].key if visit.private else ""
    # The word comes from outside, and what is public here stays for good.
    word = visit.request.word if visit.request.word in WORDS_OF_ACTS.values() else ""
    return replace(made, public={**made.public, "act": word, "why": why})


def _marked(one: Entry, guest: Guest) -> Entry:
    if one.channel != CHANNEL or "link" in one.public:
        return one
    marks = {"link": guest.link.id, "device": guest.device[:8]}
    return replace(one, public={**one.public, **marks})

"""What a page behind a link shows, and what is done on it: the acts of the chat, in one form each.

A page is a channel like any other: what is done on it comes in as an arrival, once, and goes
through the same desks, guards, notices and history as a message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flows.engine import fill
from flows.engine.flow import State as FormState
from flows.engine.words import Say
from flows.office import Content, Door, Exposure, Shown
from flows.tickets.acting import Act, Refusal
from flows.tickets.case import Ticket
from flows.tickets.merging import files_for
from flows.tickets.moves import open_acts
from flows.tickets.parts import Actor, Part
from flows.tickets.rights import Piece, may_read, may_see_files
from handlers.acts import AT_ONCE, OPENS
from handlers.acts.after import refuse
from handlers.book import Book
from handlers.link import Link
from handlers.ports import Clock, Entry, Filed, Office, Person, Role, Text, Tx
from handlers.sheet import Sheet, forms_of, sheet_of
from handlers.understand import Request
from handlers.visit import Visit

CHANNEL = "link"
_CONTENTS = {Piece.NOTE: Content.INTERNAL, Piece.RATING: Content.RATING}
"""Pieces of a case that are a content of their own in the table of exposure."""

SEEN_FOR = timedelta(minutes=30)
"""So long a device that looks again leaves no line of history: it is the same opening."""

PAGE_WORDS: Sequence[str] = (
    # The department's, the most urgent first.
    "ours",
    "not_ours",
    "sign",
    "contact",
    "reply",
    "opinion",
    "letter_reply",
    "errand_done",
    "pass_on",
    "return",
    "stage",
    "ask_longer",
    "note",
    "ask_rest",
    # The leader's.
    "rule_moved",
    "rule_kept",
    "longer",
    "not_longer",
    "rest",
    "no_rest",
    "approve",
    "send_back",
    "as_stage",
    "instruct",
    "supervise",
    "press",
    "call_off",
    "talk",
    "meeting",
    "waive",
    "retier",
    "hand_over",
    "errand_undone",
    "take_up",
    # Both.
    "resume_work",
)
"""What can be done on a page, by the words of the chat, in the order of the buttons."""

_RECALLING = frozenset({"return", "rule_moved", "rule_kept"})


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

    async def look(self, tx: Tx, guest: Guest, word: str = "") -> Sheet | None:
        """Show the case, and note that it was looked at; None = it is no longer theirs.

        Of the act that is being corrected every question is shown.
        """
        book = await self._book(tx, guest)
        visit = Visit(book, guest.filed, Request(word=word))
        ticket, actor = self._case(book, guest.link, visit.person)
        if ticket is None or actor is None:
            return None
        if await self._opens(tx, guest, ticket):
            await tx.record([entry(guest, "view", actor, book, ticket)])
        if _RECALLING.intersection(possible(ticket, actor, book)):
            await book.recall(ticket.category)
        return self.sheet(visit, guest.link, ticket, actor)

    async def _opens(self, tx: Tx, guest: Guest, ticket: Ticket) -> bool:
        """Say whether a look is another opening: nobody looked on this device just before."""
        since = self.clock() - SEEN_FOR
        looks = await tx.told(f"ticket:{ticket.number}", "view")
        mine = _marks(guest)
        return not any(one.at > since and mine.items() <= one.public.items() for one in looks)

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
            whole=whole and may_read(ticket, actor),
            files=_files(ticket, actor, visit.book) if whole else (),
            withheld=self._withheld(),
        )

    def _withheld(self) -> frozenset[Piece]:
        """Return what the table of exposure keeps off pages."""
        shown = {c: self.exposure.shown(c, Door.LINK_PAGE) is Shown.FULL for c in Content}
        return frozenset(piece for piece, content in _CONTENTS.items() if not shown[content])

    async def act(self, tx: Tx, guest: Guest, word: str, said: Mapping[str, str]) -> Done:
        """Do one act of the page; faults mean that nothing is to be kept of it."""
        book = await self._book(tx, guest)
        visit = Visit(book, guest.filed, Request(word=word, number=guest.link.ticket))
        ticket, actor = self._case(book, guest.link, visit.person)
        if ticket is None or actor is None:
            return Done(False, (Text("page.not_yours", {"phone": self.office.phone}),))
        faults = await self._do(visit, ticket, actor, word, said)
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
        self, visit: Visit, ticket: Ticket, actor: Actor, word: str, said: Mapping[str, str]
    ) -> Mapping[str, Say]:
        """Fill the form of an act and file it; what is returned is to be corrected."""
        if word not in PAGE_WORDS:
            refuse(visit, ticket, Refusal("ticket.refused.not_yours"))
            return {}
        if word in AT_ONCE:
            AT_ONCE[word].do(visit, ticket, actor)
            return {}
        desk = OPENS[word]
        refusal = desk.objection(visit, ticket)
        if refusal is not None:
            refuse(visit, ticket, refusal)
            return {}
        facts = desk.facts(visit, FormState(flow=desk.flow.name, subject=ticket.number))
        filled = fill(desk.flow, ticket.number, said, facts, visit.files)
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
            if link.by is not None:
                book.behind[who] = link.by
        return book

    def _case(self, book: Book, link: Link, person: Person) -> tuple[Ticket | None, Actor | None]:
        """Return the case, and in which parts it is met: of this department alone."""
        ticket = book.tickets.get(link.ticket)
        if ticket is None:
            return None, None
        actor = book.actor(ticket, person)
        return ticket, actor if actor.parts else None


def possible(ticket: Ticket, actor: Actor, book: Book) -> tuple[str, ...]:
    """Return the words of what can be done now, in the order of the buttons.

    What is expected comes first: the enterprise that was talked to waits for the answer.
    """
    acts = open_acts(ticket, actor, book.moment)
    words = [word for word in PAGE_WORDS if _act_of(word) in acts]
    if ticket.first_contact_at is not None:
        words.sort(key="contact".__eq__)
    return tuple(words)


def _act_of(word: str) -> Act:
    return AT_ONCE[word].act if word in AT_ONCE else OPENS[word].act


def _files(ticket: Ticket, actor: Actor, book: Book) -> tuple[str, ...]:
    """Return the attachments that may be seen: none where a name is hidden."""
    if not may_see_files(ticket, actor):
        return ()
    return files_for(ticket, actor, book.members(ticket))


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
    word = visit.request.word if visit.request.word in PAGE_WORDS else ""
    return replace(made, public={**made.public, "act": word, "why": why})


def _marked(one: Entry, guest: Guest) -> Entry:
    if one.channel != CHANNEL or "link" in one.public:
        return one
    return replace(one, public={**one.public, **_marks(guest)})


def _marks(guest: Guest) -> Mapping[str, str]:
    return {"link": guest.link.id, "device": guest.device[:8]}

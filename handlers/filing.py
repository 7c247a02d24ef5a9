"""Where tickets begin: what was told becomes one, or several of one source at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Note, Relation, Ticket
from flows.tickets.moves import filed
from flows.tickets.number import number
from flows.tickets.state import tier_of
from handlers.alike import looked_alike, related
from handlers.book import Book
from handlers.notices import to_desk
from handlers.pairing.standing import standing
from handlers.ports import PersonId
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class Source:
    """What tickets come out of."""

    kind: str  # a channel, "staff" (代录), VISIT, EVENT
    ref: str = ""  # the 走访's or event's id
    leader: str = ""  # who was there (当天领导)


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem that is to become a ticket, and whose it is."""

    reporter: PersonId
    enterprise: str
    contact: str
    phone: str
    category: str
    body: str
    since: str = ""
    wish: str = ""
    elsewhere: str = ""
    anonymous: bool = False
    original: str = ""  # what was said, where what is filed was rewritten (照这样改)
    kept_inside: bool = False  # 只给工商联看: confidential from the start
    files: tuple[str, ...] = ()
    recorded: bool = False  # by staff, for somebody else
    unreached: bool = False  # the reporter has no account: the desk tells them by telephone
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """A new ticket, with the running ones that it looked like."""

    ticket: Ticket
    near: Sequence[Ticket]


async def file_many(visit: Visit, source: Source, findings: Sequence[Finding]) -> list[Begun]:
    """Give findings their numbers, all in this transaction, and tell the desk of each.

    Whoever files says the rest: to the one who wrote, and to the enterprise.
    """
    if not findings:
        return []
    book, office = visit.book, visit.book.office
    findings = await _as_they_are(visit, findings)
    year = book.now.astimezone(OFFICE_ZONE).year
    first = await book.tx.tickets.next_number(office.prefix, year, len(findings))
    begun = []
    for serial, finding in enumerate(findings, first):
        ticket = _ticket(visit, number(office.prefix, year, serial), source, finding)
        near = await looked_alike(book, ticket)
        ticket = related(ticket, near)
        book.put_ticket(
            ticket,
            visit.record(
                f"ticket:{ticket.number}",
                "file",
                "clerk" if finding.recorded else "reporter",
                after=ticket.state.value,
                public={
                    "category": ticket.category,
                    "anonymous": "yes" if finding.anonymous else "no",
                    "inside": "yes" if finding.kept_inside else "no",
                    "elsewhere": finding.elsewhere.partition(" ")[0],
                    **({source.kind: source.ref} if source.ref else {}),
                },
                personal={
                    "body": finding.body,
                    "contact": finding.contact,
                    "phone": finding.phone,
                },
            ),
        )
        key = "notice.new_inside" if ticket.kept_inside else "notice.new"
        book.posts.extend(to_desk(book, ticket, key, "accept"))
        begun.append(Begun(ticket, near))
    return begun


async def _as_they_are(visit: Visit, findings: Sequence[Finding]) -> Sequence[Finding]:
    """Let what is another's be theirs whose accounts they are by now, and until the commit."""
    others = {one.reporter for one in findings} - {visit.person.id}
    if not others:
        return findings
    now = await standing(visit.book, others)
    return [replace(one, reporter=now.get(one.reporter, one.reporter)) for one in findings]


def _ticket(visit: Visit, number_: str, source: Source, finding: Finding) -> Ticket:
    book = visit.book
    category = book.office.category(finding.category)
    known = book.persons.get(finding.reporter)
    ticket = Ticket(
        number=number_,
        reporter=finding.reporter,
        recorded_by=visit.person.id if finding.recorded else None,
        enterprise=finding.enterprise,
        contact=finding.contact,
        phone=finding.phone,
        category=finding.category,
        body=finding.body,
        since=finding.since,
        wish=finding.wish,
        told_elsewhere=finding.elsewhere,
        anonymous=finding.anonymous,
        confidential=finding.kept_inside,
        kept_inside=finding.kept_inside,
        files=finding.files,
        source=source.kind,
        source_ref=source.ref,
        met_leader=source.leader,
        verified=known is not None and known.binding == "bound",
        urgent=bool(category and category.urgent),
        created_at=book.now,
        tier=tier_of(category),
        relations=finding.relations,
        left=finding.unreached,
        notes=_original(book, finding),
    )
    return filed(ticket, book.moment)


def _original(book: Book, finding: Finding) -> tuple[Note, ...]:
    """Keep the words as they were said for the office alone, which needs them to help."""
    if not finding.original:
        return ()
    by = finding.reporter
    return (Note(kind="original", text=finding.original, by=by, at=book.now),)

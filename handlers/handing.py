"""The text with a link that is passed on to a department, by hand or for who has no 联络员."""

from __future__ import annotations

from flows.office import Content
from flows.tickets.case import Ticket
from flows.tickets.parts import Part
from handlers.book import Book
from handlers.colleagues import concerned
from handlers.link import Link, drawn
from handlers.notices import desk_staff
from handlers.ports import Entry, Post, Text, To, ToPerson


def hand_out(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Give the desk a link for every department that came in and has no 联络员."""
    posts: list[Post] = []
    for unit in sorted((ticket.units - before.units) & book.orphaned(ticket)):
        link = drawn(ticket.number, unit, None, book.now, book.office.link_valid)
        book.links.append(link)
        book.entries.append(
            Entry(
                subject=f"ticket:{ticket.number}",
                act="link",
                actor=None,
                role=Part.SYSTEM.value,
                channel="link",
                at=book.now,
                after=ticket.state.value,
                public={"link": link.id, "unit": unit},
            )
        )
        head = Text("link.pass_on", {"unit": book.office.unit(unit)})
        parts = (head, paste_text(book, ticket, link))
        for person in concerned(book, ticket, desk_staff(book)):
            dedupe = f"{ticket.number}:link:{link.id}:p{person.id}"
            posts.append(link_post(ToPerson(person.id), ticket, parts, dedupe))
    return posts


def paste_text(book: Book, ticket: Ticket, link: Link) -> Text:
    """Word what is pasted into another messenger: nothing of the report but number and class."""
    office = book.office
    category = office.category(ticket.category)
    return Text(
        "link.paste",
        {
            "office": office.name,
            "unit": holder_name(book, link),
            "number": ticket.number,
            "category": category.name if category else ticket.category,
            "address": f"{office.site}/l/{book.tx.links.token(link)}",
            "until": link.expires_at,
            "phone": office.phone,
        },
    )


def link_post(to: To, ticket: Ticket, parts: tuple[Text, ...], dedupe: str) -> Post:
    return Post(
        to=to,
        content=Content.BODY,  # who has the address has the report: 1:1 alone
        parts=parts,
        dedupe=dedupe,
        title=Text("case.title", {"number": ticket.number}),
        ticket=ticket.number,
    )


def holder_name(book: Book, link: Link) -> str:
    """Name who a link is for: the department, or the leader."""
    if link.part == "unit":
        return book.office.unit(link.unit)
    return next((p.name for p in book.roster.staff.values() if p.id == link.person), "")

"""交办单, 审签稿, 督办单, 督办函, 移交函: papers of a ticket, sent to whoever may have them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.papers import ENTITLED, Earlier, Kind, PaperFacts, paper, refusal
from flows.tickets.parts import Actor
from handlers.acts.after import refuse
from handlers.ports import Office, Text, Tx
from handlers.visit import Visit

PAPERS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}
"""What is typed or pressed → which paper."""


async def hand_out(visit: Visit, kind: Kind, ticket: Ticket, actor: Actor, text: str) -> None:
    """Send a paper to the person alone, and keep on record that they had it.

    A text that follows 审签稿 is an answer that is to be signed before it is given.
    """
    proposed = text if kind is Kind.SIGNING else ""
    refused = refusal(kind, ticket, actor.parts, proposed=proposed)
    if refused is not None:
        refuse(visit, ticket, refused)
        return
    book = visit.book
    facts = await paper_facts(book.tx, book.office, ticket, book.now, proposed)
    made = paper(kind, ticket, facts)
    role = next(part.value for part in sorted(ENTITLED[kind] & actor.parts))
    book.entries.append(
        visit.record(
            f"ticket:{ticket.number}",
            "paper",
            role,
            after=ticket.state.value,
            public={"paper": kind.value},
        )
    )
    visit.say("paper.sent", number=ticket.number, paper=made.name)
    visit.printed = made
    visit.title = Text("case.title", {"number": ticket.number})


async def paper_facts(
    tx: Tx, office: Office, ticket: Ticket, now: datetime, proposed: str = ""
) -> PaperFacts:
    """Look up what a paper needs besides the ticket: the answers that were given before."""
    replies = await tx.told(f"ticket:{ticket.number}", "reply")
    category = office.category(ticket.category)
    return PaperFacts(
        office=office.full_name,
        phone=office.phone,
        units={unit.id: unit.full or unit.name for unit in office.departments},
        category=category.name if category else ticket.category,
        today=now.astimezone(OFFICE_ZONE).date(),
        answers=tuple(
            Earlier(entry.personal["reply"], entry.at)
            for entry in replies
            if entry.personal.get("reply")
        ),
        proposed=proposed,
    )

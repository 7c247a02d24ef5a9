"""What staff wrote down for an enterprise, as the enterprise answers to it: 对, 不对."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.engine.words import Choice, Key, Line
from flows.office import Content
from flows.tickets.case import ENDED, Ticket
from handlers.book import Book
from handlers.people import agreed
from handlers.ports import Person, Post, Text, ToPerson
from handlers.visit import Visit, ticket_choices


def recorded_many(
    book: Book, tickets: Sequence[Ticket], reporter: Person, key: str, said: Mapping[str, object]
) -> Post:
    """Tell an enterprise once of all that was written down for it, with all numbers.

    It only has to say whether that is right. `key` is the text, whose stem has the title, too.
    """
    first = tickets[0]
    agrees = reporter.consent != book.office.consent
    dedupe = f"{first.source}:{first.source_ref}:{first.number}:p{reporter.id}"
    about = {
        **said,
        "count": len(tickets),
        "lines": tuple(Line(one.number, one.body) for one in tickets),
        "notice": Key("report.notice_right") if agrees else "",
    }
    return Post(
        to=ToPerson(reporter.id),
        content=Content.BODY,
        parts=(Text(key, about),),
        dedupe=dedupe,
        choices=ticket_choices(first, "right", "wrong"),
        title=Text(f"{key.partition('.')[0]}.title"),
        card=dedupe,
        ticket=first.number,
    )


def together(visit: Visit, ticket: Ticket) -> Sequence[Ticket]:
    """Return the person's own tickets that were told with this one: those of the same 走访."""
    if not ticket.source_ref:
        return (ticket,)
    own = visit.book.own(visit.person.id)
    source = (ticket.source, ticket.source_ref)
    found = [
        one
        for one in own
        if (one.source, one.source_ref) == source
        and (one.recorded_by is None) == (ticket.recorded_by is None)
    ]
    return sorted(found, key=lambda one: (len(one.number), one.number))


def answerable(own: Sequence[Ticket]) -> list[Ticket]:
    """Return what 对 and 不对 without a number may mean: one of each 走访, the latest first."""
    recorded = [one for one in own if one.recorded_by is not None and one.state not in ENDED]
    by_source = {(one.source, one.source_ref or one.number): one for one in reversed(recorded)}
    return list(reversed(by_source.values()))


def said_right(visit: Visit, ticket: Ticket) -> None:
    """Keep that the enterprise found right what staff wrote down for it."""
    found = together(visit, ticket)
    for one in found:
        visit.book.entries.append(
            visit.record(f"ticket:{one.number}", "right", "reporter", after=one.state.value)
        )
    visit.book.put_person(agreed(visit, visit.person))  # the notice stood on the message
    visit.card_status = Text("card.right")
    visit.card_over = True
    if len(found) == 1:
        visit.say("case.right", number=ticket.number)
    else:
        visit.say("case.right_all", numbers=tuple(one.number for one in found))


def ask_which_wrong(visit: Visit, ticket: Ticket) -> bool:
    """Ask which of several is wrong (不对); False = there is only this one."""
    found = [one for one in together(visit, ticket) if one.state not in ENDED]
    if len(found) < 2:
        return False
    visit.say("case.which_wrong")
    visit.offer(*(Choice(one.number, f"a:supplement:{one.number}") for one in found))
    return True

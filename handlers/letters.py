"""Letters of the ladder: 督办单 (L2), 督办函 (L3), 会商 (L4), to whom and in which words.

By the channel table no more than the title of a letter leaves through DingTalk: which paper, which
case, why, and by when to answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.engine.words import Key
from flows.office import Content
from flows.tickets.case import Supervision, Ticket
from flows.tickets.clocks import Clock
from flows.tickets.consequences import RATING
from flows.tickets.ladder import Rung
from flows.tickets.number import short
from handlers.book import Book
from handlers.notices import desk_staff
from handlers.ports import Nudge, Person, Post, Role, Text, ToPerson
from handlers.visit import ticket_choices

_OUTSIDE = {*(Clock.SIGN, Clock.CONTACT, Clock.HANDLE, Clock.STAGE, Clock.OPINION)}


def slips(ticket: Ticket, letter: Supervision) -> str:
    """Name a strike of the ladder, so that nobody is told of it twice: clock, rung, missed date."""
    missed = letter.deadline.timestamp()
    return f"{ticket.number}:{letter.clock}:L{letter.rung}:{missed:.0f}"


def why(letter: Supervision) -> Key:
    """Word what was missed."""
    return Key(f"ladder.why.{clock_of(letter.clock)}")


def clock_of(name: str) -> str:
    """Return a clock's plain name: of "opinion:jxj" and of "handle.last"."""
    return name.partition(":")[0].partition(".")[0]


def responsible(book: Book, ticket: Ticket, clock: str) -> tuple[Person, ...]:
    """Return who has to move: the department's 联络员, else the desk's people."""
    plain = clock_of(clock)
    if plain != RATING and plain not in _OUTSIDE:
        return desk_staff(book)
    unit = clock.partition(":")[2].partition(".")[0] or ticket.lead_unit or ""
    return book.roster.holders(Role.LIAISON, unit) or desk_staff(book)


def heads(book: Book) -> tuple[Person, ...]:
    """Return the 受理负责人, else the desk's people."""
    return book.roster.holders(Role.SUPERVISOR) or desk_staff(book)


def inspectors(book: Book) -> tuple[Person, ...]:
    """Return the 督办; where there is none, the head of the desk stands in."""
    return book.roster.holders(Role.INSPECTOR) or heads(book)


def letter_posts(book: Book, ticket: Ticket, letter: Supervision) -> list[Post]:
    """Word a letter that leaves now, one for each recipient and never a second time."""
    readers: Iterable[Person]
    match Rung(letter.rung):
        case Rung.SUPERVISED:
            readers = responsible(book, ticket, letter.clock)
        case Rung.LETTER:
            leader = book.roster.staff.get(ticket.leader or 0)
            red = (leader,) if leader else ()
            readers = (*inspectors(book), *responsible(book, ticket, letter.clock), *red)
        case _:
            readers = (*inspectors(book), *book.roster.holders(Role.LEADER))
    if letter.rung == Rung.SUPERVISED and ticket.leader:
        nudge_leader(book, ticket, "supervised", slips(ticket, letter))
    once = {person.id: person for person in readers}
    return [_letter(book, ticket, letter, person) for person in once.values()]


def _letter(book: Book, ticket: Ticket, letter: Supervision, person: Person) -> Post:
    told = Text(
        f"ladder.letter.{Rung(letter.rung).name.lower()}",
        {
            "paper": letter.number,
            "number": ticket.number,
            "short": short(ticket.number),
            "why": why(letter),
            "due": letter.due_at or "",
        },
    )
    answers = letter.rung != Rung.CONFERENCE and person in responsible(book, ticket, letter.clock)
    buttons = ticket_choices(ticket, *(("letter_reply",) if answers else ()), "view")
    name = f"{slips(ticket, letter)}:p{person.id}"
    return Post(
        to=ToPerson(person.id),
        content=Content.SUPERVISION,
        parts=(told,),
        brief=(told,),
        dedupe=name,
        choices=buttons,
        title=Text("case.title", {"number": ticket.number}),
        card=name,
        ticket=ticket.number,
    )


def nudge_leader(book: Book, ticket: Ticket, kind: str, about: str) -> None:
    """Put a line into the next digest of the leader who has the case, and of the secretary.

    Leaders hear once a day of what is not red, so it waits for the morning.
    """
    leader = ticket.leader
    if leader is None or not book.leads(leader):
        return
    told = (book.roster.staff[leader], *book.roster.holders(Role.SECRETARY, str(leader)))
    for person in told:
        nudge(book, ticket, person, kind, about)


def nudge(book: Book, ticket: Ticket, person: Person, kind: str, about: str) -> None:
    """Put a line into somebody's next digest."""
    line = Nudge(person.id, ticket.number, kind, f"{about}:{kind}:p{person.id}")
    book.nudge(line, book.next_digest(person))

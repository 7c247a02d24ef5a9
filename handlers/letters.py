"""Letters of the ladder: 督办单 (L2), 督办函 (L3), 会商 (L4), to whom and in which words.

By the channel table no more than the title of a letter leaves through DingTalk: which paper, which
case, why, and by when to answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.engine.words import Key
from flows.office import Content
from flows.tickets.case import Supervision, Ticket
from flows.tickets.causes import OF_DESK
from flows.tickets.clocks import Clock, clock_named
from flows.tickets.guards.time import is_leaders_longer
from flows.tickets.ladder import Rung
from flows.tickets.number import short
from flows.tickets.parts import is_party
from handlers.book import Book
from handlers.colleagues import concerned
from handlers.notices import desk_staff
from handlers.ports import Nudge, Person, Post, Role, Text, ToPerson
from handlers.visit import ticket_choices


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
    """Return who has to move: who decides, the department's 联络员, else the desk's people."""
    timed = clock_named(clock)
    about = clock.partition(":")[2].partition(".")[0]
    if timed is Clock.DECIDE:
        return _deciding(book, ticket)
    if timed in OF_DESK:
        return desk_staff(book)
    if timed is Clock.ERRAND:
        return _asked(book, ticket, int(about))
    return book.speakers(ticket, about or ticket.lead_unit or "") or desk_staff(book)


def _deciding(book: Book, ticket: Ticket) -> tuple[Person, ...]:
    """Return who may grant what is asked for: the leader where only they may, else the head."""
    leader = book.roster.staff.get(ticket.leader or book.leader_for(ticket) or 0)
    if leader is not None and is_leaders_longer(ticket, book.moment):
        return (leader,)
    return heads(book)


def _asked(book: Book, ticket: Ticket, place: int) -> tuple[Person, ...]:
    """Return who has to do what a 批示 asks: a person, or the 联络员 of a department."""
    errand = dict(ticket.errands).get(place)
    if errand is None:
        return desk_staff(book)
    person = book.roster.staff.get(errand.person or 0)
    theirs = (person,) if person else book.speakers(ticket, errand.who)
    return theirs or desk_staff(book)


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
            readers = _with_away(book, responsible(book, ticket, letter.clock))
        case Rung.LETTER:
            leader = book.roster.staff.get(ticket.leader or 0)
            red = (leader,) if leader else ()
            theirs = _with_away(book, responsible(book, ticket, letter.clock))
            readers = (*inspectors(book), *theirs, *red)
        case _:
            readers = (*inspectors(book), *book.roster.holders(Role.LEADER))
    if letter.rung == Rung.SUPERVISED and ticket.leader:
        nudge_leader(book, ticket, "supervised", slips(ticket, letter))
    once = {person.id: person for person in concerned(book, ticket, readers)}
    return [_letter(book, ticket, letter, person) for person in once.values()]


def _with_away(book: Book, readers: Iterable[Person]) -> tuple[Person, ...]:
    """Add the 联络员 who are away: of what is red they get a copy, of nothing else (代理)."""
    told = tuple(readers)
    away = (book.roster.staff.get(one) for person in told for one in person.stands_for())
    return (*told, *(person for person in away if person is not None))


def _letter(book: Book, ticket: Ticket, letter: Supervision, person: Person) -> Post:
    told = Text(
        f"ladder.letter.{Rung(letter.rung).name.lower()}",
        {
            "paper": letter.number,
            "number": ticket.number,
            "mark": Key("case.emergency") if ticket.emergency else "",
            "short": short(ticket.number, book.today.year),
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
    """Put a line into somebody's next digest, unless the case is their own."""
    if is_party(ticket, person.id):
        return
    line = Nudge(person.id, ticket.number, kind, f"{about}:{kind}:p{person.id}")
    book.nudge(line, book.next_digest(person))

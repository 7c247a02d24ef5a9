"""Who hears of what leaders do, and of the ladder.

What leaders hear of that is not red waits for their digest; the words of an instruction (批示)
are in no notice at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Act
from flows.tickets.case import Supervision, Ticket
from flows.tickets.clocks import Clock
from flows.tickets.ladder import Rung, next_slot
from flows.tickets.number import short
from handlers.book import Book, name_of
from handlers.letters import heads, inspectors, nudge, nudge_leader, responsible, slips
from handlers.notices import (
    Notice,
    close_group_cards,
    desk_staff,
    staff_groups,
    tell_unit,
    to_desk,
    to_heads,
    to_member,
    to_reporter,
)
from handlers.ports import Nudge, Person, Post, Role


def _about(ticket: Ticket) -> str:
    return f"{ticket.number}:{ticket.version}"


def _led(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The leader, the head of the desk, the department and the enterprise hear who leads."""
    nudge_leader(book, ticket, "led", _about(ticket))
    for head in heads(book):
        nudge(book, ticket, head, "led_by", _about(ticket))
    unit = ticket.lead_unit
    leader = name_of(book, ticket.leader)
    told = tell_unit(book, ticket, unit, "notice.led", leader=leader) if unit else []
    return [*told, to_reporter(book, ticket, "notice.led_for_you")]


def _handed_over(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    nudge_leader(book, ticket, "led", _about(ticket))
    former = book.roster.staff.get(before.leader or 0)
    if former is not None and book.leads(former.id):
        nudge(book, ticket, former, "handed_over", _about(ticket))
    unit = ticket.lead_unit
    leader = name_of(book, ticket.leader)
    return tell_unit(book, ticket, unit, "notice.led", leader=leader) if unit else []


def _met(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    nudge_leader(book, ticket, "met", _about(ticket))
    unit = ticket.lead_unit or ""
    theirs = {person.id for person in book.roster.holders(Role.LIAISON, unit)}
    if not unit or ticket.meetings[-1].by in theirs:
        return []
    return tell_unit(book, ticket, unit, "notice.met")


def _instructed(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The head of the desk hears that there is one; the department what it has to do by when."""
    said = ticket.instructions[-1]
    if said.recorded_by is not None and (leader := book.roster.staff.get(said.leader)):
        nudge(book, ticket, leader, "instructed", _about(ticket))
    posts = to_heads(book, ticket, "notice.instructed", leader=name_of(book, said.leader))
    for errand in said.errands:
        posts += tell_unit(
            book,
            ticket,
            errand.who,
            "notice.errand",
            due=errand.by_when,
            short=short(ticket.number),
        )
    return posts


def _errand_done(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    both = zip(before.instructions, ticket.instructions, strict=True)
    said = next((new.leader for old, new in both if old != new), 0)
    for person in (book.roster.staff.get(said), *book.roster.holders(Role.SECRETARY, str(said))):
        if person is not None:
            nudge(book, ticket, person, "errand_done", _about(ticket))
    return to_heads(book, ticket, "notice.errand_done")


def _supervised(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """L0 and L1 go into digests; from L2 on the desk may still telephone before the letter."""
    one = ticket.supervisions[-1]
    if one.rung >= Rung.SUPERVISED:
        posts = to_desk(book, ticket, "notice.letter_waits", "call_off")
        if staff_groups(book):
            for head in heads(book):
                posts.append(to_member(book, ticket, head, "notice.letter_waits_you", "call_off"))
        return posts
    for person in _urged(book, ticket, one).values():
        line = Nudge(
            person=person.id,
            ticket=ticket.number,
            kind="urged" if one.rung else "reminded",
            dedupe=f"{slips(ticket, one)}:p{person.id}",
            clock=one.clock,
            rung=one.rung,
            deadline=one.deadline,
        )
        at = next_slot(one.deadline, book.office.days, book.office.ladder.slots)
        book.nudge(line, at if one.rung else book.now)
    return []


def _urged(book: Book, ticket: Ticket, one: Supervision) -> Mapping[int, Person]:
    """L0 reminds who has to move, L1 the 受理员 too, and a leader where nobody ever signed."""
    people = list(responsible(book, ticket, one.clock))
    if one.rung:
        people += desk_staff(book)
    if one.clock == Clock.SIGN:
        leader = book.roster.staff.get(ticket.leader or book.leader_for(ticket) or 0)
        people += [leader] if leader else []
    return {person.id: person for person in people}


def _called_off(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """The department never hears of a letter that did not leave."""
    return close_group_cards(book, ticket, "notice.letter_waits", "notice.letter_called_off")


def _answered(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Whoever the letters came from hears of the answer, to be read under the case."""
    answered = [
        new
        for old, new in zip(before.supervisions, ticket.supervisions, strict=True)
        if old.open and not new.open and new.rung >= Rung.SUPERVISED
    ]
    nudge_leader(book, ticket, "answered", _about(ticket))
    readers = {person.id: person for person in heads(book)}
    if any(one.rung >= Rung.LETTER for one in answered):
        readers |= {person.id: person for person in inspectors(book)}
    return [
        to_member(book, ticket, person, "notice.letter_answered") for person in readers.values()
    ]


LEADERS: Mapping[Act, Notice] = {
    Act.LEAD: _led,
    Act.HAND_OVER: _handed_over,
    Act.MEET: _met,
    Act.INSTRUCT: _instructed,
    Act.DONE: _errand_done,
    Act.SUPERVISE: _supervised,
    Act.CALL_OFF: _called_off,
    Act.ANSWER: _answered,
}

"""Who hears of what leaders do, and of the ladder.

What leaders hear of that is not red waits for their digest; the words of an instruction (批示)
are in no notice at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.tickets.acting import Act
from flows.tickets.case import Errand, Supervision, Ticket
from flows.tickets.causes import HAND
from flows.tickets.clocks import Clock, errand_key
from flows.tickets.ladder import Rung, next_slot
from flows.tickets.number import short
from handlers.book import Book, name_of
from handlers.colleagues import concerned
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
    to_unit,
)
from handlers.ports import Nudge, Person, PersonId, Post, Role


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
        posts += _errand(book, before, ticket, errand)
    return list({post.dedupe: post for post in posts}.values())


def _errand(book: Book, before: Ticket, ticket: Ticket, errand: Errand) -> list[Post]:
    """Tell whoever does it by when; a department that comes in as 协办 gets the case as well."""
    due, number = errand.by_when, short(ticket.number, book.today.year)
    if errand.person is not None:
        person = book.roster.staff.get(errand.person)
        if person is None:
            return []
        key, then = "notice.errand_you", "errand_done"
        return [to_member(book, ticket, person, key, then, due=due, short=number)]
    if errand.who in before.units:
        return tell_unit(book, ticket, errand.who, "notice.errand", due=due, short=number)
    lead, key = book.office.unit(ticket.lead_unit), "notice.errand_support"
    return to_unit(book, ticket, errand.who, key, "errand_done", lead=lead, due=due, short=number)


def _errand_done(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Who gave the 批示 and the head of the desk hear; the 主办, where it was an opinion too."""
    _nudge_sayer(book, before, ticket, "errand_done")
    posts = to_heads(book, ticket, "notice.errand_done")
    if _opinions(ticket) > _opinions(before):
        posts += to_unit(book, ticket, ticket.lead_unit or "", "notice.opinion")
    return posts


def _errand_undone(book: Book, before: Ticket, ticket: Ticket) -> list[Post]:
    """Whoever heard of the tick hears that it was taken back."""
    _nudge_sayer(book, before, ticket, "errand_undone")
    posts = to_heads(book, ticket, "notice.errand_undone")
    if _opinions(ticket) < _opinions(before):
        posts += tell_unit(book, ticket, ticket.lead_unit or "", "notice.opinion_undone")
    return posts


def _opinions(ticket: Ticket) -> int:
    return sum(task.done for task in ticket.co_tasks)


def _nudge_sayer(book: Book, before: Ticket, ticket: Ticket, kind: str) -> None:
    both = zip(before.instructions, ticket.instructions, strict=True)
    for said in (new.leader for old, new in both if old != new):
        for person in _sayer(book, said):
            nudge(book, ticket, person, kind, _about(ticket))


def _sayer(book: Book, leader: PersonId) -> tuple[Person, ...]:
    """Return the leader who gave a 批示, while in office, and the 秘书."""
    if not book.leads(leader):
        return ()
    return (book.roster.staff[leader], *book.roster.holders(Role.SECRETARY, str(leader)))


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
            kind=_URGED.get(one.clock, "urged") if one.rung else "reminded",
            dedupe=f"{slips(ticket, one)}:p{person.id}",
            clock=one.clock,
            rung=one.rung,
            deadline=one.deadline,
        )
        at = next_slot(one.deadline, book.office.days, book.office.ladder.slots)
        book.nudge(line, at if one.rung else book.now)
    return []


_URGED = {Clock.PROGRESS.value: "quiet", HAND: "hurried"}
"""Where a 催办 is not about a date, how a digest words it."""


def _urged(book: Book, ticket: Ticket, one: Supervision) -> Mapping[int, Person]:
    """L0 reminds who has to move, L1 the 受理员 too, and a leader where nobody ever signed."""
    people = list(responsible(book, ticket, one.clock))
    if one.rung:
        people += desk_staff(book)
        people += _secretaries(book, ticket, one.clock)
    if one.clock == Clock.SIGN:
        leader = book.roster.staff.get(ticket.leader or book.leader_for(ticket) or 0)
        people += [leader] if leader else []
    return {person.id: person for person in concerned(book, ticket, people)}


def _secretaries(book: Book, ticket: Ticket, clock: str) -> tuple[Person, ...]:
    """Return who serves the leader whose 批示 a missed errand is of."""
    leaders = (said.leader for said in ticket.instructions for _ in said.errands)
    said = {errand_key(place): leader for place, leader in enumerate(leaders, 1)}
    return book.roster.holders(Role.SECRETARY, str(said[clock])) if clock in said else ()


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
    Act.UNDONE: _errand_undone,
    Act.SUPERVISE: _supervised,
    Act.PRESS: _supervised,
    Act.CALL_OFF: _called_off,
    Act.ANSWER: _answered,
}

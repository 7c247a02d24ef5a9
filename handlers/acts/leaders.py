"""Acts of leaders and of the ladder: 领办, 面商, 批示, 督办."""

from __future__ import annotations

from typing import Any

from flows import reading
from flows.calendar import OFFICE_ZONE
from flows.reading.dates import written
from flows.tickets import told
from flows.tickets.acting import Act
from flows.tickets.case import Ticket
from flows.tickets.children import Errand
from flows.tickets.errands import tickable
from flows.tickets.forms import leaders as forms
from flows.tickets.forms.common import CaseFacts
from flows.tickets.forms.errands import ERRAND_DONE, ErrandDoneForm
from flows.tickets.parts import is_party
from flows.tickets.state import OUTSIDE
from handlers.above import taker
from handlers.acts.area import Area, AtOnce
from handlers.acts.desk import ActDesk, words
from handlers.book import name_of
from handlers.colleagues import concerned
from handlers.letters import heads
from handlers.notices import desk_staff
from handlers.ports import Role
from handlers.visit import Visit


def _leaders(visit: Visit, ticket: Ticket) -> CaseFacts:
    """Return who may lead the case: today's leaders who did not report it."""
    others = (pair for pair in _named(visit) if not is_party(ticket, pair[0]))
    named = tuple(pair for pair in others if pair[0] != ticket.leader)
    return CaseFacts(number=ticket.number, leaders=named)


def _named(visit: Visit) -> tuple[tuple[int, str], ...]:
    """Return today's leaders by name; one whose name nobody knows cannot be named."""
    people = visit.book.roster.holders(Role.LEADER)
    named = ((one.id, name_of(visit.book, one.id)) for one in people)
    return tuple(pair for pair in named if pair[1])


def _led(visit: Visit, ticket: Ticket, form: forms.LeadForm, files: tuple[str, ...]) -> told.Lead:
    return told.Lead(int(form.leader))


def _handed(
    visit: Visit, ticket: Ticket, form: forms.LeadForm, files: tuple[str, ...]
) -> told.Lead:
    return told.Lead(int(form.leader), "handed_over")


def _met(kind: str) -> Any:
    def tell(visit: Visit, ticket: Ticket, form: Any, files: tuple[str, ...]) -> told.Met:
        """A day that is named and not to come is the day of it, else today is."""
        today = visit.book.now.astimezone(OFFICE_ZONE).date()
        named = reading.day(form.text, today, visit.book.office.days)
        return told.Met(kind, named if named and named <= today else today, form.text)

    return tell


def _instruction_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    """Return whose words the person may write down: their own, or those of whom they serve."""
    book = visit.book
    actor = book.actor(ticket, visit.person)
    own = {visit.person.id} if visit.person.has(Role.LEADER) else set()
    leaders = _named(visit)
    units = (ticket.lead_unit, *(task.unit for task in ticket.co_tasks))
    return CaseFacts(
        number=ticket.number,
        departments=book.office.departments,
        proposed=tuple(dict.fromkeys(unit for unit in units if unit)),
        leaders=leaders,
        speaks_for=tuple(ident for ident, _ in leaders if ident in own | actor.serves),
        people=_may_do(visit, ticket),
        takes_support=ticket.state in OUTSIDE,
        today=book.now.astimezone(OFFICE_ZONE).date(),
        days=book.office.days,
    )


def _instructed(
    visit: Visit, ticket: Ticket, form: forms.InstructForm, files: tuple[str, ...]
) -> told.Instructed:
    who = form.taker
    name = name_of(visit.book, int(who)) if who.isdecimal() else ""
    errand = Errand(who=who, what=form.text, by_when=form.by_when, name=name)
    adds = (who,) if form.adds and not name and who not in ticket.units else ()
    return told.Instructed(int(form.leader), form.text, (errand,), adds)


def _may_do(visit: Visit, ticket: Ticket) -> tuple[tuple[int, str], ...]:
    """Return who may be given an errand by name: the head of the desk first, its people, leaders.

    Nobody is who has an interest of their own in the case.
    """
    book = visit.book
    staff = (*heads(book), *desk_staff(book), *book.roster.holders(Role.LEADER))
    named = ((one.id, name_of(book, one.id)) for one in concerned(book, ticket, staff))
    return tuple(dict.fromkeys(pair for pair in named if pair[1]))


def _errand_facts(visit: Visit, ticket: Ticket) -> CaseFacts:
    """Return what waits for whoever ticks it off, each by its department or person and its day."""
    waits = tickable(ticket, visit.book.actor(ticket, visit.person))
    office = visit.book.office
    labels = tuple((place, f"{taker(one, office)} {written(one.by_when)}") for place, one in waits)
    return CaseFacts(number=ticket.number, errands=labels)


def _errand_done(
    visit: Visit, ticket: Ticket, form: ErrandDoneForm, files: tuple[str, ...]
) -> told.ErrandDone:
    return told.ErrandDone(form.text, int(form.errand), files)


LEADERS = Area(
    desks={
        "lead": ActDesk(forms.LEAD, Act.LEAD, _led, facts_for=_leaders),
        "hand_over": ActDesk(forms.HAND_OVER, Act.HAND_OVER, _handed, facts_for=_leaders),
        "talk": ActDesk(forms.TALK, Act.MEET, _met("talk"), whole=True),
        "meeting": ActDesk(forms.MEETING, Act.MEET, _met("meeting"), whole=True),
        "instruct": ActDesk(
            forms.INSTRUCT,
            Act.INSTRUCT,
            _instructed,
            fields={"errand_outside": "who", "no_support_now": "who"},
            facts_for=_instruction_facts,
        ),
        "errand_done": ActDesk(
            ERRAND_DONE,
            Act.DONE,
            _errand_done,
            fields={"errand_over": "errand"},
            facts_for=_errand_facts,
        ),
        "call_off": ActDesk(forms.CALL_OFF, Act.CALL_OFF, words, whole=True),
        "letter_reply": ActDesk(forms.LETTER_REPLY, Act.ANSWER, words, whole=True),
    },
    at_once={"errand_undone": AtOnce(Act.UNDONE, told.Nothing())},
    offered={
        Act.ANSWER: "letter_reply",
        Act.CALL_OFF: "call_off",
        Act.DONE: "errand_done",
        Act.UNDONE: "errand_undone",
        Act.LEAD: "lead",
    },
)

"""The desk where reports are taken (我要反映问题, 代录)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows import reading
from flows.calendar import OFFICE_ZONE
from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from flows.tickets.case import Relation, Ticket
from flows.tickets.moves import filed
from flows.tickets.number import number
from flows.tickets.report import REPORT, ReportFacts, ReportForm
from flows.tickets.state import tier_of
from handlers.alike import looked_alike, offer_to_join, related
from handlers.notices import filed_notices, progress_text
from handlers.people import agreed
from handlers.ports import Office, PersonId, Role, Text
from handlers.visit import Visit


def opening_words(office: Office, text: str) -> tuple[Text, ...]:
    """Return the telephone numbers that come before any question (抢修, 110, 119)."""
    calls = reading.opening_calls(text, office.emergencies, office.categories)
    return tuple(Text("report.first_call", {"call": call}) for call in calls)


RELAPSE_OF = "relapse_of"
_RELAPSE = "relapse:"  # in front of the earlier ticket's number, where a form is about one


def relapse_subject(earlier: Ticket) -> str:
    """Name what a report is about that says that a problem is back after all (T19)."""
    return f"{_RELAPSE}{earlier.number}"


def relapse(earlier: Ticket, words: str, files: tuple[str, ...]) -> Start:
    """Begin such a report with what was said the first time."""
    body = f"{earlier.body}\n{words}" if words else earlier.body
    known = {"category": earlier.category, "body": body, "since": "", "wish": earlier.wish}
    return Start(given=known, files=files)


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Takes a report from the enterprise itself, or from staff who write down for a caller."""

    flow: Flow[ReportForm, ReportFacts] = REPORT

    def facts(self, visit: Visit, state: State) -> ReportFacts:
        """Return what is known of the one who reports."""
        book, office = visit.book, visit.book.office
        caller = _caller_id(state)
        person = visit.person if caller is None else book.persons.get(caller)
        readers = {
            p.id for role in (Role.CLERK, Role.SUPERVISOR) for p in book.roster.holders(role)
        }
        return ReportFacts(
            categories=office.categories,
            units={d.id: d.name for d in office.departments},
            enterprise=person.enterprise if person else "",
            contact=person.name if person else "",
            phone=person.phone if person else "",
            readers=len(readers) or len(book.roster.holders(Role.ADMIN)),
            consent_due=caller is None and visit.person.consent != office.consent,
            known=book.enterprises,
            elsewhere=office.elsewhere,
        )

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that this form always leads somewhere."""
        return False

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Give the report its number and tell those who take it on."""
        form = ReportForm.model_validate(submit.form)
        book, office = visit.book, visit.book.office
        caller = _caller_id(state)
        if caller is not None and not await _takes_task(visit, state):
            return None
        files = await book.tx.stored_files(submit.files)
        year = book.now.astimezone(OFFICE_ZONE).year
        serial = await book.tx.tickets.next_number(office.prefix, year, 1)
        ticket = _ticket(number(office.prefix, year, serial), form, files, visit, caller)
        ticket = _related(ticket, state)
        near = await looked_alike(book, ticket)
        ticket = related(ticket, near)
        _learn(visit, form, caller)
        book.put_ticket(
            ticket,
            visit.record(
                f"ticket:{ticket.number}",
                "file",
                "clerk" if caller else "reporter",
                after=ticket.state.value,
                public={
                    "category": ticket.category,
                    "anonymous": form.anonymous,
                    "elsewhere": form.elsewhere.partition(" ")[0],
                },
                personal={"body": form.body, "contact": form.contact, "phone": form.phone},
            ),
        )
        visit.say("report.filed" if caller is None else "report.recorded", number=ticket.number)
        visit.private.append(progress_text(ticket, office))
        if caller is None:
            offer_to_join(visit, ticket, near)
        book.posts.extend(filed_notices(book, ticket))
        return None


async def _takes_task(visit: Visit, state: State) -> bool:
    """Close the caller's task; say so when a colleague has written it down meanwhile."""
    number, me = int(state.subject.split(":")[2]), visit.person.id
    tasks = visit.book.writing.tasks
    task = await tasks.get(number)
    if task is not None and task.done_by not in {None, me}:
        visit.say("task.done_already", task=number)
        return False
    await tasks.done(number, me, visit.book.now)
    return True


def _caller_id(state: State) -> PersonId | None:
    """Return whom staff write down for: the subject is `caller:PERSON:TASK`."""
    kind, *rest = state.subject.split(":")
    return int(rest[0]) if kind == "caller" else None


def _ticket(
    number_: str, form: ReportForm, files: Sequence[str], visit: Visit, caller: PersonId | None
) -> Ticket:
    category = visit.book.office.category(form.category)
    reporter = visit.person.id if caller is None else caller
    known = visit.book.persons.get(reporter)
    ticket = Ticket(
        number=number_,
        reporter=reporter,
        recorded_by=None if caller is None else visit.person.id,
        enterprise=form.enterprise,
        contact=form.contact,
        phone=form.phone,
        category=form.category,
        body=form.body,
        since=form.since,
        wish=form.wish,
        told_elsewhere=form.elsewhere,
        anonymous=form.anonymous == "yes",
        files=tuple(files),
        source="staff" if caller else visit.filed.arrival.channel,
        verified=known is not None and known.binding == "bound",
        urgent=bool(category and category.urgent),
        created_at=visit.book.now,
        tier=tier_of(category),
    )
    return filed(ticket, visit.book.moment)


def _related(ticket: Ticket, state: State) -> Ticket:
    """Keep which earlier ticket it is a relapse of, if the report began so."""
    if not state.subject.startswith(_RELAPSE):
        return ticket
    earlier = Relation(kind=RELAPSE_OF, number=state.subject.removeprefix(_RELAPSE))
    return ticket.model_copy(update={"relations": (*ticket.relations, earlier)})


def _learn(visit: Visit, form: ReportForm, caller: PersonId | None) -> None:
    """Keep what an unbound person told, and the consent that 确认 gave."""
    book = visit.book
    person = visit.person if caller is None else book.persons.get(caller)
    if person is None:
        return
    known = person
    if caller is None:
        person = agreed(visit, person)
    if person.binding == "none":
        person = replace(person, name=form.contact, phone=form.phone, enterprise=form.enterprise)
    if person != known:
        book.put_person(person)

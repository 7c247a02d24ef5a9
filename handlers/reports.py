"""The desk where reports are taken (我要反映问题, 代录)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from flows.tickets.case import Relation, Ticket
from flows.tickets.rates import RELAPSE_OF
from flows.tickets.report import REPORT, ReportFacts, ReportForm, as_filed
from handlers.alike import offer_to_join
from handlers.campaigns.asked import asked_about
from handlers.filing import Finding, Source, file_many
from handlers.notices import progress_text, recorded_notice
from handlers.people import agreed
from handlers.ports import PersonId, Role
from handlers.registration.topics import keep_topic, place_of_topic, source_of
from handlers.visit import Visit

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
        caller = _caller(visit, state)
        person = visit.person if caller is None else book.persons.get(caller)
        place = place_of_topic(visit, state.subject)
        told = place[1] if place else None  # what an unknown person said when they signed up
        readers = {
            p.id for role in (Role.CLERK, Role.SUPERVISOR) for p in book.roster.holders(role)
        }
        return ReportFacts(
            categories=office.categories,
            units={d.id: d.name for d in office.departments},
            enterprise=(person.enterprise if person else "") or (told.enterprise if told else ""),
            contact=(person.name if person else "") or (told.name if told else ""),
            phone=(person.phone if person else "") or (told.phone if told else ""),
            readers=len(readers) or len(book.roster.holders(Role.ADMIN)),
            heads=len(book.roster.holders(Role.SUPERVISOR)),
            consent_due=caller is None and visit.person.consent != office.consent,
            known=book.enterprises,
            elsewhere=office.elsewhere,
        )

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that this form always leads somewhere."""
        return False

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Give the report its number and tell those who take it on."""
        said = ReportForm.model_validate(submit.form)
        form = as_filed(said)
        book, office = visit.book, visit.book.office
        caller = _caller(visit, state)
        if caller is not None and not await _takes_task(visit, state):
            return None
        files = tuple(await book.tx.stored_files(submit.files))
        finding = replace(_finding(visit, state, form, said), files=files)
        place = place_of_topic(visit, state.subject)
        usual = Source("staff" if caller else visit.filed.arrival.channel)
        source = source_of(place[0]) if place else asked_about(state.subject) or usual
        (begun,) = await file_many(visit, source, (finding,))
        caller = _caller(visit, state)  # who they are was held with the number
        _learn(visit, form, caller)
        number = begun.ticket.number
        visit.say("report.filed" if caller is None else "report.recorded", number=number)
        visit.private.append(progress_text(begun.ticket, office))
        if place is not None:
            keep_topic(visit, place, number)
        if caller is None:
            visit.receipt_of = number  # the desk hears at once when it cannot be delivered
            offer_to_join(visit, begun.ticket, begun.near)
        else:
            book.posts.append(recorded_notice(book, begun.ticket))
        return None


def _finding(visit: Visit, state: State, form: ReportForm, said: ReportForm) -> Finding:
    """Put together what is filed, and what was said where that was rewritten."""
    caller = _caller(visit, state)
    return Finding(
        reporter=visit.person.id if caller is None else caller,
        enterprise=form.enterprise,
        contact=form.contact,
        phone=form.phone,
        category=form.category,
        body=form.body,
        since=form.since,
        wish=form.wish,
        elsewhere=form.elsewhere,
        anonymous=form.anonymous == "yes",
        original=said.body if said.body != form.body else "",
        kept_inside=form.inside == "yes",
        recorded=caller is not None,
        relations=_relapses(state),
    )


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


def _caller(visit: Visit, state: State) -> PersonId | None:
    """Return whom staff write down for, who they are now: the subject is `caller:PERSON:TASK`."""
    kind, *rest = state.subject.split(":")
    if kind != "caller":
        return None
    known = visit.book.persons.get(int(rest[0]))
    return (known.merged_into if known else None) or int(rest[0])


def _relapses(state: State) -> tuple[Relation, ...]:
    """Say which earlier ticket it is a relapse of, if the report began so."""
    if not state.subject.startswith(_RELAPSE):
        return ()
    return (Relation(kind=RELAPSE_OF, number=state.subject.removeprefix(_RELAPSE)),)


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

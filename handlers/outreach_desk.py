"""The desk where staff write a 走访 down, or put one right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows import reading
from flows.calendar import OFFICE_ZONE
from flows.engine.flow import Flow, State
from flows.engine.words import Key, Line, Refused, Submit
from flows.outreach.enterprises import meant
from flows.outreach.form import (
    OUTREACH,
    Met,
    OutreachFacts,
    OutreachForm,
    contact_of,
    enterprise_of,
)
from flows.outreach.problems import Problem, category_of, placed, without_name
from flows.outreach.record import Outreach
from flows.tickets.report import OTHER, told_elsewhere
from flows.tickets.sources import VISIT
from handlers.book import Book, name_of
from handlers.filing import Begun, Finding, Source, file_many
from handlers.notices import desk_staff
from handlers.ports import Entry, Person, PersonId, Role, Stale, Text
from handlers.recorded import recorded_many
from handlers.visit import Visit

SUBJECT = "outreach:"  # in front of the id, where a form puts one right
RECORDS = (Role.CLERK, Role.SUPERVISOR, Role.LEADER, Role.SECRETARY)  # who goes to enterprises


def may_record(book: Book, person: Person) -> bool:
    """Say whether somebody writes 走访 down: the federation's own people."""
    stands_in = person.has(Role.ADMIN) and not book.has_desk  # nobody else would
    return person.has(*RECORDS) or stands_in


def standing_in_the_way(visit: Visit, one: Outreach | None) -> Text | None:
    """Say why a 走访 cannot be put right or taken back by this person now."""
    if one is None:
        return Text("outreach.unknown")
    if one.by != visit.person.id and not visit.person.has(Role.SUPERVISOR):
        return Text("outreach.not_yours", {"name": name_of(visit.book, one.by), "id": one.id})
    if visit.book.now > one.undone_until:
        return Text("outreach.too_late", {"id": one.id, "until": one.undone_until})
    return None


async def known_enterprises(book: Book) -> Sequence[str]:
    """Return the names of enterprises that somebody is bound to, or that were heard."""
    if book.shelf.heard is None:
        book.shelf.heard = await book.tx.outreaches.enterprises()
    return sorted({*book.enterprises, *book.shelf.heard})


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose the problems of a 走访 are, and how they are told."""

    person: PersonId
    unreached: bool  # no account is known: the desk tells them by telephone
    hidden: bool  # 对部门隐去企业名
    kept: bool  # 只给工商联看

    @classmethod
    def of(cls, form: OutreachForm, person: PersonId, *, unreached: bool) -> _Whose:
        """Take what the card's switches say."""
        hidden, kept = form.anonymous == "yes", form.inside == "yes"
        return cls(person, unreached=unreached, hidden=hidden, kept=kept)


@dataclass(frozen=True, slots=True)
class OutreachDesk:
    """Files a 走访 and the tickets that come of it, in one transaction."""

    flow: Flow[OutreachForm, OutreachFacts] = OUTREACH

    def facts(self, visit: Visit, state: State) -> OutreachFacts:
        """Return what is known of enterprises, their people, and what was heard before."""
        book, office, shelf = visit.book, visit.book.office, visit.book.shelf
        corrects = shelf.known.get(_corrected(state))
        return OutreachFacts(
            today=book.now.astimezone(OFFICE_ZONE).date(),
            categories=office.categories,
            onward=office.onward,
            known=sorted({*book.enterprises, *(shelf.heard or ())}),
            people={
                name: _met(people, shelf.before[name]) for name, people in shelf.people.items()
            },
            before=shelf.before,
            readers=len(desk_staff(book)),
            heads=len(book.roster.holders(Role.SUPERVISOR)),
            correcting=bool(_corrected(state)),
            corrects=corrects,
            tickets=shelf.tickets.get(_corrected(state), ()),
        )

    async def look_up(self, visit: Visit, state: State) -> bool:
        """Look up the enterprise that the answers name, and the 走访 that is put right."""
        book, shelf, ident = visit.book, visit.book.shelf, _corrected(state)
        fresh = shelf.heard is None
        known = await known_enterprises(book)
        if ident and ident not in shelf.known:
            shelf.known[ident] = await book.tx.outreaches.get(ident)
            shelf.tickets[ident] = await book.tx.outreaches.tickets(ident)
            fresh = True
        said = state.answers.get("enterprise", "")
        enterprise = meant(said, state.answers.get("which", ""), known)
        if enterprise and enterprise not in shelf.people:
            shelf.people[enterprise] = await book.tx.people.speakers(enterprise)
            shelf.before[enterprise] = await book.tx.outreaches.of(enterprise)
            fresh = True
        return fresh

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that a 走访 was taken back meanwhile that this form would put right."""
        ident = _corrected(state)
        return bool(ident) and visit.book.shelf.known.get(ident, True) is None

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep the 走访; ask again where the world changed since the card was shown."""
        form = OutreachForm.model_validate(submit.form)
        if not may_record(visit.book, visit.person):
            visit.say("outreach.not_staff", phone=visit.book.office.phone)
            return None
        ident, enterprise, contact = _corrected(state), *_settled(form, self.facts(visit, state))
        if ident:
            return await self._correct(visit, ident, form, enterprise, contact)
        if submit.files and not form.problems:
            return Refused("outreach.files_alone", at="problems")
        kept = tuple(await visit.book.tx.stored_files(submit.files))
        one = Outreach(
            id=0,
            enterprise=enterprise,
            mode=form.mode,
            day=form.day,
            contact=contact,
            phone=form.phone if form.problems else "",
            by=visit.person.id,
            at=visit.book.now,
            leader=leader_of(visit),
        )
        await self._keep(visit, one, placed(form.problems, kept), form)
        return None

    async def _keep(
        self, visit: Visit, one: Outreach, problems: Sequence[Problem], form: OutreachForm
    ) -> None:
        """Store the 走访 with its tickets, and tell everybody once."""
        book = visit.book
        one = replace(one, id=await book.writing.outreaches.add(one))
        await _alone(book, one)
        reporter = _speaker(book.shelf.people.get(one.enterprise, ()), one)
        begun: list[Begun] = []
        if problems:
            if reporter is None:
                met = await book.writing.people.meet(one.enterprise, one.contact, one.phone)
                whose = _Whose.of(form, met, unreached=True)
            else:
                book.persons.setdefault(reporter.id, reporter)
                whose = _Whose.of(form, reporter.id, unreached=False)
            findings = [_finding(book, one, problem, whose) for problem in problems]
            begun = await file_many(visit, Source(VISIT, one.source_ref, one.leader), findings)
        book.entries.append(_entry(visit, one, "file", tickets=_numbers(begun)))
        book.shelf.forget(one.id, one.enterprise)
        _say_filed(visit, one, begun, told=reporter is not None)
        if begun and reporter is not None:
            tickets = [new.ticket for new in begun]
            said = {"day": one.day}
            book.posts.append(recorded_many(book, tickets, reporter, "outreach.told", said))

    async def _correct(
        self, visit: Visit, ident: int, form: OutreachForm, enterprise: str, contact: str
    ) -> Refused | None:
        """Put a 走访 right, unless it was taken back or the time is over."""
        book = visit.book
        was = await book.tx.outreaches.get(ident)
        refused = standing_in_the_way(visit, was)
        if refused is not None or was is None:
            visit.private.append(refused or Text("outreach.unknown"))
            return None
        await book.store_tickets()
        if enterprise != was.enterprise and await book.tx.outreaches.tickets(ident):
            return Refused("outreach.enterprise.filed", at="enterprise")
        now = replace(was, enterprise=enterprise, mode=form.mode, day=form.day)
        if contact != was.contact:
            now = replace(now, contact=contact, phone="")  # the number was somebody else's
        await book.writing.outreaches.change(now)
        await _alone(book, now)
        book.shelf.forget(ident, was.enterprise, enterprise)
        book.entries.append(_entry(visit, now, "correct", was=f"{was.mode} {was.day}"))
        visit.say("outreach.corrected", **_about(now))
        return None


async def _alone(book: Book, one: Outreach) -> None:
    """Make sure that nobody stored the same meanwhile, now that the row itself keeps others out.

    Raises Stale: the batch is run again, and then it is asked about.
    """

    def same(rows: Sequence[Outreach]) -> set[int]:
        return {row.id for row in rows if row.same(one.enterprise, one.mode, one.day)} - {one.id}

    known = same(book.shelf.before.get(one.enterprise, ()))
    if same(await book.tx.outreaches.of(one.enterprise)) != known:
        raise Stale(f"outreach {one.id}: the same was written down meanwhile")


def _answers(form: OutreachForm) -> dict[str, str]:
    """Return what was answered, as the flow reads it."""
    return {
        "enterprise": form.enterprise,
        "which": form.which,
        "mode": form.mode,
        "day": form.day.isoformat(),
        "contact": form.contact,
    }


def _settled(form: OutreachForm, facts: OutreachFacts) -> tuple[str, str]:
    """Return which enterprise and which person were meant."""
    answers = _answers(form)
    return enterprise_of(answers, facts), contact_of(answers, facts)


def _corrected(state: State) -> int:
    """Return the id of the 走访 that a form puts right; 0 = it writes a new one."""
    return int(state.subject.removeprefix(SUBJECT) or 0)


def _met(people: Sequence[Person], before: Sequence[Outreach]) -> tuple[Met, ...]:
    """Return who can be the contact: who is bound, then whom staff met the last time."""
    found = [Met(one.name, one.phone) for one in people if one.name]
    found += [Met(one.contact, one.phone) for one in before if one.contact]
    latest = {one.name: one for one in reversed(found) if one.phone}
    return tuple(latest.get(name, Met(name, "")) for name in dict.fromkeys(m.name for m in found))


def leader_of(visit: Visit) -> str:
    """Name the leader who was there: who writes, or whose 秘书 writes."""
    person, book = visit.person, visit.book
    if person.has(Role.LEADER):
        return name_of(book, person.id)
    served = [int(unit) for role, unit in person.roles if role is Role.SECRETARY and unit]
    return next((name_of(book, one) for one in served if book.leads(one)), "")


def _speaker(people: Sequence[Person], one: Outreach) -> Person | None:
    """Return the bound person who was met: the telephone number decides, else the name alone."""
    by_phone = [p for p in people if p.phone and p.phone == one.phone]
    named = [p for p in by_phone if p.name == one.contact]
    return next(iter((*named, *by_phone, *_only_named(people, one))), None)


def _only_named(people: Sequence[Person], one: Outreach) -> list[Person]:
    return [p for p in people if not p.phone and p.name == one.contact]


def _finding(book: Book, one: Outreach, problem: Problem, whose: _Whose) -> Finding:
    body = without_name(problem.text, one.enterprise)
    return Finding(
        reporter=whose.person,
        enterprise=one.enterprise,
        contact=one.contact,
        phone=one.phone,
        category=category_of(problem, book.office.categories, OTHER),
        body=body,
        since=reading.since(body) or "",
        wish=reading.wish(body) or "",
        elsewhere=told_elsewhere(body, book.office.elsewhere) or "",
        anonymous=whose.hidden,
        kept_inside=whose.kept,
        files=problem.files,
        recorded=True,
        unreached=whose.unreached,
    )


def _numbers(begun: Sequence[Begun]) -> tuple[str, ...]:
    return tuple(one.ticket.number for one in begun)


def _entry(
    visit: Visit, one: Outreach, act: str, tickets: Sequence[str] = (), was: str = ""
) -> Entry:
    return visit.record(
        f"{SUBJECT}{one.id}",
        act,
        role_of(visit.person),
        before=was,
        after=f"{one.mode} {one.day}",
        public={"tickets": " ".join(tickets)},
        personal={"enterprise": one.enterprise, "contact": one.contact, "phone": one.phone},
    )


def role_of(person: Person) -> str:
    """Name the office in which somebody goes to enterprises."""
    return next((role.value for role in RECORDS if person.has(role)), Role.ADMIN.value)


def _about(one: Outreach) -> dict[str, object]:
    return {
        "id": one.id,
        "mode": Key(f"outreach.mode.{one.mode}"),
        "enterprise": one.enterprise,
        "day": one.day,
    }


def _lines(book: Book, begun: Sequence[Begun]) -> tuple[Line, ...]:
    found = []
    for one in begun:
        category = book.office.category(one.ticket.category)
        found.append(Line(one.ticket.number, category.name if category else ""))
    return tuple(found)


def _say_filed(visit: Visit, one: Outreach, begun: Sequence[Begun], *, told: bool) -> None:
    """Say all numbers in one message, and who tells the enterprise."""
    if not begun:
        visit.say("outreach.filed_none", **_about(one))
        return
    visit.say(
        "outreach.filed",
        **_about(one),
        count=len(begun),
        lines=_lines(visit.book, begun),
        told=Key("outreach.enterprise_told" if told else "outreach.enterprise_by_phone"),
    )

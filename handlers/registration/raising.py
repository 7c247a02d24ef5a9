"""会上问题: what enterprises raise at an activity, written down on the spot, filed at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows import reading
from flows.engine.flow import Flow, State
from flows.engine.words import Line, Refused, Said, Start, Submit
from flows.outreach.problems import Problem, category_of, placed
from flows.registration.arriving import DOORS_OPEN
from flows.registration.event import Event, Stage
from flows.registration.gathered import gathered
from flows.registration.number import in_front
from flows.registration.raising import NOBODY, RAISED, RaisedFacts, RaisedForm, understood
from flows.registration.roll import Roll
from flows.registration.speakers import Attendee, Raised, attendees
from flows.tickets.report import OTHER, told_elsewhere
from flows.tickets.rights import may_read
from flows.tickets.sources import EVENT
from handlers.filing import Begun, Finding, Source, file_many
from handlers.outreach_desk import leader_of, may_record
from handlers.ports import PersonId, Role, Text
from handlers.recorded import recorded_many
from handlers.registration.after import event_choice
from handlers.registration.organisers import organises
from handlers.talk import Talk
from handlers.visit import Visit

ROLE = "organiser"
BEHIND = timedelta(days=7)  # how long after an activity its problems may be written down
OFFERED = 6  # activities of one question


def may_raise(visit: Visit) -> bool:
    """Say whether somebody writes down what is raised at an activity."""
    return organises(visit) or may_record(visit.book, visit.person)


@dataclass(frozen=True, slots=True)
class Raising:
    """The word 会上问题 and the buttons 记问题 and 问题清单 under an activity."""

    talk: Talk

    async def begin(self, visit: Visit) -> None:
        """Open the form, with the first sentences where they stand behind the word."""
        if not may_raise(visit):
            visit.say("raised.not_staff", phone=visit.book.office.phone)
            return
        told = visit.request.rest
        named, problem = in_front(told)
        if named is not None:
            await self.open(visit, [named], problem)
            return
        events = await _lately(visit)
        if not events:
            visit.say("raised.no_event")
            return
        await self.open(visit, [one.number for one in events], told)

    async def open(self, visit: Visit, numbers: Sequence[str], told: str = "") -> None:
        """Open the form for one of these activities, and go on gathering what is told."""
        await visit.book.rolls.hold(numbers)
        if not any(visit.book.rolls.get(one) for one in numbers):
            visit.say("event.unknown")
            return
        said = len(visit.private)
        await self.talk.open(visit, RAISED.name, Start(), ",".join(numbers))
        frame = visit.open_frame()
        if frame is None or not (told or visit.files):
            return
        room = visit.book.office.max_files
        if frame.state.asked == ("problems",):
            del visit.private[said:]  # the question is answered already
            await self.talk.go_on(visit, Said(told, visit.files[:room]))
        else:
            facts = RaisedDesk().facts(visit, frame.state)
            step = RAISED.step("problems")
            given = {"problems": step.adds("", told, (), facts)} if step and told else {}
            del visit.private[said:]
            start = Start(given=given, files=visit.files[:room])
            await self.talk.open(visit, RAISED.name, start, ",".join(numbers))

    async def pressed(self, visit: Visit, act: str, roll: Roll) -> None:
        """Do what 记问题 or 问题清单 says."""
        if not may_raise(visit):
            visit.say("raised.not_staff", phone=visit.book.office.phone)
        elif act == "raise":
            await self.open(visit, [roll.event.number])
        else:
            await self.list(visit, roll)

    async def list(self, visit: Visit, roll: Roll) -> None:
        """Show the tickets of an activity and how far they are; of what is hidden only how many."""
        book, event = visit.book, roll.event
        await book.store_tickets()
        numbers = await book.tx.rolls.tickets(event.number)
        await book.look_up(numbers)
        found = [book.tickets[one] for one in numbers if one in book.tickets]
        if not found:
            visit.say("raised.none", event=event.title_whole)
        else:
            await book.look_up([one.merged_into for one in found if one.merged_into])
            counts = gathered(book.standing(one).state for one in found)
            seen = [one for one in found if may_read(one, book.actor(one, visit.person))]
            hidden = len(found) - len(seen)
            visit.say(
                "raised.list",
                event=event.title_whole,
                collected=counts.collected,
                closed=counts.closed,
                running=counts.running,
                otherwise=counts.otherwise,
                lines=(
                    *(_line(visit, one.number) for one in seen),
                    *((Text("raised.hidden", {"count": hidden}),) if hidden else ()),
                ),
            )
        visit.offer(event_choice("raise", event.number), event_choice("view", event.number))


def _line(visit: Visit, number: str) -> Text:
    ticket = visit.book.tickets[number]
    category = visit.book.office.category(ticket.category)
    told = {
        "number": number,
        "category": category.name if category else ticket.category,
        "state": Text(f"state.{visit.book.standing(ticket).state.value}"),
    }
    return Text("raised.line", told)


async def _lately(visit: Visit) -> Sequence[Event]:
    """Return the activities that may be meant: the one that is on, else those of a week."""
    now = visit.book.now
    found = await visit.book.tx.rolls.between(now - BEHIND, now + timedelta(hours=12))
    here = [one for one in found if _is_on(one, now)]
    if len(here) == 1:
        return here
    return sorted(found, key=lambda one: abs(one.starts_at - now))[:OFFERED]


def _is_on(event: Event, now: datetime) -> bool:
    return event.starts_at - DOORS_OPEN <= now < event.ends_at + DOORS_OPEN


@dataclass(frozen=True, slots=True)
class RaisedDesk:
    """Files everything that was raised at an activity in one transaction."""

    flow: Flow[RaisedForm, RaisedFacts] = RAISED

    def facts(self, visit: Visit, state: State) -> RaisedFacts:
        """Return the activities that may be meant, their lists, and the leaders."""
        book = visit.book
        held = (book.rolls.get(number) for number in state.subject.split(","))
        rolls = [roll for roll in held if roll is not None]
        return RaisedFacts(
            events=[roll.event for roll in rolls],
            listed={r.event.number: attendees(r.registrations.values()) for r in rolls},
            known=book.enterprises,
            leaders=[one.name for one in book.roster.holders(Role.LEADER) if one.name],
            writer=leader_of(visit),
            categories=book.office.categories,
            onward=book.office.onward,
            heads=len(book.roster.holders(Role.SUPERVISOR)),
        )

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether none of the activities took place, or the person is no staff any more."""
        events = self.facts(visit, state).events
        return all(one.stage is Stage.CANCELLED for one in events) or not may_raise(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Give every problem its number; ask again while one is nobody's."""
        form, facts = RaisedForm.model_validate(submit.form), self.facts(visit, state)
        roll = visit.book.rolls.get(form.event)
        if roll is None or not may_raise(visit):
            visit.say("raised.not_staff", phone=visit.book.office.phone)
            return None
        listed = (facts.listed or {}).get(form.event, ())
        kept = tuple(await visit.book.tx.stored_files(submit.files))
        problems = placed(form.problems, kept)
        raised = understood(problems, listed, facts.known)
        unclear = [n for n, one in enumerate(raised, 1) if not one.enterprise]
        if unclear:
            which = "、".join(map(str, unclear))
            return Refused("raised.unclear", {"which": which, "first": unclear[0]})
        findings = await _findings(visit, problems, raised, form)
        leader = "" if form.leader == NOBODY else form.leader
        begun = await file_many(visit, Source(EVENT, form.event, leader), findings)
        numbers = " ".join(one.ticket.number for one in begun)
        visit.book.entries.append(
            visit.record(f"event:{form.event}", "raise", ROLE, public={"tickets": numbers})
        )
        _say_filed(visit, roll.event, begun)
        return None


async def _findings(
    visit: Visit, problems: Sequence[Problem], raised: Sequence[Raised], form: RaisedForm
) -> list[Finding]:
    """Say of each problem who reports it: whoever is on the list, else somebody who was met."""
    book = visit.book
    listed = {one.attendee.person for one in raised if one.attendee and one.attendee.person}
    people = await book.tx.people.load(sorted(listed))
    for ident, person in people.items():
        book.persons.setdefault(ident, person)
    found = []
    for problem, one in zip(problems, raised, strict=True):
        reporter = await _reporter(visit, one)
        known = book.persons.get(reporter)
        found.append(
            Finding(
                reporter=reporter,
                enterprise=one.enterprise,
                contact=one.contact,
                phone=_phone(one.attendee) or (known.phone if known else ""),
                category=category_of(problem, book.office.categories, OTHER),
                body=one.body,
                since=reading.since(one.body) or "",
                wish=reading.wish(one.body) or "",
                elsewhere=told_elsewhere(one.body, book.office.elsewhere) or "",
                anonymous=form.anonymous == "yes",
                kept_inside=form.inside == "yes",
                files=problem.files,
                recorded=True,
                unreached=one.attendee is None or one.attendee.person is None,
            )
        )
    return found


def _phone(attendee: Attendee | None) -> str:
    return attendee.phone if attendee else ""


async def _reporter(visit: Visit, one: Raised) -> PersonId:
    """Return who reports: the attendee's account, else whoever staff met there."""
    if one.attendee is not None and one.attendee.person is not None:
        return one.attendee.person
    phone = _phone(one.attendee)
    return await visit.book.writing.people.meet(one.enterprise, one.contact, phone)


def _say_filed(visit: Visit, event: Event, begun: Sequence[Begun]) -> None:
    """Say all numbers in one message; each reporter who can be written to hears of theirs."""
    book = visit.book
    reached: dict[PersonId, list[Begun]] = {}
    for one in begun:
        if not one.ticket.left:
            reached.setdefault(one.ticket.reporter, []).append(one)
    unreached = [one.ticket for one in begun if one.ticket.left]
    names = tuple(dict.fromkeys(f"{t.enterprise}{t.contact}" for t in unreached))
    told = [
        Text("raised.told_people", {"count": len(reached)}) if reached else Text("raised.told_none")
    ]
    told += [Text("raised.by_phone", {"who": names})] if names else []
    lines = tuple(Line(one.ticket.number, _called(visit, one)) for one in begun)
    visit.say(
        "raised.filed", event=event.title_whole, count=len(begun), lines=lines, told=tuple(told)
    )
    visit.offer(event_choice("raised", event.number), event_choice("raise", event.number))
    for person, theirs in reached.items():
        tickets, said = [one.ticket for one in theirs], {"event": event.title_whole}
        book.posts.append(recorded_many(book, tickets, book.persons[person], "raised.told", said))


def _called(visit: Visit, one: Begun) -> str:
    category = visit.book.office.category(one.ticket.category)
    return f"{one.ticket.enterprise} {category.name if category else ''}".strip()


__all__ = ["RaisedDesk", "Raising", "may_raise"]

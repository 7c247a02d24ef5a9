"""One act on several tickets: confirmed once, done in one transaction, each told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.calendar import OFFICE_ZONE
from flows.engine import advance
from flows.engine.flow import Flow, State
from flows.engine.words import Confirm, Key, Line, Refused, Start, Submit
from flows.tickets.acting import Refusal
from flows.tickets.case import Ticket
from flows.tickets.desk import Waits
from flows.tickets.forms.several import SEVERAL, SeveralFacts, SeveralForm
from flows.tickets.moves import move, objection
from flows.tickets.parts import Actor
from flows.tickets.several import MOST
from handlers.acts import AT_ONCE, OPENS
from handlers.acts.after import after, refuse
from handlers.lists import Span, Whose
from handlers.ports import Text
from handlers.talk import Talk
from handlers.understand import Request
from handlers.visit import Visit

# What 全部 means: everything that waits for this act of the person.
_ALL: Mapping[str, Waits] = {
    "accept": Waits.ACCEPT,
    "sign": Waits.SIGN,
    "approve": Waits.AUDIT,
}


async def open_several(visit: Visit, talk: Talk) -> None:
    """Show one act on several tickets for confirmation; where it is possible on none, say why."""
    asked = visit.request.numbers or await _all(visit, visit.request.act)
    broken = [number for number in asked if visit.book.broken(number, visit.person)]
    visit.private.extend(visit.no_such(number) for number in broken)
    numbers = [number for number in asked if number not in broken]
    known = [number for number in numbers if number in visit.book.tickets]
    strange = [number for number in numbers if not _may_see(visit, number)]
    if strange or not known:
        say = visit.say if visit.in_private else visit.tell
        if strange:
            say("several.strange", numbers=tuple(strange))
        elif not broken:
            say("several.none", act=Key(f"act.{visit.request.act}"))
        return
    why = [_why_not(visit, number) for number in known[:MOST]]
    if all(why):
        visit.say("several.nothing", act=Key(f"act.{visit.request.act}"), lines=tuple(why))
        return
    if len(known) > MOST:
        visit.say("several.too_many", most=MOST)
    given = {"numbers": ",".join(known[:MOST]), "act": visit.request.act}
    given |= {"text": visit.request.rest} if visit.request.rest else {}
    await talk.open(visit, SEVERAL.name, Start(given=given))


async def _all(visit: Visit, act: str) -> Sequence[str]:
    """Find and look up what waits for this act of the person."""
    book, person = visit.book, visit.person
    if act not in _ALL:
        return ()
    await book.store_tickets()
    whose = Whose(units=person.units()) if act == "sign" else Whose(not_by=person.id)
    if act == "sign" and not whose.units:
        return ()
    listed = await book.tx.lists.due(whose, [_ALL[act]], Span(), MOST + 1)
    numbers = [one.number for one in listed]
    await book.look_up(numbers)
    found = (book.tickets.get(number) for number in numbers)
    return [one.number for one in found if one and _objection(visit, one, act) is None]


def _why_not(visit: Visit, number: str) -> Text | None:
    """Say why the act that is asked for is not done on a ticket; None = it can be."""
    word, ticket = visit.request.act, visit.book.tickets[number]
    aside = Visit(visit.book, visit.filed, Request())
    if (refusal := _objection(visit, ticket, word)) is not None:
        refuse(aside, ticket, refusal)
        return next(iter((*aside.private, *aside.public)))
    if word in AT_ONCE or _filled(aside, ticket, word, visit.request.rest):
        return None
    return Text("several.asks", {"number": number})


def _may_see(visit: Visit, number: str) -> bool:
    ticket = visit.book.tickets.get(number)
    return ticket is not None and bool(visit.book.actor(ticket, visit.person).parts)


def _objection(visit: Visit, ticket: Ticket, word: str) -> Refusal | None:
    if word in OPENS:
        return OPENS[word].objection(visit, ticket)
    actor = visit.book.actor(ticket, visit.person)
    return objection(ticket, AT_ONCE[word].act, actor, visit.book.moment)


@dataclass(frozen=True, slots=True)
class SeveralDesk:
    """Files one act on several tickets."""

    flow: Flow[SeveralForm, SeveralFacts] = SEVERAL

    def facts(self, visit: Visit, state: State) -> SeveralFacts:
        """Word each ticket: where it stands, or why the act would not go."""

        def about(number: str, word: str) -> Line | Text:
            ticket = visit.book.tickets.get(number)
            if ticket is None or not _may_see(visit, number):
                return visit.no_such(number)
            if _objection(visit, ticket, word) is not None:
                state = Key(f"state.{ticket.state.value}")
                return Text("several.not_now", {"number": number, "state": state})
            return Line(number, Key(f"state.{ticket.state.value}"))

        book = visit.book
        known = [number for number in book.tickets if _may_see(visit, number)]
        year = book.now.astimezone(OFFICE_ZONE).year
        return SeveralFacts(about, known, book.office.prefix, year)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say that this form always leads somewhere."""
        return False

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Do the act on each ticket; what cannot be done leaves the others alone."""
        form = SeveralForm.model_validate(submit.form)
        lines: list[Line | Text] = []
        went = 0
        for number in form.all_numbers:
            reason = await _do(visit, number, form)
            went += reason is None
            ticket = visit.book.tickets.get(number)
            if reason is not None or ticket is None:
                lines.append(Text("several.refused", {"number": number, "reason": reason}))
            else:
                lines.append(Line(number, Key(f"state.{ticket.state.value}")))
        visit.say(
            "several.done",
            act=Key(f"act.{form.act}"),
            went=went,
            count=len(lines),
            lines=tuple(lines),
        )
        return None


async def _do(visit: Visit, number: str, form: SeveralForm) -> Text | None:
    """Do the act on one ticket; return why it was not done.

    What is said to the person about a single ticket is not said twenty times: it is taken apart
    and only a refusal is kept.
    """
    ticket = visit.book.tickets.get(number)
    if ticket is None or not _may_see(visit, number):
        return visit.no_such(number)
    aside = Visit(visit.book, visit.filed, Request())
    actor = visit.book.actor(ticket, visit.person)
    if form.act in AT_ONCE:
        _at_once(aside, ticket, actor, form.act)
    else:
        needs = await _by_form(aside, ticket, form)
        if needs is not None:
            return needs
    if visit.book.tickets[number].version > ticket.version:
        return None
    return next(iter((*aside.private, *aside.public)), Text("several.needs"))


def _at_once(aside: Visit, ticket: Ticket, actor: Actor, word: str) -> None:
    planned = AT_ONCE[word]
    act = planned.act_for(aside, ticket) if planned.act_for else planned.act
    told = planned.tell(aside, ticket) if planned.tell else planned.told
    moved = move(ticket, act, actor, told, aside.book.moment)
    if isinstance(moved, Refusal):
        refuse(aside, ticket, moved)
    else:
        after(aside, act, ticket, moved, actor)


async def _by_form(aside: Visit, ticket: Ticket, form: SeveralForm) -> Text | None:
    """Fill the act's own form with what was typed; one that asks for more is left for itself."""
    desk = OPENS[form.act]
    refusal = desk.objection(aside, ticket)
    if refusal is not None:
        refuse(aside, ticket, refusal)
        return None
    filled = _filled(aside, ticket, form.act, form.text)
    if filled is None:
        return Text("several.needs")
    refused = await desk.file(aside, *filled)
    return Text(refused.key, refused.params) if refused else None


def _filled(aside: Visit, ticket: Ticket, word: str, text: str) -> tuple[State, Submit] | None:
    """Fill an act's form with what was typed; None = it asks for more."""
    desk = OPENS[word]
    state = State(flow=desk.flow.name, subject=ticket.number)
    for event in (desk.start(text, ()), Confirm()):
        turn = advance(desk.flow, state, event, desk.facts(aside, state))
        state = turn.state
        submits = [effect for effect in turn.effects if isinstance(effect, Submit)]
        if submits:
            return state, submits[0]
    return None

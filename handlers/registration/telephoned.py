"""代取消 and 代改人数: staff do for whoever telephones what one does oneself in chat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from flows.registration.hearing import hears
from flows.registration.number import in_front
from flows.registration.party_told import people_in
from flows.registration.registration import Registration
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import BEGUN, Party, cancel, resize_party
from flows.registration.telephoned import (
    LEAVE_FOR,
    PARTY_FOR,
    SHOWN,
    LeaveForForm,
    Meant,
    PartyForForm,
    TelephonedFacts,
    meant,
)
from handlers.ports import Text
from handlers.registration.after import event_choice
from handlers.registration.collected import look_up_topics
from handlers.registration.desk import place_of
from handlers.registration.keeping import keep
from handlers.registration.organisers import organises
from handlers.talk import Talk
from handlers.visit import Visit

Act = Callable[[Visit, Roll, Registration, Any], Rolled | Refused]


@dataclass(frozen=True, slots=True)
class Telephoned:
    """The words 代取消 and 代改人数, with whose place and why behind them."""

    talk: Talk
    flow: str

    async def begin(self, visit: Visit) -> None:
        """Open the form with what was said; nobody on the lists who fits is said at once."""
        if not organises(visit):
            visit.say("event.not_yours")
            return
        number, said = in_front(visit.request.rest)
        numbers = [number] if number else await _ahead(visit)
        await visit.book.rolls.hold(numbers)
        rolls = [roll for one in numbers if (roll := visit.book.rolls.get(one)) is not None]
        if not rolls:
            visit.say("event.unknown" if number else "event.none_planned")
            return
        found = meant(rolls, said)
        if said and not found.places:
            visit.say("telephoned.nobody", said=found.said or said)
            visit.offer(*(event_choice("names", r.event.number) for r in rolls[:1]))
            return
        if self.flow == PARTY_FOR.name:
            ahead = [roll for roll in rolls if not has_begun(visit, roll)]
            kept = meant(ahead, said)
            if not ahead or (said and not kept.places):
                say_begun(visit, _of(rolls, found.places))
                return
            rolls, found = ahead, kept
        await self._open(visit, rolls, found)

    async def _open(self, visit: Visit, rolls: Sequence[Roll], found: Meant) -> None:
        subject = ",".join(roll.event.number for roll in rolls)
        given = {"who": found.said, **_rest(self.flow, found.rest)}
        if len(found.places) > SHOWN:
            visit.say("telephoned.many", said=found.said, count=len(found.places))
            given["who"] = ""
        start = Start(given={name: text for name, text in given.items() if text})
        await self.talk.open(visit, self.flow, start, subject)


def has_begun(visit: Visit, roll: Roll) -> bool:
    """Say whether nobody's number of people is changed any more."""
    return visit.book.now >= roll.event.starts_at


def say_begun(visit: Visit, roll: Roll) -> None:
    """Say that an activity has started, and offer what is left: more people at the door."""
    visit.say("telephoned.begun", event=roll.event.title_whole)
    visit.offer(event_choice("walk_in", roll.event.number))


def _of(rolls: Sequence[Roll], places: Sequence[Registration]) -> Roll:
    """Return the list of the first of these places."""
    return next((r for r in rolls if places and r.event.number == places[0].event), rolls[0])


def _rest(flow: str, text: str) -> dict[str, str]:
    """Read what stands behind whose place it is: 3人 来电说多带一位."""
    party, reason = people_in(text) if flow == PARTY_FOR.name else ("", text)
    return {"party": party, "reason": reason}


async def _ahead(visit: Visit) -> Sequence[str]:
    """Return the activities that are not over, the next first."""
    return [one.number for one in await visit.book.tx.rolls.open(visit.book.now)]


def _leave(visit: Visit, roll: Roll, one: Registration, form: LeaveForForm) -> Rolled | Refused:
    book = visit.book
    waking = book.office.events.waking
    return cancel(roll, one.seq, book.now, waking, reason=form.reason, office=True)


def _party(visit: Visit, roll: Roll, one: Registration, form: PartyForForm) -> Rolled | Refused:
    book = visit.book
    to = Party(form.party, one.companions[: form.party - 1])
    waking = book.office.events.waking
    return resize_party(roll, one.seq, to, book.now, waking, reason=form.reason, office=True)


@dataclass(frozen=True, slots=True)
class TelephonedDesk:
    """Files one change of a place that its holder asked for by telephone."""

    flow: Flow[Any, TelephonedFacts]
    act: Act
    said: str  # key of what staff are told

    def facts(self, visit: Visit, state: State) -> TelephonedFacts:
        """Return the lists that may be meant, as they are now."""
        held = (visit.book.rolls.get(number) for number in state.subject.split(","))
        return TelephonedFacts([roll for roll in held if roll is not None])

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether there is no list any more, or it is not the person's to change."""
        return not self.facts(visit, state).rolls or not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Do it; whoever's place it is hears of it, and so does who signed them up."""
        if not organises(visit):
            visit.say("event.not_yours")
            return None
        form = self.flow.form.model_validate(submit.form)
        number, seq = place_of(form.place)
        roll = visit.book.rolls.get(number)
        one = roll.registrations.get(seq) if roll else None
        if roll is None or one is None:
            visit.say("registration.refused.not_live")
            return None
        acted = self.act(visit, roll, one, form)
        if isinstance(acted, Refused):
            if acted.at is not None and self.flow.step(acted.at) is not None:
                return acted
            if acted.key == BEGUN:
                say_begun(visit, roll)
            else:
                visit.say(acted.key, **acted.params)
            return None
        await look_up_topics(visit.book, acted)
        keep(visit, acted)
        await self._say(visit, acted, one)
        return None

    async def _say(self, visit: Visit, acted: Rolled, before: Registration) -> None:
        """Say what was done, who hears of it, and how it is taken back."""
        one = acted.roll.registrations[before.seq]
        visit.say(
            self.said,
            event=acted.roll.event.title_whole,
            name=one.name,
            was=before.party,
            party=one.party,
            free=max(acted.roll.free, 0),
            heard=await _heard(visit, one),
        )
        undo = () if one.live else (event_choice("restore", one.event, one.seq),)
        visit.offer(*undo, event_choice("names", one.event))


async def _heard(visit: Visit, one: Registration) -> Text:
    """Say who hears of it: the attendee, who signed them up, or nobody but whoever did it."""
    who = hears(one)
    if who == visit.person.id:
        return Text("telephoned.unheard", {"name": one.name})
    if one.person is not None:
        return Text("telephoned.heard", {"name": one.name})
    found = (await visit.book.tx.people.load([who])).get(who)
    by = (found.name or found.nick) if found else ""
    return Text("telephoned.heard_by", {"name": one.name, "by": by})


TELEPHONED_DESKS = (
    TelephonedDesk(LEAVE_FOR, _leave, "telephoned.left"),
    TelephonedDesk(PARTY_FOR, _party, "telephoned.changed"),
)

__all__ = ["TELEPHONED_DESKS", "Telephoned", "has_begun", "say_begun"]

"""接龙 in chat: staff paste the list of a group, and its rows become places on the list."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from flows.registration.relay import is_relay, read_relay
from flows.registration.relay_filing import Became
from flows.registration.relay_forms import RELAY, RELAY_ROW, RelayFacts, RelayForm
from flows.registration.relay_pending import await_answers
from flows.registration.relay_undoing import begun, remembered
from flows.registration.signing import closed
from handlers.paragraphs import forwarded
from handlers.registration.after import event_choice
from handlers.registration.organisers import organises
from handlers.registration.relay_entering import Entering
from handlers.registration.relay_rows import ask_rows, keep_relay
from handlers.registration.relay_telling import result
from handlers.talk import Talk
from handlers.visit import Visit

CHOICES = 6  # activities that a list may be for; more would be more than a screen
LEAD = 100  # characters in which a list says what it is
_WORD = "接龙"
_OURS = frozenset({RELAY.name, RELAY_ROW.name})


@dataclass(frozen=True, slots=True)
class Relaying:
    """The word 接龙, and lists that are pasted or forwarded without it."""

    talk: Talk

    async def begin(self, visit: Visit) -> None:
        """Take the list that stands behind the word; nothing = it is asked for."""
        text = visit.request.rest
        if not organises(visit):
            visit.say("relay.not_yours")
            return
        await self._open(visit, f"#接龙 {text}" if text else "")

    async def took(self, visit: Visit) -> bool:
        """Take a list that was pasted or forwarded without a word; say whether it was one.

        In the middle of another form it may be what that form asks for.
        """
        frame = visit.open_frame()
        if frame is not None and frame.state.flow not in _OURS:
            return False
        text = forwarded(visit) if visit.filed.arrival.forwarded else visit.request.text
        ours = organises(visit)
        if not ours and _WORD not in text[:LEAD]:  # nobody else is read for a list
            return False
        if not is_relay(text, visit.book.enterprises):
            return False
        if ours:
            await self._open(visit, text)
        else:
            visit.say("relay.not_yours")
        return True

    async def _open(self, visit: Visit, text: str) -> None:
        book = visit.book
        events = (await book.tx.rolls.open(book.now))[:CHOICES]
        if not events:
            visit.say("relay.no_event")
            return
        numbers = [one.number for one in events]
        await book.rolls.hold(numbers)
        given = {"text": text} if text else {}
        await self.talk.open(visit, RELAY.name, Start(given=given), ",".join(numbers))


@dataclass(frozen=True, slots=True)
class RelayDesk:
    """Files a whole list in one transaction; what is doubtful is asked afterwards."""

    flow: Flow[RelayForm, RelayFacts] = RELAY

    def facts(self, visit: Visit, state: State) -> RelayFacts:
        """Return the activities that the list may be for."""
        held = (visit.book.rolls.get(number) for number in state.subject.split(","))
        events = [roll.event for roll in held if roll is not None]
        return RelayFacts(events, visit.book.today, visit.book.enterprises)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the list cannot be filed any more."""
        events = self.facts(visit, state).events
        open_ones = [one for one in events if closed(one, visit.book.now) is None]
        return not open_ones or not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Sign the certain rows up, name what became of each, ask about the others."""
        form = RelayForm.model_validate(submit.form)
        roll = visit.book.rolls.rolls[form.event]
        if not organises(visit):
            visit.say("relay.not_yours")
            return None
        why = closed(roll.event, visit.book.now)
        if why is not None:
            visit.say(why.key, **why.params)
            visit.offer(event_choice("view", form.event))
            return None
        relay = read_relay(form.text, visit.book.enterprises)
        pasting = begun(roll.event, visit.person.id, visit.book.now)
        certain = [row for row in relay.rows if row.doubt is None]
        entering = await Entering.of(visit, certain, pasting.no)
        rolled, entered = entering.all(roll, relay.rows)
        asked = [one.row for one in entered if one.became is Became.ASKED]
        waiting = ((entering.digest(row), row) for row in asked)
        after = remembered(await_answers(rolled.roll, waiting, pasting.no), pasting)
        keep_relay(visit, roll, replace(rolled, roll=after))
        visit.say("relay.result", lines=result(after, entered, cut=relay.cut))
        ask_rows(visit, after)
        return None


__all__ = ["RelayDesk", "Relaying"]

"""The desks of those who run activities: calling off, moving, seats, a rejection, the door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Submit
from flows.registration import office
from flows.registration.event import Stage
from flows.registration.organising import (
    CALL_OFF,
    MOVE,
    PAUSE,
    REJECT,
    SEATS,
    WALK_IN,
    MoveForm,
    OfficeFacts,
    ReasonForm,
    SeatsForm,
    WalkInForm,
)
from flows.registration.publishing import PUBLISH, PublishFacts, PublishForm
from flows.registration.registration import Registration
from flows.registration.roll import Roll, Rolled
from handlers.registration.after import event_choice
from handlers.registration.collected import going_on, look_up_topics
from handlers.registration.desk import place_of
from handlers.registration.keeping import keep
from handlers.registration.letting_in import walk_in
from handlers.registration.organisers import organises
from handlers.registration.organising import by_name, groups_without, published
from handlers.registration.planning import PlanDesk
from handlers.registration.told import moved_posts
from handlers.visit import Visit

Act = Callable[[Visit, Roll, Registration | None, Any], Rolled | Refused]


def _call_off(visit: Visit, roll: Roll, one: object, form: ReasonForm) -> Rolled | Refused:
    return office.call_off(roll, form.reason, visit.book.now)


def _pause(visit: Visit, roll: Roll, one: object, form: ReasonForm) -> Rolled | Refused:
    return office.pause(roll, form.reason)


def _reject(
    visit: Visit, roll: Roll, one: Registration | None, form: ReasonForm
) -> Rolled | Refused:
    if one is None:
        return Refused("registration.refused.not_live")
    book = visit.book
    waking = book.office.events.waking
    return office.decide(roll, one.seq, visit.person.id, book.now, waking, reason=form.reason)


def _move(visit: Visit, roll: Roll, one: object, form: MoveForm) -> Rolled | Refused:
    to = office.Moved(form.starts_at, form.ends_at, form.reason, form.venue)
    moved = office.reschedule(roll, to, visit.book.now)
    if isinstance(moved, Rolled):
        visit.book.posts += moved_posts(moved.roll, roll.event, visit.person.id)
    return moved


def _seats(visit: Visit, roll: Roll, one: object, form: SeatsForm) -> Rolled | Refused:
    book = visit.book
    anyway = form.anyway == "yes"
    return office.resize(roll, form.capacity, book.now, book.office.events.waking, anyway=anyway)


def _walk_in(visit: Visit, roll: Roll, one: object, form: WalkInForm) -> Rolled | Refused:
    return walk_in(visit, roll, form)


@dataclass(frozen=True, slots=True)
class OfficeDesk:
    """Files one thing that is done to an activity, or to one place on its list."""

    flow: Flow[Any, OfficeFacts]
    act: Act
    said: str  # key of what the person is told

    def facts(self, visit: Visit, state: State) -> OfficeFacts:
        """Return the list as it is now."""
        number, seq = place_of(state.subject)
        roll = visit.book.rolls.get(number)
        if roll is None:
            raise LookupError(f"no activity {number}")
        return OfficeFacts(roll, visit.book.today, visit.book.office.days, seq)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the activity is called off, or not the person's to run any more."""
        roll = visit.book.rolls.get(place_of(state.subject)[0])
        return roll is None or roll.event.stage is Stage.CANCELLED or not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Do it, and say how the list stands now."""
        number, seq = place_of(state.subject)
        roll = visit.book.rolls.get(number)
        if roll is None or not organises(visit):
            visit.say("event.not_yours")
            return None
        acted = self.act(visit, roll, roll.registrations.get(seq), submit.form)
        if isinstance(acted, Refused):
            if acted.at is not None and self.flow.step(acted.at) is not None:
                return acted
            visit.say(acted.key, **by_name(visit, acted))
            return None
        await look_up_topics(visit.book, acted)
        keep(visit, acted, "" if seq else self.flow.name)
        now = acted.roll
        visit.say(
            self.said,
            event=now.event.title_whole,
            told=len(acted.happened),
            starts=now.event.starts_at,
            capacity=now.event.capacity,
            free=max(now.free, 0),
        )
        topics = going_on(visit.book, acted) if self.flow is CALL_OFF else 0
        if topics:
            visit.say("topic.called_off", count=topics)
            visit.offer(event_choice("raised", number))
        visit.offer(event_choice("view", number))
        return None


@dataclass(frozen=True, slots=True)
class PublishDesk:
    """Puts the card of an activity into the groups that were chosen."""

    flow: Flow[PublishForm, PublishFacts] = PUBLISH

    def facts(self, visit: Visit, state: State) -> PublishFacts:
        """Return the groups that have no card yet."""
        event = visit.book.rolls.rolls[state.subject].event
        return PublishFacts(event, groups_without(visit, event))

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the activity is called off, or not the person's to run any more."""
        roll = visit.book.rolls.get(state.subject)
        return roll is None or roll.event.stage is Stage.CANCELLED or not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Publish it."""
        if not organises(visit):
            visit.say("event.not_yours")
            return None
        form = PublishForm.model_validate(submit.form)
        roll = visit.book.rolls.rolls[state.subject]
        published(visit, roll, form.chats(groups_without(visit, roll.event)))
        return None


OFFICE_DESKS = (
    PlanDesk(),
    PublishDesk(),
    OfficeDesk(CALL_OFF, _call_off, "event.done.off"),
    OfficeDesk(PAUSE, _pause, "event.done.pause"),
    OfficeDesk(REJECT, _reject, "event.done.no"),
    OfficeDesk(MOVE, _move, "event.done.move"),
    OfficeDesk(SEATS, _seats, "event.done.seats"),
    OfficeDesk(WALK_IN, _walk_in, "event.done.walk_in"),
)

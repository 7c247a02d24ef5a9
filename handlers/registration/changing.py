"""The desks where somebody changes or gives up a place on a list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Submit
from flows.registration.changing import (
    INSTEAD,
    LEAVE,
    PEOPLE,
    InsteadForm,
    PeopleForm,
    PlaceFacts,
)
from flows.registration.registration import Registration
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Party, Wish, cancel, hand_over, resize_party
from handlers.registration.desk import (
    answer,
    code_for,
    done,
    names_in,
    not_theirs,
    place_at,
    refused,
    registration_of,
)
from handlers.registration.known import attendee_of
from handlers.registration.topics import ask_on
from handlers.visit import Visit

Act = Callable[[Visit, Roll, Registration, Any], Awaitable[Rolled | Refused]]


async def _people(
    visit: Visit, roll: Roll, one: Registration, form: PeopleForm
) -> Rolled | Refused:
    to = Party(form.party, names_in(form.companions) if form.party > 1 else ())
    book = visit.book
    waking = book.office.events.waking
    return resize_party(roll, one.seq, to, book.now, waking, received=visit.received_at)


async def _instead(
    visit: Visit, roll: Roll, one: Registration, form: InsteadForm
) -> Rolled | Refused:
    me = visit.person.id
    who = await attendee_of(visit, form.name, form.phone, one.enterprise)
    name = who.name if who and who.id != me else form.name
    if who is not None and await visit.book.rolls.bars(who.id, me):
        return Refused("proxy.refused", {"name": name})
    wish = Wish(
        attendee=visit.book.tx.rolls.stranger(name, one.enterprise),
        person=who.id if who else None,
        by=me,
        name=name,
        phone=form.phone,
        enterprise=one.enterprise,
        code=code_for(roll),
    )
    return hand_over(roll, one.seq, wish, visit.book.now)


async def _leave(visit: Visit, roll: Roll, one: Registration, form: object) -> Rolled | Refused:
    book = visit.book
    waking = book.office.events.waking
    return cancel(roll, one.seq, book.now, waking, received=visit.received_at)


@dataclass(frozen=True, slots=True)
class PlaceDesk:
    """Files one change of a place on a list."""

    flow: Flow[Any, PlaceFacts]
    act: Act

    def facts(self, visit: Visit, state: State) -> PlaceFacts:
        """Return the list and the place as they are now."""
        found = place_at(visit, state.subject)
        if found is None:
            raise LookupError(f"no place {state.subject}")
        return PlaceFacts(*found)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the place is gone, or is not the person's any more."""
        found = registration_of(visit, state.subject)
        return found is None or not found[1].live

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Do it; what stands against it is asked about again, or said."""
        found = registration_of(visit, state.subject)
        if found is None:
            at = place_at(visit, state.subject)
            not_theirs(visit, at[1] if at else None)
            return None
        roll, one = found
        acted = await self.act(visit, roll, one, submit.form)
        if isinstance(acted, Refused):
            return refused(visit, roll, acted, one.enterprise)
        done(visit, acted)
        now = acted.roll.registrations[one.seq]
        answer(visit, acted.roll, now)
        if not now.live:
            ask_on(visit, now)
        return None


CHANGES: tuple[PlaceDesk, ...] = (
    PlaceDesk(PEOPLE, _people),
    PlaceDesk(INSTEAD, _instead),
    PlaceDesk(LEAVE, _leave),
)

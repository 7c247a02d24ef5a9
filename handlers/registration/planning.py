"""The desk where an activity is set up (建活动)."""

from __future__ import annotations

from dataclasses import dataclass

from flows.calendar import OFFICE_ZONE
from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Submit
from flows.registration.event import Event
from flows.registration.number import number
from flows.registration.planning import PLAN, PlanFacts, PlanForm, questions_of
from flows.registration.roll import Roll, Rolled
from handlers.registration.after import event_text
from handlers.registration.keeping import keep
from handlers.registration.organisers import organises
from handlers.registration.organising import choices
from handlers.visit import Visit


@dataclass(frozen=True, slots=True)
class PlanDesk:
    """Files a new activity; it is a draft until it is published."""

    flow: Flow[PlanForm, PlanFacts] = PLAN

    def facts(self, visit: Visit, state: State) -> PlanFacts:
        """Return the day and the templates of the series."""
        known = visit.book.office
        return PlanFacts(visit.book.today, known.days, known.series)

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether the person runs no activities any more."""
        return not organises(visit)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep the draft and show it as others will see it."""
        if not organises(visit):
            visit.say("event.not_yours")
            return None
        roll = await drafted(visit, PlanForm.model_validate(submit.form))
        draft = event_text(roll, "event.draft")
        visit.say(draft.key, **draft.params)
        visit.offer(*choices(visit, roll))
        return None


async def drafted(visit: Visit, form: PlanForm, origin: str = "") -> Roll:
    """Keep a new activity as a draft; `origin` is the digest of the row of a file it came of."""
    book = visit.book
    year = book.now.astimezone(OFFICE_ZONE).year
    serial = await book.writing.rolls.next_number(year)
    usual = PlanFacts(book.today, book.office.days, book.office.series).template(form.series)
    event = Event(
        number=number(book.office.event_prefix, year, serial),
        series=form.series,
        title=form.name,
        starts_at=form.starts_at,
        ends_at=form.ends_at,
        venue=form.venue,
        audience=usual.audience,
        note=form.note,
        guests=form.guests,
        guests_for=usual.guests_for,
        capacity=form.capacity,
        per_enterprise=form.per_enterprise,
        waitlist=form.waitlist,
        companions=form.companions,
        closes_at=form.closes,
        approval=form.approval == "yes",
        offer=book.office.events.offer,
        questions=questions_of(form.questions),
        created_by=visit.person.id,
        created_at=book.now,
        origin=origin,
    )
    roll = Roll.of(event, ())
    keep(visit, Rolled(roll), "plan")
    return roll

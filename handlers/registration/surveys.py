"""The question after an activity: to those who came; its results to those who run it."""

from __future__ import annotations

from dataclasses import dataclass

from flows.engine.flow import Flow, State
from flows.engine.words import Refused, Start, Submit
from flows.office import Content
from flows.registration import clock
from flows.registration.clock import ERASED
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.survey import FEWEST, SURVEY, Gain, SurveyForm, asked_now, results
from handlers.ports import Post, Text, ToPerson
from handlers.registration.after import PROXY, By, event_choice, settle
from handlers.registration.organisers import organises
from handlers.talk import Talk
from handlers.visit import Visit

GAINS = frozenset(gain.value for gain in Gain)
"""The three buttons."""


def survey_posts(before: Roll, after: Roll) -> list[Post]:
    """Ask those whose turn it is by a stroke of the clock, once each."""
    event = after.event
    return [
        Post(
            to=ToPerson(one.person),
            content=Content.PROGRESS,
            parts=(Text("survey.asked", {"event": event.title_whole}),),
            dedupe=f"{event.number}:{one.seq}:{clock.SURVEY}:p{one.person}",
            choices=tuple(event_choice(gain.value, event.number, one.seq) for gain in Gain),
            title=Text("registration.title", {"event": event.title_whole}),
            card=f"{event.number}:{one.seq}:{clock.SURVEY}:p{one.person}",
        )
        for one in asked_now(before, after)
        if one.person is not None
    ]


async def press_gain(visit: Visit, talk: Talk, roll: Roll, seq: int, gain: str) -> None:
    """Keep what somebody says of an activity, and ask for a sentence; the last tap counts."""
    one = _own(visit, roll, seq)
    if one is None:
        visit.say("survey.not_yours")
        return
    _keep(visit, roll, one.model_copy(update={"gain": gain}))
    visit.card_status = Text("survey.answered", {"gain": Text(f"event.{gain}")})
    await talk.open(visit, SURVEY.name, Start(), f"{one.event}:{seq}")


def show_results(visit: Visit, roll: Roll) -> None:
    """Say what was answered to who runs the activity: counts, and sentences without names."""
    if not organises(visit):
        visit.say("event.not_yours")
        return
    found, event = results(roll), roll.event.title_whole
    told = {"event": event, "asked": found.asked, "answered": found.answered}
    if not found.counts:
        visit.say("survey.too_few", **told, fewest=FEWEST)
        return
    lines = tuple(Text("survey.sentence", {"text": text}) for text in found.sentences)
    visit.say(
        "survey.results",
        **told,
        much=found.counts[Gain.MUCH],
        some=found.counts[Gain.SOME],
        nothing=found.counts[Gain.NOTHING],
        lines=lines or Text("survey.no_sentences"),
    )


@dataclass(frozen=True, slots=True)
class SurveyDesk:
    """Keeps the sentence."""

    flow: Flow[SurveyForm, None] = SURVEY

    def facts(self, visit: Visit, state: State) -> None:
        """Return nothing: there is nothing to know."""

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether it is too late."""
        number, _, seq = state.subject.partition(":")
        roll = visit.book.rolls.get(number)
        return roll is None or _own(visit, roll, int(seq)) is None

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Keep it, and thank."""
        form = SurveyForm.model_validate(submit.form)
        number, _, seq = state.subject.partition(":")
        roll = visit.book.rolls.get(number)
        one = _own(visit, roll, int(seq)) if roll is not None else None
        if roll is None or one is None:
            visit.say("survey.not_yours")
            return None
        if form.remark:
            _keep(visit, roll, one.model_copy(update={"remark": form.remark}))
        visit.say("survey.thanks")
        return None


def _own(visit: Visit, roll: Roll, seq: int) -> Registration | None:
    """Return the place of somebody who came, while answers are kept."""
    one = roll.registrations.get(seq)
    here = one is not None and one.person == visit.person.id and one.standing is Standing.ARRIVED
    return one if here and ERASED not in roll.event.marks else None


def _keep(visit: Visit, roll: Roll, changed: Registration) -> None:
    filed = visit.filed
    by = By(visit.person.id, PROXY, filed.arrival.channel, filed.id or None)
    settle(visit.book, Rolled(roll).then("survey", changed), by)


__all__ = ["GAINS", "SurveyDesk", "press_gain", "show_results", "survey_posts"]

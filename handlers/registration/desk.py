"""The desks where people sign up for an activity and change what they said."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flows.engine.flow import Flow, State
from flows.engine.words import Choice, Refused, Start, Submit
from flows.outreach.enterprises import among
from flows.registration.forms import SIGN_UP, SignUpFacts, SignUpForm, of_kind
from flows.registration.hearing import for_another, hears
from flows.registration.reading import read_sign_up
from flows.registration.registration import Registration, Standing, enterprise_key
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish, closed, sign_up
from flows.registration.which import WHICH, WhichFacts, WhichForm
from handlers.people import agreed
from handlers.ports import Text
from handlers.registration.after import OFFICE, PROXY, By, event_choice, page_of, params_of, settle
from handlers.registration.known import attendee_of
from handlers.registration.organisers import organises
from handlers.registration.topics import ask_topic, topic_choices
from handlers.visit import Visit


def place_of(subject: str) -> tuple[str, int]:
    """Return the activity and the place that a conversation is about: "HD-2026-001:12"."""
    number, _, seq = subject.partition(":")
    return number, int(seq) if seq.isdecimal() else 0


def place_at(visit: Visit, subject: str) -> tuple[Roll, Registration] | None:
    """Return a place on a list, whosever it is."""
    number, seq = place_of(subject)
    roll = visit.book.rolls.get(number)
    one = roll.registrations.get(seq) if roll else None
    return None if roll is None or one is None else (roll, one)


def registration_of(visit: Visit, subject: str) -> tuple[Roll, Registration] | None:
    """Return a person's own place on a list, theirs or one they signed up for somebody."""
    found = place_at(visit, subject)
    mine = found is not None and visit.book.rolls.concerns(found[1], visit.person.id)
    return found if mine else None


def not_theirs(visit: Visit, one: Registration | None) -> None:
    """Say why somebody may not touch a place: it is not theirs, or they act for it no more."""
    if one is not None and one.by == visit.person.id:
        visit.say("proxy.refused", name=one.name)
    else:
        visit.say("registration.refused.not_yours")


def done(visit: Visit, rolled: Rolled, role: str = PROXY) -> None:
    """Keep what the person did to a list."""
    filed = visit.filed
    by = By(visit.person.id, role, filed.arrival.channel, filed.id or None)
    settle(visit.book, rolled, by)


@dataclass(frozen=True, slots=True)
class SignUpDesk:
    """Files who wants to come; the seats are counted again in the very transaction."""

    flow: Flow[SignUpForm, SignUpFacts] = SIGN_UP

    def facts(self, visit: Visit, state: State) -> SignUpFacts:
        """Return the list as it is now, and what is known of the person."""
        roll = visit.book.rolls.get(state.subject)
        if roll is None:  # erased from the records, which nothing in the product does
            raise LookupError(f"no activity {state.subject}")
        known = visit.person
        return SignUpFacts(
            roll=roll,
            enterprise=known.enterprise,
            name=known.name,
            phone=known.phone,
            known=visit.book.enterprises,
            reader=_reader(visit, state.asked),
            consent_due=known.consent != visit.book.office.consent,
        )

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether nobody can sign up any more."""
        roll = visit.book.rolls.get(state.subject)
        return roll is None or visit.book.now >= roll.event.ends_at

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Give seats or a place in the waitlist; what stands against it is asked about."""
        form = SignUpForm.model_validate(submit.form)
        book = visit.book
        roll = book.rolls.rolls[state.subject]
        missing = _unanswered(form, roll)
        if missing is not None:
            return missing
        if among(form.enterprise, book.deregistered):
            return Refused("registration.refused.deregistered", at="enterprise")
        wish = await _wish(visit, form, roll)
        office = wish.person != visit.person.id and organises(visit)
        if not office and await book.rolls.bars(wish.person, visit.person.id):
            visit.say("proxy.refused", name=wish.name)
            visit.offer(event_choice("view", roll.event.number))
            return None
        found = sign_up(roll, wish, book.now, visit.received_at)
        if isinstance(found, Refused):
            return refused(visit, roll, found, wish.enterprise)
        if visit.person.consent != book.office.consent:
            book.put_person(agreed(visit, visit.person))
        done(visit, found, OFFICE if office else PROXY)
        place = found.roll.live_of(wish.attendee)
        if place is not None:
            if visit.person.id in {place.person, place.by}:
                answer(visit, found.roll, place, again=not found.happened)
            else:  # where somebody else stands is not for whoever knows their name
                visit.say("registration.refused.signed_already", name=form.name)
            ask_topic(visit, found.roll, place)
        return None


def refused(visit: Visit, roll: Roll, why: Refused, enterprise: str) -> Refused | None:
    """Ask again where that may help, else say why not and show the activity.

    Who else comes from an enterprise is told to its own confirmed people alone.
    """
    params = dict(why.params)
    if "names" in params:
        ours = visit.person.binding == "bound" and enterprise_key(
            visit.person.enterprise
        ) == enterprise_key(enterprise)
        told = Text("registration.colleagues", {"names": params["names"]})
        params["names"] = told if ours and params["names"] else ""
    if why.at is not None:
        return replace(why, params=params)
    visit.say(why.key, **params)
    visit.offer(event_choice("view", roll.event.number))
    return None


def _unanswered(form: SignUpForm, roll: Roll) -> Refused | None:
    """Ask for what the office must know, where a skipped question got this far."""
    for place, _ in enumerate(of_kind(roll.event, required=True), 1):
        if not getattr(form, f"q{place}"):
            return Refused("registration.refused.unanswered", at=f"q{place}")
    return None


async def _wish(visit: Visit, form: SignUpForm, roll: Roll) -> Wish:
    """Say who comes: the person themselves, or somebody they sign up (代报).

    A colleague is written down as we know them, with their own number: 陈总 and the assistant's
    telephone are how one speaks of them.
    """
    me = visit.person
    who = await attendee_of(visit, form.name, form.phone, form.enterprise)
    other = who if who is not None and who.id != me.id else None
    name = other.name if other else form.name
    return Wish(
        attendee=visit.book.tx.rolls.stranger(name, form.enterprise),
        person=who.id if who else None,
        by=me.id,
        name=name,
        phone=other.phone if other and form.phone == me.phone and other.phone else form.phone,
        enterprise=form.enterprise,
        party=form.party,
        companions=names_in(form.companions),
        plate=form.plate,
        answers=form.answers(roll.event),
        code=code_for(roll),
        waits=form.waits == "yes",
        heard=who is None or who.reachable,
    )


def names_in(text: str) -> tuple[str, ...]:
    """Read names that somebody typed one after the other."""
    return tuple(one for one in re.split(r"[\s、，,和;；]+", text) if one)


def code_for(roll: Roll) -> str:
    """Draw six digits that nobody else on the list has, for when the network is down."""
    taken = {one.code for one in roll.registrations.values()}
    while (code := f"{secrets.randbelow(10**6):06d}") in taken:
        pass
    return code


def _reader(visit: Visit, asked: tuple[str, ...]) -> Callable[[str], Mapping[str, str]]:
    """Read what was typed with the registration's own words: 2个人, 浙B12345.

    Asked for the others who come, names are theirs.
    """
    known = visit.book.enterprises

    def read(text: str) -> Mapping[str, str]:
        if asked == ("companions",):
            return {"companions": text}
        told = read_sign_up(text, known)
        found = {
            "name": told.name,
            "phone": told.phone,
            "enterprise": told.enterprise,
            "party": str(told.party) if told.party else "",
            "companions": "、".join(told.companions),
            "plate": told.plate,
        }
        return {field: value for field, value in found.items() if value}

    return read


@dataclass(frozen=True, slots=True)
class WhichDesk:
    """Opens the form of the activity that was meant, with what was said before."""

    flow: Flow[WhichForm, WhichFacts] = WHICH

    def facts(self, visit: Visit, state: State) -> WhichFacts:
        """Return the activities that may be meant."""
        held = (visit.book.rolls.get(number) for number in state.subject.split(","))
        return WhichFacts([roll.event for roll in held if roll is not None])

    def moot(self, visit: Visit, state: State) -> bool:
        """Say whether none of them can be signed up for any more."""
        events = self.facts(visit, state).events
        return all(closed(one, visit.received_at) is not None for one in events)

    async def file(self, visit: Visit, state: State, submit: Submit) -> Refused | None:
        """Go on with the form itself, or say why nobody can sign up."""
        form = WhichForm.model_validate(submit.form)
        roll = visit.book.rolls.rolls[form.event]
        why = closed(roll.event, visit.received_at)
        if why is not None:
            visit.say(why.key, **why.params)
            visit.offer(event_choice("view", form.event))
            return None
        visit.follow = (SIGN_UP.name, Start(text=form.text), form.event)
        return None


def answer(visit: Visit, roll: Roll, one: Registration, *, again: bool = False) -> None:
    """Say where a place on a list stands, and what can be done with it.

    Code and page go to who hears of the place, and to nobody else.
    """
    ahead = sum(w.party for w in roll.waiting if w.seq < one.seq)
    key = "already" if again else one.standing.value
    if key == Standing.CONFIRMED.value and hears(one) != visit.person.id:
        key = "known"
    visit.say(
        f"registration.answer.{key}",
        **params_of(roll.event, one),
        ahead=ahead,
        code=one.code,
        page=page_of(visit.book, one),
    )
    if one.by == visit.person.id and for_another(one) and not one.by_list:
        visit.say("proxy.known" if one.person else "proxy.unknown", name=one.name)
    visit.offer(*place_choices(roll, one), *topic_choices(visit, roll, one))


def place_choices(roll: Roll, one: Registration) -> tuple[Choice, ...]:
    """Return the buttons of one's own place."""
    number, seq = roll.event.number, one.seq
    match one.standing:
        case Standing.OFFERED:
            return (
                event_choice("accept", number, seq, primary=True),
                event_choice("decline", number, seq),
            )
        case Standing.CONFIRMED | Standing.APPLIED:
            more = (event_choice("people", number, seq),) if roll.event.companions else ()
            return (
                *more,
                event_choice("instead", number, seq),
                event_choice("cancel", number, seq),
            )
        case Standing.WAITING:
            return (event_choice("cancel", number, seq),)
    return (event_choice("view", number),)

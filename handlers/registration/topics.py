"""议题 of an activity: the report that somebody makes of it beforehand, and what becomes of it."""

from __future__ import annotations

from flows import reading
from flows.engine.words import Choice, Key, Start
from flows.registration.registration import Registration
from flows.registration.roll import Roll, Rolled
from flows.registration.topics import takes_topics, topic_in
from flows.tickets.report import REPORT
from flows.tickets.sources import EVENT
from handlers.filing import Source
from handlers.paragraphs import opening_words
from handlers.registration.after import PROXY, By, event_choice, settle
from handlers.registration.collected import withdrawal
from handlers.visit import Visit


def place_of_topic(visit: Visit, subject: str) -> tuple[Roll, Registration] | None:
    """Return the place on a list for which a report names the topic; None = it names none.

    A place that was given up meanwhile, or has its topic, needs none: the report is one like any.
    """
    number, _, seq = subject.partition(":")
    roll = visit.book.rolls.get(number) if seq.isdecimal() else None
    one = roll.registrations.get(int(seq)) if roll is not None else None
    return (roll, one) if roll and one and _may_name(visit, roll, one) else None


def _may_name(visit: Visit, roll: Roll, one: Registration) -> bool:
    if not one.live or one.topic:
        return False
    mine = visit.book.rolls.concerns(one, visit.person.id)
    return mine and takes_topics(roll.event, visit.book.now)


def ask_topic(visit: Visit, roll: Roll, one: Registration) -> None:
    """Go on with a report where the form of signing up was told of a problem."""
    said, office = topic_in(roll.event, one), visit.book.office
    if not said or place_of_topic(visit, f"{one.event}:{one.seq}") is None:
        return
    visit.warn(*opening_words(office, said))
    body = reading.onward(said, office.onward)
    if body is not None:  # nothing of it is kept among the reports
        visit.say("front.onward", told=body.text)
    else:
        visit.say("topic.asked")
        visit.follow = (REPORT.name, Start(text=said), f"{one.event}:{one.seq}")


def source_of(roll: Roll) -> Source:
    """Return what a topic's ticket comes out of."""
    return Source(EVENT, roll.event.number)


def keep_topic(visit: Visit, found: tuple[Roll, Registration], number: str) -> None:
    """Note on the list which ticket the party wants to talk about."""
    roll, one = found
    filed = visit.filed
    by = By(visit.person.id, PROXY, filed.arrival.channel, filed.id or None)
    named = one.model_copy(update={"topic": number, "changed_at": visit.book.now})
    settle(visit.book, Rolled(roll).then("topic", named), by)
    visit.say("topic.kept", event=roll.event.title_whole, starts=roll.event.starts_at)


def topic_choices(visit: Visit, roll: Roll, one: Registration) -> tuple[Choice, ...]:
    """Offer to name a topic, or to look at the one that was named."""
    if one.topic:
        return (Choice(Key("event.topic_seen"), f"a:view:{one.topic}"),)
    if not _may_name(visit, roll, one):
        return ()
    return (event_choice("topic", one.event, one.seq),)


def ask_on(visit: Visit, one: Registration) -> None:
    """Ask whoever gives their place up whether the problem goes on without the activity."""
    if one.topic:
        visit.say("topic.stays", number=one.topic)
        visit.offer(withdrawal(one.topic))


__all__ = ["ask_on", "ask_topic", "keep_topic", "place_of_topic", "source_of", "topic_choices"]

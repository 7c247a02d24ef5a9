"""Places at activities when accounts are linked (关联账号), and when they are parted again."""

from __future__ import annotations

from collections.abc import Sequence

from flows.registration.hearing import hears
from flows.registration.office import restore
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import cancel
from handlers.pairing.moved import Place
from handlers.ports import PersonId, Text
from handlers.registration.after import By, settle
from handlers.visit import Visit


async def hand_over(
    visit: Visit, old: PersonId, new: PersonId
) -> tuple[tuple[Place, ...], tuple[Place, ...], tuple[Text, ...]]:
    """Let places at activities be another's; of two at one activity one stays.

    Returns which they are, which were given up, and what is to be said of these.
    """
    book = visit.book
    numbers = await book.tx.rolls.of(old)
    await book.rolls.hold(numbers)
    found: list[Place] = []
    given_up: list[Place] = []
    twice: list[Text] = []
    for number in numbers:
        roll = book.rolls.rolls[number]
        lost = _second(roll, old, new)
        if lost is not None and _dropped(visit, roll, lost):
            given_up.append((number, lost.seq))
            twice.append(Text("pairing.twice", {"title": roll.event.title}))
        roll = book.rolls.rolls[number]
        for one in list(roll.registrations.values()):
            if old in {one.person, one.by}:
                roll = roll.put(_placed(one, old, new))
                found.append((number, one.seq))
        book.rolls.put(roll)
    return tuple(found), tuple(given_up), tuple(twice)


def _placed(one: Registration, old: PersonId, new: PersonId) -> Registration:
    person = new if one.person == old else one.person
    return one.model_copy(update={"person": person, "by": new if one.by == old else one.by})


def _second(roll: Roll, old: PersonId, new: PersonId) -> Registration | None:
    """Return the place that falls away: the one in the waitlist, else the one that came later."""
    live = [one for one in roll.registrations.values() if one.live and one.person in {old, new}]
    if {one.person for one in live} != {old, new}:
        return None
    rank = {Standing.ARRIVED: 0, Standing.WAITING: 2}
    return sorted(live, key=lambda one: (rank.get(one.standing, 1), one.seq))[-1]


def _dropped(visit: Visit, roll: Roll, lost: Registration) -> bool:
    book = visit.book
    done = cancel(roll, lost.seq, book.now, book.office.events.waking, office=True)
    if not isinstance(done, Rolled):
        return False  # they were let in twice: both places stand
    filed = visit.filed
    settle(book, done, By(visit.person.id, "attendee", filed.arrival.channel, filed.id or None))
    return True


async def give_back(visit: Visit, me: PersonId, other: PersonId, places: Sequence[Place]) -> None:
    """Let places that came along be theirs again whose they were."""
    book = visit.book
    await book.rolls.hold(sorted({number for number, _ in places}))
    for number, seq in places:
        roll = book.rolls.get(number)
        one = roll.registrations.get(seq) if roll else None
        if roll is not None and one is not None and me in {one.person, one.by}:
            book.rolls.put(roll.put(_placed(one, me, other)))


async def restore_given_up(visit: Visit, places: Sequence[Place]) -> Sequence[Text]:
    """Take places back that were given up because one person had two; say of each what became.

    Where the seats are somebody else's by now, it waits in its line, or it is gone.
    """
    book = visit.book
    await book.rolls.hold(sorted({number for number, _ in places}))
    told: list[Text] = []
    for number, seq in places:
        roll = book.rolls.get(number)
        one = roll.registrations.get(seq) if roll else None
        if roll is None or one is None or one.standing is not Standing.CANCELLED:
            continue
        done = restore(roll, seq, book.now)
        about = {"title": roll.event.title, "name": one.name}
        if not isinstance(done, Rolled):
            told.append(Text("pairing.place_gone", about))
            continue
        filed = visit.filed
        settle(book, done, By(hears(one), "attendee", filed.arrival.channel, filed.id or None))
        waits = done.roll.registrations[seq].standing is Standing.WAITING
        told.append(Text("pairing.place_waits" if waits else "pairing.place_back", about))
    return tuple(told)


__all__ = ["give_back", "hand_over", "restore_given_up"]

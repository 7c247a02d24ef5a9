"""撤销接龙: a list that was filed under the wrong activity is taken back as a whole.

Only what came with that list goes. Whoever did something with their place since (changed the
number of people, took an offer, signed up themselves, came, named a topic) keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flows.engine.words import Refused
from flows.registration.event import Event, Pasting, Stage
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.waitlist import Waking, promote

KEPT = 20  # lists of one activity that are remembered; older ones cannot be taken back


@dataclass(frozen=True, slots=True)
class Undoing:
    """What becomes of the places of a list."""

    going: tuple[Registration, ...] = ()
    staying: tuple[Registration, ...] = ()
    unanswered: int = 0  # rows that wait for an answer; they go, too


def begun(event: Event, by: int, now: datetime) -> Pasting:
    """Return the list that is pasted now."""
    return Pasting(no=max((one.no for one in event.pastings), default=0) + 1, by=by, at=now)


def remembered(roll: Roll, pasting: Pasting) -> Roll:
    """Keep a list that brought anything new."""
    new = any(one.pasting == pasting.no for one in roll.registrations.values())
    if not new and not any(one.pasting == pasting.no for one in roll.event.doubtful):
        return roll
    pastings = (*roll.event.pastings, pasting)[-KEPT:]
    return replace(roll, event=roll.event.model_copy(update={"pastings": pastings}))


def may_be_undone(event: Event, now: datetime, within: timedelta) -> tuple[Pasting, ...]:
    """Return the lists that may still be taken back, the latest first."""
    if event.stage is Stage.CANCELLED or now >= event.starts_at:
        return ()
    kept = (one for one in reversed(event.pastings) if not one.undone)
    return tuple(one for one in kept if now < one.at + within)


def undoing(roll: Roll, no: int) -> Undoing:
    """Say what would become of the places of a list."""
    live = [one for one in roll.registrations.values() if one.pasting == no and one.live]
    return Undoing(
        going=tuple(one for one in live if not _stays(one)),
        staying=tuple(one for one in live if _stays(one)),
        unanswered=sum(one.pasting == no for one in roll.event.doubtful),
    )


def undo(roll: Roll, no: int, now: datetime, waking: Waking, within: timedelta) -> Rolled | Refused:
    """Take a list back; the seats that come free are offered to those who wait."""
    if no not in {one.no for one in may_be_undone(roll.event, now, within)}:
        return Refused("relay_undo.too_late")
    found = undoing(roll, no)
    done = Rolled(_taken_back(roll, no, found.staying))
    for one in found.going:
        # Its row is not known any more: pasted once more it is signed up again.
        changes = {
            "standing": Standing.CANCELLED,
            "offer_until": None,
            "listed": (),
            "pasting": 0,
            "undone": True,
            "changed_at": now,
        }
        done = done.then("relay_undone", one.model_copy(update=changes))
    return promote(done, now, waking)


def _taken_back(roll: Roll, no: int, staying: Sequence[Registration]) -> Roll:
    """Mark a list, without its rows that wait; who stays belongs to none from now on."""
    event = roll.event
    changes = {
        "pastings": tuple(
            one.model_copy(update={"undone": True}) if one.no == no else one
            for one in event.pastings
        ),
        "doubtful": tuple(one for one in event.doubtful if one.pasting != no),
    }
    roll = replace(roll, event=event.model_copy(update=changes))
    for one in staying:
        roll = roll.put(one.model_copy(update={"pasting": 0}))
    return roll


def _stays(one: Registration) -> bool:
    return one.touched or one.standing is Standing.ARRIVED or bool(one.topic)


__all__ = ["Undoing", "begun", "may_be_undone", "remembered", "undo", "undoing"]

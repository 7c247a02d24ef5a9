"""What the office does with an activity and its list: approval, capacity, times, calling off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.engine.words import Refused
from flows.registration.arriving import DOORS_OPEN
from flows.registration.event import Stage
from flows.registration.registration import LIVE, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish, placed, too_many
from flows.registration.waitlist import Waking, promote


def publish(roll: Roll, now: datetime, groups: tuple[str, ...]) -> Rolled | Refused:
    """Open an activity to everybody and put its card into groups; again = into more groups."""
    event = roll.event
    if event.stage is Stage.CANCELLED:
        return Refused("registration.refused.called_off", {"reason": event.reason})
    if now >= event.closes_at:
        return Refused("registration.refused.closed", {"at": event.closes_at})
    changes: dict[str, Any] = {
        "stage": Stage.PUBLISHED,
        "groups": tuple(dict.fromkeys((*event.groups, *groups))),
        "published_at": event.published_at or now,
        "reason": "",
    }
    return Rolled(roll.with_event(**changes))


def pause(roll: Roll, reason: str) -> Rolled | Refused:
    """Stop signing up for a while; seats and places in line stay."""
    if roll.event.stage is not Stage.PUBLISHED:
        return Refused("registration.refused.not_open")
    return Rolled(roll.with_event(stage=Stage.PAUSED, reason=reason))


def go_on(roll: Roll, now: datetime, waking: Waking) -> Rolled | Refused:
    """Let people sign up again; what came free meanwhile is offered."""
    if roll.event.stage is not Stage.PAUSED:
        return Refused("registration.refused.not_paused")
    return promote(Rolled(roll.with_event(stage=Stage.PUBLISHED, reason="")), now, waking)


def call_off(roll: Roll, reason: str, now: datetime) -> Rolled | Refused:
    """Cancel the whole activity; everybody on its list is told once, offers are void."""
    if roll.event.stage is Stage.CANCELLED:
        return Refused("registration.refused.called_off", {"reason": roll.event.reason})
    if now >= roll.event.ends_at:
        return Refused("registration.refused.over")
    revision = roll.event.revision + 1
    done = Rolled(roll.with_event(stage=Stage.CANCELLED, reason=reason, revision=revision))
    for one in roll.standing(*(LIVE - {Standing.ARRIVED})):  # who came, came
        changes = {
            "standing": Standing.CANCELLED,
            "offer_until": None,
            "changed_at": now,
            "reason": reason,
        }
        done = done.then("call_off", one.model_copy(update=changes))
    return done


@dataclass(frozen=True, slots=True)
class Moved:
    """Where and when an activity is instead, and why; no venue = as before."""

    starts_at: datetime
    ends_at: datetime
    reason: str
    venue: str = ""


def reschedule(roll: Roll, to: Moved, now: datetime) -> Rolled | Refused:
    """Move an activity in time or place; the hours that hang on its start move along with it."""
    event = roll.event
    if event.stage is Stage.CANCELLED:
        return Refused("registration.refused.called_off", {"reason": event.reason})
    if now >= event.ends_at:
        return Refused("registration.refused.over")
    if to.starts_at <= now:
        return Refused("registration.refused.past", at="when")
    if to.ends_at <= to.starts_at:
        return Refused("registration.refused.ends_first", at="when")
    by = to.starts_at - event.starts_at
    closes_at = min(event.closes_at + by, to.ends_at)
    opens_at = event.opens_at if event.opens_at and event.opens_at < closes_at else None
    done = Rolled(
        roll.with_event(
            starts_at=to.starts_at,
            ends_at=to.ends_at,
            opens_at=opens_at,
            closes_at=closes_at,
            cancel_until=event.cancel_until + by if event.cancel_until else None,
            venue=to.venue or event.venue,
            revision=event.revision + 1,
            reason=to.reason,
        )
    )
    for one in roll.standing(Standing.OFFERED):  # nobody holds a seat beyond the start
        until = min(one.offer_until or to.starts_at, to.starts_at)
        sooner = one.model_copy(update={"offer_until": until, "changed_at": now})
        done = Rolled(done.roll.put(sooner), done.happened)
    return done


def resize(
    roll: Roll, capacity: int, now: datetime, waking: Waking, *, anyway: bool = False
) -> Rolled | Refused:
    """Change the number of seats: more are offered in order; fewer than taken needs `anyway`.

    Nobody who has a seat loses it.
    """
    over = roll.event.capacity - roll.free - capacity
    if over > 0 and not anyway:
        return Refused("registration.refused.over_capacity", {"over": over}, at="capacity")
    return promote(Rolled(roll.with_event(capacity=capacity)), now, waking)


def decide(
    roll: Roll, seq: int, by: int, now: datetime, waking: Waking, *, reason: str | None = None
) -> Rolled | Refused:
    """Confirm one who applied, or reject with a reason; the first decision stands."""
    one = roll.registrations[seq]
    if one.standing is not Standing.APPLIED:
        return Refused("registration.refused.decided", {"by": one.decided_by, "now": one.standing})
    to = Standing.CONFIRMED if reason is None else Standing.REJECTED
    changes = {"standing": to, "decided_by": by, "changed_at": now, "reason": reason or ""}
    act = "approve" if reason is None else "reject"
    done = Rolled(roll).then(act, one.model_copy(update=changes))
    return done if reason is None else promote(done, now, waking)


def seat(roll: Roll, seq: int, by: int, now: datetime) -> Rolled | Refused:
    """Give one who waits a seat by hand, out of the order; what is free must be enough."""
    one = roll.registrations[seq]
    if one.standing is not Standing.WAITING:
        return Refused("registration.refused.not_waiting", {"now": one.standing})
    if one.party > roll.free:
        return Refused("registration.refused.no_more", {"free": max(roll.free, 0)})
    changes = {"standing": Standing.CONFIRMED, "decided_by": by, "changed_at": now}
    return Rolled(roll).then("seat", one.model_copy(update=changes))


def restore(roll: Roll, seq: int, now: datetime) -> Rolled | Refused:
    """Take back that a place was cancelled by mistake: its seat while it is free, else its line.

    Nobody who came before them and waits is passed, and nobody who has the seat by now loses it.
    """
    one, event = roll.registrations[seq], roll.event
    if one.standing is not Standing.CANCELLED or one.walk_in or event.stage is Stage.CANCELLED:
        return Refused("registration.refused.not_cancelled", {"now": one.standing})
    if now >= event.ends_at:
        return Refused("registration.refused.over")
    known = roll.live_of(one.attendee)
    if known is not None:
        return Refused("registration.refused.signed_already", {"name": known.name})
    refused = too_many(roll, one.enterprise, one.party)
    if refused is not None:
        return refused
    ahead = any(other.seq < seq for other in roll.waiting)
    if one.party <= roll.free and not ahead:
        to = Standing.APPLIED if event.approval and not one.decided_by else Standing.CONFIRMED
    elif event.waitlist:
        to = Standing.WAITING
    else:
        return Refused("registration.refused.no_more", {"free": max(roll.free, 0)})
    changes = {"standing": to, "changed_at": now, "reason": ""}
    return Rolled(roll).then("restore", one.model_copy(update=changes))


def walk_in(roll: Roll, wish: Wish, now: datetime, *, anyway: bool = False) -> Rolled | Refused:
    """Let somebody in at the door who did not sign up; beyond the seats only with `anyway`."""
    known = roll.live_of(wish.attendee)
    if known is not None:
        return Refused("registration.refused.signed_already", {"name": known.name}, at="name")
    if now < roll.event.starts_at - DOORS_OPEN:
        opens = roll.event.starts_at - DOORS_OPEN
        return Refused("registration.refused.doors_shut", {"at": opens})
    over = wish.party - max(roll.free, 0)
    if over > 0 and not anyway:
        return Refused("registration.refused.over_capacity", {"over": over}, at="anyway")
    new = placed(roll, wish, Standing.ARRIVED, now)
    update = {"walk_in": True, "arrived_at": now, "let_in_by": wish.by}
    return Rolled(roll).then("walk_in", new.model_copy(update=update))

"""Signing up for an activity (报名), and what one may change of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.engine.words import Refused
from flows.registration.event import Event, Stage
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.waitlist import Waking, promote

BEGUN = "registration.refused.begun"
"""Why a place is not changed any more: the activity has started."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to come, as it was told; `waits` = 候补 where there is no seat."""

    attendee: str
    by: int
    name: str
    person: int | None = None
    phone: str = ""
    enterprise: str = ""
    also_for: tuple[str, ...] = ()
    post: str = ""
    party: int = 1
    companions: tuple[str, ...] = ()
    plate: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""
    code: str = ""
    listed: tuple[str, ...] = ()
    pasting: int = 0
    waits: bool = False
    heard: bool = True  # whether `person` can be written to


def closed(event: Event, now: datetime) -> Refused | None:
    """Say why nobody can sign up now; the moment of closing is already too late."""
    match event.stage:
        case Stage.DRAFT:
            return Refused("registration.refused.unpublished")
        case Stage.PAUSED:
            return Refused("registration.refused.paused", {"reason": event.reason})
        case Stage.CANCELLED:
            return Refused("registration.refused.called_off", {"reason": event.reason})
        case Stage.PUBLISHED:
            pass
    if event.opens_at is not None and now < event.opens_at:
        return Refused("registration.refused.early", {"at": event.opens_at})
    if now >= event.closes_at:
        return Refused("registration.refused.closed", {"at": event.closes_at})
    return None


def sign_up(
    roll: Roll, wish: Wish, now: datetime, received: datetime | None = None
) -> Rolled | Refused:
    """Give a party its seats or its place in the waitlist, or say what stands against it.

    Who has signed up already gets the same answer again: a roll on which nothing happened.
    `received` = when they said so, where it is handled later; seats go in the order of handling.
    """
    known = roll.live_of(wish.attendee)
    if known is not None:
        changes: dict[str, Any] = {"touched": True} if known.pasting else {}
        # Entered before we knew them; where they cannot be written to, who can goes on hearing.
        if known.person is None and wish.person is not None and wish.heard:
            changes["person"] = wish.person
        return Rolled(roll.put(known.model_copy(update=changes)) if changes else roll)
    refused = closed(roll.event, received or now) or too_many(roll, wish.enterprise, wish.party)
    if refused is not None:
        return refused
    if roll.fits(wish.party):
        to = Standing.APPLIED if roll.event.approval else Standing.CONFIRMED
        return Rolled(roll).then("sign_up", placed(roll, wish, to, now))
    refused = no_room(roll, wish)
    if refused is not None:
        return refused
    return Rolled(roll).then("wait", placed(roll, wish, Standing.WAITING, now))


def too_many(
    roll: Roll, enterprise: str, party: int, besides: Registration | None = None
) -> Refused | None:
    """Say what stands against the number of people: companions, and 限报N人/家."""
    event = roll.event
    if party - 1 > event.companions:
        return Refused("registration.refused.party", {"limit": event.companions + 1}, at="party")
    theirs = [one for one in roll.colleagues(enterprise) if one != besides]
    taken = sum(one.party for one in theirs)
    if event.per_enterprise and taken + party > event.per_enterprise:
        params = {
            "limit": event.per_enterprise,
            "left": max(event.per_enterprise - taken, 0),
            "names": tuple(one.name for one in theirs),
        }
        key = "enterprise_full" if taken >= event.per_enterprise else "enterprise_left"
        return Refused(f"registration.refused.{key}", params, at="party")
    return None


def full(roll: Roll) -> Refused | None:
    """Say that nobody can sign up for want of room, be it in the waitlist."""
    return None if roll.fits(1) else _no_place(roll, 1)


def no_room(roll: Roll, wish: Wish) -> Refused | None:
    """Say why a party that has no seats may not wait either; None = it waits."""
    refused = _no_place(roll, wish.party)
    if refused is not None:
        return refused
    if not wish.waits:
        waiting = roll.people(Standing.WAITING)
        smaller = roll.free if 0 < roll.free < wish.party and roll.fits(roll.free) else 0
        params = {"party": wish.party, "ahead": waiting, "smaller": smaller}
        return Refused("registration.refused.wait", params, at="waits")
    return None


def _no_place(roll: Roll, more: int) -> Refused | None:
    """Say why so many people more may not wait."""
    waiting = roll.people(Standing.WAITING)
    at = "party" if 0 < roll.free < more and roll.fits(roll.free) else None  # fewer could come
    if not roll.event.waitlist:
        return Refused("registration.refused.full", {"free": max(roll.free, 0)}, at=at)
    if waiting + more > roll.event.waitlist:
        return Refused("registration.refused.waitlist_full", {"waiting": waiting}, at=at)
    return None


def placed(roll: Roll, wish: Wish, standing: Standing, now: datetime) -> Registration:
    """Return the registration of a party that comes now, at the end of the list."""
    return Registration(
        event=roll.event.number,
        seq=roll.next_seq,
        attendee=wish.attendee,
        person=wish.person,
        by=wish.by,
        name=wish.name,
        phone=wish.phone,
        enterprise=wish.enterprise,
        also_for=wish.also_for,
        post=wish.post,
        party=wish.party,
        companions=wish.companions,
        plate=wish.plate,
        answers=dict(wish.answers),
        topic=wish.topic,
        code=wish.code,
        listed=wish.listed,
        by_list=bool(wish.listed),
        pasting=wish.pasting,
        standing=standing,
        made_at=now,
        changed_at=now,
    )


def cancel(
    roll: Roll,
    seq: int,
    now: datetime,
    waking: Waking,
    *,
    reason: str = "",
    office: bool = False,
    received: datetime | None = None,
) -> Rolled | Refused:
    """Give a seat or a place in the waitlist up; the next in line is offered it.

    `office` = by staff, who may do so also after the hour until which one may cancel oneself;
    `received` = when it was said, where it is handled later.
    """
    one = roll.registrations[seq]
    if not one.live or one.standing is Standing.ARRIVED:
        return Refused("registration.refused.not_live")
    late = one.standing is not Standing.WAITING and (received or now) >= roll.event.last_cancel
    if late and not office:
        return Refused("registration.refused.late_cancel", {"at": roll.event.last_cancel})
    changes = {
        "standing": Standing.CANCELLED,
        "offer_until": None,
        "changed_at": now,
        "reason": reason,
    }
    return promote(Rolled(roll).then("cancel", one.model_copy(update=changes)), now, waking)


@dataclass(frozen=True, slots=True)
class Party:
    """How many people come, the attendee included, and the names of the others."""

    size: int
    companions: tuple[str, ...] = ()


def resize_party(
    roll: Roll,
    seq: int,
    to: Party,
    now: datetime,
    waking: Waking,
    *,
    reason: str = "",
    office: bool = False,
    received: datetime | None = None,
) -> Rolled | Refused:
    """Come with more or fewer people; more need seats, and pass nobody who waits.

    `office` = by staff, who may do so also after the close; `received` as for `cancel`.
    """
    one = roll.registrations[seq]
    if not one.live or one.standing is Standing.ARRIVED:
        return Refused("registration.refused.not_live")
    if now >= roll.event.starts_at:
        return Refused(BEGUN)
    more = to.size - one.party
    if more > 0:
        shut = None if office else closed(roll.event, received or now)
        refused = shut or too_many(roll, one.enterprise, to.size, one)
        if refused is None and one.seats and not roll.fits(more):
            refused = Refused("registration.refused.no_more", {"free": max(roll.free, 0)})
        if refused is None and not one.seats:
            refused = _no_place(roll, more)
        if refused is not None:
            return Refused(refused.key, refused.params, at="party")
    changes = {
        "party": to.size,
        "companions": to.companions,
        "reason": reason,
        "touched": True,
        "changed_at": now,
    }
    return promote(Rolled(roll).then("resize", one.model_copy(update=changes)), now, waking)


def hand_over(roll: Roll, seq: int, wish: Wish, now: datetime) -> Rolled | Refused:
    """Send somebody else of the same enterprise instead; seat and place in line stay."""
    one = roll.registrations[seq]
    if not one.live or one.standing is Standing.ARRIVED:
        return Refused("registration.refused.not_live")
    if now >= roll.event.starts_at:
        return Refused(BEGUN)
    known = roll.live_of(wish.attendee)
    if known is not None and known.seq != seq:
        return Refused("registration.refused.signed_already", {"name": known.name}, at="name")
    changes: dict[str, Any] = {
        "attendee": wish.attendee,
        "person": wish.person,
        "by": wish.by,
        "name": wish.name,
        "phone": wish.phone,
        "post": wish.post,
        "plate": wish.plate or one.plate,
        "code": wish.code or one.code,
        "handed": one.handed + 1,
        "by_list": False,
        "touched": True,
        "answers": {},
        "also_for": (),
        "changed_at": now,
    }
    return Rolled(roll).then("hand_over", one.model_copy(update=changes))


__all__ = [
    "BEGUN",
    "Party",
    "Wish",
    "cancel",
    "closed",
    "full",
    "hand_over",
    "placed",
    "resize_party",
    "sign_up",
    "too_many",
]

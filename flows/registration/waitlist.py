"""The waitlist (候补): seats that come free are offered in the order of coming, and held.

An offer holds its seat until its hour. Nobody is woken by one: what comes free in the evening is
offered in the morning, and until then nobody else may take it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Refused
from flows.registration.event import Event, Stage
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled


@dataclass(frozen=True, slots=True)
class Waking:
    """The hours of the day (local) in which seats are offered."""

    begins: time = time(7, 30)
    ends: time = time(21, 30)

    def next_at(self, at: datetime) -> datetime:
        """Return the moment itself within the hours, else when they begin next."""
        local = at.astimezone(OFFICE_ZONE)
        if self.begins <= local.time() < self.ends:
            return at
        day = local.date() + timedelta(days=local.time() >= self.ends)
        return datetime.combine(day, self.begins, tzinfo=OFFICE_ZONE)


def offers(event: Event, at: datetime) -> bool:
    """Say whether free seats are offered at all: until it starts, unless paused or cancelled."""
    return event.stage is Stage.PUBLISHED and at < event.starts_at


def next_in_line(roll: Roll) -> Registration | None:
    """Return who is offered the free seats: the first, or with 跳过 the first who fits."""
    for one in roll.waiting:
        if one.party <= roll.free:
            return one
        if not roll.event.skips:
            return None
    return None


def promote(done: Rolled, now: datetime, waking: Waking) -> Rolled:
    """Offer the seats that are free to those who wait."""
    if not offers(done.roll.event, now) or waking.next_at(now) > now:
        return done
    while (first := next_in_line(done.roll)) is not None:
        until = min(now + done.roll.event.offer, done.roll.event.starts_at)
        changes = {"standing": Standing.OFFERED, "offer_until": until, "changed_at": now}
        done = done.then("offer", first.model_copy(update=changes))
    return done


def expire(done: Rolled, now: datetime) -> Rolled:
    """Take back the offers whose hour is over."""
    for one in done.roll.standing(Standing.OFFERED):
        if one.offer_until is not None and one.offer_until <= now:
            over = one.model_copy(update={"standing": Standing.EXPIRED, "changed_at": now})
            done = done.then("expire", over)
    return done


def accept(
    roll: Roll, seq: int, now: datetime, received: datetime | None = None
) -> Rolled | Refused:
    """Take an offered seat; a moment after its hour it is too late.

    `received` = when the yes was said, where it is handled later; a seat that the clock has given
    away meanwhile is gone.
    """
    one = roll.registrations[seq]
    if one.standing in {Standing.APPLIED, Standing.CONFIRMED, Standing.ARRIVED}:
        return Rolled(roll)  # said yes twice
    if one.standing is not Standing.OFFERED:
        return Refused("registration.refused.no_offer")
    if one.offer_until is None or one.offer_until <= (received or now):
        return Refused("registration.refused.offer_over", {"until": one.offer_until})
    to = Standing.APPLIED if roll.event.approval else Standing.CONFIRMED
    changes = {"standing": to, "offer_until": None, "touched": True, "changed_at": now}
    return Rolled(roll).then("accept", one.model_copy(update=changes))


def decline(roll: Roll, seq: int, now: datetime, waking: Waking) -> Rolled | Refused:
    """Give an offered seat to the next in line."""
    one = roll.registrations[seq]
    if one.standing is not Standing.OFFERED:
        return Refused("registration.refused.no_offer")
    changes = {"standing": Standing.CANCELLED, "offer_until": None, "changed_at": now}
    return promote(Rolled(roll).then("decline", one.model_copy(update=changes)), now, waking)


__all__ = ["Waking", "accept", "decline", "expire", "next_in_line", "offers", "promote"]

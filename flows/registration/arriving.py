"""The day itself: who is let in (签到), and who did not come (未到场)."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.engine.words import Refused
from flows.registration.event import Stage
from flows.registration.registration import Standing
from flows.registration.roll import Roll, Rolled

DOORS_OPEN = timedelta(hours=3)  # before it starts
LATE_ENTRY = timedelta(days=3)  # in which a paper list may still be entered


def check_in(roll: Roll, seq: int, by: int, nonce: str, now: datetime) -> Rolled | Refused:
    """Let a confirmed party in, once; the same scan told again gets the same answer."""
    one, event = roll.registrations[seq], roll.event
    if one.standing is Standing.ARRIVED:
        if nonce and one.nonce == nonce:
            return Rolled(roll)
        return Refused("registration.refused.arrived", {"at": one.arrived_at, "name": one.name})
    if event.stage is Stage.CANCELLED:
        return Refused("registration.refused.called_off", {"reason": event.reason})
    other = roll.live_of(one.attendee)
    if other is not None and other.seq != seq:  # they were let in without having been found
        return Refused("registration.refused.signed_already", {"name": one.name})
    if one.standing not in {Standing.CONFIRMED, Standing.ABSENT}:
        return Refused(f"registration.refused.door.{one.standing.value}", {"name": one.name})
    if now < event.starts_at - DOORS_OPEN:
        return Refused("registration.refused.doors_shut", {"at": event.starts_at - DOORS_OPEN})
    if now >= event.ends_at + LATE_ENTRY:
        return Refused("registration.refused.over")
    changes = {
        "standing": Standing.ARRIVED,
        "arrived_at": now,
        "let_in_by": by,
        "nonce": nonce,
        "changed_at": now,
    }
    return Rolled(roll).then("check_in", one.model_copy(update=changes))


def check_out(roll: Roll, seq: int, now: datetime) -> Rolled | Refused:
    """Take a check-in back that was a mistake (撤销签到)."""
    one = roll.registrations[seq]
    if one.standing is not Standing.ARRIVED:
        return Refused("registration.refused.not_arrived", {"name": one.name})
    if one.walk_in:
        to = Standing.CANCELLED
    else:
        to = Standing.ABSENT if now >= roll.event.ends_at else Standing.CONFIRMED
    changes = {
        "standing": to,
        "arrived_at": None,
        "let_in_by": None,
        "nonce": "",
        "changed_at": now,
    }
    return Rolled(roll).then("check_out", one.model_copy(update=changes))


def finish(done: Rolled, now: datetime) -> Rolled:
    """Note who did not come, and end what still waited."""
    for one in done.roll.standing(Standing.CONFIRMED):
        absent = one.model_copy(update={"standing": Standing.ABSENT, "changed_at": now})
        done = done.then("absent", absent)
    for one in done.roll.standing(Standing.WAITING, Standing.APPLIED, Standing.OFFERED):
        over = one.model_copy(update={"standing": Standing.EXPIRED, "changed_at": now})
        done = done.then("over", over)
    return done

"""Let people in at a door, by chat or by a door's page: who comes, who is refused, who is added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.engine.words import Refused
from flows.registration import office
from flows.registration.arriving import check_in, check_out
from flows.registration.doors import expected
from flows.registration.organising import WalkInForm
from flows.registration.registration import Registration, Standing
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish
from handlers.ports import Text
from handlers.registration.desk import code_for
from handlers.registration.keeping import ROLE, keep
from handlers.visit import Visit


def let_in(visit: Visit, roll: Roll, seq: int, nonce: str) -> Rolled | Refused:
    """Check a party in and keep it; a refusal is a line of history, too."""
    acted = check_in(roll, seq, visit.person.id, nonce, visit.book.now)
    return _kept(visit, roll, acted, seq)


def let_out(visit: Visit, roll: Roll, seq: int) -> Rolled | Refused:
    """Take a check-in back that was a mistake."""
    return _kept(visit, roll, check_out(roll, seq, visit.book.now), seq)


def walk_in(visit: Visit, roll: Roll, form: WalkInForm) -> Rolled | Refused:
    """Let somebody in who did not sign up; who does so beyond the seats stands in the history."""
    wish = Wish(
        attendee=visit.book.tx.rolls.stranger(form.name, form.enterprise),
        by=visit.person.id,
        name=form.name,
        enterprise=form.enterprise,
        party=form.party,
        code=code_for(roll),
    )
    acted = office.walk_in(roll, wish, visit.book.now, anyway=form.anyway == "yes")
    if isinstance(acted, Rolled) and acted.roll.free < 0:
        over = {"over": str(-acted.roll.free), "party": str(wish.party)}
        visit.book.entries.append(
            visit.record(f"event:{roll.event.number}", "over_capacity", ROLE, public=over)
        )
    return acted


def refused_at_door(visit: Visit, number: str, why: str, seq: int = 0) -> None:
    """Note in the activity's history that somebody was not let in, and why."""
    public = {"why": why, **({"seq": str(seq)} if seq else {})}
    visit.book.entries.append(visit.record(f"event:{number}", "door_refused", ROLE, public=public))


def told(roll: Roll, one: Registration, now: datetime) -> Text:
    """Say that a party is in: who, from where, how many, and since when."""
    params = {
        "name": one.name,
        "enterprise": one.enterprise or Text("check_in.no_enterprise"),
        "party": one.party,
        "at": hour(one.arrived_at or now, now),
        **counts(roll),
    }
    return Text("check_in.done", params)


def counts(roll: Roll) -> dict[str, object]:
    """Return how many people came, and how many are to come."""
    return {"arrived": roll.people(Standing.ARRIVED), "expected": expected(roll)}


def why_not(refused: Refused, now: datetime) -> Text:
    """Word a refusal; of an hour of today only the hour is said."""
    params: dict[str, Any] = dict(refused.params)
    if isinstance(params.get("at"), datetime):
        params["at"] = hour(params["at"], now)
    return Text(refused.key, params)


def hour(at: datetime, now: datetime) -> object:
    """Return the hour of a moment of today, else the whole moment."""
    local, today = at.astimezone(OFFICE_ZONE), now.astimezone(OFFICE_ZONE)
    return local.time() if local.date() == today.date() else at


def _kept(visit: Visit, roll: Roll, acted: Rolled | Refused, seq: int) -> Rolled | Refused:
    if isinstance(acted, Refused):
        refused_at_door(visit, roll.event.number, acted.key.rpartition(".")[2], seq)
    else:
        keep(visit, acted)
    return acted

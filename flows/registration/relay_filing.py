"""What becomes of the rows of a 接龙 on the list of an activity.

A row is known again by its digest, so pasting the same list once more changes nothing: neither
for who has a place already, nor for who gave it up since, nor for a row that was passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from flows.engine.words import Refused
from flows.registration.registration import Registration, Standing, enterprise_key
from flows.registration.relay_merging import may_be_one
from flows.registration.relay_rows import Row
from flows.registration.roll import Roll, Rolled
from flows.registration.signing import Wish, sign_up


class Became(StrEnum):
    """What a row of a pasted list led to."""

    SEATED = "seated"  # 已报
    WAITING = "waiting"  # 候补
    THERE = "there"  # 之前已报
    DIFFERS = "differs"  # 之前已报, with another number of people
    GONE = "gone"  # 已取消过
    PASSED = "passed"  # 上次跳过
    REFUSED = "refused"  # 没报上
    ASKED = "asked"  # 待定


@dataclass(frozen=True, slots=True)
class Entered:
    """A row with what became of it: its place on the list, or what stands against it."""

    row: Row
    became: Became
    place: Registration | None = None
    refused: Refused | None = None

    @property
    def lines(self) -> int:
        """Return on how many lines of the list it stands."""
        return max(len(self.row.lines), 1)


def known_already(roll: Roll, digest: str) -> Became | None:
    """Say what an earlier pasting made of a row; None = it is new."""
    marked = [one for one in roll.registrations.values() if digest in one.listed]
    if any(one.live for one in marked):
        return Became.THERE
    if marked:
        return Became.GONE
    return Became.PASSED if digest in roll.event.passed else None


def enter(
    done: Rolled, row: Row, wish: Wish, now: datetime, *, sure: bool = False
) -> tuple[Rolled, Entered]:
    """Sign one row up, unless it is on the list already; `sure` = nobody there is the same person.

    The wish carries the digest of the row.
    """
    roll = done.roll
    (digest,) = wish.listed
    before = known_already(roll, digest)
    place = roll.live_of(wish.attendee) or _marked(roll, digest)
    if place is not None:
        return _again(done, row, wish, place)
    if before is not None:
        return done, Entered(row, before)
    alike = None if sure else _alike(roll, row, wish)
    if alike is not None:
        return done, Entered(row, Became.ASKED, alike)
    found = sign_up(roll, wish, now)
    if isinstance(found, Refused):
        return done, Entered(row, Became.REFUSED, refused=found)
    new = found.roll.registrations[max(found.roll.registrations)]
    became = Became.WAITING if new.standing is Standing.WAITING else Became.SEATED
    return Rolled(found.roll, (*done.happened, *found.happened)), Entered(row, became, new)


def pass_over(roll: Roll, digest: str) -> Roll:
    """Note that staff want nothing of a row: the next pasting does not ask about it again."""
    passed = tuple(dict.fromkeys((*roll.event.passed, digest)))
    return replace(roll, event=roll.event.model_copy(update={"passed": passed}))


def _marked(roll: Roll, digest: str) -> Registration | None:
    found = (one for one in roll.registrations.values() if digest in one.listed)
    return next((one for one in found if one.live), None)


def _again(done: Rolled, row: Row, wish: Wish, place: Registration) -> tuple[Rolled, Entered]:
    """Leave a place as it is, save for whom else the person speaks."""
    known = set(place.listed)
    if not known & set(wish.listed) and row.party != place.party:
        return done, Entered(row, Became.DIFFERS, place)
    own = {enterprise_key(firm) for firm in (place.enterprise, *place.also_for)}
    more = tuple(firm for firm in wish.also_for if enterprise_key(firm) not in own)
    marked = place.model_copy(
        update={
            "listed": tuple(dict.fromkeys((*place.listed, *wish.listed))),
            "also_for": (*place.also_for, *more),
        }
    )
    if marked == place:
        return done, Entered(row, Became.THERE, place)
    entered = Entered(row, Became.THERE, marked)
    if more:
        return done.then("speak_for", marked), entered
    return Rolled(done.roll.put(marked), done.happened), entered


def _alike(roll: Roll, row: Row, wish: Wish) -> Registration | None:
    """Find who may be the same person under another form of address: 李总, and 李明."""
    for one in roll.colleagues(row.enterprise):
        differ = bool(wish.phone and one.phone and wish.phone != one.phone)
        if not differ and one.name != wish.name and may_be_one(wish.name, one.name):
            return one
    return None


__all__ = ["Became", "Entered", "enter", "known_already", "pass_over"]

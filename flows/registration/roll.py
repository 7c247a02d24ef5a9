"""The list of an activity (名单): who has a seat, who waits, and how many seats are left.

Every count is taken from the registrations themselves; there is no counter that could go wrong.
Who changes a roll holds its activity's row, so what is counted here is so until the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flows.registration.event import Event
from flows.registration.registration import Registration, Standing, enterprise_key


@dataclass(frozen=True, slots=True)
class Roll:
    """An activity with everybody who signed up for it, by `seq`."""

    event: Event
    registrations: Mapping[int, Registration]

    @classmethod
    def of(cls, event: Event, registrations: Iterable[Registration]) -> Roll:
        """Make the roll of an activity, in the order in which people came."""
        ordered = sorted(registrations, key=lambda one: one.seq)
        return cls(event, {one.seq: one for one in ordered})

    @property
    def free(self) -> int:
        """Count the seats that nobody has; below 0 when staff let in more than there are."""
        return self.event.capacity - sum(one.seats for one in self.registrations.values())

    @property
    def waiting(self) -> tuple[Registration, ...]:
        """Return the waitlist (候补), first come first."""
        return self.standing(Standing.WAITING)

    @property
    def next_seq(self) -> int:
        """Return the place of whoever comes next."""
        return max(self.registrations, default=0) + 1

    def standing(self, *standings: Standing) -> tuple[Registration, ...]:
        """Return those who stand so, in the order in which they came."""
        return tuple(one for one in self.registrations.values() if one.standing in standings)

    def people(self, *standings: Standing) -> int:
        """Count the people of those who stand so."""
        return sum(one.party for one in self.standing(*standings))

    def live_of(self, attendee: str) -> Registration | None:
        """Return the registration of an attendee that still counts."""
        found = (one for one in self.registrations.values() if one.attendee == attendee)
        return next((one for one in found if one.live), None)

    def colleagues(self, enterprise: str) -> tuple[Registration, ...]:
        """Return those of the same enterprise who still count."""
        key = enterprise_key(enterprise)
        live = (one for one in self.registrations.values() if one.live and key)
        return tuple(one for one in live if enterprise_key(one.enterprise) == key)

    def fits(self, party: int) -> bool:
        """Say whether a party that comes now has seats, and passes nobody by."""
        if party > self.free:
            return False
        ahead = self.waiting
        if not self.event.skips:
            return not ahead
        return all(one.party > self.free for one in ahead)

    def put(self, changed: Registration) -> Roll:
        """Return the roll with one registration added or changed."""
        return replace(self, registrations={**self.registrations, changed.seq: changed})

    def with_event(self, **changes: Any) -> Roll:
        """Return the roll with its activity changed, and that checked anew."""
        known = {name: getattr(self.event, name) for name in type(self.event).model_fields}
        version = self.event.version + 1
        return replace(self, event=Event.model_validate({**known, "version": version, **changes}))


@dataclass(frozen=True, slots=True)
class Happened:
    """One change on a roll, for its history and for who must hear of it."""

    act: str
    after: Registration
    before: Registration | None = None


@dataclass(frozen=True, slots=True)
class Rolled:
    """A roll after an act, with all that happened on it in order."""

    roll: Roll
    happened: tuple[Happened, ...] = ()

    def then(self, act: str, changed: Registration) -> Rolled:
        """Add one more change."""
        before = self.roll.registrations.get(changed.seq)
        return Rolled(self.roll.put(changed), (*self.happened, Happened(act, changed, before)))


__all__ = ["Happened", "Roll", "Rolled"]

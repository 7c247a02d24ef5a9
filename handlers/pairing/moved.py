"""What went over when accounts were linked, and who both are after they are parted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from handlers.pairing.records import Carried
from handlers.ports import Person

Place = tuple[str, int]
"""An activity, and a registration on its list."""


_TOLD = ("name", "phone", "enterprise")


class Profile(BaseModel):
    """What a person had told before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    phone: str = ""
    enterprise: str = ""
    binding: Literal["none", "pending", "bound"] = "none"
    consent: str = ""

    @classmethod
    def of(cls, person: Person) -> Profile:
        """Take it from a person."""
        return cls(**{name: getattr(person, name) for name in cls.model_fields})

    @property
    def firm(self) -> tuple[str, str]:
        """Return for whom they speak, and how far that is known."""
        return self.binding, self.enterprise

    @property
    def lean(self) -> Profile:
        """Return it without what would tell who somebody is."""
        firm = self.enterprise if self.binding != "none" else ""
        return Profile(enterprise=firm, binding=self.binding, consent=self.consent)


class Moved(BaseModel):
    """All that went over with an account; by it things find their way back."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    carried: Carried = Carried()
    tickets: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    given_up: tuple[Place, ...] = ()  # of two at one activity
    frames: tuple[str, ...] = ()  # digests of forms: what is in them is kept once
    told: Profile = Profile()  # of whoever went
    before: Profile = Profile()  # of whoever stayed
    after: Profile = Profile()
    lean: bool = False  # the rest was erased
    came: tuple[tuple[str, str], ...] = ()  # what whoever stayed had from the other: its digest

    def leaned(self) -> Moved:
        """Return what parting needs when everything else stays where it is."""
        if self.lean:
            return self
        known = self.carried
        return Moved(
            carried=Carried(channels=known.channels, followers=known.followers, at=known.at),
            told=self.told.lean,
            before=self.before.lean,
            after=self.after.lean,
            lean=True,
            came=tuple((name, _digest(getattr(self.after, name))) for name in self._came),
        )

    @property
    def _came(self) -> tuple[str, ...]:
        """Name what the one who stayed had not told, and has from the other."""
        return tuple(
            name
            for name in _TOLD
            if getattr(self.after, name)
            and getattr(self.after, name) == getattr(self.told, name) != getattr(self.before, name)
        )

    def had(self, now: Profile) -> Mapping[str, str]:
        """Return what whoever stayed has from the other still, where the rest was erased."""
        known = {name: getattr(now, name) for name, _ in self.came}
        return {name: known[name] for name, kept in self.came if _digest(known[name]) == kept}


def _digest(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def joined(stays: Person, other: Person) -> Person:
    """Return who two are together: what one had not told is taken from the other."""
    rank = {"none": 0, "pending": 1, "bound": 2}
    firm = max((stays, other), key=lambda one: rank[one.binding])  # the first of equals
    return replace(
        stays,
        name=(firm.name if firm.binding == "bound" else "") or stays.name or other.name,
        phone=stays.phone or other.phone,
        enterprise=firm.enterprise or stays.enterprise or other.enterprise,
        binding=firm.binding,
        consent=max(stays.consent, other.consent),
    )


def parted(me: Person, other: Person, moved: Moved, *, left: bool) -> tuple[Person, Person]:
    """Return who two are apart: whoever stayed, and whoever has an account of their own again.

    Field by field: what came from the other is theirs alone again, unless it was changed since.
    What an enterprise was told of is nobody's who was unbound meanwhile; so is a consent, where
    the account was `left` (取消关注).
    """
    now, before, after = Profile.of(me), moved.before, moved.after
    changed: dict[str, Any] = {
        name: getattr(before, name)
        for name in ("name", "phone", "consent")
        if getattr(now, name) == getattr(after, name) != getattr(before, name)
    }
    firm = now.lean.firm if moved.lean else now.firm
    verified = after.binding == "pending" and firm == ("bound", after.enterprise)
    stands = firm == after.firm or verified  # nobody bound or unbound them since
    had = moved.had(now)
    changed |= dict.fromkeys(had, "")
    told = {**moved.told.model_dump(), **({} if left else had)}
    if stands and before.firm != after.firm:
        changed |= {"binding": before.binding, "enterprise": before.enterprise}
        if verified:
            told["binding"] = now.binding
    if moved.told.binding != "none" and not stands:
        told |= {"binding": "none", "enterprise": ""}
    elif moved.told.binding == "bound" and not told["name"]:
        told["name"] = me.name  # theirs, or that of the same enterprise
    if left:
        told["consent"] = ""
    return replace(me, **changed), replace(other, **told, merged_into=None)


__all__ = ["Moved", "Place", "Profile", "joined", "parted"]

"""A policy as staff enter it (录政策): plain answers, and the policy that they make."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from flows.engine.words import Say
from flows.office import Department
from flows.policies.checking import fingerprint, written_by
from flows.policies.conditions import Condition, Size, plain
from flows.policies.policy import Level, Policy, Way
from flows.policies.validity import Change, changes
from flows.reading.times import local

NEVER = "never"
"""The close of what can be had all the year round."""
SIZES = {"微": Size.MICRO, "小": Size.SMALL, "中": Size.MEDIUM, "大": Size.LARGE}
"""The letter by which each size is told: 小微企业 are two of them."""
CONDITIONS: TypeAdapter[tuple[Condition, ...]] = TypeAdapter(tuple[Condition, ...])
"""How conditions are kept as an answer."""
_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=3000)]
_Link = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class PolicyForm(BaseModel):
    """One policy as it is entered; days are kept as 2026-12-20, conditions as JSON."""

    model_config = ConfigDict(frozen=True)

    name: _Title
    docno: _Line = ""
    issuers: _Line = ""
    issued: str = ""
    effective: str = ""
    valid: str = ""
    level: str = Level.DISTRICT.value
    way: str = Way.APPLY.value
    regions: _Line = ""
    industries: _Line = ""
    sizes: _Line = ""
    conditions: str = "[]"
    support: _Long
    ceiling: str = ""
    opens: str = ""
    closes: str
    materials: _Long = ""
    apply_url: _Link = ""
    address: _Line = ""
    unit: str = ""
    contact: _Line = ""
    phone: _Line = ""
    source_url: _Link = ""
    tags: _Line = ""
    replaces: str = ""
    note: _Long = ""

    def policy(
        self,
        number: str,
        by: int,
        now: datetime,
        before: Policy | None = None,
        replaces: str = "",
    ) -> Policy:
        """Make the policy, or the next version of one; who entered it first stays known.

        `replaces` is the number of an older policy that ends with this one.

        Raises ValueError where the whole is not in order.
        """
        kept: Mapping[str, Any] = {"created_by": by, "created_at": now}
        if before is not None:
            kept = {**before.model_dump(), "version": before.version + 1, "proposed": None}
        ends = {"replaces": replaces} if replaces else {}
        one = Policy.model_validate({**kept, **self._told(), **ends, "number": number})
        return written_by(one, by, before)

    def _told(self) -> Mapping[str, Any]:
        return {
            "title": self.name,
            "docno": self.docno,
            "issuers": listed(self.issuers),
            "issued_on": self.issued or None,
            "effective_on": self.effective or None,
            "valid_until": self.valid or None,
            "level": self.level,
            "way": self.way,
            "regions": listed(self.regions),
            "industries": listed(self.industries),
            "sizes": listed(self.sizes),
            "conditions": CONDITIONS.validate_json(self.conditions),
            "support": self.support,
            "ceiling": self.ceiling or None,
            "opens_on": self.opens or None,
            "closes_at": None if self.closes == NEVER else self.closes,
            "materials": tuple(one for one in self.materials.split("\n") if one),
            "apply_url": self.apply_url,
            "address": self.address,
            "unit": self.unit,
            "contact": self.contact,
            "phone": self.phone,
            "source_url": self.source_url,
            "tags": listed(self.tags),
            "note": self.note,
        }


def with_record(form: PolicyForm, before: Policy, told: Collection[str]) -> PolicyForm:
    """Return a form in which only some was told: the rest is as it is on record."""
    kept = {name: raw for name, raw in answers_of(before).items() if name not in told}
    return form.model_copy(update=kept)


def listed(told: str) -> tuple[str, ...]:
    """Cut what is told with 、 or commas between."""
    return tuple(one.strip() for one in re.split(r"[、，,;；\s]+", told) if one.strip())


def answers_of(policy: Policy) -> dict[str, str]:
    """Return a policy as answers of the form, to be changed."""
    days = {
        "issued": policy.issued_on,
        "effective": policy.effective_on,
        "valid": policy.valid_until,
        "opens": policy.opens_on,
    }
    closes = policy.closes_at
    return {
        "name": policy.title,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "closes": local(closes).isoformat() if closes else NEVER,
        "level": policy.level.value,
        "way": policy.way.value,
        "sizes": "、".join(one.value for one in policy.sizes),
        "conditions": CONDITIONS.dump_json(policy.conditions).decode(),
        "ceiling": plain(policy.ceiling) if policy.ceiling is not None else "",
        "materials": "\n".join(policy.materials),
        **{name: "、".join(getattr(policy, name)) for name in _MANY},
        **{name: getattr(policy, name) for name in SAME},
    }


_MANY = ("issuers", "regions", "industries", "tags")
SAME = (
    *("docno", "support", "apply_url", "address", "unit", "contact", "phone", "source_url"),
    *("replaces", "note"),
)
"""Answers that are called and kept as the policy has them."""


def differences(
    before: Policy, after: Policy, departments: Sequence[Department]
) -> tuple[Say, ...]:
    """Say what differs, a line each; departments by their names.

    Two versions of which this says nothing are the same to everybody, and to the check.
    """
    names = {one.id: one.name for one in departments}

    def shown(one: Change) -> Change:
        if one.name != "unit":
            return one
        return replace(
            one, before=names.get(one.before, one.before), after=names.get(one.after, one.after)
        )

    found = tuple(shown(one).say for one in changes(before, after))
    if found or before.number != after.number or fingerprint(before) == fingerprint(after):
        return found
    return (Say("policy.changed.wording"),)


__all__ = [
    "CONDITIONS",
    "NEVER",
    "SAME",
    "SIZES",
    "PolicyForm",
    "answers_of",
    "differences",
    "listed",
    "with_record",
]

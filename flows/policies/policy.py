"""A policy (政策) as it is kept: what it gives, to whom, until when, and where one applies."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AnyUrl,
    AwareDatetime,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic import Field as Limits

from flows.policies import docno
from flows.policies.conditions import Condition, Field, Kept, Op, Size
from flows.reading.times import local
from flows.registration.number import WRITTEN

SOON = 3  # days before closing from which a policy closes soon
_Number = Annotated[str, StringConstraints(pattern=rf"^{WRITTEN}$")]
_Other = Annotated[str, StringConstraints(pattern=rf"^(?:{WRITTEN})?$")]
_HTTPS = re.compile(r"https://[^\s\\@]+", re.IGNORECASE)


class Level(StrEnum):
    """Whose policy it is."""

    NATIONAL = "national"  # 国家
    PROVINCIAL = "provincial"  # 省
    CITY = "city"  # 市
    DISTRICT = "district"  # 区


class Way(StrEnum):
    """How one comes by what it gives (兑现方式)."""

    DIRECT = "direct"  # 免申即享
    FAST = "fast"  # 快申快享
    APPLY = "apply"  # 申报


class State(StrEnum):
    """What a policy is at a moment."""

    COMING = "coming"  # 未开始
    OPEN = "open"  # 可申报
    CLOSING = "closing"  # 即将截止
    CLOSED = "closed"  # 申报已截止
    INVALID = "invalid"  # 已失效
    REPLACED = "replaced"  # 已被替代


OVER = frozenset({State.CLOSED, State.INVALID, State.REPLACED})
"""States in which nothing can be had from a policy any more."""


class Policy(Kept):
    """One policy; a close is exclusive, and the last day of validity is still one of it."""

    number: _Number
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    docno: str = ""  # 文号, as it is kept
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    effective_on: date | None = None  # may lie before the paper: it reaches back then
    valid_until: date | None = None
    level: Level = Level.DISTRICT
    kind: str = ""  # 政策工具: 资金, 土地, 人才
    way: Way = Way.APPLY
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    tags: tuple[str, ...] = ()  # what it is about, for the search; no condition
    conditions: tuple[Condition, ...] = ()
    support: str = ""
    ceiling: Annotated[Decimal, Limits(ge=0)] | None = None  # 万元
    opens_on: date | None = None
    closes_at: AwareDatetime | None = None  # None = all the year round
    materials: tuple[str, ...] = ()
    apply_url: str = ""
    address: str = ""
    unit: str = ""  # department that pays it out
    contact: str = ""
    phone: str = ""
    source_url: str = ""
    note: str = ""
    files: tuple[str, ...] = ()
    replaces: _Other = ""
    replaced_by: _Other = ""
    demo: bool = False
    created_by: int
    created_at: AwareDatetime
    authors: tuple[int, ...] = ()  # who had a hand in what is not checked yet
    reviewed_by: int | None = None  # who found it right: another person than wrote it
    reviewed_at: AwareDatetime | None = None
    reviewed: str = ""  # fingerprint of what was found right
    last_checked: Policy | None = None  # what enterprises read while this one is not checked
    proposed: Policy | None = None  # the next version out of a file, until somebody confirms it
    version: int = 1

    @field_validator("docno", mode="before")
    @classmethod
    def _one_number(cls, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return ""
        kept = docno.normalise(value)
        if not kept:
            raise ValueError("this is no number of a paper")
        return kept

    @field_validator("apply_url", "source_url")
    @classmethod
    def _safe(cls, value: str) -> str:
        if value and host(value) is None:
            raise ValueError("a link begins with https:// and leads to a host")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Policy:
        last = last_day(self)
        if self.opens_on and last and last < self.opens_on:
            raise ValueError("it closes after it opens")
        begins = [day for day in (self.issued_on, self.effective_on) if day]
        if self.valid_until and begins and self.valid_until < max(begins):
            raise ValueError("it ends after it begins")
        if self.number in {self.replaces, self.replaced_by}:
            raise ValueError("it does not replace itself")
        return self

    @property
    def demands(self) -> tuple[Condition, ...]:
        """Return all that it asks of an enterprise: where, what and how large first."""
        scope = (
            (Field.REGION, self.regions),
            (Field.INDUSTRY, self.industries),
            (Field.SIZE, tuple(size.value for size in self.sizes)),
        )
        said = {(one.field, frozenset(one.value)) for one in self.conditions if one.op != Op.NOT}
        implied = (
            Condition(field=field, op=Op.IN, value=value)
            for field, value in scope
            if value and (field, frozenset(value)) not in said
        )
        return (*implied, *self.conditions)

    def state(self, now: datetime) -> State:
        """Say what it is at a moment, by the days of the office."""
        today = local(now).date()
        if self.replaced_by:
            return State.REPLACED
        if self.valid_until is not None and self.valid_until < today:
            return State.INVALID
        if self.closes_at is not None and now >= self.closes_at:
            return State.CLOSED
        begins = begins_on(self)
        if begins is not None and begins > today:
            return State.COMING
        left = days_left(self, now)
        return State.CLOSING if left is not None and left <= SOON else State.OPEN

    def open_at(self, now: datetime) -> bool:
        """Say whether one can apply, or gets it unasked, at a moment."""
        return self.state(now) in {State.OPEN, State.CLOSING}


def begins_on(policy: Policy) -> date | None:
    """Return the first day on which one can apply; None = it has begun, or does not say."""
    return max((day for day in (policy.opens_on, policy.effective_on) if day), default=None)


def last_day(policy: Policy) -> date | None:
    """Return the last day on which one can apply; a close at midnight ends the day before."""
    if policy.closes_at is None:
        return None
    return local(policy.closes_at - timedelta(microseconds=1)).date()


def days_left(policy: Policy, now: datetime) -> int | None:
    """Count the days until the last one; 0 = today, None = it does not close."""
    last = last_day(policy)
    return None if last is None else (last - local(now).date()).days


def host(url: str) -> str | None:
    """Return where a link leads, None = nowhere, or not by https, or under a false name."""
    if not _HTTPS.fullmatch(url):
        return None
    try:
        return AnyUrl(url).host
    except ValidationError:
        return None


def is_official(url: str, hosts: Collection[str]) -> bool:
    """Say whether a link leads to an official host, or to one below it; others are flagged."""
    found = host(url)
    if found is None:
        return False
    plain = found.lower().rstrip(".")
    return any(plain == one.lower() or plain.endswith(f".{one.lower()}") for one in hosts)

"""The office's rules of a case, as numbers; config/ladders.toml holds the real ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flows.calendar import WorkingDays
from flows.office import Category
from flows.tickets.clocks import Clock
from flows.tickets.limits import Limit, Unit, measured
from flows.tickets.state import Tier, tier_of


@dataclass(frozen=True, slots=True)
class Terms:
    """The limits of one tier."""

    clocks: Mapping[Clock, Limit]
    redo: Limit  # C11
    returning: Limit  # C5: how long a department may say that a case is not its own
    longer: int  # C8: working days of one extension; 0 = none


@dataclass(frozen=True, slots=True)
class Policy:
    """Every number of the life cycle that an office may set."""

    version: str
    tiers: Mapping[Tier, Terms]
    reply_min: int = 20  # characters of an answer (T13)
    rounds: int = 2  # 重办 at the most (T17)
    talk_round: int = 2  # from this 重办 on a 面商 has to be recorded first
    long_extension: int = 10  # working days beyond which a leader grants it
    rest_most: int = 60  # working days that a case may rest in all (T11)
    reopen_days: int = 30  # calendar days in which the same ticket is taken up again (T19)
    revive_days: int = 30  # calendar days in which an unanswered question may still be answered
    object_days: int = 5  # working days to object to 不予受理, once (T4)
    undo_hours: int = 24  # 并案 may be undone (T22)
    relapse_days: int = 90  # calendar days after 办结 in which the same again counts (复发率)
    home: str = ""  # id of the department that is the office itself; empty = there is none
    follow_days: int = 10  # working days until a body outside is asked what it did (T21)
    attempts: int = 3  # tries on as many working days before a case closes unrated (T18)
    silence_days: int = 7  # working days after the last try
    stage_every: int = 5  # working days between 阶段答复 of 疑难
    sounding: Limit = "2wh"  # how long a department may answer whether a case is its own (预交办)
    reminders: int = 2  # to the enterprise before an unanswered question closes the case (T3b)
    leader_tiers: frozenset[Tier] = field(default_factory=lambda: frozenset({Tier.HARD}))

    def terms(self, tier: Tier) -> Terms:
        """Return the limits of a tier."""
        return self.tiers[tier]

    def limit(self, tier: Tier, clock: Clock) -> Limit:
        """Return the limit of a clock."""
        return self.tiers[tier].clocks[clock]


def suggested_tier(category: Category | None, policy: Policy) -> Tier:
    """Say how hard a class of problems usually is: the tier whose days are nearest to its own."""
    if category is None or category.urgent:
        return tier_of(category)
    usual = (Tier.GENERAL, Tier.COMPLEX, Tier.HARD)
    # Of two that are as near, the harder one: time that is left over hurts nobody.
    return min(
        reversed(usual),
        key=lambda tier: abs(_days(policy.limit(tier, Clock.HANDLE)) - category.days),
    )


def _days(limit: Limit) -> int:
    found = measured(limit)
    return found.amount if found.unit is Unit.WORKDAYS else 1


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens, and the calendar and rules by which it is judged."""

    at: datetime
    days: WorkingDays
    policy: Policy

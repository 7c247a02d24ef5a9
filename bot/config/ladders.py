"""ladders.toml: the limits of every step, by tier, and the ladder of escalation."""

from collections.abc import Mapping
from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.config.office import Clock as TimeOfDay
from bot.config.office import Positive, Text
from bot.config.source import Table, fault, parse
from flows.tickets.causes import CAUSES
from flows.tickets.clocks import Clock
from flows.tickets.ladder import Ladder, Rung
from flows.tickets.limits import Limit, Unit, measured
from flows.tickets.policy import Policy, Terms
from flows.tickets.state import Tier

Whole = Annotated[int, Field(ge=0, strict=True)]


def _takes_time(limit: Limit) -> Limit:
    found = measured(limit)
    if found.unit is Unit.DAY or not found.amount:
        raise ValueError('a limit of the rules is a stretch of time such as "5WD", "4wh" or "2h"')
    return limit


Span = Annotated[Limit, AfterValidator(_takes_time)]
"""A limit that is the same for every case: no day of the calendar, and not nothing."""


class TierTable(Table):
    """The limits of one tier."""

    accept: Span
    dispatch: Span
    sign: Span
    contact: Span
    ruling: Span
    opinion: Span
    handle: Span
    audit: Span
    callback: Span
    supplement: Span
    redo: Span
    returning: Span
    longer: Whole
    decide: Span
    progress: Span

    def terms(self) -> Terms:
        """Return them as the life cycle needs them."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        clocks = {Clock(name): limit for name, limit in named.items() if name in set(Clock)}
        return Terms(clocks, self.redo, self.returning, self.longer)


class Rules(Table):
    """The other numbers of the life cycle."""

    reply_min: Positive
    rounds: Positive
    talk_round: Positive
    long_extension: Positive
    rest_most: Positive
    reopen_days: Positive
    revive_days: Positive
    object_days: Positive
    undo_hours: Positive
    relapse_days: Positive
    home: str = ""
    follow_days: Positive
    attempts: Positive
    silence_days: Positive
    stage_every: Positive
    sounding: Span
    reminders: Whole
    leader_tiers: frozenset[Tier]


def _rising(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if any(later < earlier for earlier, later in pairwise(numbers)):
        raise ValueError("a higher rung does not come before a lower one")
    return numbers


def _slots(slots: tuple[time, ...]) -> tuple[time, ...]:
    if any(later <= earlier for earlier, later in pairwise(slots)):
        raise ValueError("the digests must follow each other in the order of the day")
    return slots


def _day(hours: tuple[time, time]) -> tuple[time, time]:
    if hours[1] <= hours[0]:
        raise ValueError("the hours begin before they end")
    return hours


class LadderTable(Table):
    """When and how far each clock climbs."""

    offsets: Annotated[
        tuple[Whole, ...], Field(min_length=4, max_length=4), AfterValidator(_rising)
    ]
    slots: Annotated[tuple[TimeOfDay, ...], Field(min_length=1), AfterValidator(_slots)]
    hold_minutes: Whole
    answer: Span
    unanswered: Annotated[Rung, Field(ge=Rung.SUPERVISED)]
    second: Whole
    urgent_first: Annotated[Rung, Field(ge=Rung.URGED)]
    awake: Annotated[tuple[TimeOfDay, TimeOfDay], AfterValidator(_day)]
    tops: Mapping[str, Rung]

    def ladder(self) -> Ladder:
        """Return it as the life cycle needs it."""
        hold = timedelta(minutes=self.hold_minutes)
        return Ladder(
            offsets=self.offsets,
            tops=self.tops,
            slots=self.slots,
            hold=hold,
            answer=self.answer,
            unanswered=self.unanswered,
            second=self.second,
            urgent_first=self.urgent_first,
            awake=self.awake,
        )


class Ladders(Table):
    """The whole file."""

    version: Text
    tiers: Mapping[Tier, TierTable]
    rules: Rules
    ladder: LadderTable

    def policy(self) -> Policy:
        """Return the rules of the life cycle."""
        tiers = {tier: table.terms() for tier, table in self.tiers.items()}
        return Policy(version=self.version, tiers=tiers, **self.rules.model_dump())


def _complete(path: Path, ladders: Ladders) -> None:
    missing = [tier.value for tier in Tier if tier not in ladders.tiers]
    if missing:
        raise fault(path, "[tiers]", missing[0], "missing table")
    known = (*(clock.value for clock in Clock), *CAUSES)
    missing = [name for name in known if name not in ladders.ladder.tops]
    if missing:
        raise fault(path, "[ladder.tops]", missing[0], "missing key")
    strange = [name for name in ladders.ladder.tops if name not in known]
    if strange:
        raise fault(path, "[ladder.tops]", strange[0], "unknown key")


def load_ladders(path: Path) -> Ladders:
    """Read ladders.toml."""
    ladders = parse(Ladders, path)
    _complete(path, ladders)
    return ladders

"""Whether a policy is for an enterprise: 符合, 不符合 or 未知 of every condition, with its reason.

Unknown never is no. Which places lie in which, and which industry has which code, is told by the
caller: both are lists that the office keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flows.engine.words import Key, Say
from flows.policies.conditions import YEARS, Condition, EnterpriseFact, Field, Op
from flows.policies.policy import Policy
from flows.policies.written import whole

STALE = 12  # months after which a fact is said to be old, where the caller has no number
# Divisions of GB/T 4754-2017 by section: A 农林牧渔 … T 国际组织; a code may lack its letter.
_SECTIONS = (
    *(("A", 1, 5), ("B", 6, 12), ("C", 13, 43), ("D", 44, 46), ("E", 47, 50), ("F", 51, 52)),
    *(("G", 53, 60), ("H", 61, 62), ("I", 63, 65), ("J", 66, 69), ("K", 70, 70), ("L", 71, 72)),
    *(("M", 73, 75), ("N", 76, 79), ("O", 80, 82), ("P", 83, 83), ("Q", 84, 85), ("R", 86, 90)),
    *(("S", 91, 96), ("T", 97, 97)),
)


class Verdict(StrEnum):
    """What is found of one condition."""

    MET = "met"  # 符合
    UNMET = "unmet"  # 不符合
    UNKNOWN = "unknown"  # 未知


class Fit(StrEnum):
    """What is found of the whole policy."""

    DIRECT = "direct"  # 直推: every condition is met
    POSSIBLE = "possible"  # 可能适用: some are unknown, none speaks against it
    OUT = "out"  # 不适用


@dataclass(frozen=True, slots=True)
class Regions:
    """Which place lies in which (镇海区 < 宁波市 < 浙江省), and what places are called besides."""

    parents: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def chain(self, place: str) -> tuple[str, ...]:
        """Return a place and all that it lies in, the smallest first."""
        at: str | None = self.aliases.get(place, place)
        found: list[str] = []
        while at is not None and at not in found:
            found.append(at)
            at = self.parents.get(at)
        return tuple(found)

    def judge(self, own: str, wanted: str) -> Verdict:
        """Say whether a place lies in another; a place that is too wide, or not listed, may."""
        chain, target = self.chain(own), self.chain(wanted)
        if target[0] in chain:
            return Verdict.MET
        listed = chain[0] in self.parents and (
            target[0] in self.parents or target[0] in self.parents.values()
        )
        return Verdict.UNKNOWN if chain[0] in target or not listed else Verdict.UNMET


@dataclass(frozen=True, slots=True)
class Industries:
    """The codes of industries by their names (制造业 → C, 通用设备制造业 → C34), by GB/T 4754."""

    codes: Mapping[str, str] = field(default_factory=dict)

    def code(self, said: str) -> str | None:
        """Return the code of an industry that is named or coded, with its letter."""
        found = self.codes.get(said, said).upper()
        if found.isascii() and found.isdigit() and len(found) >= 2:
            division = int(found[:2])
            letters = (letter for letter, first, last in _SECTIONS if first <= division <= last)
            return next((letter + found for letter in letters), None)
        plain = found.isascii() and found[:1].isalpha() and (found[1:].isdigit() or not found[1:])
        return found if plain else None

    def judge(self, own: str, wanted: str) -> Verdict:
        """Say whether an industry is part of another; one that is known too roughly may be."""
        if own == wanted:
            return Verdict.MET
        mine, theirs = self.code(own), self.code(wanted)
        if mine is None or theirs is None:
            return Verdict.UNKNOWN
        if mine.startswith(theirs):
            return Verdict.MET
        return Verdict.UNKNOWN if theirs.startswith(mine) else Verdict.UNMET


@dataclass(frozen=True, slots=True)
class Lists:
    """What the office keeps: places, industries, and the age at which a fact is called old."""

    regions: Regions = field(default_factory=Regions)
    industries: Industries = field(default_factory=Industries)
    stale_months: int = STALE


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition, what is found of it, and why."""

    condition: Condition
    verdict: Verdict
    reason: Say


@dataclass(frozen=True, slots=True)
class Match:
    """What a policy is to an enterprise."""

    verdicts: tuple[Judged, ...]

    @property
    def verdict(self) -> Fit:
        """Return the verdict; a policy of which no condition is on record may be for anybody."""
        found = {one.verdict for one in self.verdicts}
        if Verdict.UNMET in found:
            return Fit.OUT
        return Fit.DIRECT if found == {Verdict.MET} else Fit.POSSIBLE

    @property
    def asks(self) -> tuple[Condition, ...]:
        """Return the conditions about which the enterprise is asked, in the order of asking.

        Nothing is asked where the answer is certain already, nor what only a person can judge.
        """
        if self.verdict is Fit.OUT:
            return ()
        unknown = [one.condition for one in self.verdicts if one.verdict is Verdict.UNKNOWN]
        order = list(Field)
        asked = [one for one in unknown if one.field is not Field.TEXT]
        return tuple(sorted(asked, key=lambda one: order.index(one.field)))

    @property
    def missing(self) -> tuple[Field, ...]:
        """Return the facts that are missing, each once, in the order of asking."""
        return tuple(dict.fromkeys(one.field for one in self.asks))


def evaluate(
    policy: Policy, facts: Mapping[Field, EnterpriseFact], today: date, lists: Lists | None = None
) -> Match:
    """Judge every condition of a policy by what is known of an enterprise on a day."""
    lists = lists or Lists()
    return Match(tuple(_judged(one, facts.get(one.field), today, lists) for one in policy.demands))


def months_old(fact: EnterpriseFact, today: date) -> int:
    """Count the whole months since a fact was told."""
    on = fact.on
    whole = (today.year - on.year) * 12 + today.month - on.month - (today.day < on.day)
    return max(0, whole)


def _judged(condition: Condition, fact: EnterpriseFact | None, today: date, lists: Lists) -> Judged:
    what = wanted(condition)
    if condition.field is Field.TEXT:
        return Judged(condition, Verdict.UNKNOWN, Say("policy.reason.unread", {"what": what}))
    name = Key(f"policy.field.{condition.field.value}")
    if fact is None:
        params: Mapping[str, Any] = {"what": what, "field": name}
        return Judged(condition, Verdict.UNKNOWN, Say("policy.reason.missing", params))
    verdict = _compared(condition, fact, today, lists)
    own = shown(fact)
    params = {"what": what, "field": name, "own": own}
    age = months_old(fact, today)
    if age >= lists.stale_months:
        reason = Say(f"policy.reason.{verdict.value}.old", {**params, "months": age})
    else:
        reason = Say(f"policy.reason.{verdict.value}.known", params)
    return Judged(condition, verdict, reason)


def wanted(condition: Condition) -> str | Say:
    """Say what a condition wants: in the paper's words, else in ours."""
    if condition.text:
        return condition.text
    name = Key(f"policy.field.{condition.field.value}")
    own = _written(condition.field, condition.value, condition.unit == YEARS)
    return Say(f"policy.wants.{condition.op.name.lower()}", {"field": name, "value": own})


def shown(fact: EnterpriseFact) -> Any:
    """Show what is known: 3000万元, 镇海区, 高新（没有专精特新）."""
    had = _written(fact.field, fact.value, is_age=False) if fact.value else ()
    if not fact.lacks:
        return had
    if not fact.value:
        return Say("policy.known.lacked", {"lacked": fact.lacks})
    return Say("policy.known.both", {"had": had, "lacked": fact.lacks})


def _written(named: Field, value: tuple[str, ...], is_age: bool) -> Any:
    match named:
        case Field.SIZE:
            return tuple(Key(f"policy.size.{one}") for one in value)
        case Field.REVENUE | Field.STAFF | Field.RD_SHARE:
            return Say(f"policy.unit.{named.value}", {"value": value[0]})
        case Field.FOUNDED_ON if is_age:
            return Say("policy.unit.age", {"value": value[0]})
        case Field.FOUNDED_ON:
            return whole(date.fromisoformat(value[0]))
    return value


def _compared(condition: Condition, fact: EnterpriseFact, today: date, lists: Lists) -> Verdict:
    match condition.field:
        case Field.TAG:
            return _tags(condition, fact)
        case Field.REGION | Field.INDUSTRY | Field.SIZE:
            return _named(condition, fact, lists)
        case Field.FOUNDED_ON:
            return _founded(condition, date.fromisoformat(fact.value[0]), today)
    return _held(condition.op, Decimal(fact.value[0]), condition.number)


def _tags(condition: Condition, fact: EnterpriseFact) -> Verdict:
    """Judge by the tags that are had and those that are lacked; any other may be either."""
    told = dict.fromkeys(fact.value, Verdict.MET) | dict.fromkeys(fact.lacks, Verdict.UNMET)
    found = [told.get(one, Verdict.UNKNOWN) for one in condition.value]
    match condition.op:
        case Op.NOT:
            return _opposite(_any(found))
        case Op.IN:
            return _any(found)
    return _opposite(_any([_opposite(one) for one in found]))


def _named(condition: Condition, fact: EnterpriseFact, lists: Lists) -> Verdict:
    judge = {Field.REGION: lists.regions.judge, Field.INDUSTRY: lists.industries.judge}.get(
        condition.field, _same
    )
    # An enterprise of two places or trades is of either; what is asked for is one of several.
    found = _any([judge(own, one) for own in fact.value for one in condition.value])
    return _opposite(found) if condition.op is Op.NOT else found


def _same(own: str, one: str) -> Verdict:
    return Verdict.MET if own == one else Verdict.UNMET


def _founded(condition: Condition, founded: date, today: date) -> Verdict:
    if condition.unit != YEARS:
        return _held(condition.op, founded, condition.day)
    age = today.year - founded.year - ((today.month, today.day) < (founded.month, founded.day))
    whole = (today.month, today.day) == (founded.month, founded.day)
    if condition.op is Op.AT_MOST and age == condition.number and not whole:
        return Verdict.UNMET  # 不超过5年: five years and a day are more
    return _held(condition.op, Decimal(age), condition.number)


def _held(op: Op, own: Any, limit: Any) -> Verdict:
    match op:
        case Op.AT_LEAST:
            holds = own >= limit
        case Op.AT_MOST:
            holds = own <= limit
        case _:
            holds = own == limit
    return Verdict.MET if holds else Verdict.UNMET


def _any(found: list[Verdict]) -> Verdict:
    """Say whether one of several holds."""
    for verdict in (Verdict.MET, Verdict.UNKNOWN):
        if verdict in found:
            return verdict
    return Verdict.UNMET


def _opposite(verdict: Verdict) -> Verdict:
    return {Verdict.MET: Verdict.UNMET, Verdict.UNMET: Verdict.MET}.get(verdict, verdict)

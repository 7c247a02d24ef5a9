"""What staff type about one field of a policy, or paste about all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from flows import reading
from flows.policies import demands, docno, money, periods
from flows.policies.conditions import Condition, plain
from flows.policies.policy import Level, Policy, Way
from flows.policies.reading import Found, Notes
from flows.policies.reading import read as read_notice
from flows.policies.record import CONDITIONS, NEVER, SAME, SIZES, listed
from flows.policies.settings import Settings
from flows.reading.times import at, hours
from flows.registration.number import TYPED, as_kept


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """The day, what the reader of notices knows, and the policy that the form replaces."""

    today: date
    notes: Notes = field(default_factory=Notes)
    settings: Settings = field(default_factory=Settings)
    before: Policy | None = None


def noticed(text: str, facts: PolicyFacts) -> Mapping[str, str]:
    """Read a pasted notice: every field that is found, as an answer."""
    found = _answers(read_notice(text, facts.today, facts.notes))
    never = {"closes": NEVER} if _ALL_YEAR.search(text) else {}
    return {**never, **found}


def _answers(found: Found) -> Mapping[str, str]:
    days = {
        "issued": found.issued_on,
        "effective": found.effective_on,
        "valid": found.valid_until,
        "opens": found.opens_on,
        "closes": found.closes_at,
    }
    told: dict[str, str] = {
        "name": found.title.rstrip("。"),
        "issuers": "、".join(found.issuers),
        **{name: moment.isoformat() if moment else "" for name, moment in days.items()},
        "level": found.level.value if found.level else "",
        "way": found.way.value,
        "conditions": _written(found.conditions) if found.conditions else "",
        "ceiling": plain(found.ceiling) if found.ceiling is not None else "",
        "materials": "\n".join(found.materials),
        **{name: getattr(found, name) for name in SAME if hasattr(found, name)},
        "support": found.support.rstrip("。"),
    }
    return {name: value for name, value in told.items() if value}


_ALL_YEAR = re.compile(r"常年|长期(?:有效|受理|申报)|全年(?:受理|申报|可)|随时(?:受理|申报)")


def _written(found: tuple[Condition, ...]) -> str:
    return CONDITIONS.dump_json(found).decode()


def title(text: str, facts: PolicyFacts) -> str | None:
    """Take the title out of a pasted notice, which answers more than the title."""
    return read_notice(text, facts.today, facts.notes).title.rstrip("。") or None


def a_day(text: str, facts: PolicyFacts) -> str | None:
    """Read a day; without a year it is the next one."""
    found = periods.day_of(text, facts.today) or reading.day(text, facts.today)
    return found.isoformat() if found else None


def past_day(text: str, facts: PolicyFacts) -> str | None:
    """Read the day of a paper: without a year it is the last one, not the next."""
    told = a_day(text, facts)
    if told is None:
        return None
    found = date.fromisoformat(told)
    if found <= facts.today or re.search(r"\d{4}|明", text):
        return told
    leap = (found.month, found.day) == (2, 29)
    return found.replace(year=found.year - 1, day=28 if leap else found.day).isoformat()


def close(text: str, facts: PolicyFacts) -> str | None:
    """Read a close; a day alone closes with the office."""
    if re.search(r"常年|长期|全年|不限|没有截止|无截止", text):
        return NEVER
    closes = facts.notes.closes
    found = periods.window(f"申报截止：{text}", "", facts.today, closes).closes_at
    if found is not None:
        return found.isoformat()
    day = reading.day(text, facts.today)
    told = hours(text)
    return at(day, told[0] if told else closes).isoformat() if day else None


def sizes(text: str, facts: PolicyFacts) -> str | None:
    """Read sizes: 小微 are two of them."""
    return "、".join(size.value for word, size in SIZES.items() if word in text) or None


def demanded(text: str, facts: PolicyFacts) -> str | None:
    """Read conditions as a notice states them."""
    found = demands.conditions(text, facts.notes.known)
    return _written(found) if found else None


def amount(text: str, facts: PolicyFacts) -> str | None:
    """Read an amount; a bare number is of 万元, as policies count."""
    bare = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*", text)
    found = Decimal(bare[1]) if bare else money.ceiling(text)
    return plain(found) if found is not None else None


def department(text: str, facts: PolicyFacts) -> str | None:
    """Read which department is named, by its longest name."""
    named = [
        (len(name), one.id)
        for one in facts.notes.departments
        for name in (one.full, one.name, *one.aliases)
        if name and name in text
    ]
    return max(named)[1] if named else None


LEVELS = {"国家": Level.NATIONAL, "省": Level.PROVINCIAL, "市": Level.CITY, "区": Level.DISTRICT}
WAYS = {"免申": Way.DIRECT, "快申": Way.FAST, "申报": Way.APPLY, "申请": Way.APPLY}


def level(text: str, facts: PolicyFacts) -> str | None:
    """Read whose policy it is."""
    return next((level.value for word, level in LEVELS.items() if word in text), None)


def way(text: str, facts: PolicyFacts) -> str | None:
    """Read how one comes by it."""
    return next((way.value for word, way in WAYS.items() if word in text), None)


def paper(text: str, facts: PolicyFacts) -> str | None:
    """Read the one 文号 that is named."""
    found = docno.find(text)
    return found[0].number if len(found) == 1 else None


def older(text: str, facts: PolicyFacts) -> str | None:
    """Read another policy: its number, or its 文号."""
    found = TYPED.search(text)
    return as_kept(found.group()) if found else paper(text, facts)


def places(text: str, facts: PolicyFacts) -> str | None:
    """Read places, each by the name that is listed."""
    return "、".join(map(facts.settings.place, listed(text))) or None


def trades(text: str, facts: PolicyFacts) -> str | None:
    """Read industries, each by the name that is listed."""
    return "、".join(map(facts.settings.industry, listed(text))) or None


def lines(text: str, facts: PolicyFacts) -> str | None:
    """Read a list, an item a line."""
    return "\n".join(demands.items(text)) or None


__all__ = [
    "LEVELS",
    "WAYS",
    "PolicyFacts",
    "a_day",
    "amount",
    "close",
    "demanded",
    "department",
    "level",
    "lines",
    "noticed",
    "older",
    "paper",
    "past_day",
    "places",
    "sizes",
    "title",
    "trades",
    "way",
]

"""What the forms of a case have in common: the facts they know, and a form of one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from flows.calendar import WorkingDays
from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Key
from flows.office import Department
from flows.reading.dates import written

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=1000)]
NO_UNITS = "none"
EDGE = " \t\n\u3000，,。、；;：:"
"""What is left at the ends of a text when a part of it was taken out."""
UNIT = r"[a-z][a-z0-9_.-]*"  # a department's id in config/departments.toml


def _written_out(raw: object) -> object:
    """Take no bare number for a day: pydantic would count seconds from it."""
    if isinstance(raw, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
        raise ValueError("a day is written 2026-12-20")
    return raw


Day = Annotated[date, BeforeValidator(_written_out)]


@dataclass(frozen=True, slots=True)
class Dated:
    """What day a choice of the form would promise; `key` is the choice's value."""

    key: str
    day: date
    provisional: bool = False  # 暂定


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What an act's conversation needs to know of the case and the office."""

    number: str
    departments: tuple[Department, ...] = ()
    proposed: tuple[str, ...] = ()  # department ids, the likeliest first
    supports: tuple[str, ...] = ()  # usual 协办 of the category
    due: date | None = None
    provisional: bool = False  # 暂定
    handler: str = ""
    handler_phone: str = ""
    lead: str = ""  # 主办 as it is now
    tier: str = ""  # 难易 that the class suggests
    dues: tuple[Dated, ...] = ()  # the day that goes with each choice
    waiting: tuple[str, ...] = ()  # 协办 whose opinion is not there
    returned: tuple[str, ...] = ()  # departments that said it is not their own
    today: date | None = None
    precedents: tuple[Any, ...] = ()  # earlier rulings (判例), as the handler words them
    channels: tuple[str, ...] = ()  # bodies outside that something may be sent to
    candidates: tuple[str, ...] = ()  # numbers of tickets that this one may be merged into
    days: WorkingDays | None = None  # for "5个工作日内"
    answer: str = ""  # the answer that waits for its audit
    reply_min: int = 0  # characters that an answer has at least
    leaders: tuple[tuple[int, str], ...] = ()  # leaders who may be named: person and name
    rungs: tuple[int, ...] = ()  # of the ladder that the person may set
    speaks_for: tuple[int, ...] = ()  # leaders whose words the person may write down
    people: tuple[tuple[int, str], ...] = ()  # who may be given an errand: person and name
    takes_support: bool = False  # a department may still come in as 协办
    errands: tuple[tuple[int, Any], ...] = ()  # what a 批示 asks and is open: place and label

    def name(self, unit: str) -> str:
        """Return a department's name."""
        return next((d.name for d in self.departments if d.id == unit), unit)


class Frozen(BaseModel):
    """Base of the forms."""

    model_config = ConfigDict(frozen=True)


def units_in(text: str, departments: Sequence[Department]) -> tuple[str, ...]:
    """Return the departments named in a text, in the order of their names' places."""
    return tuple(dict.fromkeys(ident for _, ident, _ in _named(text, departments)))


def unit_and_rest(text: str, departments: Sequence[Department]) -> tuple[str | None, str]:
    """Return the first department named in a text, and the text without its name."""
    named = _named(text, departments)
    if not named:
        return None, text
    at, ident, name = named[0]
    head = re.sub(r"[给由到派改交\s]+$", "", text[:at])
    return ident, (head + text[at + len(name) :]).strip(EDGE)


def first_unit(text: str, facts: CaseFacts) -> str | None:
    """Return the first department named in a text."""
    return unit_and_rest(text, facts.departments)[0]


def show_day(raw: str, answers: Answers, facts: CaseFacts) -> str:
    """Word a day as it is shown."""
    return written(date.fromisoformat(raw))


def _named(text: str, departments: Sequence[Department]) -> list[tuple[int, str, str]]:
    left, found = text, []
    names = [(name, d.id) for d in departments for name in (d.name, *d.aliases)]
    for name, ident in sorted(names, key=lambda pair: -len(pair[0])):
        at = left.find(name)
        if at >= 0:
            found.append((at, ident, name))
            left = left.replace(name, "　" * len(name))
    return sorted(found)


def due_of(key: str | None, facts: CaseFacts) -> Mapping[str, Any]:
    """Return the day that goes with a choice, for a review's blanks."""
    dated = next((one for one in facts.dues if one.key == key), None)
    sure = dated is None or not dated.provisional
    return {
        "number": facts.number,
        "due": dated.day if dated else Key("progress.no_date"),
        "mark": "" if sure else Key("progress.provisional"),
    }


def below(facts: CaseFacts) -> tuple[Any, ...] | str:
    """Return the earlier rulings as lines that follow a review's own."""
    return ("", *facts.precedents) if facts.precedents else ""


def about(answers: Answers, facts: CaseFacts) -> Mapping[str, Any]:
    """Return what a review says of the case."""
    return {
        "number": facts.number,
        "due": facts.due or Key("progress.no_date"),
        "mark": Key("progress.provisional") if facts.provisional else "",
    }


class SentenceForm(Frozen):
    """One sentence that goes with an act."""

    text: Sentence


def sentence(name: str, *, files: bool = False) -> Flow[SentenceForm, CaseFacts]:
    """Make a form that asks for one sentence."""
    return Flow(
        name=name, form=SentenceForm, review=False, takes_files=files, steps=(Step("text"),)
    )

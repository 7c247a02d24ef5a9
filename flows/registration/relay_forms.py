"""The conversations about a pasted 接龙: which activity it is for, and its doubtful rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key, Say
from flows.reading.text import READ_AT_MOST
from flows.registration.choosing import matching
from flows.registration.event import Event
from flows.registration.heads import MOST
from flows.registration.relay import Relay, read_relay
from flows.registration.relay_answers import OF_SAME, doubts_of, read_answers
from flows.registration.relay_pending import Pending
from flows.registration.relay_rows import Doubt, Row

SHOWN = 12  # doubtful rows of one message
OFFERED = 6  # answers that are buttons
_AS_WRITTEN = "照写"  # as it is typed
QUOTED = 40  # characters of a row that are quoted
CANDIDATES = 3  # enterprises that are named beside a row
_COUNT = re.compile(r"(?<![0-9])([1-9][0-9]?)\s?[个人位名]")


class RelayForm(BaseModel):
    """A pasted list, and the activity that it is for."""

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, StringConstraints(max_length=READ_AT_MOST)]
    event: str


@dataclass(frozen=True, slots=True)
class RelayFacts:
    """The activities that a list may be for."""

    events: Sequence[Event] = ()
    today: date = date.min
    known: Sequence[str] = ()  # names of known enterprises


@lru_cache(maxsize=2)
def _read(text: str, known: tuple[str, ...]) -> Relay:
    """Read a list once, however often a turn looks at it."""
    return read_relay(text, known)


def _no_rows(raw: str, answers: Answers, facts: RelayFacts) -> str | None:
    return None if _read(raw, tuple(facts.known)).rows else "no_rows"


def _meant(answers: Answers, facts: RelayFacts) -> str | None:
    """Name the activity that the head of the list speaks of."""
    head = _read(answers.get("text", ""), tuple(facts.known)).head
    one = matching("\n".join(head), facts.events, facts.today).one
    return one.number if one else None


RELAY: Flow[RelayForm, RelayFacts] = Flow(
    name="relay",
    form=RelayForm,
    review=False,
    steps=(
        Step("text", words=("整段接龙",), objection=_no_rows, alone=True),
        Step(
            "event",
            words=("活动",),
            choices=lambda answers, facts: tuple(
                Choice(one.title_whole[:20], one.number) for one in facts.events
            ),
            propose=_meant,
            alone=True,
        ),
    ),
)


class RelayRowForm(BaseModel):
    """What staff say of the rows that are in doubt, in one text; "" = nothing."""

    model_config = ConfigDict(frozen=True)

    said: Annotated[str, StringConstraints(max_length=READ_AT_MOST)] = ""


@dataclass(frozen=True, slots=True)
class RelayRowFacts:
    """The rows that wait, in their order."""

    rows: Sequence[Pending] = ()


def quoted(row: Row) -> str:
    """Return a row as it was written, cut where it is long."""
    return row.text if len(row.text) <= QUOTED else f"{row.text[: QUOTED - 1]}…"


def _tells(answers: Answers, facts: RelayRowFacts) -> Mapping[str, Any]:
    rows = facts.rows
    lines = [_line(one, alone=len(rows) == 1) for one in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(Say("relay_row.more", {"count": len(rows) - SHOWN}))
    hint = "one" if len(rows) == 1 else "many"
    return {"count": len(rows), "lines": tuple(lines), "hint": Key(f"relay_row.hint.{hint}")}


def _line(one: Pending, *, alone: bool) -> Say:
    row, doubts = one.row, doubts_of(one.row)
    # What has to be told comes before a yes or no.
    asked = [doubt for doubt in Doubt if doubt in (doubts - OF_SAME or doubts)]
    among = row.candidates if Doubt.WHICH_ENTERPRISE in asked else ()
    params = {
        "no": one.no,
        "row": quoted(row),
        "why": tuple(Key(f"relay_row.why.{doubt.value}") for doubt in asked),
        "among": Say("relay_row.among", {"names": among[:CANDIDATES]}) if among else "",
    }
    return Say("relay_row.alone" if alone else "relay_row.line", params)


def _choices(answers: Answers, facts: RelayRowFacts) -> tuple[Choice, ...]:
    """Offer answers of the first rows; of a single one they show no number."""
    found: list[Choice] = []
    alone = len(facts.rows) == 1
    for one in facts.rows[:OFFERED]:
        offers = tuple(_offers(one.row))
        if not found or len(found) + len(offers) <= OFFERED:
            room = OFFERED - len(found)
            found += [_choice(one.no, offer, alone=alone) for offer in offers[:room]]
    return tuple(found)


def _choice(no: int, offer: str, *, alone: bool) -> Choice:
    """Return a button that answers this row alone, also where another waits by then."""
    numbered = f"{no}={offer or _AS_WRITTEN}"
    if not alone:
        return Choice(numbered, numbered)
    if offer:
        return Choice(offer, numbered)
    words = ("照写", "照报", "新", "是", "要")
    return Choice(Key("relay_row.as_written"), numbered, "primary", words=words)


def _offers(row: Row) -> Iterator[str]:
    """Return what may be answered about a row; "" = it is meant as it is written."""
    doubts = doubts_of(row)
    if doubts <= OF_SAME:
        yield ""
    elif Doubt.WHICH_ENTERPRISE in doubts:
        yield from row.candidates[:OFFERED]
    elif Doubt.NO_ENTERPRISE in doubts and row.guess:
        yield row.guess
    elif row.doubt is Doubt.HEADS:
        told = dict.fromkeys(_COUNT.findall(row.text))
        yield from (f"{one}人" for one in told if int(one) <= MOST)


def _unread(raw: str, answers: Answers, facts: RelayRowFacts) -> str | None:
    return None if not raw or read_answers(raw, facts.rows).said else "unread"


RELAY_ROW: Flow[RelayRowForm, RelayRowFacts] = Flow(
    name="relay_row",
    form=RelayRowForm,
    review=False,
    steps=(
        Step(
            "said",
            words=("待定",),
            when=lambda answers, facts: bool(facts.rows),  # others may have settled them
            choices=_choices,
            objection=_unread,
            tells=_tells,
            optional=True,
            alone=True,
            strict=False,
        ),
    ),
)

__all__ = [
    "RELAY",
    "RELAY_ROW",
    "RelayFacts",
    "RelayForm",
    "RelayRowFacts",
    "RelayRowForm",
    "quoted",
]

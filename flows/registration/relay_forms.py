"""The conversations about a pasted 接龙: which activity it is for, and its doubtful rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from flows.engine.flow import Answers, Flow, Step
from flows.engine.words import Choice, Key
from flows.people.contact import Company, PersonName
from flows.reading.text import READ_AT_MOST
from flows.registration.choosing import matching
from flows.registration.event import Event
from flows.registration.firms import Firms
from flows.registration.heads import MOST
from flows.registration.relay import Relay, read_relay
from flows.registration.relay_rows import Doubt, Row

OFFERED = 6  # enterprises or numbers that one question offers
_ROWS = TypeAdapter(tuple[Row, ...])
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


def _kept(told: str) -> str:
    if not _ROWS.validate_json(told):
        raise ValueError("no rows are kept")
    return told


class RelayRowForm(BaseModel):
    """What staff say of the first of the rows that are in doubt; "" = it is passed over."""

    model_config = ConfigDict(frozen=True)

    rows: Annotated[str, AfterValidator(_kept)]
    enterprise: Company | Literal[""] = ""
    name: PersonName | Literal[""] = ""
    party: Annotated[int, Field(ge=1, le=MOST)] | Literal[""] = ""
    same: Literal["yes", ""] = ""


@lru_cache(maxsize=64)
def rows_of(kept: str) -> tuple[Row, ...]:
    """Return the doubtful rows that a conversation keeps."""
    return _ROWS.validate_json(kept) if kept else ()


def kept_rows(rows: Sequence[Row]) -> str:
    """Write doubtful rows down for a conversation."""
    return _ROWS.dump_json(tuple(rows)).decode()


def _row(answers: Answers) -> Row:
    return next(iter(rows_of(answers.get("rows", ""))), Row())


def _doubts(row: Row) -> frozenset[Doubt]:
    return frozenset({*((row.doubt,) if row.doubt else ()), *row.doubts})


_ASKED: Mapping[str, frozenset[Doubt]] = {
    "enterprise": frozenset({Doubt.WHICH_ENTERPRISE, Doubt.NO_ENTERPRISE}),
    "name": frozenset({Doubt.NO_NAME}),
    "party": frozenset({Doubt.HEADS}),
    "same": frozenset({Doubt.REPEATED, Doubt.TWO_FIRMS, Doubt.UNCLEAR}),
}
"""By the step, the doubts that its answer ends."""


def _asks(field: str, answers: Answers) -> bool:
    """Say whether a row needs this answer, and was not passed over by one before."""
    passed = any(answers.get(one) == "" for one in _ASKED)
    return bool(_doubts(_row(answers)) & _ASKED[field]) and (not passed or answers.get(field) == "")


def _step(field: str, words: tuple[str, ...], **more: Any) -> Step[None]:
    def tells(answers: Answers, facts: None) -> Mapping[str, Any]:
        row = _row(answers)
        why = next(one for one in Doubt if one in _doubts(row) & _ASKED[field])
        return {
            "row": row.text,
            "left": len(rows_of(answers.get("rows", ""))),
            "why": Key(f"relay_row.why.{why.value}"),
        }

    return Step(
        field,
        words=words,
        when=lambda answers, facts: _asks(field, answers),
        tells=tells,
        optional=True,
        alone=True,
        **more,
    )


def _enterprises(answers: Answers, facts: None) -> tuple[Choice, ...]:
    row = _row(answers)
    found = row.candidates or ((row.guess,) if row.guess else ())
    return tuple(Choice(one, one) for one in found[:OFFERED])


def _counts(answers: Answers, facts: None) -> tuple[Choice, ...]:
    told = dict.fromkeys(_COUNT.findall(_row(answers).text))
    return tuple(Choice(f"{one}人", one) for one in told if int(one) <= MOST)[:OFFERED]


def _number(text: str, facts: None) -> str | None:
    return "".join(char for char in text if char.isdecimal()) or None


RELAY_ROW: Flow[RelayRowForm, None] = Flow(
    name="relay_row",
    form=RelayRowForm,
    review=False,
    steps=(
        Step("rows", words=("待定",), alone=True),
        _step("enterprise", ("单位",), choices=_enterprises, strict=False),
        _step("name", ("姓名",)),
        _step("party", ("人数",), choices=_counts, strict=False, reads=_number),
        _step(
            "same",
            ("报不报",),
            choices=lambda answers, facts: (
                Choice(
                    Key("relay_row.as_written"),
                    "yes",
                    "primary",
                    words=("照写", "照报", "是", "要"),
                ),
            ),
        ),
    ),
)


def settled(form: RelayRowForm, firms: Firms) -> Row | None:
    """Return the first row as staff settled it; None = it is passed over."""
    row = rows_of(form.rows)[0]
    doubts = _doubts(row)
    told = {"enterprise": form.enterprise, "name": form.name, "party": form.party}
    told["same"] = form.same
    if any(doubts & _ASKED[field] and not told[field] for field in _ASKED):
        return None
    if form.enterprise:
        row = _with_enterprise(row, form.enterprise, firms)
    also = tuple(dict.fromkeys(one for one in row.also_for if one and one != row.enterprise))
    return replace(
        row,
        name=form.name or row.name,
        party=form.party or row.party,
        also_for=also,
        doubt=None,
        doubts=(),
        candidates=(),
    )


def _with_enterprise(row: Row, told: str, firms: Firms) -> Row:
    firm = firms.read(told)
    name = (firm.name if firm else "") or told
    if not row.enterprise:
        return replace(row, enterprise=name)
    return replace(row, also_for=(*row.also_for, name))


__all__ = [
    "RELAY",
    "RELAY_ROW",
    "RelayFacts",
    "RelayForm",
    "RelayRowForm",
    "kept_rows",
    "rows_of",
    "settled",
]

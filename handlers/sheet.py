"""The page of one case in plain values: what, until when, why that day, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flows.engine.flow import Flow, State, Step
from flows.engine.words import Choice, Key, Line
from flows.tickets.case import Ticket
from flows.tickets.explain import explained
from flows.tickets.parts import Actor
from handlers.acts import AT_ONCE, OPENS
from handlers.book import Book
from handlers.explaining import because
from handlers.handing import holder_name
from handlers.inside import Withheld
from handlers.link import Link
from handlers.notices import view_text
from handlers.ports import Text
from handlers.visit import Visit

LONG = 60  # characters from which an answer gets more than one line


FieldKind = Literal["line", "lines", "choice", "switch", "known"]
"""How a question is asked; what is known, because there is but one answer, is not asked."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form."""

    name: str
    label: Key
    ask: Key
    kind: FieldKind
    required: bool
    choices: tuple[Choice, ...] = ()
    free: bool = False  # something else may be written
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One act and what it needs to be told."""

    word: str
    label: Key
    fields: tuple[Field, ...]
    note: Text | None = None
    files: bool = False  # something may be sent along


@dataclass(frozen=True, slots=True)
class DueLine:
    """Until when something is due, and why then."""

    label: Key
    at: datetime
    provisional: bool
    late: bool
    why: Text


@dataclass(frozen=True, slots=True)
class Sheet:
    """A case as a page shows it."""

    link: Link
    number: str
    unit: str
    state: Key
    category: str
    urgent: bool
    lines: tuple[Line | Text, ...]
    dues: tuple[DueLine, ...]
    forms: tuple[Form, ...]
    files: tuple[str, ...]
    office: str
    phone: str


def sheet_of(
    book: Book,
    ticket: Ticket,
    actor: Actor,
    link: Link,
    *,
    forms: tuple[Form, ...],
    whole: bool,
    files: tuple[str, ...],
    withheld: Withheld,
) -> Sheet:
    """Put a page together; its words are those of the whole case in 1:1, what is hidden too."""
    office = book.office
    category = office.category(ticket.category)
    lines: tuple[Line | Text, ...] = ()
    if whole:  # its first line is the category, which stands above
        text = view_text(ticket, actor, office, book.members(ticket), withheld)
        lines = text.params["lines"][1:]
    return Sheet(
        link=link,
        number=ticket.number,
        unit=holder_name(book, link),
        state=Key(f"state.{ticket.state.value}"),
        category=category.name if category else ticket.category,
        urgent=ticket.urgent,
        lines=lines,
        dues=_dues(ticket, actor, link, book),
        forms=forms,
        files=files,
        office=office.name,
        phone=office.phone,
    )


def _dues(ticket: Ticket, actor: Actor, link: Link, book: Book) -> tuple[DueLine, ...]:
    """Return the deadlines that run for whoever has the link, the nearest first."""
    return tuple(
        DueLine(
            Key(f"explain.clock.{one.clock.value}"),
            one.due_at,
            one.provisional,
            book.now > one.due_at,
            because(one),
        )
        for one in explained(ticket, actor, book.moment)
        if one.unit in {"", link.unit}
    )


def forms_of(visit: Visit, ticket: Ticket, words: Sequence[str]) -> tuple[Form, ...]:
    """Return the forms of acts, with what is proposed filled in."""
    return tuple(_form(visit, ticket, word) for word in words)


def _form(visit: Visit, ticket: Ticket, word: str) -> Form:
    """Lay out a form; what its confirm card would warn of stands above the fields."""
    if word in AT_ONCE:
        return Form(word, Key(f"act.{word}"), ())
    desk = OPENS[word]
    flow = desk.flow
    facts = desk.facts(visit, State(flow=flow.name, subject=ticket.number))
    note = None
    if flow.review:
        told = {"lines": (), "files": 0, **flow.review_params({}, facts)}
        note = Text(f"{flow.name}.review", told)
    corrected = visit.request.word == word
    steps = [step for step in flow.steps if corrected or _may_apply(flow, step, facts)]
    fields = tuple(_field(flow, step, facts) for step in steps)
    return Form(word, Key(f"act.{word}"), fields, note, flow.takes_files)


def _may_apply(flow: Flow[Any, Any], step: Step[Any], facts: Any) -> bool:
    """Say whether a question applies, or would after one of the choices that the page offers.

    One that only something written beside the choices brings up is asked when that was sent.
    """
    offered = ((one.field, choice) for one in flow.steps for choice in one.choices({}, facts))
    return step.when({}, facts) or any(
        step.when({field: choice.value}, facts) for field, choice in offered
    )


def _field(flow: Flow[Any, Any], step: Step[Any], facts: Any) -> Field:
    choices = step.choices({}, facts)
    proposed = step.propose({}, facts) or ""
    known = len(choices) == 1 and choices[0].value == proposed
    label = f"{flow.name}.{step.field}.{'toggle_on' if step.switch else 'label'}"
    return Field(
        name=step.field,
        label=Key(label),
        ask=Key(label if step.switch else f"{flow.name}.{step.field}.ask"),
        kind=_kind_of(flow, step, choices, known=known),
        required=not step.optional and not step.switch and step.when({}, facts),
        choices=choices,
        free=not step.strict,
        value=proposed,
    )


def _kind_of(
    flow: Flow[Any, Any], step: Step[Any], choices: tuple[Choice, ...], *, known: bool
) -> FieldKind:
    if step.switch:
        return "switch"
    if known and not step.optional:
        return "known"
    return "choice" if choices else _kind(flow, step)


def _kind(flow: Flow[Any, Any], step: Step[Any]) -> Literal["line", "lines"]:
    """Give room to what may be long."""
    limits = [
        getattr(rule, "max_length", None) for rule in flow.form.model_fields[step.field].metadata
    ]
    longest = max((limit for limit in limits if limit), default=0)
    return "lines" if longest > LONG else "line"

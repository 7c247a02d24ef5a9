"""Drafts out of a plan of activities (活动计划表), and what its rows lack."""

from __future__ import annotations

from collections.abc import Sequence

from flows.engine.words import Choice, Key
from flows.registration.event import Event
from flows.registration.plan_sheet import Planned, differing, read_plan
from flows.registration.planning import PlanFacts, show_span, span_of
from flows.registration.registration import enterprise_key
from flows.registration.roll import Roll
from handlers.ports import Text
from handlers.registration.planning import drafted
from handlers.visit import Visit

SHOWN = 6  # buttons
LINES = 40  # of one list; who corrects these sends the rest again


async def file_plan(visit: Visit, rows: Sequence[Sequence[str]]) -> bool:
    """Make a draft of each complete row that has none; False when there was nothing to make."""
    book = visit.book
    facts = PlanFacts(book.today, book.office.days, book.office.series)
    plan = read_plan(rows, facts)
    if not plan.header or not plan.rows:
        visit.say("plan_sheet.no_rows" if plan.header else "plan_sheet.no_header")
        return False
    made: list[Roll] = []
    known: list[Text] = []
    lacking: list[Planned] = []
    there = {number: one.event for number, one in book.rolls.rolls.items()}
    there |= {one.number: one for one in await book.tx.rolls.drafts(book.now)}
    by_row: dict[str, int] = {}  # numbers that came of this very file
    for one in plan.rows:
        before = next((e for e in there.values() if _is_same(one, e)), None)
        if before is not None:
            known.append(_known(one, before, by_row))
        elif one.form is None:
            lacking.append(one)
        else:
            roll = await drafted(visit, one.form, one.origin)
            there[roll.event.number] = roll.event
            by_row[roll.event.number] = one.row
            made.append(roll)
    _answer(visit, made, known, lacking)
    if plan.unused:
        visit.say("plan_sheet.unused", columns=plan.unused)
    return True


def _is_same(one: Planned, event: Event) -> bool:
    """Say whether an activity came of this row, or is the same by name and beginning."""
    if one.origin == event.origin:
        return True
    form = one.form
    return (
        form is not None
        and form.starts_at == event.starts_at
        and enterprise_key(form.name) == enterprise_key(event.title)
    )


def _known(one: Planned, event: Event, by_row: dict[str, int]) -> Text:
    first = by_row.get(event.number)
    if first is not None:
        return Text("plan_sheet.twice_line", {"row": one.row, "name": one.name, "first": first})
    params = {"row": one.row, "name": one.name, "number": event.number}
    if fields := differing(one, event):
        names = tuple(Key(f"plan.{field}.label") for field in fields)
        return Text("plan_sheet.changed_line", {**params, "fields": names})
    return Text("plan_sheet.known_line", params)


def _answer(
    visit: Visit, made: Sequence[Roll], known: Sequence[Text], lacking: Sequence[Planned]
) -> None:
    """Say in one message what became of the rows."""
    if lacking:  # first: a channel cuts what is too long at its end
        lines = tuple(line for one in lacking for line in _lines(one))
        visit.say("plan_sheet.lacking", lines=_few(lines, "plan_sheet.more_line"))
    if known:
        visit.say("plan_sheet.known", lines=_few(known, "plan_sheet.known_more_line"))
    if made:
        lines = tuple(_made(roll.event) for roll in made)
        shown = _few(lines, "plan_sheet.made_more_line")
        visit.say("plan_sheet.made", count=len(made), lines=shown)
    visit.offer(
        *(Choice(one.event.title_whole[:20], f"e:view:{one.event.number}") for one in made[:SHOWN])
    )


def _made(event: Event) -> Text:
    params = {
        "number": event.number,
        "name": event.title_whole,
        "when": show_span(span_of(event.starts_at, event.ends_at), {}, None),
        "capacity": event.capacity,
        "approval": Key("plan_sheet.approved" if event.approval else "plan_sheet.unapproved"),
    }
    return Text("plan_sheet.made_line", params)


def _lines(one: Planned) -> list[Text]:
    """Say of a row what is missing, and of each cell that cannot be read what is wrong."""
    told: list[object] = []
    if one.missing:
        fields = tuple(Key(f"plan.{field}.label") for field in one.missing)
        told.append(Text("plan_sheet.missing", {"fields": fields}))
    told += one.wrong
    return [
        Text("plan_sheet.lacking_line", {"row": one.row, "name": one.name, "what": what})
        for what in told
    ]


def _few(lines: Sequence[Text], more: str) -> tuple[Text, ...]:
    over = len(lines) - LINES
    rest = (Text(more, {"count": over}),) if over > 0 else ()
    return (*lines[:LINES], *rest)

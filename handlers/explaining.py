"""期限: the words in which a deadline is explained."""

from __future__ import annotations

from datetime import date

from flows.engine.words import Key
from flows.tickets.case import Ticket
from flows.tickets.explain import Explained, explained
from flows.tickets.parts import Actor
from handlers.ports import Office, Text
from handlers.visit import Visit


def explain_dates(visit: Visit, ticket: Ticket, actor: Actor) -> None:
    """Say of each running deadline that the person may know of why it is that day."""
    office = visit.book.office
    found = explained(ticket, actor, visit.book.moment)
    if not found:
        visit.say("explain.none", number=ticket.number)
        return
    visit.say("explain.head", number=ticket.number)
    visit.private.extend(_worded(one, office) for one in found)
    visit.title = Text("case.title", {"number": ticket.number})


def _worded(one: Explained, office: Office) -> Text:
    return Text(
        "explain.date",
        {
            "what": Key(f"explain.clock.{one.clock.value}"),
            "unit": Text("explain.of", {"unit": office.unit(one.unit)}) if one.unit else "",
            "due": one.due_at,
            "mark": Key("progress.provisional") if one.provisional else "",
            "why": because(one),
        },
    )


def because(one: Explained) -> Text:
    """Say why a deadline is when it is, below the deadline itself."""
    limit = Text(f"explain.{one.counted}", {"amount": one.amount})
    more = _more(one)
    lines = ("", *more) if more else ""
    return Text("explain.because", {"since": one.since, "limit": limit, "more": lines})


def _more(one: Explained) -> list[Text]:
    """Word what made the date another one than a plain count would."""
    lines = [
        Text(
            "explain.rested",
            {"since": rest.since, "until": rest.until, "workdays": rest.workdays},
        )
        for rest in one.rests
    ]
    if one.resting_since is not None:
        lines.append(Text("explain.resting", {"since": one.resting_since}))
    if one.extra:
        lines.append(Text("explain.longer", {"extra": one.extra}))
    if one.off:
        lines.append(Text("explain.off", {"days": _days(one.off)}))
    if one.worked:
        lines.append(Text("explain.worked", {"days": _days(one.worked)}))
    if one.at_least is not None:
        lines.append(Text("explain.at_least", {"day": one.at_least}))
    if not lines and one.counted == "workdays":
        lines.append(Text("explain.plain"))
    return lines


def _days(days: tuple[date, ...]) -> tuple[date, ...]:
    """Return the days as they stand in a list; a long one keeps its ends."""
    return days if len(days) <= LISTED else (days[0], days[-1])


LISTED = 9  # days in a list

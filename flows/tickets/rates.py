"""The three rates (三率), each as a part of a whole: never a bare percentage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flows.calendar import OFFICE_ZONE
from flows.tickets.case import Ticket
from flows.tickets.children import Outcome, Satisfaction
from flows.tickets.clocks import Clock
from flows.tickets.state import State

FEW = 5  # ratings below which a department is shown none, and by which its number grows (U12)
_HAPPY = frozenset({Satisfaction.SATISFIED, Satisfaction.MOSTLY})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Round to whole percents; None = there is nothing to divide by."""
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Rates:
    """响应率, 解决率, 满意率, and beside it how many rated at all."""

    responded: Share  # contacted in time, of those whose time to be contacted was up
    solved: Share  # outcome A, and B as promised, of those closed
    kept: int  # of these, B as promised
    promised: int  # B that was not (yet) found as promised: closed, and no part of the solved
    satisfied: Share  # 满意 and 基本满意, of those rated
    rated: Share  # of those closed; 未评价 is no rating


def rates(tickets: Iterable[Ticket], begins: datetime, ends: datetime) -> Rates:
    """Count the rates of a period, its end left out.

    B counts as solved where the enterprise was content on the promised day or later: that is how
    it is verified. No ticket is left out of the whole. The rules: tickets.md §3.7.
    """
    known = tuple(tickets)
    closed = _closed(known, begins, ends)
    rated = _rated(closed)
    solved = sum(_outcome(one) is Outcome.SOLVED for one in closed)
    promised = [one for one in closed if _outcome(one) is Outcome.SOLVING]
    kept = sum(map(_is_kept, promised))
    return Rates(
        responded=_responded(known, begins, ends),
        solved=Share(solved + kept, len(closed)),
        kept=kept,
        promised=len(promised) - kept,
        satisfied=_satisfied(rated),
        rated=Share(len(rated), len(closed)),
    )


RELAPSE_OF = "relapse_of"
"""The relation of a ticket that says: what that one closed is back."""

_NEVER_WAS = frozenset({State.REJECTED, State.WITHDRAWN})  # nothing came back after all


def relapses_in(tickets: Iterable[Ticket], begins: datetime, ends: datetime) -> frozenset[str]:
    """Name the tickets that reports of a period say to be back: they have to be looked up."""
    return frozenset(number for number, _ in _said_back(tickets, begins, ends))


def relapsed(
    tickets: Iterable[Ticket], begins: datetime, ends: datetime, within_days: int
) -> Share:
    """Count 复发率: cases that came back in the period within so many days, of those closed in it.

    It counts when it comes back, so that what was shown of an earlier period stays (§3.7). A case
    that several reports say to be back is one; among `tickets` are those that came back.
    """
    known = {one.number: one for one in tickets}
    first: dict[str, datetime] = {}
    for number, at in _said_back(known.values(), begins, ends):
        first[number] = min(at, first.get(number, at))
    back = sum(
        (closed := known[number].closed_at) is not None
        and (_day(at) - _day(closed)).days <= within_days
        for number, at in first.items()
        if number in known
    )
    return Share(back, len(_closed(known.values(), begins, ends)))


def _day(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()


def _said_back(
    tickets: Iterable[Ticket], begins: datetime, ends: datetime
) -> Iterator[tuple[str, datetime]]:
    """Name the tickets that reports of a period say to be back, with when each was filed."""
    for ticket in tickets:
        if begins <= ticket.created_at < ends and ticket.state not in _NEVER_WAS:
            for one in ticket.relations:
                if one.kind == RELAPSE_OF:
                    yield one.number, ticket.created_at


def own_satisfaction(tickets: Iterable[Ticket], begins: datetime, ends: datetime) -> Share | None:
    """Return what a department may know of its own ratings; None = they are too few.

    It grows by five at a time, in the order of closing: who asks after each case learns no
    single rating.
    """
    rated = _rated(_closed(tickets, begins, ends))
    shown = len(rated) // FEW * FEW
    return _satisfied(rated[:shown]) if shown else None


def _closed(tickets: Iterable[Ticket], begins: datetime, ends: datetime) -> Sequence[Ticket]:
    found = [
        (one.closed_at, one.number, one)
        for one in tickets
        if one.state is State.CLOSED and one.closed_at and begins <= one.closed_at < ends
    ]
    return [one for _, _, one in sorted(found, key=lambda entry: entry[:2])]


def _rated(closed: Sequence[Ticket]) -> Sequence[Ticket]:
    return [one for one in closed if one.satisfaction not in {None, Satisfaction.UNRATED}]


def _satisfied(rated: Sequence[Ticket]) -> Share:
    return Share(sum(one.satisfaction in _HAPPY for one in rated), len(rated))


def _is_kept(ticket: Ticket) -> bool:
    """Say whether what was promised for a day (B) was found done on it or later."""
    day = ticket.reply.planned_on if ticket.reply else None
    if day is None or ticket.closed_at is None or ticket.satisfaction not in _HAPPY:
        return False
    return ticket.closed_at.astimezone(OFFICE_ZONE).date() >= day


def _outcome(ticket: Ticket) -> Outcome | None:
    return ticket.reply.outcome if ticket.reply else None


def _responded(tickets: Iterable[Ticket], begins: datetime, ends: datetime) -> Share:
    due = [
        (one.first_contact_at, deadline.due_at)
        for one in tickets
        if (deadline := one.deadline(Clock.CONTACT.value)) and begins <= deadline.due_at < ends
    ]
    return Share(sum(at is not None and at <= until for at, until in due), len(due))

"""The three rates (三率), each as a part of a whole: never a bare percentage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    solved: Share  # outcome A, of those closed
    satisfied: Share  # 满意 and 基本满意, of those rated
    rated: Share  # of those closed; 未评价 is no rating


def rates(tickets: Iterable[Ticket], begins: datetime, ends: datetime) -> Rates:
    """Count the rates of a period, its end left out.

    B counts as solved only once somebody verified it, which nothing keeps yet. The rules:
    tickets.md §3.7.
    """
    known = tuple(tickets)
    closed = _closed(known, begins, ends)
    rated = _rated(closed)
    return Rates(
        responded=_responded(known, begins, ends),
        solved=Share(sum(_outcome(one) is Outcome.SOLVED for one in closed), len(closed)),
        satisfied=_satisfied(rated),
        rated=Share(len(rated), len(closed)),
    )


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


def _outcome(ticket: Ticket) -> Outcome | None:
    return ticket.reply.outcome if ticket.reply else None


def _responded(tickets: Iterable[Ticket], begins: datetime, ends: datetime) -> Share:
    due = [
        (one.first_contact_at, deadline.due_at)
        for one in tickets
        if (deadline := one.deadline(Clock.CONTACT.value)) and begins <= deadline.due_at < ends
    ]
    return Share(sum(at is not None and at <= until for at, until in due), len(due))

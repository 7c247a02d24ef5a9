"""What the clock does with a ticket by itself, and when it has to look again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.tickets import told as forms
from flows.tickets.acting import Act
from flows.tickets.case import Supervision, Ticket
from flows.tickets.clocks import Clock, Deadline, due_after
from flows.tickets.consequences import letter
from flows.tickets.following import follow_up_on
from flows.tickets.ladder import Ladder, Rung, Strike, climbs, pace_of, reached, strikes
from flows.tickets.policy import Moment
from flows.tickets.silence import silence
from flows.tickets.state import ENDED, State
from flows.tickets.tries import tried_days

Struck = tuple[Act, Any]


def next_strike(
    ticket: Ticket, ladder: Ladder, now: Moment, calm: datetime | None = None
) -> datetime | None:
    """Say when the clock has something to do with a ticket; None = never, as things stand.

    Until `calm` (防汛缓催) nobody is urged, though the clocks run.
    """
    turn = _turn_at(ticket, now)
    urging = (max(at, calm) if calm else at for at in _moments(ticket, ladder, now))
    return min((*((turn,) if turn else ()), *urging), default=None)


def struck(
    ticket: Ticket, ladder: Ladder, now: Moment, calm: datetime | None = None
) -> Struck | None:
    """Return the next act of the clock that is due, with what it tells; None = nothing is."""
    if (act := _turn(ticket, now)) is not None:
        return act, forms.Nothing()
    if calm is not None and now.at < calm:
        return None
    for missed, strike in _due(ticket, ladder, now):
        return Act.SUPERVISE, _rung(ticket, strike, missed, ladder, now)
    return None


def leaving(ticket: Ticket, now: Moment) -> tuple[int, ...]:
    """Return the places of the letters (L2 and above) whose hold is over.

    Of one missed date the highest leaves alone: what waited in a calm is said once.
    """
    if ticket.state in _SILENT:
        return ()
    waiting = [(n, one) for n, one in enumerate(ticket.supervisions) if one.waits]
    return tuple(
        n
        for n, one in waiting
        if one.sends_at and one.sends_at <= now.at and not _outgrown(ticket, one)
    )


def _outgrown(ticket: Ticket, letter: Supervision) -> bool:
    return any(
        one.open
        and (one.clock, one.deadline) == (letter.clock, letter.deadline)
        and one.rung > letter.rung
        for one in ticket.supervisions
    )


_SILENT = ENDED - {State.CLOSED}
"""Ended without an answer that somebody could be unhappy with."""
_RESTING = frozenset({State.NEED_INFO, State.SUSPENDED})
"""Where nobody can be expected to answer a letter."""


def _moments(ticket: Ticket, ladder: Ladder, now: Moment) -> Iterator[datetime]:
    if ticket.state not in _SILENT:
        for one in ticket.supervisions:
            if one.waits and one.sends_at and not _outgrown(ticket, one):
                yield one.sends_at
    for _, strike in _due(ticket, ladder, now):
        yield strike.at
    if not ticket.ended:
        pace = pace_of(ticket, ladder)
        for deadline in _clocks(ticket, now):
            # What was passed over in a stop is over: the highest rung stands for all below it.
            yield from (
                strike.at
                for strike in strikes(deadline, ladder, now.days, pace)
                if strike.at > now.at and not _known(ticket, strike, deadline)
            )
    yield from (strike.at for _, strike in _unanswered(ticket, ladder, now) if strike.at > now.at)


def _clocks(ticket: Ticket, now: Moment) -> tuple[Deadline, ...]:
    """Return every clock that may strike: those that are kept, and the silence."""
    quiet = silence(ticket, now)
    return (*ticket.deadlines, quiet) if quiet else ticket.deadlines


def _due(ticket: Ticket, ladder: Ladder, now: Moment) -> Iterator[tuple[datetime, Strike]]:
    """Find what stands on a rung that nobody was told of yet, by the date that was missed."""
    if ticket.ended:  # the clocks of a merged case go on, in case it comes back
        return
    pace = pace_of(ticket, ladder)
    for deadline in _clocks(ticket, now):
        found = reached(deadline, ladder, now.days, now.at, pace)
        if found and not _known(ticket, found, deadline):
            yield deadline.due_at, found
    for missed, strike in _unanswered(ticket, ladder, now):
        if strike.at <= now.at:
            yield missed, strike


def _unanswered(ticket: Ticket, ladder: Ladder, now: Moment) -> Iterator[tuple[datetime, Strike]]:
    """Find the letters that nobody answers, whatever became of the clock that brought them."""
    if ticket.ended or ticket.state in _RESTING:
        return
    pace = pace_of(ticket, ladder)
    for one in ticket.supervisions:
        strike = climbs(one, ladder, now.days, pace)
        if strike and not _reached(ticket, strike.name, strike.rung, one.deadline):
            yield one.deadline, strike


def _known(ticket: Ticket, strike: Strike, deadline: Deadline) -> bool:
    """Say whether this rung, or a higher one, was reached for the same missed date.

    One silence is one, though a rest moves the end of it.
    """
    if deadline.clock is Clock.PROGRESS:
        said = [one for one in ticket.supervisions if one.clock == strike.name]
        return any(one.at >= deadline.since and one.rung >= strike.rung for one in said)
    return _reached(ticket, strike.name, strike.rung, deadline.due_at)


def _reached(ticket: Ticket, name: str, rung: Rung, deadline: datetime) -> bool:
    return any(
        one.clock == name and one.deadline == deadline and one.rung >= rung
        for one in ticket.supervisions
    )


def _rung(
    ticket: Ticket, strike: Strike, missed: datetime, ladder: Ladder, now: Moment
) -> forms.Supervised:
    if strike.rung < Rung.SUPERVISED:
        return forms.Supervised(strike.rung, strike.name, missed)
    return letter(ticket, strike.rung, (strike.name, missed), ladder, now)


def _turn(ticket: Ticket, now: Moment) -> Act | None:
    at = _turn_at(ticket, now)
    return _TURNS[ticket.state] if at is not None and at <= now.at else None


_TURNS = {
    State.NEED_INFO: Act.LAPSE,
    State.ASSIGNED: Act.TAKE_AS_SIGNED,
    State.SUSPENDED: Act.RESUME,
    State.CALLBACK: Act.CLOSE_UNRATED,
    State.TRANSFERRED: Act.ASK_AFTER,
}


def _turn_at(ticket: Ticket, now: Moment) -> datetime | None:
    """Say when the clock itself moves a ticket on."""
    match ticket.state:
        case State.NEED_INFO:
            deadline = ticket.deadline(Clock.SUPPLEMENT.value)
            return deadline.due_at if deadline else None
        case State.ASSIGNED:
            deadline = ticket.deadline(Clock.SIGN.value)
            return deadline.due_at if deadline else None
        case State.SUSPENDED:
            rest = ticket.resting
            return _opening(rest.resume_on, now) if rest else None
        case State.CALLBACK:
            return _silence(ticket, now)
        case State.TRANSFERRED:
            day = follow_up_on(ticket, now)
            return _opening(day, now) if day else None
    return None


def _opening(day: Any, now: Moment) -> datetime:
    opens: time = now.days.segments[0][0]
    return datetime.combine(day, opens, tzinfo=OFFICE_ZONE)


def _silence(ticket: Ticket, now: Moment) -> datetime | None:
    """Say when a case closes unrated: after so many tries and a week without a word (T18)."""
    if len(tried_days(ticket, now)) < now.policy.attempts and not ticket.no_calls:
        return None
    since = ticket.attempts[-1].at if ticket.attempts else ticket.audited_at
    return due_after(f"{now.policy.silence_days}WD", since, now.days).at if since else None

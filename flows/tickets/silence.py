"""办理中 without a word: since when nobody said anything, and when that is too long.

It follows from what the ticket holds and is kept nowhere, so that a case of any age has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flows.tickets.case import Ticket
from flows.tickets.clocks import Clock, Deadline, Passage, replayed
from flows.tickets.policy import Moment
from flows.tickets.state import State

WORDS = frozenset({"note", "contact", "opinion", "pass_on", "done"})
"""Kinds of notes that say how far it is; that an enterprise urges is none."""

_HANDLED = frozenset({State.IN_PROGRESS, State.SUSPENDED})


def silence(ticket: Ticket, now: Moment) -> Deadline | None:
    """Return the clock of the silence, by today's limit; None = nobody has to say anything.

    It rests in 挂起 and begins anew with every word and whenever the case comes back (重办, 退回).
    A case that is over its date by then is urged for that, and not for the silence too.
    """
    if ticket.state not in _HANDLED:
        return None
    since = last_word(ticket)
    before = [one for one in ticket.passages if one.at <= since]
    state = before[-1].state if before and before[-1].state in _HANDLED else State.IN_PROGRESS
    limit = now.policy.limit(ticket.tier, Clock.PROGRESS)
    passed = [
        Passage(at=since, act="word", state=state, begins={Clock.PROGRESS.value: limit}),
        *(
            Passage(at=one.at, act=one.act, state=one.state)
            for one in ticket.passages
            if one.at > since
        ),
    ]
    (quiet,) = replayed(passed, now.days)
    handling = ticket.handling
    late = handling is not None and handling.runs and handling.due_at <= quiet.due_at
    return None if late else quiet


def last_word(ticket: Ticket) -> datetime:
    """Say when somebody last said how far a case is, or when it came to be handled."""
    return max((*_words(ticket), _came(ticket)))


def _words(ticket: Ticket) -> Iterator[datetime]:
    yield from (one.at for one in ticket.notes if one.kind in WORDS)
    yield from (one.at for one in ticket.stages)
    yield from (one.at for one in ticket.meetings)
    if ticket.signed_at is not None:
        yield ticket.signed_at


def _came(ticket: Ticket) -> datetime:
    """Say when it came to be handled; of a case without passages, when it was dispatched."""
    came = None
    for one in reversed(ticket.passages):
        if one.state not in _HANDLED:
            break
        came = one.at
    return came or ticket.dispatched_at or ticket.created_at

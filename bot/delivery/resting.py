"""Answers that have to be pushed and cannot be: those behind them go past.

What goes back on the call that asked for it (公众号, 企业微信) needs nothing of the account that
pushes, nor of the way to its platform. Behind an answer that does it would miss its call, and
nobody would hear a word until somebody repaired the account or the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.channels.base import SendFault
from bot.delivery.outcome import Landed
from bot.storage.rows import REPLIES, Claimed, Settlement

LONG = timedelta(seconds=30)
"""Who rests with its account for less keeps its place: answers come in the order of what they
answer."""
CALL = timedelta(seconds=4)
"""So long a call waits for its answer: what is tried again later than that would cost the next one
its call."""


def lets_pass(letter: Claimed, rest: timedelta) -> bool:
    """Say whether a letter that rests with its account for so long lets others go past it."""
    return letter.lane.startswith(REPLIES) and rest >= LONG


def resting(
    landed: Sequence[Landed], settled: Sequence[Settlement], steady: datetime, now: datetime
) -> Sequence[Claimed]:
    """Return the letters of attempts that let others pass; `steady` is what due is counted by.

    Where all of the platform rests nothing else could go either.
    """
    return [
        one.letter
        for one, row in zip(landed, settled, strict=True)
        if row.due_at is not None and _lets_pass(one, row.due_at - steady, now)
    ]


def _lets_pass(landed: Landed, rest: timedelta, now: datetime) -> bool:
    letter = landed.letter
    match landed.result:
        case SendFault(breaks="robot"):
            return lets_pass(letter, rest)
        case SendFault(breaks=""):
            return letter.lane.startswith(REPLIES) and rest >= CALL and letter.is_late(now)
    return False


__all__ = ["CALL", "LONG", "lets_pass", "resting"]

"""Answers that have to be pushed and cannot be: what goes back on a call goes past them.

What goes back on the call that asked for it (公众号, 企业微信) needs nothing of the account that
pushes, nor of the way to its platform. Behind an answer that does it would miss its call, and
nobody would hear a word until somebody repaired the account or the way. So an answer that waits
longer is set aside (`Queue.let_pass`), and what has to be pushed to the same reader after it is set
aside behind it: pushed answers stay in the order of what they answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.channels.base import SendFault, Window
from bot.delivery.outcome import Landed
from bot.storage.rows import REPLIES, Claimed, Settlement
from bot.storage.transaction import Transaction

LONG = timedelta(seconds=30)
"""Who rests with its account for less keeps its place: answers come in the order of what they
answer."""
CALL = timedelta(seconds=4)
"""So long a call waits for its answer: what is tried again later than that would cost the next one
its call."""


def lets_pass(letter: Claimed, window: Window | None, rest: timedelta, least: timedelta) -> bool:
    """Say whether a letter that waits for so long, and no shorter than `least`, is set aside."""
    return rest >= least and _can_wait_aside(letter, window)


async def followers(
    tx: Transaction, letters: Sequence[Claimed], windows: Mapping[int, Window | None]
) -> frozenset[int]:
    """Return those of these letters that wait behind what was set aside before them."""
    pushed = [x for x in letters if _can_wait_aside(x, windows[x.id])]
    if not pushed:
        return frozenset()
    lanes = await tx.queue.set_aside({x.lane for x in pushed})
    return frozenset(x.id for x in pushed if x.lane in lanes)


def resting(
    landed: Sequence[Landed], settled: Sequence[Settlement], steady: datetime
) -> Sequence[Claimed]:
    """Return the letters of attempts that are set aside; `steady` is what due is counted by.

    Where all of the platform rests nothing else could go either.
    """
    return [
        one.letter
        for one, row in zip(landed, settled, strict=True)
        if row.due_at is not None and _rests(one, row.due_at - steady)
    ]


def _can_wait_aside(letter: Claimed, window: Window | None) -> bool:
    return window is not None and window.yields and letter.lane.startswith(REPLIES)


def _rests(landed: Landed, rest: timedelta) -> bool:
    letter, window = landed.letter, landed.window
    match landed.result:
        case SendFault(breaks="robot"):
            return lets_pass(letter, window, rest, LONG)
        case SendFault(breaks=""):
            return lets_pass(letter, window, rest, CALL)
    return False


__all__ = ["CALL", "LONG", "followers", "lets_pass", "resting"]

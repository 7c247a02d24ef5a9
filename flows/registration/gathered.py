"""What became of the problems of an activity (归集, 闭环): counts equal to the tickets' states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flows.tickets.state import ENDED, State


@dataclass(frozen=True, slots=True)
class Gathered:
    """So many problems, and how many of them stand where."""

    collected: int = 0  # 归集
    closed: int = 0  # 已办结
    running: int = 0  # 办理中: not ended
    otherwise: int = 0  # ended without an answer: 不予受理, 移送, 企业撤回


def gathered(states: Iterable[State]) -> Gathered:
    """Count; of a merged problem (并案) the state is that of the case it follows."""
    found = list(states)
    closed = sum(one is State.CLOSED for one in found)
    running = sum(one not in ENDED for one in found)
    return Gathered(len(found), closed, running, len(found) - closed - running)


__all__ = ["Gathered", "gathered"]

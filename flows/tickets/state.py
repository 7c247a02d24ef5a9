"""Where a ticket stands, and the base of everything that is kept of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from flows.office import Category


class Kept(BaseModel):
    """Base of what is stored inside a ticket's encrypted body."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class State(StrEnum):
    """Where a ticket stands; 领办, 协办, 延期, 退单, 督办, 回访 are child records, not states."""

    SUBMITTED = "submitted"  # 待受理
    NEED_INFO = "need_info"  # 待补充
    ACCEPTED = "accepted"  # 待交办
    ASSIGNED = "assigned"  # 待签收
    RETURN_REVIEW = "return_review"  # 退单待裁定
    IN_PROGRESS = "in_progress"  # 办理中
    SUSPENDED = "suspended"  # 挂起
    REPLIED = "replied"  # 待审核
    CALLBACK = "callback"  # 待回访
    CLOSED = "closed"  # 办结
    REJECTED = "rejected"  # 不予受理
    TRANSFERRED = "transferred"  # 移送外部
    WITHDRAWN = "withdrawn"  # 企业撤回
    MERGED = "merged"  # 并案


ENDED = frozenset({State.CLOSED, State.REJECTED, State.TRANSFERRED, State.WITHDRAWN, State.MERGED})
RUNNING = tuple(state for state in State if state not in ENDED)
OUTSIDE = frozenset({State.ASSIGNED, State.RETURN_REVIEW, State.IN_PROGRESS, State.SUSPENDED})
"""With a department, not with the office."""


class Tier(StrEnum):
    """How much a problem needs; it chooses the limits of every clock."""

    URGENT = "urgent"  # 紧急
    CONSULT = "consult"  # 咨询
    GENERAL = "general"  # 一般
    COMPLEX = "complex"  # 复杂
    HARD = "hard"  # 疑难


def tier_of(category: Category | None) -> Tier:
    """Guess how much a problem needs from its class, until somebody looks at it."""
    return Tier.URGENT if category is not None and category.urgent else Tier.GENERAL

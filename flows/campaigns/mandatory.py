"""Who may call a message mandatory (必达), and how often: it passes whoever unsubscribed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.calendar import OFFICE_ZONE
from flows.campaigns.campaign import Campaign, Stage
from flows.engine.words import Key, Refused

COUNTED = frozenset({Stage.APPROVED, Stage.SENDING, Stage.PAUSED, Stage.DONE, Stage.CANCELLED})
"""Stages of those that count among the month's."""


@dataclass(frozen=True, slots=True)
class Mandatory:
    """The office's rule; config/campaigns.toml holds it."""

    roles: frozenset[str] = frozenset({"clerk", "supervisor"})
    a_month: int = 2


def called(others: Sequence[Campaign], one: Campaign, soonest: datetime) -> int:
    """Count the other mandatory ones of the calendar month in which this one leaves.

    `soonest` = when it could leave if no moment were set. What never left does not count.
    """
    month = _month(leaving(one, soonest))
    return sum(
        other.number != one.number
        and other.draft.mandatory
        and (other.stage is not Stage.CANCELLED or other.begun)
        and other.begins_at is not None
        and _month(other.begins_at) == month
        for other in others
    )


def leaving(one: Campaign, soonest: datetime) -> datetime:
    """Return when it is to leave: at its moment, and not before it can."""
    return max(soonest, one.draft.send_at or soonest)


def refusal(rule: Mandatory, roles: Collection[str], had: int, month: Key | str) -> Refused | None:
    """Say why whoever has these roles cannot send one more as mandatory; None = they can.

    `month` = the word for the one in which so many are called already.
    """
    if not rule.roles.intersection(roles):
        return Refused("mandatory.not_yours", {})
    if had >= rule.a_month:
        return Refused("mandatory.used_up", {"month": month, "had": had, "most": rule.a_month})
    return None


def _month(at: datetime) -> tuple[int, int]:
    day = at.astimezone(OFFICE_ZONE)
    return day.year, day.month


__all__ = ["COUNTED", "Mandatory", "called", "leaving", "refusal"]

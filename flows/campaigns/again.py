"""Places that a campaign may not have reached: sent again, or noted as reached, when staff say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.moves import Actor, Part
from flows.engine.words import Refused

_MAY = frozenset({Part.SENDER, Part.APPROVER})
_RANGE = re.compile(r"(?P<first>\d{1,5})(?:[-—~～至到](?P<last>\d{1,5}))?")
_MOST = 1000  # places of one request


class Again(StrEnum):
    """What staff decide about such a place."""

    RESEND = "resend"  # 补发
    ARRIVED = "arrived"  # 标记已达


def objection(one: Campaign, what: Again, who: Actor, now: datetime) -> Refused | None:
    """Say what stands against it; None = it may be done.

    What was taken back or is over is not sent again, what is paused only when it goes on.
    """
    if not _MAY & who.parts:
        return Refused("campaign.refused.not_yours", {})
    if not one.begun:
        return Refused("sending.refused.not_begun", {})
    if one.recalled_at is not None:
        return Refused("sending.refused.recalled", {})
    if what is Again.ARRIVED:
        return None
    if one.stage is Stage.CANCELLED:
        return Refused("sending.refused.cancelled", {})
    if one.expired(now):
        return Refused("sending.refused.expired", {})
    if one.stage is Stage.PAUSED:
        return Refused("sending.refused.paused", {})
    return None


def places(text: str) -> Sequence[int]:
    """Read the numbers of places: 1、3, or 5-8; in their order, each once."""
    found: dict[int, None] = {}
    for one in _RANGE.finditer(text):
        first = int(one["first"])
        last = int(one["last"] or first)
        found |= dict.fromkeys(range(first, min(last, first + _MOST) + 1))
    return tuple(found)


__all__ = ["Again", "objection", "places"]

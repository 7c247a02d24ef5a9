"""Campaigns and their people for the tests of the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flows.campaigns.campaign import Audience, Campaign, Draft, Kind
from flows.campaigns.moves import Actor, Moment, Part, Rules

NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 9:00 in Ningbo, a Tuesday
RULES = Rules(hold=timedelta(seconds=60), decide_within=timedelta(hours=24))
WRITER = Actor(1, frozenset({Part.SENDER}))
HEAD = Actor(2, frozenset({Part.SENDER, Part.APPROVER}))
OTHER_HEAD = Actor(3, frozenset({Part.APPROVER}))


def draft(**fields: Any) -> Draft:
    """Make a draft to every enterprise group."""
    told: dict[str, Any] = {
        "kind": Kind.NOTICE,
        "title": "年底用工座谈",
        "body": "请各企业周五前报名。",
        "audience": Audience(chats=("*",)),
        **fields,
    }
    return Draft(**told)


def campaign(**fields: Any) -> Campaign:
    """Make a campaign that person 1 wrote."""
    told: dict[str, Any] = {
        "number": "TS-2026-001",
        "draft": draft(),
        "created_by": 1,
        "created_at": NINE,
        "code": "7K3F92",
        **fields,
    }
    return Campaign(**told)


def at(moment: datetime = NINE, **later: float) -> Moment:
    """Give a moment so much later."""
    return Moment(moment + timedelta(**later), RULES)

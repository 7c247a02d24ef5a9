"""Policies and facts that the tests of matching, lookup and validity share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flows.calendar import OFFICE_ZONE
from flows.policies.conditions import EnterpriseFact, Field, Source
from flows.policies.policy import Policy

CREATED = datetime(2026, 11, 1, 9, tzinfo=OFFICE_ZONE)
TODAY = date(2026, 11, 27)


def moment(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    """Return a moment of the office."""
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE_ZONE)


def policy(number: str = "ZC-2026-001", **fields: Any) -> Policy:
    """Return a policy that is as told."""
    told = {"title": "设备更新补助", "created_by": 1, "created_at": CREATED, **fields}
    return Policy(number=number, **told)


def fact(
    field: Field, *value: str, on: date = TODAY, lacks: tuple[str, ...] = ()
) -> EnterpriseFact:
    """Return a fact that staff know of an enterprise."""
    return EnterpriseFact(
        enterprise="宁波恒通紧固件有限公司",
        field=field,
        value=value,
        lacks=lacks,
        source=Source.STAFF,
        on=on,
        by="李敏",
    )

"""必达 counts in the month in which a message leaves, whenever it was planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.mandatory import called
from tests.flows.campaigns.drafts import campaign, draft

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 3, tzinfo=UTC)


def planned(number: int, at: datetime | None, **fields: object) -> Campaign:
    """Make a mandatory one that is to be sent at a moment."""
    told = {"number": f"TS-2026-{number:03}", "draft": draft(mandatory=True, send_at=at)}
    return campaign(**told, **fields)


def others(at: datetime) -> list[Campaign]:
    """Make two that are approved for a moment."""
    return [planned(n, at, stage=Stage.APPROVED, begins_at=at) for n in (2, 3)]


def test_what_is_planned_for_another_month_counts_there() -> None:
    assert called(others(DECEMBER), planned(1, DECEMBER), NOW) == 2
    assert called(others(DECEMBER), planned(1, None), NOW) == 0
    assert called(others(NOW), planned(1, DECEMBER), NOW) == 0


def test_what_can_leave_only_behind_the_turn_of_the_month_counts_in_the_next() -> None:
    midnight = datetime(2026, 11, 30, 16, tzinfo=UTC)  # in Ningbo
    assert called(others(DECEMBER), planned(1, midnight - timedelta(hours=1)), midnight) == 2

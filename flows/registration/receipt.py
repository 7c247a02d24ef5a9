"""The moment that decides whether somebody was in time: when it was received, not handled."""

from __future__ import annotations

from datetime import datetime, timedelta


def received(at: datetime, now: datetime, trusted: timedelta) -> datetime:
    """Return when an arrival counts as received: `at` as its channel gave it, within `trusted`.

    Never later than now, and never earlier than that long ago: a forged or a wrong clock gains
    no more than what a busy minute may cost everybody.
    """
    return min(now, max(at, now - trusted))


__all__ = ["received"]

"""How far a campaign is: figures of its card (进度卡片), and how long it still takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from flows.campaigns.campaign import Progress
from flows.campaigns.tally import Tally

_STEP = 100  # a card changes when another hundredth is over: a change is a call of the month
_GAP = 4  # looks that were left out: it was paused, or nobody sent at night


def over(tally: Tally) -> int:
    """Count the places of which something is known now; who was left out is none of them.

    What somebody at the platform has to let go is out of our hands.
    """
    return tally.asked + tally.sent + tally.failed + tally.unknown + tally.cancelled


def meant(tally: Tally) -> int:
    """Count the places that it is sent to."""
    return tally.total - tally.skipped


def looked(before: Progress | None, tally: Tally, now: datetime, every: timedelta) -> Progress:
    """Return how far it is now; the pace counts anew after a pause."""
    done = over(tally)
    if before is None or now - before.at > _GAP * every or done < before.base:
        return Progress(at=now, over=done, since=now, base=done, shown=done)
    return before.model_copy(update={"at": now, "over": done})


def is_news(progress: Progress, tally: Tally) -> bool:
    """Say whether the card shows something that is no longer so."""
    return abs(progress.over - progress.shown) >= max(1, ceil(meant(tally) / _STEP))


def minutes_left(progress: Progress, tally: Tally) -> int | None:
    """Estimate from its pace so far how long it still takes; None = there is no pace yet."""
    passed = progress.at - progress.since
    done = progress.over - progress.base
    if done <= 0 or passed <= timedelta(0):
        return None
    left = max(0, meant(tally) - progress.over)
    return ceil(left * passed / done / timedelta(minutes=1))


__all__ = ["is_news", "looked", "meant", "minutes_left", "over"]

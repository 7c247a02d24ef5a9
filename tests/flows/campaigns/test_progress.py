"""How far a campaign is, what is worth a change of its card, and how long it still takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.campaigns.campaign import Progress
from flows.campaigns.progress import is_news, looked, meant, minutes_left, over
from flows.campaigns.tally import Tally

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
EVERY = timedelta(seconds=15)


def leaving(sent: int, *, of: int = 1000, skipped: int = 0) -> Tally:
    return Tally(sent=sent, waiting=of - sent, skipped=skipped)


def after(seconds: float, tally: Tally, before: Progress | None = None) -> Progress:
    return looked(before, tally, NOON + timedelta(seconds=seconds), EVERY)


def test_who_was_left_out_counts_neither_as_meant_nor_as_over() -> None:
    tally = Tally(sent=3, failed=1, unknown=1, cancelled=1, waiting=2, under_way=2, skipped=7)
    assert (over(tally), meant(tally)) == (6, 10)


def test_at_the_start_nobody_knows_how_long_it_takes() -> None:
    tally = leaving(0)
    assert minutes_left(after(0, tally), tally) is None


def test_the_pace_so_far_says_how_long_it_still_takes() -> None:
    begun = after(0, leaving(0))
    tally = leaving(250)
    going = begun
    for seconds, sent in ((15, 60), (30, 120), (45, 190), (60, 250)):
        going = after(seconds, leaving(sent), going)
    assert minutes_left(going, tally) == 3


def test_a_pause_does_not_make_it_look_slow() -> None:
    begun = after(0, leaving(0))
    going = after(15, leaving(100), begun)
    resumed = after(3615, leaving(100), going)
    assert minutes_left(resumed, leaving(100)) is None
    assert minutes_left(after(3630, leaving(200), resumed), leaving(200)) == 2


def test_what_is_done_takes_no_more_time() -> None:
    begun = after(0, leaving(0))
    assert minutes_left(after(15, leaving(1000), begun), leaving(1000)) == 0


@pytest.mark.parametrize(
    ("shown", "now", "of", "news"),
    [(0, 0, 3, False), (0, 1, 3, True), (0, 9, 1000, False), (0, 10, 1000, True)],
)
def test_a_card_changes_when_something_is_over_and_by_a_hundredth_where_it_is_many(
    shown: int, now: int, of: int, news: bool
) -> None:
    begun = after(0, leaving(shown, of=of))
    assert is_news(after(15, leaving(now, of=of), begun), leaving(now, of=of)) is news

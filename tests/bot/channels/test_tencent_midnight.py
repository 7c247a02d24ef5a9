"""A 公众号 whose calls of a day are used up rests until midnight, and not a day longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.tencent.errors import ACCOUNT, wait
from bot.simulator.tencent.faults import Fault
from tests.bot.channels.accounts import WECHAT, Clock

MIDNIGHT = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)  # in the office's zone
USED_UP = "45009"


@pytest.mark.parametrize(
    ("after", "rest"),
    [
        (-3600.0, 3600.0),
        (-0.5, 0.5),
        (0.0, 60.0),
        (0.3, 60.0),
        (599.0, 60.0),
        (600.0, 85_800.0),
    ],
)
def test_a_day_that_has_just_begun_may_not_be_the_platforms_yet(after: float, rest: float) -> None:
    now = MIDNIGHT + timedelta(seconds=after)
    assert wait(ACCOUNT.rule(USED_UP), now) == rest


async def test_an_account_that_asks_at_midnight_is_back_within_minutes() -> None:
    clock = Clock()
    clock.now = MIDNIGHT + timedelta(seconds=0.3)
    async with WECHAT.calling(clock) as (platform, channel):
        platform.api.script.always[WECHAT.send] = Fault(code=int(USED_UP))
        told = await WECHAT.refused(channel)
        assert (told.breaks, told.retry_after) == ("robot", 60.0)

"""A member of the organisation who is written to a lot gets all of it, some of it later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.wecom.rates import Rates
from bot.delivery import Delivery
from bot.simulator.wecom import people
from bot.simulator.wecom.platform import WeComPlatform
from tests.bot.test_delivery import bench
from tests.wecom import channel_to

pytestmark = pytest.mark.usefixtures("engine")

TAKES = ((3, timedelta(minutes=1)), (6, timedelta(hours=1)))  # as 30 and 1,000
RATES = Rates(member_a_minute=2, member_an_hour=5)


async def test_what_an_hour_has_no_room_for_is_not_dropped_but_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "RATES", TAKES)
    async with bench(tmp_path) as b, WeComPlatform() as platform:
        platform.people.join("s0")
        platform.people.clock = b.clock
        channel = channel_to(platform, clock=b.clock, rates=RATES)
        b.delivery = Delivery(b.db, {"fake": channel}, b.clock, spread=lambda: 0.5)
        names = [f"n{n}" for n in range(8)]
        for name in names:
            await b.owe(name)
        b.delivery.start()
        for sent in (2, 4, 5):
            await b.calm(sent=sent, ready=8 - sent)
            b.clock.forward(60)
            b.delivery.wake()
        b.clock.forward(3600)
        for sent in (7, 8):
            b.delivery.wake()
            await b.calm(sent=sent, **({"ready": 1} if sent == 7 else {}))
            b.clock.forward(60)
        assert [text.removeprefix("收到：") for text in platform.people.told("s0")] == names
        assert platform.people.dropped == []
        await b.delivery.stop()
        await channel.stop()

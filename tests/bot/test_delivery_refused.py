"""A platform that cannot be reached: tried again ever later, with jitter, and not for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.base import SendFault, SendUnknown
from bot.delivery import Delivery
from handlers.ports import ToGroup
from tests.bot.runtime import until
from tests.bot.test_delivery import Bench, bench
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

GROUP = ToGroup("cid")
TIMES = 6  # as the product promises
SECOND = 1_000_000  # moments are kept in millionths of a second
EARLIEST, LATEST = 0.0, 1.0  # what chance may draw


def again(b: Bench, drawn: float) -> Delivery:
    """Start a delivery for which chance always draws the same."""
    b.delivery = Delivery(b.db, {"fake": b.channel}, b.clock, spread=lambda: drawn)
    b.delivery.start()
    return b.delivery


async def pauses(b: Bench, folder: Path) -> list[float]:
    """Let a message be tried as often as it may be; return the seconds between the attempts."""
    found = []
    await b.owe("a", GROUP)
    for tries in range(1, TIMES):
        await until(lambda tries=tries: b.delivery.tally.retried == tries)  # type: ignore[misc]
        ((due_at, tried_at),) = rows(
            await address(folder / "test.db"), "SELECT due_at, attempted_at FROM delivery"
        )
        found.append((due_at - tried_at) / SECOND)
        b.clock.forward(found[-1])
        b.delivery.wake()
    await b.calm(failed=1)
    return found


@pytest.mark.parametrize("drawn", [EARLIEST, LATEST])
async def test_b8_what_cannot_connect_is_tried_again_ever_later_and_at_most_six_times(
    drawn: float, tmp_path: Path
) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendFault("connect", 1.0)] * (TIMES + 1)
        again(b, drawn)
        waits = await pauses(b, tmp_path)
        assert waits == sorted(waits)
        assert waits[-1] >= 8 * waits[0]
        assert len(b.channel.script) == 1  # of TIMES + 1
        assert b.texts == []


async def test_b8_chance_keeps_those_who_wait_from_coming_back_together(tmp_path: Path) -> None:
    spread = []
    for n, drawn in enumerate((EARLIEST, LATEST)):
        folder = tmp_path / str(n)
        folder.mkdir()
        async with bench(folder) as b:
            b.channel.script = [SendFault("connect", 1.0)] * TIMES
            again(b, drawn)
            spread.append(await pauses(b, folder))
    for early, late in zip(*spread, strict=True):
        assert late >= 2 * early


async def test_b8_what_got_no_answer_in_a_group_waits_for_a_person(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        b.channel.script = [SendUnknown()]
        again(b, LATEST)
        await b.owe("a", GROUP)
        await b.calm(unknown=1)
        b.clock.forward(7 * 24 * 3600)
        b.delivery.wake()
        await b.owe("b", GROUP)
        await b.calm(unknown=1, sent=1)
        assert b.texts == ["a", "b"]

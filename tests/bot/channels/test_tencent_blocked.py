"""An interface that was called too often rests for as long as its block most likely lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import SendFault
from bot.channels.tencent.blocked import RESTS, Blocks
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import SEND
from tests.wecom import Line, letter, line

NOON = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)  # in the office's zone
WHAT = "/cgi-bin/message/send"


class Watch:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Move it."""
        self.now += timedelta(seconds=seconds)


def blocks(watch: Watch) -> Blocks:
    return Blocks(watch, watch, lambda seconds: seconds)


def test_it_is_asked_after_a_minute_and_less_often_until_an_hour_is_over() -> None:
    watch = Watch()
    known = blocks(watch)
    rests = []
    for _ in range(6):
        rests.append(known.rest(WHAT))
        watch.wait(rests[-1])
    assert rests == [60.0, 240.0, 600.0, 2700.0, 3600.0, 3600.0]
    assert sum(RESTS) == 3600.0


def test_the_days_block_ends_with_the_day() -> None:
    watch = Watch(NOON + timedelta(hours=11, minutes=20))
    known = blocks(watch)
    for _ in range(3):
        watch.wait(known.rest(WHAT))
    assert known.rest(WHAT) == 1500.0  # till midnight
    watch.wait(1500.0)
    assert known.rest(WHAT) == 3600.0


def test_those_that_left_together_are_refused_once() -> None:
    watch = Watch()
    known = blocks(watch)
    assert known.rest(WHAT) == 60.0
    watch.wait(1.0)
    assert [known.rest(WHAT) for _ in range(9)] == [59.0] * 9
    watch.wait(59.0)
    assert known.rest(WHAT) == 240.0


def test_what_was_done_begins_anew() -> None:
    watch = Watch()
    known = blocks(watch)
    watch.wait(known.rest(WHAT))
    known.over(WHAT)
    assert known.left(WHAT) == 0.0
    assert known.rest(WHAT) == 60.0


@pytest.mark.parametrize(("later", "rest"), [(3599.0, 240.0), (3600.0, 60.0)])
def test_what_was_not_asked_for_an_hour_begins_anew(later: float, rest: float) -> None:
    watch = Watch()
    known = blocks(watch)
    watch.wait(known.rest(WHAT) + later)
    assert known.rest(WHAT) == rest


def test_it_is_known_how_long_it_rests() -> None:
    watch = Watch()
    known = blocks(watch)
    assert known.left(WHAT) == 0.0
    known.rest(WHAT)
    watch.wait(20.0)
    assert known.left(WHAT) == 40.0
    watch.wait(41.0)
    assert known.left(WHAT) == 0.0


def test_each_interface_is_blocked_by_itself() -> None:
    watch = Watch()
    known = blocks(watch)
    watch.wait(known.rest(WHAT))
    assert known.rest("/cgi-bin/appchat/send") == 60.0


async def refused(there: Line) -> float:
    with pytest.raises(SendFault, match="45009") as told:
        await there.channel.send(letter())
    assert told.value.breaks == "robot"
    assert told.value.retry_after is not None
    return told.value.retry_after


async def test_an_app_that_is_blocked_asks_less_and_less_often() -> None:
    watch = Watch()
    async with line(clock=watch) as there:
        there.platform.api.script.always[SEND] = Fault(code=45009)
        rests = []
        for _ in range(3):
            rests.append(await refused(there))
            watch.wait(rests[-1])
        for rest, least in zip(rests, RESTS, strict=False):
            assert least <= rest <= least + 30.0
        del there.platform.api.script.always[SEND]
        await there.channel.send(letter(n=2))
        there.platform.api.script.once[SEND].append(Fault(code=45009))
        assert await refused(there) <= 90.0


async def test_what_else_is_wrong_is_no_block() -> None:
    watch = Watch()
    async with line(clock=watch) as there:
        there.platform.api.script.once[SEND] += [Fault(code=code) for code in (45009, 40003, 45009)]
        watch.wait(await refused(there))
        with pytest.raises(SendFault, match="40003"):
            await there.channel.send(letter())
        assert await refused(there) <= 90.0

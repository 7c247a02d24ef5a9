"""The gate before each interface: as fast as allowed, never faster, never for long."""

import asyncio

import pytest

from bot.channels.base import SendFault
from bot.channels.dingtalk.pacing import PER_SECOND, Gate


def test_in_no_second_pass_more_than_the_platform_takes_and_nearly_as_many() -> None:
    now = [0.0]
    gate = Gate(now=lambda: now[0])
    turns: list[float] = []
    for number in range(1000):
        turns.append(now[0] + gate.turn("a"))
        now[0] = max(now[0], turns[-1] - 2.0) + (number % 7) / 1000  # callers come as they like
    assert turns == sorted(turns)
    spans = [later - first for first, later in zip(turns, turns[PER_SECOND:], strict=False)]
    assert min(spans) > 1.0
    assert 990 / (turns[-1] - turns[9]) >= 0.95 * PER_SECOND


async def test_each_interface_has_a_line_of_its_own() -> None:
    gate = Gate(1, 60.0)
    await asyncio.gather(gate.wait("a"), gate.wait("b"))
    with pytest.raises(SendFault, match="pace"):
        await gate.wait("a")


async def test_a_wait_that_is_too_long_is_refused_and_takes_no_turn() -> None:
    now = [100.0]
    gate = Gate(2, 10.0, patience=5.0, now=lambda: now[0])
    await gate.wait("a")
    now[0] = 104.0
    await gate.wait("a")
    for _ in range(3):
        with pytest.raises(SendFault, match="pace") as fault:
            await gate.wait("a")
        assert fault.value.retry_after == pytest.approx(6.0)
        assert fault.value.breaks == ""
    now[0] = 110.0
    await gate.wait("a")

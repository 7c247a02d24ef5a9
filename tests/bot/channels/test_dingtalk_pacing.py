"""The gate before each interface: as fast as allowed, never faster, never for long."""

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine, Sequence
from itertools import pairwise
from typing import Any, cast

import pytest

from bot.channels.base import SendFault
from bot.channels.dingtalk.pacing import APART, PER_SECOND, Gate

PLATFORM = 1.0  # the second in which it counts
TINY = 1e-6
Span = tuple[float, float]
"""When a call began and when it was over; it arrived at some moment in between."""


class _Leap(selectors.DefaultSelector):
    """Waits for nothing: the time until the next timer has passed at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += max(0.0, timeout or 0.0)
        return super().select(0)


class Time(asyncio.SelectorEventLoop):
    """A loop whose time passes only while everybody sleeps, or while it is stalled."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        return self._leap.now

    def stall(self, seconds: float) -> None:
        """Let time pass in which nothing of this process ran."""
        self._leap.now += seconds


def in_time(work: Callable[[Time], Coroutine[Any, Any, None]]) -> None:
    """Run a test in a time of its own, which knows no waiting."""
    loop = Time()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work(loop))


async def crowd(loop: Time, gate: Gate, count: int, lasts: Callable[[], float]) -> Sequence[Span]:
    """Call one interface as often as asked, all at once; keep at it when there is no turn."""
    spans: list[Span] = []

    async def call() -> None:
        while True:
            try:
                async with gate.turn("a"):
                    began = loop.time()
                    await asyncio.sleep(lasts())
                    spans.append((began, loop.time()))
                return
            except SendFault as told:
                # None would be for good, which the gate never says: sleep() raises then.
                await asyncio.sleep(cast("float", told.retry_after))

    await asyncio.gather(*(call() for _ in range(count)))
    return sorted(spans)


def most_at_once(spans: Sequence[Span]) -> int:
    """Count the calls that may have arrived within one second, however long each was on its way.

    Some second holds all of them if none was over before it began and none began after it ended.
    """
    return max(
        sum(began < over + PLATFORM and end >= over for began, end in spans) for _, over in spans
    )


def least_apart(begun: Sequence[float]) -> float:
    """Compute the shortest time between two calls."""
    return min(later - first for first, later in pairwise(begun))


def most_begun(spans: Sequence[Span]) -> int:
    """Count the calls that began within one second."""
    return max(sum(first <= began < first + PLATFORM for began, _ in spans) for first, _ in spans)


def test_nearly_as_many_pass_as_the_platform_takes_and_they_come_evenly() -> None:
    async def work(loop: Time) -> None:
        spans = await crowd(loop, Gate(now=loop.time), 1000, lambda: 0.02)
        begun = [began for began, _ in spans]
        assert (len(begun) - 1) / (begun[-1] - begun[0]) >= 0.95 * PER_SECOND
        assert least_apart(begun) >= APART - TINY
        assert most_at_once(spans) <= PER_SECOND

    in_time(work)


def test_after_a_stall_of_three_seconds_nothing_is_made_up_for() -> None:
    async def work(loop: Time) -> None:
        gate = Gate(now=loop.time)
        running = asyncio.create_task(crowd(loop, gate, 400, lambda: 0.02))
        for _ in range(4):
            await asyncio.sleep(2.03)
            loop.stall(3.0)
        spans = await running
        assert len(spans) == 400
        assert most_begun(spans) <= PER_SECOND
        assert most_at_once(spans) <= PER_SECOND
        begun = [began for began, _ in spans]
        assert least_apart(begun) >= APART - TINY

    in_time(work)


@pytest.mark.parametrize("seed", range(5))
def test_calls_that_overtake_each_other_arrive_in_no_second_too_many(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - how long calls last

    async def work(loop: Time) -> None:
        def lasts() -> float:
            loop.stall(chance.choice((0.0, 0.0, 0.0, 0.03)))  # a busy machine
            return chance.choice((0.01, 0.05, 0.3, 2.0))

        spans = await crowd(loop, Gate(now=loop.time), 300, lasts)
        assert most_at_once(spans) <= PER_SECOND
        assert most_begun(spans) >= 5  # it did not crawl

    in_time(work)


def test_each_interface_has_a_line_of_its_own() -> None:
    async def work(loop: Time) -> None:
        gate = Gate(1, 60.0, now=loop.time)
        for path in ("a", "b"):
            async with gate.turn(path):
                pass
        with pytest.raises(SendFault, match="pace"):
            async with gate.turn("a"):
                raise AssertionError("there is no room")

    in_time(work)


def test_a_wait_that_is_too_long_is_refused_and_takes_no_turn() -> None:
    async def work(loop: Time) -> None:
        gate = Gate(2, 10.0, apart=0.0, patience=5.0, now=loop.time)
        for pause in (4.0, 0.0):
            async with gate.turn("a"):
                await asyncio.sleep(0)
            await asyncio.sleep(pause)
        for _ in range(3):
            with pytest.raises(SendFault, match="pace") as fault:
                async with gate.turn("a"):
                    raise AssertionError("there is no room")
            assert fault.value.retry_after == pytest.approx(6.0)
            assert fault.value.breaks == ""
        await asyncio.sleep(6.0)
        async with gate.turn("a"):
            assert loop.time() == pytest.approx(110.0)

    in_time(work)


def test_who_waits_behind_calls_without_an_answer_gives_up_in_time() -> None:
    async def work(loop: Time) -> None:
        gate = Gate(1, 1.0, patience=5.0, now=loop.time)
        async with gate.turn("a"):
            with pytest.raises(SendFault, match="pace"):
                async with gate.turn("a"):
                    raise AssertionError("there is no room")
            assert loop.time() == pytest.approx(105.0)
        async with gate.turn("a"):
            assert loop.time() == pytest.approx(106.0)

    in_time(work)


def test_a_call_that_was_cut_off_gives_its_place_back() -> None:
    async def work(loop: Time) -> None:
        gate = Gate(1, 1.0, now=loop.time)

        async def hang() -> None:
            async with gate.turn("a"):
                await asyncio.Event().wait()

        hanging = asyncio.create_task(hang())
        await asyncio.sleep(0.5)
        hanging.cancel()
        async with gate.turn("a"):
            assert loop.time() == pytest.approx(101.5)

    in_time(work)


def test_an_answer_passes_the_notices_that_wait_and_keeps_to_the_rate() -> None:
    async def work(loop: Time) -> None:
        gate, order = Gate(now=loop.time), list[str]()

        async def call(name: str, *, urgent: bool = False) -> None:
            async with gate.turn("/card", urgent=urgent):
                order.append(name)
                await asyncio.sleep(PLATFORM)

        notices = [asyncio.create_task(call(f"notice {n}")) for n in range(2 * PER_SECOND)]
        await asyncio.sleep(APART / 2)  # the line stands, and the first has gone in
        before = len(order)
        answers = [asyncio.create_task(call(f"answer {n}", urgent=True)) for n in range(2)]
        await asyncio.gather(*answers, *notices)
        # One notice had the door already.
        assert order[before + 1 : before + 3] == ["answer 0", "answer 1"]
        assert [x for x in order if x.startswith("n")] == [
            f"notice {n}" for n in range(len(notices))
        ]

    in_time(work)


def test_an_answer_is_not_refused_because_many_notices_wait() -> None:
    async def work(loop: Time) -> None:
        gate = Gate(now=loop.time, patience=1.3)
        await asyncio.gather(*(_pass(gate) for _ in range(PER_SECOND)))
        notices = [asyncio.create_task(_pass(gate)) for _ in range(2 * PER_SECOND)]
        await asyncio.sleep(0)
        await _pass(gate, urgent=True)
        ends = await asyncio.gather(*notices, return_exceptions=True)
        assert any(isinstance(end, SendFault) for end in ends)  # so many that some were

    in_time(work)


def test_who_gives_up_as_they_are_let_in_lets_the_next_one_in() -> None:
    async def work(loop: Time) -> None:
        gate = Gate(1, PLATFORM, now=loop.time)
        await _pass(gate)
        second, third = (asyncio.create_task(_pass(gate)) for _ in range(2))
        async with gate.turn("/card"):  # who waited behind it is let in, and has not woken up yet
            second.cancel()
        await asyncio.wait_for(third, timeout=10 * PLATFORM)

    in_time(work)


async def _pass(gate: Gate, *, urgent: bool = False) -> None:
    async with gate.turn("/card", urgent=urgent):
        pass

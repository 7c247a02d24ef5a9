"""Windows whose calls are spread: a few are claimed at a time, each for the moment it may begin."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from bot.channels.base import Channel, Letter, Message, Receipt, Window
from bot.delivery.budget import Unlimited
from bot.delivery.flights import Flights
from bot.delivery.planning import Call, Line, Plan
from bot.storage.rows import Claimed, Settlement
from flows.office import Content, Door
from handlers.ports import Text, ToGroup
from tests.bot.runtime import START, FakeChannel, arrival, echo
from tests.bot.test_delivery import Bench, bench

pytestmark = pytest.mark.usefixtures("engine")

SPREAD = Window("app", 8, 1.0, spread=2)  # three at once, then two each quarter
LETTER = Claimed(
    id=1,
    robot="robot",
    door=Door.PRIVATE,
    to="s0",
    message=Message(title="t", text="x"),
    channel="fake",
    lane="p:1",
    content=Content.PROGRESS,
)
GROUPS = tuple(f"cid-{n}" for n in range(12))


async def owe(b: Bench, *groups: str) -> None:
    for group in groups:
        b.channel.windows[group] = SPREAD
        await b.owe(group, ToGroup(group), parts=(Text("echo", {"x": group}),))


async def claim(b: Bench, lines: dict[str, Line], owner: str = "one") -> Sequence[Call]:
    """Let a process take what it may."""
    channels: Mapping[str, Channel] = {"fake": cast("Channel", b.channel)}
    plan = Plan(channels, Unlimited(), {}, b.db.steady(), lines)
    async with b.db.begin() as tx:
        await tx.queue.lock()
        await plan.claim(tx, 64, owner)
    return plan.calls


async def end(b: Bench, calls: Sequence[Call], owner: str = "one") -> None:
    """Let calls arrive."""
    letters = [letter for call in calls for letter in call.letters]
    async with b.db.begin() as tx:
        await tx.ledger.settle(
            owner, [Settlement(x.id, x.attempt, x.lane, "sent") for x in letters]
        )


def named(calls: Sequence[Call]) -> list[str]:
    return [letter.to for call in calls for letter in call.letters]


async def test_notices_are_claimed_a_few_at_a_time_and_the_others_stand_in_line(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        await owe(b, *GROUPS)
        lines: dict[str, Line] = {}
        taken: list[str] = []
        for turn, count in enumerate((3, 2, 2, 1)):
            calls = await claim(b, lines)
            assert [call.begins for call in calls] == [0.0] * count  # at once: there is room
            taken += named(calls)
            async with b.db.read() as tx:
                due = START + timedelta(seconds=0.25 * (turn + 1))
                assert await tx.queue.next_due() == due
            assert not await claim(b, lines)
            b.clock.forward(0.25)
        assert not await claim(b, lines)  # eight are on their way, and hold their places
        assert taken == list(GROUPS[:8])


async def test_a_call_claimed_ahead_begins_when_the_one_before_has_left_the_window(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        await owe(b, *GROUPS)
        lines: dict[str, Line] = {}
        for _ in range(3):
            calls = await claim(b, lines)
            b.clock.forward(0.1)
            await end(b, calls)
            b.clock.forward(0.15)
        # Seven went out, of which three ended a tenth after the start: they leave at 1.1.
        before = time.monotonic()
        calls = await claim(b, lines)
        after = time.monotonic()
        assert named(calls) == list(GROUPS[7:9])
        assert calls[0].begins == 0.0
        assert before + 0.349 < calls[1].begins < after + 0.351


async def test_two_processes_share_the_places(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await owe(b, *GROUPS)
        first = await claim(b, {}, "one")
        second = await claim(b, {}, "two")
        assert named(first) == list(GROUPS[:3])
        assert not second  # what the first put into the line is not due yet
        b.clock.forward(3.0)  # one process stands still with its calls not begun
        taken = [*first]
        for _ in range(5):
            taken += await claim(b, {}, "two")
            b.clock.forward(0.25)
        assert len(taken) == SPREAD.limit
        assert len(set(named(taken))) == SPREAD.limit


async def test_a_place_that_one_process_took_ahead_is_not_taken_by_another(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        await owe(b, *GROUPS[:9])
        for _ in range(3):
            await end(b, await claim(b, {}))
            b.clock.forward(0.25)
        last, ahead = await claim(b, {}, "one")
        assert last.begins == 0.0
        assert ahead.begins > 0.0  # it waits for one of the first three to leave
        await owe(b, *GROUPS[9:])
        # The other two leave then as well, and nobody else within this second.
        assert len(await claim(b, {}, "two")) == 2


async def test_a_new_notice_stands_behind_those_in_line_and_an_answer_does_not(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        await owe(b, *GROUPS[:6])
        lines: dict[str, Line] = {}
        assert named(await claim(b, lines)) == list(GROUPS[:3])
        await owe(b, "cid-new")
        b.channel.windows["s0"] = SPREAD
        async with b.db.begin() as tx:
            filed = [one for one in await tx.admit([arrival("m", who="s0")]) if one]
            await tx.post([echo(one) for one in filed], {one.id: one for one in filed})
        assert named(await claim(b, lines)) == ["s0"]
        for expected in (GROUPS[3:5], (GROUPS[5], "cid-new")):
            b.clock.forward(0.25)
            assert named(await claim(b, lines)) == list(expected)


async def test_a_flight_does_not_begin_before_its_time() -> None:
    channel = _Punctual()
    landed: list[None] = []
    flights = Flights({"fake": channel}, lambda: landed.append(None))
    begins = time.monotonic() + 0.05
    flights.launch(Call([LETTER], "robot", begins=begins))
    (task,) = flights._claimed
    await task
    assert channel.began >= begins
    assert len(flights.take()) == 1


class _Punctual(FakeChannel):
    began = 0.0

    async def send(self, letter: Letter) -> Receipt:
        self.began = time.monotonic()
        return Receipt()

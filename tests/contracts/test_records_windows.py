"""Windows and breakers: what the records say may not go out now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.base import Window
from bot.storage.breakers import Breaker
from bot.storage.rows import Settlement, Start
from bot.storage.windows import Used
from tests import outbox
from tests.engines import NOON, Opened, post
from tests.outbox import WORKER

MINUTE = Window("webhook:a", 18, 60.0)
SECOND = Window("robot:path", 24, 1.0, spread=4)  # a quarter ahead


async def start(records: Opened, name: str, window: str = MINUTE.key, call: str = "") -> Settlement:
    """Begin to send one delivery; return how it ends when the platform refuses it for now."""
    async with records.database.begin() as tx:
        await tx.post([post(name, group=name)], {})
        (letter,) = (await tx.queue.heads("notices", 10)).letters
        await tx.queue.start([Start(letter.id, window, call)], WORKER)
    now = records.clock.now
    return Settlement(letter.id, letter.attempt, letter.lane, "ready", "busy", now)


async def end(records: Opened, one: Settlement) -> None:
    """Note that the platform never wants it."""
    async with records.database.begin() as tx:
        await tx.ledger.settle(WORKER, [replace(one, state="failed", due_at=None)])


async def used(records: Opened, *windows: Window) -> Mapping[str, Used]:
    async with records.database.read() as tx:
        return await tx.windows.used(windows)


async def test_a_window_without_a_call_is_left_out(records: Opened) -> None:
    await start(records, "elsewhere", "webhook:b")
    await start(records, "unlimited", "")
    assert await used(records, MINUTE) == {}


async def test_every_attempt_counts_until_it_leaves_the_window(records: Opened) -> None:
    refused = await start(records, "a")
    records.clock.move(seconds=10)
    await start(records, "b")
    async with records.database.begin() as tx:
        await tx.ledger.settle(WORKER, [refused])
    frees_at = NOON + timedelta(seconds=70)  # it may have arrived until its end was written down
    assert await used(records, MINUTE) == {MINUTE.key: Used(2, frees_at)}
    records.clock.move(seconds=60)
    assert await used(records, MINUTE) == {
        MINUTE.key: Used(1, NOON + timedelta(seconds=130))  # the other may still arrive
    }


@pytest.mark.parametrize(("ago", "leaves"), [(3.0, 67.0), (30.0, 60.0)])
async def test_a_call_counts_from_its_end_which_was_not_before_its_claim(
    records: Opened, ago: float, leaves: float
) -> None:
    one = await start(records, "a")
    records.clock.move(seconds=10)
    await end(records, replace(one, ago=ago))
    found = await used(records, MINUTE)
    assert found[MINUTE.key].frees_at == NOON + timedelta(seconds=leaves)


async def test_what_is_on_its_way_counts_as_long_as_a_call_may_last(records: Opened) -> None:
    await start(records, "a")
    records.clock.move(seconds=74.9)
    assert (await used(records, MINUTE))[MINUTE.key].calls == 1
    records.clock.move(seconds=0.1)
    assert await used(records, MINUTE) == {}


async def test_what_is_free_again_soon_is_told_in_seconds(records: Opened) -> None:
    ends = [await start(records, name, SECOND.key) for name in "abc"]
    await start(records, "on its way", SECOND.key)
    for one in ends:
        records.clock.move(seconds=0.1)
        await end(records, one)
    assert not (await used(records, SECOND))[SECOND.key].soon
    records.clock.move(seconds=0.6)
    found = (await used(records, SECOND))[SECOND.key]
    assert found.calls == 4
    assert found.soon == pytest.approx([0.2])
    records.clock.move(seconds=0.1)
    assert (await used(records, SECOND))[SECOND.key].soon == pytest.approx([0.1, 0.2])


async def test_the_rows_of_one_call_are_free_again_together(records: Opened) -> None:
    ends = [await start(records, name, SECOND.key, "call-1") for name in "ab"]
    for one in ends:
        records.clock.move(seconds=0.1)
        await end(records, one)
    records.clock.move(seconds=0.8)
    assert (await used(records, SECOND))[SECOND.key].soon == pytest.approx([0.2])


async def test_earlier_tries_of_a_row_count_as_well(records: Opened) -> None:
    refused = await start(records, "a")
    async with records.database.begin() as tx:
        await tx.ledger.settle(WORKER, [refused])
    records.clock.move(seconds=10)
    async with records.database.begin() as tx:
        (letter,) = (await tx.queue.heads("notices", 10)).letters
        await tx.queue.start([Start(letter.id, MINUTE.key)], WORKER)
    assert (await used(records, MINUTE))[MINUTE.key].calls == 2


async def test_the_rows_of_one_call_count_once(records: Opened) -> None:
    for name in "abc":
        await start(records, name, SECOND.key, "call-1")
    await start(records, "d", SECOND.key, "call-2")
    await start(records, "e", SECOND.key)
    assert (await used(records, SECOND))[SECOND.key].calls == 3


async def test_windows_of_different_length_are_counted_together(records: Opened) -> None:
    await end(records, await start(records, "a", SECOND.key))
    await start(records, "b")
    records.clock.move(seconds=2)
    await start(records, "c", SECOND.key)
    found = await used(records, MINUTE, SECOND)
    assert {key: one.calls for key, one in found.items()} == {MINUTE.key: 1, SECOND.key: 1}


async def test_what_was_taken_without_a_rate_counts_nowhere(records: Opened) -> None:
    async with records.database.begin() as tx:
        await tx.post([post("a")], {})
        await outbox.claim(tx)
    assert await used(records, MINUTE, SECOND) == {}


async def test_a_breaker_rests_until_its_time(records: Opened) -> None:
    until = NOON + timedelta(minutes=10)
    async with records.database.begin() as tx:
        await tx.breakers.trip("robot:webhook:a", until, "130101")
        await tx.breakers.trip("robot:webhook:a", NOON + timedelta(minutes=5), "410100")
        assert await tx.breakers.open() == {
            "robot:webhook:a": Breaker("robot:webhook:a", until, "130101")
        }
    records.clock.move(minutes=10)
    async with records.database.begin() as tx:
        assert await tx.breakers.open() == {}


async def test_a_longer_rest_replaces_a_shorter_one(records: Opened) -> None:
    until = NOON + timedelta(minutes=10)
    async with records.database.begin() as tx:
        await tx.breakers.trip("channel:dingtalk", NOON + timedelta(minutes=5), "html")
        await tx.breakers.trip("channel:dingtalk", until, "1111")
        assert (await tx.breakers.open())["channel:dingtalk"].until == until
        await tx.breakers.forget(until)
        assert len(await tx.breakers.open()) == 1
        await tx.breakers.forget(until + timedelta(seconds=1))
        assert await tx.breakers.open() == {}

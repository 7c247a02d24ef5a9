"""Windows and breakers: what the records say may not go out now."""

from collections.abc import Mapping
from datetime import timedelta

from bot.channels.base import Window
from bot.storage.breakers import Breaker
from bot.storage.rows import Settlement, Start
from bot.storage.windows import Used
from tests import outbox
from tests.engines import NOON, Opened, post
from tests.outbox import WORKER

MINUTE = Window("webhook:a", 18, 60.0)
SECOND = Window("robot:path", 20, 1.04)


async def start(records: Opened, name: str, window: str = MINUTE.key, call: str = "") -> Settlement:
    """Begin to send one delivery; return how it ends when the platform refuses it for now."""
    async with records.database.begin() as tx:
        await tx.post([post(name, group=name)], {})
        (letter,) = (await tx.queue.heads("notices", 10)).letters
        await tx.queue.start([Start(letter.id, window, call)], WORKER)
    now = records.clock.now
    return Settlement(letter.id, letter.attempt, letter.lane, "ready", "busy", now)


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
    first = NOON + timedelta(seconds=60)
    assert await used(records, MINUTE) == {MINUTE.key: Used(2, first)}
    records.clock.move(seconds=50)
    assert await used(records, MINUTE) == {MINUTE.key: Used(1, first + timedelta(seconds=10))}


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
    await start(records, "a", SECOND.key)
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

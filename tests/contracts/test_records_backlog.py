"""The backlog: filed by one process, handled by others, in order for every person."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.storage.arrivals import Unreadable
from bot.storage.backlog import Backlog
from bot.storage.database import Transaction
from bot.storage.tables import arrival as arrivals
from bot.storage.tables import conversation as conversations
from handlers.ports import Answered, Conversation, Filed, PersonId, Stale, Text
from tests.engines import Opened, arrival, opened

PERSONS, EACH = 30, 4


async def wait(records: Opened, *msg_ids: str, staff: str = "s1") -> list[Filed]:
    """File messages that wait for a worker."""
    async with records.database.begin() as tx:
        filed = await tx.admit([arrival(one, staff=staff) for one in msg_ids], waiting=True)
    return [one for one in filed if one is not None]


async def handle(tx: Transaction, batch: Sequence[Filed]) -> None:
    """Note in each person's conversation what was handled, in the order in which it was."""
    found = await tx.conversations.lock([one.person for one in batch])
    said = {person: list(one.options) for person, one in found.items()}
    for one in batch:
        said[one.person].append(one.arrival.msg_id)
    await tx.conversations.save(
        {person: Conversation(options=tuple(told)) for person, told in said.items()}
    )
    await tx.handled([one.id for one in batch])


async def test_what_waits_is_taken_whole_and_in_order_and_only_once(records: Opened) -> None:
    first = await wait(records, "m1", "m2")
    second = await wait(records, "m3", staff="s2")
    third = await wait(records, "m4")
    async with records.database.begin() as tx:
        assert await tx.backlog(10) == [*first, *second, *third]
        await tx.handled([one.id for one in (*first, *second, *third)])
        assert await tx.backlog(10) == ()
    assert await wait(records, "m1") == []


async def test_the_longest_waiting_come_first(records: Opened) -> None:
    for number in range(6):
        await wait(records, f"m{number}", staff=f"s{number % 3}")
    async with records.database.begin() as tx:
        assert [one.arrival.msg_id for one in await tx.backlog(2)] == ["m0", "m1"]


async def test_how_long_the_oldest_waits_is_seen(records: Opened) -> None:
    async def seen() -> tuple[bool, int, datetime | None]:
        async with records.database.read() as tx:
            signs = await tx.vitals.signs()
            return await tx.vitals.anything_waits(), signs.waiting, signs.oldest_waiting

    assert await seen() == (False, 0, None)
    (first, *_) = await wait(records, "m1", "m2")
    records.clock.move(seconds=30)
    await wait(records, "m3", staff="s2")
    assert await seen() == (True, 3, first.arrival.at)
    async with records.database.begin() as tx:
        await handle(tx, await tx.backlog(10))
    assert await seen() == (False, 0, None)


@pytest.mark.parametrize("damage", [b"", b"spoilt"])
async def test_one_that_cannot_be_read_is_named(records: Opened, damage: bytes) -> None:
    one, _ = await wait(records, "m1", "m2")
    async with records.database.begin() as tx:
        await tx._session.connection.execute(
            update(arrivals).where(arrivals.c.id == one.id).values(body=damage)
        )
    async with records.database.begin() as tx:
        with pytest.raises(Unreadable) as unreadable:
            await tx.backlog(10)
    assert (unreadable.value.number, unreadable.value.person) == (one.id, one.person)
    async with records.database.begin() as tx:
        await tx.fail(one.id, "Traceback")
        assert await tx.failed_arrivals(10) == []
        assert [two.arrival.msg_id for two in await tx.backlog(10)] == ["m2"]


async def test_what_is_handled_with_its_filing_does_not_wait(records: Opened) -> None:
    await records.person("s1")
    async with records.database.begin() as tx:
        assert await tx.backlog(10) == ()


async def test_what_failed_or_was_rolled_back(records: Opened) -> None:
    one, two = await wait(records, "m1", "m2")
    async with records.database.begin() as tx:
        await tx.fail(one.id, "Traceback")
        await tx.handled([one.id, two.id])
    async with records.database.begin() as tx:
        assert await tx.backlog(10) == ()
        assert await tx.failed_arrivals(10) == [one]


@pytest.mark.parametrize(
    "answered",
    [Answered(), Answered(Text("card.over", {"name": "王一"}), True), Answered(Text("card.old"))],
)
async def test_who_waits_for_the_answer_of_a_card_gets_it(
    records: Opened, answered: Answered
) -> None:
    (one,) = await wait(records, "m1")
    async with records.database.read() as tx:
        assert await tx.answered(one.id) is None
    async with records.database.begin() as tx:
        await tx.answer(one.id, answered)
        await tx.handled([one.id])
    async with records.database.read() as tx:
        assert await tx.answered(one.id) == answered


async def test_a_message_without_a_card_is_answered_with_nothing(records: Opened) -> None:
    (one,) = await wait(records, "m1")
    async with records.database.begin() as tx:
        await tx.handled([one.id])
    async with records.database.read() as tx:
        assert await tx.answered(one.id) == Answered()


async def test_waiting_words_are_not_erased(records: Opened) -> None:
    (one,) = await wait(records, "m1")
    async with records.database.begin() as tx:
        assert await tx.erase_bodies(records.clock.move(days=40)) == 0
        assert await tx.backlog(10) == [one]


class ByMessage(Backlog):
    """As a plain queue has it: the messages are locked, and not the persons."""

    async def take(self, limit: int) -> Sequence[Filed]:
        """Take the oldest messages that nobody else holds."""
        result = await self._session.connection.execute(
            select(arrivals.c.id)
            .where(arrivals.c.state == "waiting")
            .order_by(arrivals.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        numbers = result.scalars().all()
        return await self._arrivals.filed(arrivals.c.id.in_(numbers), limit)


class ReadBefore(Backlog):
    """What waits is read before the lock is there, and not again."""

    async def take(self, limit: int) -> Sequence[Filed]:
        """Read, and take what another worker did not hold while this one looked."""
        waiting = await self._arrivals.filed(arrivals.c.state == "waiting", limit)
        await asyncio.sleep(0.1)  # here the other worker handles everything
        await self._session.connection.execute(
            select(conversations.c.person).with_for_update(skip_locked=True)
        )
        return waiting


async def two_workers(records: Opened) -> dict[str, list[str]]:
    """File messages while two workers handle them; return what each person's became."""
    filing = True

    async def work() -> None:
        while True:
            was_filing = filing
            try:
                async with records.database.begin() as tx:
                    batch = await tx.backlog(3)
                    # A worker thinks about some longer than about others.
                    await asyncio.sleep(0.001 * (sum(one.id for one in batch) % 5))
                    await handle(tx, batch)
            except Stale:
                continue
            if not batch and not was_filing:
                return

    async def file() -> None:
        nonlocal filing
        for person in range(PERSONS):
            for number in range(EACH):
                await wait(records, f"{person}.{number}", staff=f"s{person}")
        filing = False

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(file())
        await asyncio.sleep(0.2)  # so that there is always something for both
        group.create_task(work())
        group.create_task(work())
    return await outcome(records)


async def outcome(records: Opened) -> dict[str, list[str]]:
    """Return what was handled of each person's, in order."""
    persons: dict[PersonId, str] = {}
    for number in range(PERSONS):
        persons[await records.person(f"s{number}")] = f"s{number}"
    async with records.database.begin() as tx:
        found = await tx.conversations.lock(list(persons))
    said: dict[str, list[str]] = defaultdict(list)
    for person, conversation in found.items():
        said[persons[person]] += conversation.options
    return said


def as_said() -> dict[str, list[str]]:
    """Return what each person said."""
    return {f"s{p}": [f"{p}.{n}" for n in range(EACH)] for p in range(PERSONS)}


async def test_two_workers_keep_the_order_of_every_person(records: Opened) -> None:
    assert await two_workers(records) == as_said()


async def options(records: Opened, person: PersonId) -> tuple[str, ...]:
    """Return what was handled of one person's messages, in order."""
    async with records.database.begin() as tx:
        return (await tx.conversations.lock([person]))[person].options


@pytest.mark.parametrize(
    ("backlog", "handled"), [(Backlog, ("m1", "m2")), (ByMessage, ("m2", "m1"))]
)
async def test_a_lock_on_messages_would_let_the_second_overtake_the_first(
    backlog: type[Backlog], handled: tuple[str, ...], tmp_path: Path
) -> None:
    async with opened("postgresql", tmp_path) as records:
        one, _ = await wait(records, "m1", "m2")
        async with records.database.begin() as slow:
            first = await backlog(slow._session, slow._arrivals).take(1)
            async with records.database.begin() as quick:
                await handle(quick, await backlog(quick._session, quick._arrivals).take(1))
            await handle(slow, first)
        async with records.database.begin() as tx:
            await handle(tx, await tx.backlog(10))
        assert await options(records, one.person) == handled


@pytest.mark.parametrize(("backlog", "handled"), [(Backlog, ("m1",)), (ReadBefore, ("m1", "m1"))])
async def test_without_the_reading_after_the_lock_a_message_would_be_handled_twice(
    backlog: type[Backlog], handled: tuple[str, ...], tmp_path: Path
) -> None:
    async with opened("postgresql", tmp_path) as records:
        (one,) = await wait(records, "m1")

        async def work(backlog: type[Backlog]) -> None:
            async with records.database.begin() as tx:
                await handle(tx, await backlog(tx._session, tx._arrivals).take(10))

        slow = asyncio.create_task(work(backlog))
        await asyncio.sleep(0.02)
        await work(Backlog)
        await slow
        assert await options(records, one.person) == handled


async def test_a_worker_takes_nobody_whom_another_holds_and_does_not_wait(tmp_path: Path) -> None:
    async with opened("postgresql", tmp_path) as records:  # SQLite has one writer at a time
        (one,) = await wait(records, "m1")
        (other,) = await wait(records, "m2", staff="s2")
        async with records.database.begin() as first:
            assert await first.backlog(1) == [one]
            (late,) = await wait(records, "m3")  # filing waits for no worker
            async with asyncio.timeout(2), records.database.begin() as second:
                assert await second.backlog(10) == [other]
            await first.handled([one.id])
        async with records.database.begin() as tx:
            assert await tx.backlog(10) == [other, late]

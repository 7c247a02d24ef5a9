"""Transactions that run in one go, beside those that are opened and left."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.storage.database import DatabaseDown
from bot.storage.transaction import Transaction
from bot.storage.writer import Astray
from handlers.ports import Filed, Stale
from tests.engines import Opened, arrival


async def admitted(records: Opened, name: str) -> bool:
    """File a message, and say whether it was new."""
    async with records.database.begin() as tx:
        (filed,) = await tx.admit([arrival(name, staff="s1")])
    return filed is not None


async def test_what_was_written_is_committed_and_returned(records: Opened) -> None:
    heard: list[bool] = []

    async def work(tx: Transaction) -> Filed | None:
        tx.at_end.append(heard.append)
        (filed,) = await tx.admit([arrival("m1", staff="s1")])
        return filed

    filed = await records.database.write(work)
    assert filed is not None
    assert filed.arrival.msg_id == "m1"
    assert heard == [True]
    assert not await admitted(records, "m1")


@pytest.mark.parametrize("error", [Stale("again"), DatabaseDown("away"), ValueError("a defect")])
async def test_what_raises_leaves_nothing_behind(records: Opened, error: Exception) -> None:
    heard: list[bool] = []

    async def work(tx: Transaction) -> None:
        tx.at_end.append(heard.append)
        await tx.admit([arrival("m1", staff="s1")])
        raise error

    with pytest.raises(type(error)):
        await records.database.write(work)
    assert heard == [False]
    assert await admitted(records, "m1")


async def test_both_kinds_of_transaction_take_turns(records: Opened) -> None:
    async def count(tx: Transaction) -> None:
        await tx.tickets.next_number("ZH", 2026, 1)

    async def one_way() -> None:
        await records.database.write(count)

    async def other_way() -> None:
        async with records.database.begin() as tx:
            await count(tx)

    await asyncio.gather(*(way() for way in [one_way, other_way] * 10))
    async with records.database.begin() as tx:
        assert await tx.tickets.next_number("ZH", 2026, 1) == 21


async def test_who_waits_for_something_else_is_refused_where_it_would_hold_everybody_up(
    records: Opened,
) -> None:
    async def work(tx: Transaction) -> None:
        await tx.admit([arrival("m1", staff="s1")])
        await asyncio.sleep(0)

    if records.database.shared:
        await records.database.write(work)
    else:
        with pytest.raises(Astray):
            await records.database.write(work)
    assert await admitted(records, "m1") is not records.database.shared


async def test_who_stops_waiting_keeps_nobody_from_writing(records: Opened) -> None:
    heard: list[bool] = []
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def work(tx: Transaction) -> None:
        tx.at_end.append(heard.append)
        loop.call_soon_threadsafe(begun.set)
        for number in range(50):
            await tx.admit([arrival(f"m{number}", staff="s1")])

    task = asyncio.create_task(records.database.write(work))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    new = await admitted(records, "m0")
    assert heard == [not new]  # it ended either way, and everybody heard which


async def test_an_end_that_nobody_can_hear_of_is_raised_and_keeps_nobody_waiting(
    records: Opened,
) -> None:
    def deaf(committed: bool) -> None:
        raise ValueError("a defect")

    async def work(tx: Transaction) -> None:
        tx.at_end.append(deaf)
        await tx.admit([arrival("m1", staff="s1")])

    with pytest.raises(ValueError, match="a defect"):
        async with asyncio.timeout(30):
            await records.database.write(work)
    assert not await admitted(records, "m1")


async def test_a_failure_that_was_passed_over_is_not_taken_for_a_commit(records: Opened) -> None:
    async def work(tx: Transaction) -> None:
        await tx.admit([arrival("m1", staff="s1")])
        with suppress(DBAPIError):
            await tx._session.connection.execute(text("SELECT * FROM no_such_table"))

    committed = True
    try:
        await records.database.write(work)
    except RuntimeError:
        committed = False
    assert await admitted(records, "m1") is not committed
    assert await admitted(records, "m2")

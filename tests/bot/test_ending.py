"""How background tasks end when what they wait for does not answer."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from bot.ending import ended
from bot.storage.transaction import Transaction
from bot.timers import Timers
from handlers.ports import Due
from tests.engines import NOON, opened


class NeverAsked:
    """Whom no timer reaches, because the transaction does not begin."""

    async def tick(self, tx: Transaction, dues: Sequence[Due]) -> None:
        raise AssertionError("the database was held")


async def test_a_task_that_is_patient_once_is_told_again() -> None:
    told: list[int] = []

    async def patient() -> None:
        for time in (1, 2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told.append(time)
        raise asyncio.CancelledError

    task = asyncio.create_task(patient())
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await ended([task, None])
    assert told == [1, 2]
    assert task.cancelled()


async def test_a_task_that_never_ends_is_left_behind() -> None:
    free = asyncio.Event()

    async def deaf() -> None:
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        await ended([task])
    assert not task.done()
    free.set()
    await task


async def test_a_worker_that_waits_for_a_held_database_ends_before_it_is_free(
    tmp_path: Path,
) -> None:
    async with opened("sqlite", tmp_path) as records:
        async with records.database.begin() as tx:
            await tx.remind([Due("case", "a", NOON, "a")])
        holder = sqlite3.connect(tmp_path / "records.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        timers = Timers(
            records.database,
            {"case": NeverAsked()},
            records.clock,
            wake=lambda: None,
        )
        timers.start()
        await asyncio.sleep(0.1)  # until the statement is with the database
        try:
            async with asyncio.timeout(3):  # it waits five seconds for its turn
                await timers.stop()
        finally:
            holder.close()
            for thread in threading.enumerate():  # they report to this test's loop
                if "connection_worker" in thread.name:
                    await asyncio.to_thread(thread.join, 5)

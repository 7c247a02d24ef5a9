"""How background tasks end when what they wait for does not answer."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any, cast

from bot.ending import ended
from bot.timers import Timers
from tests.bot.runtime import HandClock, database


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
    async with asyncio.timeout(5):
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
    async with asyncio.timeout(5):
        await ended([task])
    assert not task.done()
    free.set()
    await task


async def test_a_worker_that_waits_for_a_held_database_ends_before_it_is_free(
    tmp_path: Path,
) -> None:
    async with database(tmp_path, HandClock()) as db:
        holder = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        timers = Timers(db, cast("Any", None), HandClock(), wake=lambda: None)
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

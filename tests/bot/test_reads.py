"""Read notes: taken without waiting, written together, lost rather than in the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import pytest

from bot.reads import TRIES, ReadNotes
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from handlers.ports import Stale
from tests.bot.channels.platform import eventually
from tests.contracts.test_records_reads import read, sent
from tests.engines import Opened, rows

READ_ROWS = "SELECT count(*) FROM delivery WHERE read_at IS NOT NULL"


async def test_notes_are_written_together_every_so_often_and_at_the_end(records: Opened) -> None:
    notes = ReadNotes(records.database, every=0.01)
    for number in range(3):
        await sent(records, f"ent{number}", f"k{number}")
    notes.start()
    notes.note(read("k0", "ent0"))
    notes.note(read("k1", "ent1"))
    await eventually(lambda: rows(records.url, READ_ROWS) == [(2,)])
    notes.note(read("k2", "ent2"))
    await notes.stop()
    assert rows(records.url, READ_ROWS) == [(3,)]


async def test_a_note_may_come_before_its_delivery_is_written_down(records: Opened) -> None:
    notes = ReadNotes(records.database)
    notes.note(read("early", "ent01"))
    await notes.flush()
    await sent(records, "ent01", "early")
    await notes.flush()
    assert rows(records.url, READ_ROWS) == [(1,)]


async def test_a_note_of_nothing_is_given_up(records: Opened) -> None:
    notes = ReadNotes(records.database)
    notes.note(read("never", "ent01"))
    for _ in range(TRIES):
        await notes.flush()
    await sent(records, "ent01", "never")
    await notes.flush()
    assert rows(records.url, READ_ROWS) == [(0,)]


async def test_more_notes_than_there_is_room_for_are_lost(records: Opened) -> None:
    notes = ReadNotes(records.database, most=2)
    for number in range(5):
        await sent(records, f"ent{number}", f"k{number}")
        notes.note(read(f"k{number}", f"ent{number}"))
    await notes.flush()
    assert (notes.lost, rows(records.url, READ_ROWS)) == (3, [(2,)])


async def test_notes_that_were_lost_are_told_of(
    records: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    notes = ReadNotes(records.database, most=1, every=0.01)
    for number in range(3):
        notes.note(read(f"k{number}", f"ent{number}"))
    notes.start()
    await eventually(lambda: "2 read notes are lost" in caplog.text)
    await notes.stop()


@dataclass
class Held:
    """Records that somebody else holds the first time, and for ever from a given time on."""

    database: Database
    times: int = 0
    hangs_from: int = 10**9

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        self.times += 1
        if self.times == 1:
            raise Stale("deadlock")
        if self.times >= self.hangs_from:
            await asyncio.Event().wait()
        async with self.database.begin() as tx:
            yield tx


async def test_notes_wait_for_whoever_holds_their_deliveries(records: Opened) -> None:
    notes = ReadNotes(cast("Database", Held(records.database)), every=0.01)
    await sent(records, "ent01", "k1")
    notes.note(read("k1", "ent01"))
    notes.start()
    await eventually(lambda: rows(records.url, READ_ROWS) == [(1,)])
    await notes.stop()


async def test_records_that_do_not_answer_keep_nobody_from_stopping(
    records: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    notes = ReadNotes(cast("Database", Held(records.database, 1, 2)), stop_within=0.01)
    notes.note(read("k1", "ent01"))
    await notes.stop()
    assert "1 read notes are lost: TimeoutError" in caplog.text

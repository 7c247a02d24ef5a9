"""What happens every hour: the history is sealed, old words are erased."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.base import Receipt
from bot.housekeeping import Housekeeping
from bot.storage.database import Database
from handlers.ports import Entry
from tests.bot.runtime import START, HandClock, arrival, database, echo

TERM = timedelta(days=30)


async def _say(db: Database, clock: HandClock, name: str, *, deliver: bool) -> None:
    async with db.begin() as tx:
        (filed,) = await tx.admit([arrival(name)])
        assert filed is not None
        await tx.post([echo(filed)], {filed.id: filed})
        await tx.fail(filed.id, "a defect with the text in it")
    if deliver:
        async with db.begin() as tx:
            for letter in await tx.ledger.claim(clock(), 10, ()):
                await tx.ledger.sent({letter.id: Receipt("k")}, clock())


async def test_what_messages_said_is_erased_after_the_term(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _say(db, clock, "old", deliver=True)
        keeper = Housekeeping(db, clock, TERM)
        clock.now = START + TERM - timedelta(minutes=1)
        await keeper.turn()
        async with db.read() as tx:
            assert len(await tx.failed_arrivals(10)) == 1
        clock.now = START + TERM + timedelta(minutes=1)
        await keeper.turn()
        async with db.read() as tx:
            assert await tx.failed_arrivals(10) == []
        async with db.begin() as tx:  # that it came is still known
            assert await tx.admit([arrival("old")]) == [None]


async def test_what_is_still_owed_is_not_erased(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _say(db, clock, "owed", deliver=False)
        clock.now = START + TERM * 2
        await Housekeeping(db, clock, TERM).turn()
        async with db.begin() as tx:
            (letter,) = await tx.ledger.claim(clock(), 10, ())
        assert letter.message.text == "收到：你好"


async def test_the_history_is_sealed(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        async with db.begin() as tx:
            await tx.record([Entry("ticket:ZH-2026-0001", "file", None, "reporter", "x", clock())])
        await Housekeeping(db, clock, TERM).turn()
        async with db.begin() as tx:
            assert await tx.seals.seal(clock()) == 0


async def test_words_are_erased_although_nothing_can_be_sealed(tmp_path: Path) -> None:
    clock = HandClock()
    async with database(tmp_path, clock) as db:
        await _say(db, clock, "old", deliver=True)
        async with db.begin() as tx:
            await tx.record([Entry("ticket:ZH-2026-0001", "file", None, "reporter", "x", clock())])
        with sqlite3.connect(tmp_path / "test.db") as records:
            records.execute("ALTER TABLE history_head RENAME TO lost")
        records.close()
        clock.now = START + TERM + timedelta(minutes=1)
        with pytest.raises(OperationalError, match="history_head"):
            await Housekeeping(db, clock, TERM).turn()
        async with db.read() as tx:
            assert await tx.failed_arrivals(10) == []

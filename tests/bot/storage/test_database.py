"""The database: kept safe, kept secret, and honest about its faults."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.channels.base import Message
from bot.keys import Keys, WrongKey
from bot.storage.database import Database, DatabaseDown, UnusableAddress
from bot.storage.rows import DeliveryRow
from flows.engine.flow import State
from flows.office import Content, Door
from handlers.ports import (
    Conversation,
    Entry,
    Frame,
    Incoming,
    Invite,
    Person,
    ReplyPath,
    Stale,
    Task,
)
from tests.contracts.test_records_cases import ticket
from tests.engines import (
    NOON,
    SECRET,
    Hands,
    Opened,
    address,
    arrival,
    dispatch,
    everything,
    opened,
    rows,
)

SECRETS = ("王小明", "13812345678", "停电三天了", "http://127.0.0.1/reply-token", "download-code")


def at(url: str, secret: str = SECRET) -> Database:
    return Database(url, Keys(secret), Hands(), dispatch)


async def test_the_next_start_finds_what_was_stored(records: Opened) -> None:
    await records.person("s1")
    again = at(records.url)
    await again.open()
    async with again.begin() as tx:
        assert await tx.admit([arrival("hello s1", staff="s1")]) == [None]
    await again.close()


async def test_another_secret_key_stops_the_start(records: Opened) -> None:
    other = at(records.url, "another secret text of the tests, long")
    with pytest.raises(WrongKey):
        await other.open()
    await other.close()


@pytest.mark.parametrize(
    "address",
    [
        "records.db",
        "sqlite:///records.db",
        "postgresql+nodriver://user:pass-word@host/name",
        "sqlite+aiosqlite://user:pass-word@host:port/name",
        "oracel://host/pass-word",
    ],
)
def test_an_address_that_cannot_be_used_is_named_and_not_repeated(address: str) -> None:
    with pytest.raises(UnusableAddress, match="QINQING_DATABASE_URL") as caught:
        at(address)
    assert "pass-word" not in str(caught.value)


async def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    async with opened("sqlite", tmp_path / "deep" / "er") as records:
        await records.database.ping()
        await records.database.ping()


async def test_a_folder_that_cannot_be_made_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = at(f"sqlite+aiosqlite:///{tmp_path}/file/records.db")
    with pytest.raises(DatabaseDown, match="folder"):
        await database.open()
    await database.close()


async def test_a_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    async with (
        opened("sqlite", tmp_path) as records,
        records.database._engine.connect() as connection,
    ):
        found = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


async def test_reading_waits_for_no_writer_and_writes_nothing(records: Opened) -> None:
    person = await records.person("s1")
    async with records.database.begin() as tx:
        await tx.people.save([Person(person, "王一")])
        async with records.database.read() as reader:
            assert (await reader.people.load([person]))[person].name == ""
    with suppress(DBAPIError):  # PostgreSQL refuses at once, SQLite forgets it
        async with records.database.read() as reader:
            await reader.people.save([Person(person, "李二")])
    async with records.database.read() as reader:
        assert (await reader.people.load([person]))[person].name == "王一"


async def test_a_database_held_by_another_process_is_down_for_now(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as records:
        async with records.database._engine.connect() as connection:
            await connection.execute(text("PRAGMA busy_timeout = 1"))
        holder = sqlite3.connect(tmp_path / "records.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseDown):
            await records.database.ping()
        holder.close()
        await records.database.ping()


async def test_a_file_that_cannot_be_opened_is_down(tmp_path: Path) -> None:
    database = at(f"sqlite+aiosqlite:///{tmp_path}")
    with pytest.raises(DatabaseDown):
        await database.ping()
    await database.close()
    await _driver_ended()


async def _driver_ended() -> None:
    """Wait for the threads of connections that failed: they report to this test's loop."""
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:
            await asyncio.to_thread(thread.join, 5)


async def test_a_refusal_is_not_a_database_that_is_down(records: Opened) -> None:
    with pytest.raises(IntegrityError):
        async with records.database.begin() as tx:
            await tx.tickets.save([ticket("ZH-2026-0001", 999)], {})
    with pytest.raises(DBAPIError, match="no_such_table"):
        async with records.database.begin() as tx:
            await tx._session.connection.execute(text("SELECT * FROM no_such_table"))
    await records.database.ping()


async def test_no_value_is_told_by_an_exception(records: Opened) -> None:
    person = await records.person("s1")
    one = ticket("ZH-2026-0001", person, category="秘密")
    with pytest.raises((IntegrityError, Stale)) as caught:
        async with records.database.begin() as tx:
            await tx.tickets.save([one, one], {})
    assert "秘密" not in str(caught.value)


async def test_writing_goes_on_after_a_cancelled_writer(records: Opened) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        async with records.database.begin() as tx:
            await tx.admit([arrival("m1", staff="s1")])
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(slow())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with records.database.begin() as tx:
        assert (await tx.admit([arrival("m1", staff="s1")]))[0] is not None


async def test_nothing_personal_is_readable_in_the_records(records: Opened, tmp_path: Path) -> None:
    name, phone, story, url, code = SECRETS
    came = replace(
        arrival("m1", staff="s1", nick=name, text=story, files=(Incoming(code, "file", name),)),
        reply_path=ReplyPath(url, NOON),
    )
    async with records.database.begin() as tx:
        (filed,) = await tx.admit([came])
        assert filed is not None
        await tx.fail(filed.id, f"Traceback {story}")
        await tx.people.save([Person(filed.person, name, phone=phone)])
        await tx.people.invite(Invite(code, "蛟川机械", name, filed.person, NOON))
        await tx.tickets.save([ticket("ZH-2026-0001", filed.person, body=story, phone=phone)], {})
        await tx.tasks.add(Task(0, "callback", filed.person, {"phone": phone}, NOON))
        await tx.record([Entry("person:1", "a", 1, "", "", NOON, personal={"phone": phone})])
        state = State(flow="report", answers={"phone": phone, "body": story})
        frame = Frame(state=state, touched=NOON)
        await tx.conversations.save({filed.person: Conversation(stack=(frame,))})
        await tx.ledger.add(
            [
                DeliveryRow(
                    dedupe="d1",
                    channel="dingtalk",
                    robot="robot",
                    door=Door.PRIVATE,
                    to="s1",
                    lane="p:1",
                    message=Message(title=name, text=story),
                    content=Content.FORM,
                    reply_url=url,
                )
            ]
        )
    await records.database.close()
    stored = everything(records.url)
    assert b"ZH-2026-0001" in stored  # the search finds what is there
    for secret in SECRETS:
        assert secret.encode() not in stored
        assert json.dumps(secret).strip('"').encode() not in stored


WRITER = """
import asyncio, sys
from tests.engines import SECRET, Hands, arrival, dispatch
from bot.channels.base import Message
from bot.keys import Keys
from bot.storage.database import Database

async def main():
    database = Database(sys.argv[1], Keys(SECRET), Hands(), dispatch)
    await database.open()
    for number in range(20):
        async with database.begin() as tx:
            await tx.admit([arrival(f"kept {number}", staff="s1")])
    async with database.begin() as tx:
        await tx.admit([arrival("lost", staff="s2", text="x" * 100_000)])
        print("in the middle", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.usefixtures("engine")
async def test_a_killed_process_loses_only_what_it_did_not_commit(tmp_path: Path) -> None:
    url = await address(tmp_path / "records.db")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert await process.stdout.readline() == b"in the middle\n"
    process.kill()
    assert await process.wait() == -signal.SIGKILL
    again = at(url)
    await again.open()
    async with again.begin() as tx:
        kept = await tx.admit([arrival(f"kept {n}", staff="s1") for n in range(20)])
        lost = await tx.admit([arrival("lost", staff="s2")])
    await again.close()
    assert kept == [None] * 20
    assert lost != [None]


async def test_what_was_erased_before_is_not_read_again(tmp_path: Path) -> None:
    async with opened("sqlite", tmp_path) as records:
        for table, column in (("arrival", "at"), ("delivery", "created_at")):
            erasing = f"UPDATE {table} SET body = x'' WHERE length(body) > 0 AND {column} < ?"  # noqa: S608
            (plan,) = rows(records.url, f"EXPLAIN QUERY PLAN {erasing}", 1)
            assert f"ix_{table}_kept" in plan[3]

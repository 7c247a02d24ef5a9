"""The thread on which SQLite's transactions run: what breaks there breaks nothing else."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from bot.storage import writer
from bot.storage.database import DatabaseDown
from bot.storage.transaction import Transaction
from bot.storage.writer import Writer
from handlers.ports import Person
from tests.engines import Opened, arrival, held, opened

Work = Coroutine[None, None, None]

WITHIN = 5.0
LARGE = 300_000  # bytes; less than SQLite keeps in memory until the commit


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Opened]:
    """Open an empty file."""
    async with opened("sqlite", tmp_path) as database:
        yield database


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Make an engine that a writer may have to itself."""
    made = create_engine("sqlite://")
    yield made
    made.dispose()


async def file(records: Opened, msg_id: str) -> bool:
    """File a message on the writer's thread, and say whether it was new."""

    async def work(tx: Transaction) -> bool:
        (filed,) = await tx.admit([arrival(msg_id, staff="s1")])
        return filed is not None

    async with asyncio.timeout(WITHIN):
        return await records.database.write(work)


async def done(records: Opened, way: str, work: Callable[[Transaction], Work]) -> None:
    """Work on the writer's thread (`write`) or on the loop (`begin`)."""
    if way == "write":
        await records.database.write(work)
        return
    async with records.database.begin() as tx:
        await work(tx)


async def test_a_thread_that_cannot_be_had_keeps_nobody_from_writing_later(
    records: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="new thread"):
            await file(records, "m1")
    assert await file(records, "m1")


async def test_who_writes_after_the_close_is_refused_and_does_not_wait(records: Opened) -> None:
    assert await file(records, "m1")
    await records.database.close()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="closed"):
            await file(records, "m2")
    assert "records" not in {thread.name for thread in threading.enumerate()}


async def test_what_still_waits_for_its_turn_at_the_close_is_refused(records: Opened) -> None:
    go_on = threading.Event()

    async def slow(tx: Transaction) -> None:
        go_on.wait(WITHIN)

    first = asyncio.create_task(records.database.write(slow))
    second = asyncio.create_task(file(records, "m1"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(records.database.close())
    await asyncio.sleep(0)
    go_on.set()
    async with asyncio.timeout(WITHIN):
        await first
        with pytest.raises(RuntimeError, match="closed"):
            await second
        await closing


async def test_what_hangs_at_the_close_is_left_alone_and_ends_in_peace(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "CLOSE_WITHIN", 0.01)
    broken: list[object] = []
    monkeypatch.setattr(threading, "excepthook", broken.append)
    go_on = threading.Event()
    hanging = Writer(engine)
    hanging.submit(lambda: go_on.wait(WITHIN), lambda _: None)
    (thread,) = (one for one in threading.enumerate() if one.name == "records")
    await hanging.close()
    assert thread.is_alive()
    go_on.set()
    await asyncio.to_thread(thread.join, WITHIN)
    assert not thread.is_alive()
    assert broken == []


async def test_nobody_reads_what_is_not_committed_and_the_loop_goes_on(records: Opened) -> None:
    person = await records.person("s1")
    saved, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    async def work(tx: Transaction) -> None:
        await tx.people.save([Person(person, "王一")])
        loop.call_soon_threadsafe(saved.set)
        assert go_on.wait(WITHIN)

    async def name() -> str:
        async with records.database.read() as reader:
            return (await reader.people.load([person]))[person].name

    writing = asyncio.create_task(records.database.write(work))
    await asyncio.wait_for(saved.wait(), WITHIN)
    assert await name() == ""
    go_on.set()
    await writing
    assert await name() == "王一"


async def test_a_file_that_another_process_holds_is_down_for_now(records: Opened) -> None:
    assert records.database._writer is not None
    with records.database._writer.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1")
    async with held(records.url):
        with pytest.raises(DatabaseDown):
            await file(records, "m1")
    assert await file(records, "m1")


@contextmanager
def full(file: Path) -> Iterator[None]:
    """Let no file of this process grow beyond the size of this one, as on a full disk."""
    import resource  # noqa: PLC0415 - not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("way", ["write", "begin"])
async def test_a_disk_that_is_full_at_the_commit_leaves_nothing_behind(
    records: Opened, tmp_path: Path, way: str
) -> None:
    heard: list[bool] = []
    stored: list[bool] = []  # what failed was the commit, not a statement before it
    assert await file(records, "m0")

    async def work(tx: Transaction) -> None:
        tx.at_end.append(heard.append)
        await tx.admit([arrival("m1", staff="s1", text="x" * LARGE)])
        stored.append(True)

    with full(tmp_path / "records.db-wal"), pytest.raises(DatabaseDown):
        await done(records, way, work)
    assert (stored, heard) == ([True], [False])
    assert not await file(records, "m0")
    assert await file(records, "m1")


@pytest.mark.parametrize("way", ["write", "begin"])
async def test_a_transaction_that_sqlite_ended_is_not_taken_for_a_commit(
    records: Opened, way: str
) -> None:
    doubled = "INSERT OR ROLLBACK INTO meta (name, value) SELECT name, value FROM meta"

    async def work(tx: Transaction) -> None:
        await tx.admit([arrival("m1", staff="s1")])
        with suppress(DBAPIError):
            await tx._session.connection.execute(text(doubled))

    with pytest.raises(RuntimeError, match="ended before"):
        await done(records, way, work)
    assert await file(records, "m1")

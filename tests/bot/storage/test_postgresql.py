"""PostgreSQL alone: a server that goes away, comes back, refuses, or has somebody else waiting."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.keys import Keys
from bot.storage import postgresql
from bot.storage.database import Database, DatabaseDown, Transaction, UnusableAddress
from bot.storage.tables import delivery
from handlers.ports import Stale
from tests import servers
from tests.engines import SECRET, Hands, Opened, arrival, dispatch, opened, rows
from tests.faults.proxy import Proxy
from tests.ground import free_port


@asynccontextmanager
async def served() -> AsyncIterator[tuple[Database, servers.PostgreSQL]]:
    """Open a database on a server of its own."""
    async with servers.postgresql() as server:
        database = Database(await server.create("records"), Keys(SECRET), Hands(), dispatch)
        await database.open()
        try:
            yield database, server
        finally:
            await database.close()


@pytest.fixture
async def shared(tmp_path: Path) -> AsyncIterator[Opened]:
    """Open a database on the run's server."""
    async with opened("postgresql", tmp_path) as records:
        yield records


async def within(database: Database, *acts: Callable[[Transaction], Awaitable[object]]) -> None:
    """Do several things in one transaction."""
    async with database.begin() as tx:
        for act in acts:
            await act(tx)


def says(statement: str) -> Callable[[Transaction], Awaitable[object]]:
    """Run a statement."""
    return lambda tx: tx._session.connection.execute(text(statement))


def admits(msg_id: str) -> Callable[[Transaction], Awaitable[object]]:
    """File a message."""
    return lambda tx: tx.admit([arrival(msg_id, staff="s1")])


async def test_a_server_that_was_restarted_costs_one_failure_and_no_commit() -> None:
    async with served() as (database, server):
        async with database.begin() as tx, database.read() as reader:
            await tx.admit([arrival("m1", staff="s1")])
            await reader.failed_arrivals(1)
        await server.stop()
        with pytest.raises(DatabaseDown):
            await database.ping()
        await server.start()
        for _ in range(5):
            await database.ping()
        async with database.begin() as tx:
            assert await tx.admit([arrival("m1", staff="s1")]) == [None]


async def test_a_server_that_crashed_in_the_middle_keeps_what_was_committed() -> None:
    async with served() as (database, server):
        await within(database, admits("kept"))
        with pytest.raises(DatabaseDown):
            await within(database, admits("lost"), lambda tx: server.kill(), admits("more"))
        with pytest.raises(DatabaseDown, match="no connection"):
            await database.ping()
        await server.start()
        async with database.begin() as tx:
            found = await tx.admit([arrival("kept", staff="s1"), arrival("lost", staff="s1")])
        assert [one is None for one in found] == [True, False]


async def test_one_connection_that_was_cut_off_does_not_break_the_pool(shared: Opened) -> None:
    async def cut_off(tx: Transaction) -> None:
        own = (await tx._session.connection.execute(text("SELECT pg_backend_pid()"))).scalar()
        rows(shared.url, "SELECT pg_terminate_backend(?)", own)

    with pytest.raises(DatabaseDown):
        await within(shared.database, cut_off, admits("m1"))
    await shared.database.ping()


@asynccontextmanager
async def behind_a_proxy(shared: Opened) -> AsyncIterator[tuple[Database, Proxy]]:
    """Open a database that is reached over a line that can break."""
    parts = urlsplit(shared.url)
    assert parts.hostname
    assert parts.port
    async with Proxy((parts.hostname, parts.port)) as proxy:
        user = f"{parts.username}@" if parts.username else ""
        through = urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{proxy.port}"))
        database = Database(through, Keys(SECRET), Hands(), dispatch)
        try:
            await database.ping()
            yield database, proxy
        finally:
            await database.close()


async def test_a_commit_whose_answer_is_lost_is_down_and_found_again(shared: Opened) -> None:
    async with behind_a_proxy(shared) as (database, proxy):
        proxy.drop_answers(after=b"COMMIT")
        with pytest.raises(DatabaseDown):
            await within(database, admits("m1"))
        async with database.begin() as tx:
            assert await tx.admit([arrival("m1", staff="s1")]) == [None]


async def test_a_line_that_is_dead_and_does_not_say_so_is_down(
    shared: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "ANSWER_WITHIN", 0.3)

    async def looks_on(
        database: Database, before: Callable[[Transaction], Awaitable[object]]
    ) -> None:
        async with database.read() as tx:
            await before(tx)
            await tx.failed_arrivals(1)

    async with behind_a_proxy(shared) as (database, proxy):

        async def die(tx: Transaction) -> None:
            proxy.hold()

        for acts in ((die, admits("m1")), (admits("m1"), die)):
            with pytest.raises(DatabaseDown, match="no answer"):
                await within(database, *acts)
            proxy.release()
        with pytest.raises(DatabaseDown, match="no answer"):
            await looks_on(database, die)
        proxy.release()
        await database.ping()


async def test_a_line_that_is_dead_keeps_nobody_from_ending(
    shared: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "CLOSE_WITHIN", 0.05)
    monkeypatch.setattr(postgresql, "ANSWER_WITHIN", 60)
    async with behind_a_proxy(shared) as (database, proxy):
        proxy.hold()
        async with asyncio.timeout(60):
            await database.close()


async def test_a_commit_is_on_the_disk_whatever_the_server_was_told(shared: Opened) -> None:
    name = shared.url.rsplit("/", 1)[1]
    rows(shared.url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    database = Database(shared.url, Keys(SECRET), Hands(), dispatch)
    async with database.begin() as tx:
        said = await tx._session.connection.execute(text("SHOW synchronous_commit"))
        assert said.scalar() == "on"
    await database.close()


async def test_a_pool_that_is_used_up_is_down_and_recovers(
    shared: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "POOL_WITHIN", 0.05)
    database = Database(shared.url, Keys(SECRET), Hands(), dispatch)
    async with AsyncExitStack() as stack:
        for _ in range(postgresql.POOL + postgresql.POOL_MORE):
            tx = await stack.enter_async_context(database.begin())
            await tx.failed_arrivals(1)
        with pytest.raises(DatabaseDown, match="in use"):
            await database.ping()
    await database.ping()
    await database.close()


async def test_two_that_wait_for_each_other_are_stale_and_not_down(shared: Opened) -> None:
    one, other = await shared.person("s1"), await shared.person("s2")
    both = asyncio.Barrier(2)

    async def lock(*persons: int) -> None:
        async with shared.database.begin() as tx:
            for person in persons:
                await tx.conversations.lock([person])
                if person == persons[0]:
                    await both.wait()

    ends = await asyncio.gather(lock(one, other), lock(other, one), return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [Stale]


async def test_a_lock_that_is_not_had_in_time_is_stale(shared: Opened) -> None:
    person = await shared.person("s1")
    async with shared.database.begin() as holder:
        await holder.conversations.lock([person])
        with pytest.raises(Stale):
            await within(
                shared.database,
                says("SET LOCAL lock_timeout = '20ms'"),
                lambda tx: tx.conversations.lock([person]),
            )


async def test_a_statement_that_takes_too_long_is_down_for_now(shared: Opened) -> None:
    with pytest.raises(DatabaseDown, match="57014"):
        await within(
            shared.database,
            says("SET LOCAL statement_timeout = '20ms'"),
            says("SELECT pg_sleep(5)"),
        )
    await shared.database.ping()


async def test_what_the_server_says_about_itself_may_pass(shared: Opened) -> None:
    for code in ("53100", "53300", "57P01", "57P03", "25006", "08006"):
        said = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$"
        with pytest.raises(DatabaseDown, match=code):
            await within(shared.database, says(said))
    await shared.database.ping()


async def test_a_statement_with_too_many_values_is_a_defect_that_stays(shared: Opened) -> None:
    too_many = select(delivery.c.id).where(delivery.c.id.in_(range(40_000)))
    with pytest.raises(DBAPIError, match="query arguments"):
        await within(shared.database, lambda tx: tx._session.connection.execute(too_many))
    await shared.database.ping()


async def test_a_server_without_room_for_connections_is_down(shared: Opened) -> None:
    name = shared.url.rsplit("/", 1)[1]
    rows(shared.url, f"ALTER DATABASE {name} CONNECTION LIMIT 0")
    rows(shared.url, "CREATE ROLE plain_user LOGIN")
    try:
        plain = shared.url.replace("postgres@", "plain_user@")
        database = Database(plain, Keys(SECRET), Hands(), dispatch)
        with pytest.raises(DatabaseDown, match="TooManyConnections"):
            await database.ping()
        await database.close()
    finally:
        rows(shared.url, "DROP ROLE plain_user")


async def test_an_address_that_leads_nowhere_is_named_in_words(shared: Opened) -> None:
    for url, words in (
        (f"{shared.url}_missing", "no database of this name"),
        (shared.url.replace("postgres@", "nobody_known@"), "user"),
        (f"postgresql://postgres@127.0.0.1:{free_port()}/records", "no connection"),
    ):
        database = Database(url, Keys(SECRET), Hands(), dispatch)
        with pytest.raises(DatabaseDown, match=words):
            await database.open()
        await database.close()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_an_address_is_taken_as_people_write_it(scheme: str, shared: Opened) -> None:
    database = Database(
        shared.url.replace("postgresql", scheme, 1), Keys(SECRET), Hands(), dispatch
    )
    await database.ping()
    await database.close()


@pytest.mark.parametrize("option", ["sslmode=disable", "ssl=disable"])
async def test_an_option_of_the_line_is_taken_as_people_write_it(
    option: str, shared: Opened
) -> None:
    database = Database(f"{shared.url}?{option}", Keys(SECRET), Hands(), dispatch)
    await database.ping()
    await database.close()


async def test_a_server_without_encryption_is_not_spoken_to_when_it_is_wanted(
    shared: Opened,
) -> None:
    database = Database(f"{shared.url}?sslmode=require", Keys(SECRET), Hands(), dispatch)
    with pytest.raises(DatabaseDown, match="no connection"):
        await database.ping()
    await database.close()


def test_an_option_that_nobody_knows_is_named_at_the_start() -> None:
    url = "postgresql://user@host/name?statement_timeout=pass-word"
    with pytest.raises(UnusableAddress) as caught:
        Database(url, Keys(SECRET), Hands(), dispatch)
    assert "pass-word" not in str(caught.value)


async def test_a_reading_transaction_sees_one_moment(shared: Opened) -> None:
    async with shared.database.read() as reader:
        before = await reader.failed_arrivals(10)
        person = await shared.person("s1")
        async with shared.database.begin() as tx:
            (filed,) = await tx.admit([arrival("m1", staff="s1")])
            assert filed is not None
            await tx.fail(filed.id, "Traceback")
        assert await reader.failed_arrivals(10) == before == []
        assert await reader.people.load([person]) == {}


async def test_the_servers_clock_anchors_the_steady_one(shared: Opened) -> None:
    wrong = Hands()
    wrong.move(days=400)
    database = Database(shared.url, Keys(SECRET), wrong, dispatch)
    await database.open()
    (server,) = rows(shared.url, "SELECT clock_timestamp()")[0]
    assert abs((database.steady() - server).total_seconds()) < 5
    await database.close()


async def test_the_servers_of_a_run_that_is_killed_end_with_it() -> None:
    code = (
        "import asyncio, signal, os\nfrom tests import servers\n"
        "async def main():\n"
        "    async with servers.postgresql() as one, servers.valkey() as two:\n"
        "        print(one.port, two.port, one.folder, flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        said = (await process.stdout.readline()).decode().split(maxsplit=2)
    process.kill()
    await process.wait()
    async with asyncio.timeout(60):
        while Path(said[2].strip()).exists():  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.05)
    for port in said[:2]:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", int(port))

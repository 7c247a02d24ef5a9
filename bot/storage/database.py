"""The database: opened, migrated and shared out as transactions."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import URL, BigInteger, extract, func, make_url, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.keys import Keys
from bot.storage import postgresql, sqlite
from bot.storage.directory import Shelf
from bot.storage.faults import DatabaseDown, translated
from bot.storage.monthly import Monthly
from bot.storage.schema import NewerDatabase, bring_up_to_date, is_up_to_date
from bot.storage.session import Holds, Session, all_there
from bot.storage.steady import Steady
from bot.storage.tables import Moment, delivery, meta
from bot.storage.tickets import TicketRows
from bot.storage.transaction import Dispatch, Transaction
from bot.storage.unreadable import Unreadable
from bot.storage.vitals import CANARY
from bot.storage.writer import Direct, Writer, stepped
from handlers.ports import Clock, Stale

__all__ = ["Database", "DatabaseDown", "NewerDatabase", "Transaction", "UnusableAddress"]

T = TypeVar("T")

_PING = "ping"
FILLED_AT_ONCE = 500  # tickets: a second or so, in which nobody else writes
_STEER_EVERY = timedelta(minutes=1)
# As people write them, and as other programs want them.
_POSTGRESQL = ("postgres", "postgresql")


class UnusableAddress(Exception):
    """No database can be opened at this address; the text does not repeat it."""


class Database:
    """The records, on SQLite by default, on PostgreSQL where several processes share them."""

    def __init__(
        self,
        url: str,
        keys: Keys,
        clock: Clock,
        dispatch: Dispatch,
        *,
        steady: Clock | None = None,
        classes: Mapping[str, str] | None = None,
        monthly: Monthly | None = None,
        channels: Collection[str] | None = None,
        holds: Holds = all_there,
    ) -> None:
        """`steady` stands for the clock that is anchored at the opening; `classes` are the names
        by which tickets of a class are found, `monthly` what the months allow, `channels` those
        that are here (None: all), `holds` says what of a kept file is found.
        Raises UnusableAddress.
        """
        self._classes = classes or {}
        self._monthly = monthly or Monthly()
        self._channels = None if channels is None else frozenset(channels)
        self._holds = holds
        self.unreadable = Unreadable()
        """Tickets that this process could not read."""
        self._own = Steady(clock()) if steady is None else None
        self.steady: Clock = steady or self._own or clock
        self._steered: datetime | None = None
        self._keys = keys
        self._clock = clock
        self._dispatch = dispatch
        self._shelf = Shelf()
        self._url, self._engine = _engine(url)
        self.shared = self._engine.dialect.name == "postgresql"
        """Whether several processes may use it at once."""
        # SQLite lets one write at a time, and would have the others poll for their turn.
        self._turn = None if self.shared else asyncio.Lock()
        direct = None if self.shared else sqlite.make_direct(self._url)
        self._writer = Writer(direct) if direct else None

    async def open(self) -> None:
        """Bring the tables up to date, check the secret key and anchor the steady clock.

        Raises DatabaseDown, NewerDatabase and WrongKey.
        """
        if not self.shared and self._url.database:
            await asyncio.to_thread(_make_folder, Path(self._url.database))
        await self._migrate()
        async with self._writing() as connection:
            await self._check_key(connection)
            if self._own is not None:
                self._own.anchor(await self._anchor(connection))
        await self._fill()

    async def close(self) -> None:
        """Close all connections."""
        try:
            if self._writer is not None:
                await self._writer.close()
        finally:
            await self._engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """Open a write transaction; leaving it normally commits.

        Raises DatabaseDown, and Stale when somebody else came first: the same again may succeed.
        """
        ends: list[Callable[[bool], None]] = []
        committed = False
        try:
            async with self._writing() as connection:
                await self._steer(connection)
                transaction = self._transaction(connection)
                ends = transaction.at_end
                yield transaction
            committed = True
        finally:
            for hear in ends:
                hear(committed)

    async def write(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in a write transaction, as `begin` does, and return what it returns.

        It may await nothing but the transaction (Astray): on SQLite it runs on a thread of its
        own, without a hop for each statement. Whoever stops waiting does not stop it.
        Raises what `begin` raises.
        """
        writer, turn = self._writer, self._turn
        if writer is None or turn is None:
            async with self.begin() as tx:
                return await work(tx)
        await turn.acquire()
        waiting: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def hear(end: _End[T]) -> None:
            turn.release()
            end.tell(waiting)

        try:
            writer.submit(lambda: self._performed(writer, work), hear)
        except BaseException:
            turn.release()
            raise
        return await waiting

    def _performed(
        self, writer: Writer, work: Callable[[Transaction], Coroutine[Any, Any, T]]
    ) -> "_End[T]":
        end = _End[T]()
        try:
            with translated(), writer.engine.begin() as connection:
                transaction = self._transaction(cast("AsyncConnection", Direct(connection)))
                end.ends = transaction.at_end
                end.result = [stepped(work(transaction))]
            end.committed = True
        except BaseException as error:  # whatever it is, somebody waits to hear of it
            end.error = error
        return end

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Open a transaction that only reads, sees one moment and waits for nobody."""
        options = (
            {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            if self.shared
            else {sqlite.READ_ONLY: True}
        )
        with translated(reading=True):
            async with self._engine.connect() as plain:
                connection = await plain.execution_options(**options)
                yield self._transaction(connection)

    async def ping(self) -> None:
        """Write something small. Raises DatabaseDown."""
        now = str(self._clock().timestamp()).encode()
        try:
            async with self._writing() as connection:
                insertion = self._session(connection).insert(meta).values(name=_PING, value=now)
                await connection.execute(
                    insertion.on_conflict_do_update(index_elements=["name"], set_={"value": now})
                )
        except Stale as error:
            raise DatabaseDown("somebody else holds it") from error

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with translated():
            async with self._turn or nullcontext(), self._engine.begin() as connection:
                yield connection

    def _transaction(self, connection: AsyncConnection) -> Transaction:
        return Transaction(self._session(connection), self._dispatch, self._shelf)

    def _session(self, connection: AsyncConnection) -> Session:
        return Session(
            connection,
            self._keys,
            self._clock,
            self.steady,
            self._classes,
            self.unreadable,
            self._monthly,
            self._channels,
            self._holds,
        )

    async def _migrate(self) -> None:
        if not self.shared:
            async with self._writing() as connection:
                await connection.run_sync(bring_up_to_date)
            return
        with translated():
            async with self._engine.connect() as connection:
                if await connection.run_sync(is_up_to_date):
                    return
            engine = postgresql.make(self._url, patient=True)
            try:
                async with engine.begin() as connection:
                    await connection.run_sync(bring_up_to_date)
            finally:
                await engine.dispose()

    async def _fill(self) -> None:
        """Fill what a migration, which has no key, left open; a part at a time."""
        more = True
        while more:
            async with self._writing() as connection:
                more = await TicketRows(self._session(connection)).fill(FILLED_AT_ONCE)

    async def _check_key(self, connection: AsyncConnection) -> None:
        # Two processes that start at once both find nothing: one of them stores it.
        found = select(meta.c.value).where(meta.c.name == CANARY)
        sealed = (await connection.execute(found)).scalar()
        if sealed is None:
            insertion = Session(connection, self._keys, self._clock, self.steady).insert(meta)
            await connection.execute(
                insertion.values(
                    name=CANARY, value=self._keys.seal(CANARY, "meta.value")
                ).on_conflict_do_nothing(index_elements=["name"])
            )
            sealed = (await connection.execute(found)).scalar_one()
        self._keys.open(sealed, "meta.value")

    # The steady clock ------------------------------------------------------------------------

    async def _anchor(self, connection: AsyncConnection) -> datetime:
        """Say when to begin: not before the latest attempt, or its window would open again."""
        now = await self._server_time(connection) if self.shared else self._clock()
        tried = delivery.c.attempted_at
        tail = select(tried).order_by(delivery.c.id.desc()).limit(1000).subquery()
        for latest in (
            select(func.max(tried)).where(delivery.c.window != ""),
            select(func.max(tail.c.attempted_at)),
        ):
            at = (await connection.execute(latest)).scalar()
            now = max(now, at) if at is not None else now
        return now

    async def _steer(self, connection: AsyncConnection) -> None:
        """Keep the clocks of processes on several machines together: none is exact for weeks."""
        if self._own is None or not self.shared:
            return
        now = self.steady()
        if self._steered is not None and now - self._steered < _STEER_EVERY:
            return
        self._steered = now
        self._own.steer(await self._server_time(connection))

    async def _server_time(self, connection: AsyncConnection) -> datetime:
        microseconds = extract("epoch", func.clock_timestamp()) * 1_000_000
        result = await connection.execute(select(sql_cast(microseconds, BigInteger).cast(Moment)))
        at: datetime = result.scalar_one()
        return at


@dataclass(slots=True)
class _End(Generic[T]):
    """How a transaction ended on the writer's thread."""

    result: list[T] = field(default_factory=list)
    error: BaseException | None = None
    committed: bool = False
    ends: list[Callable[[bool], None]] = field(default_factory=list)

    def tell(self, waiting: asyncio.Future[T]) -> None:
        """Tell everybody, on the loop; who does not wait any more is left alone."""
        try:
            for hear in self.ends:
                hear(self.committed)
        except Exception as error:  # raised where `begin` would: nobody may wait for ever
            self.error = error
        if waiting.cancelled():
            return
        if self.error is not None:
            waiting.set_exception(self.error)
        else:
            waiting.set_result(self.result[0])


def _engine(address: str) -> tuple[URL, AsyncEngine]:
    try:
        url = make_url(address)
        if url.drivername in _POSTGRESQL:
            url = url.set(drivername=postgresql.DRIVER)
        if url.drivername == postgresql.DRIVER:
            return url, postgresql.make(url)
        return url, sqlite.make(url)
    except (ArgumentError, InvalidRequestError, ModuleNotFoundError, ValueError) as error:
        raise UnusableAddress(
            "QINQING_DATABASE_URL names no database that can be used here; it may look like "
            "sqlite+aiosqlite:////var/lib/qinqing/qinqing.db or "
            f"postgresql://user:password@host/name ({type(error).__name__})."
        ) from None


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseDown(f"its folder cannot be made ({type(error).__name__})") from error

"""Writer: one thread on which whole SQLite transactions run, without a hop for each statement."""

import asyncio
import contextvars
import queue
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Dialect, Engine, Executable
from sqlalchemy.exc import DBAPIError

from bot.storage.prepared import Prepared, Rows, Values

T = TypeVar("T")

CLOSE_WITHIN = 1.0  # a file that another process holds must not keep this one from ending


class Astray(RuntimeError):
    """A transaction awaited something else than its own statements."""


class Direct:
    """A connection with the face of an asynchronous one: its statements are done at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.dialect: Dialect = connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement."""
        return self._connection.execute(statement, parameters)

    def run(self, prepared: Prepared, parameters: Values | Sequence[Values] | None = None) -> Rows:
        """Run a prepared statement."""
        database = cast(sqlite3.Connection, self._connection.connection.driver_connection)
        try:
            return prepared.run(database, self.dialect, parameters)
        except DBAPIError as error:
            if error.connection_invalidated:
                self._connection.invalidate(error.orig)
            raise

    async def run_sync(self, work: Callable[[Connection], T]) -> T:
        """Do something with the connection itself."""
        return work(self._connection)


class Writer:
    """Runs jobs one after the other on a thread of its own, with an engine that only it uses."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, job: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run a job, which raises nothing; `then` hears on the loop what it returned.

        Raises RuntimeError when there can be no thread, or never again: then nothing runs.
        """
        if self._closed:
            raise RuntimeError("the records are closed")
        if self._thread is None:
            # A file that hangs must not keep the process.
            thread = threading.Thread(target=self._work, name="records", daemon=True)
            thread.start()
            self._thread = thread
        self._jobs.put(_told(job, then))

    async def close(self) -> None:
        """Let go of the file once everything is done; what hangs is left alone."""
        thread, self._closed = self._thread, True
        if thread is None:
            return
        self._thread = None
        gone = asyncio.Event()
        self._jobs.put(_told(self.engine.dispose, lambda _: gone.set()))
        self._jobs.put(None)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await gone.wait()
                await asyncio.to_thread(thread.join)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _told(job: Callable[[], T], then: Callable[[T], None]) -> Callable[[], None]:
    loop = asyncio.get_running_loop()
    context = contextvars.copy_context()

    def run() -> None:
        done = context.run(job)
        with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
            loop.call_soon_threadsafe(then, done)

    return run


def stepped(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, here and now. Raises Astray when it would have to wait."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise Astray("a transaction awaited something else than its statements")

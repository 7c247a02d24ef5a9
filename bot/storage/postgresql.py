"""PostgreSQL: how its connections are made, and what they wait for at most."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import URL, Connection, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.storage.faults import DatabaseDown

DRIVER = "postgresql+asyncpg"
CONNECT_WITHIN = 5.0
# The server gives up first, with a reason; the client does when there is no server any more.
STATEMENT_WITHIN = 10.0
LOCK_WITHIN = 4.0
ANSWER_WITHIN = 12.0
CLOSE_WITHIN = 1.0  # each; a line that is dead does not say so
SILENT_WITHIN = 30.0  # inside a transaction: a process that hangs must not hold its locks
MIGRATE_WITHIN = 1800.0
POOL = 5
POOL_MORE = 5
POOL_WITHIN = 5.0
POOL_AGE = 1800

# What may stand behind the question mark of an address, and what the driver calls it.
_OPTIONS = {
    "host": "host",  # the folder of a socket
    "passfile": "passfile",
    "ssl": "ssl",
    "sslmode": "ssl",  # as every other program writes it
    "target_session_attrs": "target_session_attrs",
}

_FAILED = "qinqing_failed"

_READABLE = {
    "28000": "the user is refused",
    "28P01": "the user or the password is refused",
    "3D000": "there is no database of this name",
}


class _Line(asyncpg.Connection):  # type: ignore[misc]
    """A connection that does not wait for the answer to its farewell as for that to a statement."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's
        """Say farewell. Raises TimeoutError, and is closed nevertheless."""
        await super().close(timeout=CLOSE_WITHIN if timeout is None else timeout)


def make(url: URL, *, patient: bool = False) -> AsyncEngine:
    """Build an engine; a patient one is for migrations, which may take long.

    Raises ValueError for an address with an option that is not known here.
    """
    engine = create_async_engine(
        url,
        hide_parameters=True,
        async_creator=partial(_connect, _arguments(url), patient),
        pool_size=POOL,
        max_overflow=POOL_MORE,
        pool_timeout=POOL_WITHIN,
        pool_recycle=POOL_AGE,
        pool_use_lifo=True,
    )
    event.listen(engine.sync_engine, "handle_error", _give_up)
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "commit", _commit)
    return engine


def _arguments(url: URL) -> Mapping[str, Any]:
    if unknown := url.query.keys() - _OPTIONS.keys():
        raise ValueError(f"unknown options: {len(unknown)}")
    options = {_OPTIONS[name]: value for name, value in url.query.items()}
    return {**url.translate_connect_args(username="user"), **options}


async def _connect(arguments: Mapping[str, Any], patient: bool) -> Any:
    """Connect. Raises DatabaseDown: at this point every refusal may pass."""
    settings = {
        "application_name": "qinqing",
        "timezone": "UTC",
        "jit": "off",
        "synchronous_commit": "on",  # a commit survives a crash, whatever the server was told
        "statement_timeout": _milliseconds(MIGRATE_WITHIN if patient else STATEMENT_WITHIN),
        "lock_timeout": _milliseconds(MIGRATE_WITHIN if patient else LOCK_WITHIN),
        "idle_in_transaction_session_timeout": _milliseconds(SILENT_WITHIN),
    }
    try:
        return await asyncpg.connect(
            **arguments,
            connection_class=_Line,
            timeout=CONNECT_WITHIN,
            command_timeout=MIGRATE_WITHIN if patient else ANSWER_WITHIN,
            server_settings=settings,
        )
    except asyncpg.PostgresError as error:
        code = error.sqlstate or ""
        raise DatabaseDown(_READABLE.get(code, f"{type(error).__name__} {code}")) from error
    except (TimeoutError, OSError, asyncpg.InterfaceError) as error:
        raise DatabaseDown(f"no connection ({type(error).__name__})") from error


def _give_up(context: ExceptionContext) -> None:
    """Let go of a connection that was cut off, or that waits for an answer it never had.

    The others of the pool were made to the same server, and go with it. Raises DatabaseDown for
    what SQLAlchemy leaves as it is, because it is no error of the driver's.
    """
    error = context.original_exception
    code = getattr(error, "sqlstate", None) or ""
    if isinstance(error, OSError) or code.startswith(("08", "57P", "25P03")):
        context.is_disconnect = True
    elif context.connection is not None and not context.connection.invalidated:
        context.connection.info[_FAILED] = True
    if isinstance(error, OSError):
        raise DatabaseDown(f"no answer ({type(error).__name__})") from error


def _begin(connection: Connection) -> None:
    connection.info.pop(_FAILED, None)


def _commit(connection: Connection) -> None:
    # The server would answer that it rolled back, and the driver would take that for a success.
    if connection.info.get(_FAILED):
        raise RuntimeError("a statement failed, so that nothing can be committed")


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))

"""What a database may say when the same again can succeed, in our own words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from handlers.ports import Stale

# What may pass (https://sqlite.org/rescode.html); anything else is a defect of ours.
_SQLITE_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,  # too many opened the write-ahead log at once
}

READ_ONLY = "25006"  # of the whole server, as on a standby; or of our own reading transactions

# Classes and codes of https://www.postgresql.org/docs/current/errcodes-appendix.html.
_PASSING = (
    "08",  # the connection
    "53",  # out of disk, memory or connections
    "57P",  # an administrator ends the server, or it starts
    "57014",  # a statement took too long
    "58",  # the server's own disk
    READ_ONLY,
    "25P03",  # it was silent for too long inside a transaction
    "XX",  # a damaged file
)
# Somebody else came first; the transaction can be run again at once.
_STALE = (
    "40001",  # not serialisable
    "40P01",  # deadlock
    "55P03",  # a lock was not had in time
    "23505",  # the same key, stored by a transaction that could not be seen yet
)
_TOO_MANY = "number of query arguments"  # of asyncpg, which has no code for it


class DatabaseDown(Exception):
    """The database cannot be reached or used now; the same again may succeed."""


@contextmanager
def translated(*, reading: bool = False) -> Iterator[None]:
    """Turn what the driver raises into DatabaseDown, Stale or, for a defect, leave it."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseDown("all connections are in use") from error
    except DBAPIError as error:
        name = type(error.orig).__name__
        if _code(error).startswith(_STALE):
            raise Stale(f"{name} {_code(error)}") from error
        if reading and _code(error) == READ_ONLY:
            raise  # we wrote where we promised not to
        if may_pass(error):
            raise DatabaseDown(f"{name} {_code(error)}".strip()) from error
        raise


def may_pass(error: DBAPIError) -> bool:
    """Say whether the same again may succeed."""
    number = getattr(error.orig, "sqlite_errorcode", None)
    if number is not None:
        return number & 0xFF in _SQLITE_PASSING
    code = _code(error)
    if code:
        return code.startswith(_PASSING)
    if _TOO_MANY in str(error.orig):
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _code(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""

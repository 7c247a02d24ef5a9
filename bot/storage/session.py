"""What every noun of the records works with inside one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.keys import Keys
from bot.storage.monthly import Monthly
from bot.storage.prepared import INSERTS, Prepared, Rows, Values
from bot.storage.unreadable import Unreadable
from bot.storage.writer import Direct
from flows.campaigns.enclosing import Look
from handlers.ports import Clock

Holds = Callable[[str, int, Look], bool]
"""Says whether a kept file of a digest and of so many bytes is there, or can be read; may block."""


def all_there(name: str, size: int, look: Look) -> bool:
    """Find every file, where nothing is known of the disk."""
    return True


@dataclass(frozen=True, slots=True)
class Session:
    """One transaction's connection, with the keys and the clocks."""

    connection: AsyncConnection  # or what looks like one, on the thread that writes
    keys: Keys
    clock: Clock  # what people see: when something was written, is due
    steady: Clock  # what rates, retries and leases are counted by
    classes: Mapping[str, str] = field(default_factory=dict)  # names of the classes, for the search
    unreadable: Unreadable = field(default_factory=Unreadable)  # what the process met of that
    monthly: Monthly = field(default_factory=Monthly)  # what the months allow
    channels: frozenset[str] | None = None  # those that are here; None = all
    holds: Holds = all_there  # what of a kept file is found

    def insert(self, table: Table) -> sqlite.Insert:
        """Begin an INSERT that may say ON CONFLICT, in the engine's dialect."""
        return INSERTS[self.connection.dialect.name](table)

    async def run(
        self, prepared: Prepared, parameters: Values | Sequence[Values] | None = None
    ) -> CursorResult[*tuple[Any, ...]] | Rows:
        """Run a prepared statement, once for each set of parameters, of which there must be one.

        All sets have the names of the first. Raises ValueError when there is none.
        """
        if parameters is not None and not parameters:
            raise ValueError("no parameters to run a statement with")
        direct: object = self.connection
        if isinstance(direct, Direct):
            return direct.run(prepared, parameters)
        statement = prepared.on(self.connection.dialect.name)
        return await self.connection.execute(statement, parameters)

    def seal(self, data: bytes | str, column: str, *row: object) -> bytes:
        """Encrypt what belongs into one column of one row."""
        return self.keys.seal(data, _context(column, row))

    def open(self, blob: bytes, column: str, *row: object) -> bytes:
        """Decrypt what stood in one column of one row."""
        return self.keys.open(blob, _context(column, row))

    def seal_json(self, value: object, column: str, *row: object) -> bytes:
        """Encrypt a value, which may hold dataclasses and times."""
        return self.seal(encoded(value), column, *row)

    def open_json(self, blob: bytes, column: str, *row: object) -> Any:
        """Decrypt a value."""
        return _decoded(self.open(blob, column, *row))

    def open_often(self, blob: bytes, column: str, *row: object) -> Any:
        """Decrypt a short value that cannot be changed and is looked at again and again."""
        return _decoded(self.keys.open_again(blob, _context(column, row)))


def encoded(value: object) -> bytes:
    """Write JSON; \\u escapes let lone surrogates through, as people send them."""
    try:
        return to_json(value)
    except ValueError:
        return json.dumps(value, separators=(",", ":"), default=_simple).encode()


def _simple(value: Any) -> object:
    """Say what the other encoder knows by itself."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _decoded(plain: bytes) -> Any:
    try:
        return from_json(plain)
    except ValueError:
        return json.loads(plain)


def _context(column: str, row: tuple[object, ...]) -> str:
    return "\x1f".join((column, *map(str, row)))

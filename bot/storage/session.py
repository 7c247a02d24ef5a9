"""What every noun of the records works with inside one transaction."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.keys import Keys
from handlers.ports import Clock

# Both speak the same ON CONFLICT; SQLAlchemy has no common class for it.
_INSERTS = cast(
    Mapping[str, Callable[[Table], sqlite.Insert]],
    {"sqlite": sqlite.insert, "postgresql": postgresql.insert},
)


@dataclass(frozen=True, slots=True)
class Session:
    """One transaction's connection, with the keys and the clocks."""

    connection: AsyncConnection  # or what looks like one, on the thread that writes
    keys: Keys
    clock: Clock  # what people see: when something was written, is due
    steady: Clock  # what rates, retries and leases are counted by

    def insert(self, table: Table) -> sqlite.Insert:
        """Begin an INSERT that may say ON CONFLICT, in the engine's dialect."""
        return _INSERTS[self.connection.dialect.name](table)

    def seal(self, data: bytes | str, column: str, *row: object) -> bytes:
        """Encrypt what belongs into one column of one row."""
        return self.keys.seal(data, _context(column, row))

    def open(self, blob: bytes, column: str, *row: object) -> bytes:
        """Decrypt what stood in one column of one row."""
        return self.keys.open(blob, _context(column, row))

    def seal_json(self, value: object, column: str, *row: object) -> bytes:
        """Encrypt a value; \\u escapes let lone surrogates through, as people send them."""
        return self.seal(json.dumps(value, separators=(",", ":")), column, *row)

    def open_json(self, blob: bytes, column: str, *row: object) -> Any:
        """Decrypt a value."""
        return json.loads(self.open(blob, column, *row))


def _context(column: str, row: tuple[object, ...]) -> str:
    return "\x1f".join((column, *map(str, row)))

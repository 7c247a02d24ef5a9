"""The records as a page uses them: a person waits for the answer."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

from bot.handling import persistently
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from flows.engine.words import Say

TRIES = 3  # a database that is away longer is told to the person

T = TypeVar("T")


class Correct(Exception):
    """A field is to be corrected: nothing of what was pressed is kept."""

    def __init__(self, faults: Mapping[str, Say]) -> None:
        super().__init__("a form is to be corrected")
        self.faults = faults


class Records:
    """Reads without waiting for anybody, and writes as often as a person has patience."""

    def __init__(self, database: Database, what: str) -> None:
        """`what` says for the log what waits."""
        self._database = database
        self._what = what

    async def read(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in a transaction that only reads. Raises DatabaseDown."""

        async def once() -> T:
            async with self._database.read() as tx:
                return await work(tx)

        return await persistently(once, self._waits, tries=TRIES)

    async def write(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in a write transaction. Raises DatabaseDown and Stale."""
        return await persistently(lambda: self._database.write(work), self._waits, tries=TRIES)

    def _waits(self) -> str:
        return f"{self._what} waits"

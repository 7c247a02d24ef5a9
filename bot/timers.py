"""From a stored due row to what becomes of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from bot.ending import ended
from bot.logs import place_of
from bot.storage.database import Database, DatabaseDown
from bot.storage.transaction import Transaction
from handlers.ports import Clock, Due

log = logging.getLogger(__name__)

POLL = 1.0
LIMIT = 100
AFTER_A_DEFECT = timedelta(minutes=10)


class Ticks(Protocol):
    """The reception, as the timers see it."""

    async def tick(self, tx: Transaction, dues: Sequence[Due]) -> None:
        """Handle what is due inside a transaction."""


class Timers:
    """Look for due rows every second; what is due and what becomes of it are one transaction."""

    def __init__(
        self, database: Database, reception: Ticks, clock: Clock, *, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._reception = reception
        self._clock = clock
        self._wake = wake
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._loop = asyncio.create_task(self._run(), name="timers")

    async def stop(self) -> None:
        """End; what is due waits for the next start."""
        await ended([self._loop])

    async def turn(self) -> int:
        """Handle what is due now and say how much it was."""
        try:
            dues = await self._handle(None)
        except DatabaseDown:
            raise
        except Exception as error:
            log.error("due rows refused, one by one: %s", place_of(error))
            dues = await self._one_by_one()
        if dues:
            self._wake()
        return len(dues)

    async def _run(self) -> None:
        while True:
            try:
                found = await self.turn()
            except Exception as error:  # the worker outlives a database that is down
                log.error("timers wait: %s", place_of(error))
                found = 0
            if found < LIMIT:
                await asyncio.sleep(POLL)

    async def _handle(self, only: Due | None) -> Sequence[Due]:
        async with self._database.begin() as tx:
            dues = [only] if only else await tx.timers.due(self._clock(), LIMIT)
            if dues:
                await self._reception.tick(tx, dues)
            for due in dues:
                await tx.timers.done(due.dedupe)
        return dues

    async def _one_by_one(self) -> Sequence[Due]:
        async with self._database.begin() as tx:
            dues = await tx.timers.due(self._clock(), LIMIT)
        for due in dues:
            try:
                await self._handle(due)
            except Exception as error:
                log.error("timer kind=%s failed, later again: %s", due.kind, place_of(error))
                await self._later(due)
        return dues

    async def _later(self, due: Due) -> None:
        async with self._database.begin() as tx:
            await tx.remind([replace(due, due_at=self._clock() + AFTER_A_DEFECT)])

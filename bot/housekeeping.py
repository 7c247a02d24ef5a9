"""What the office does once an hour by itself: seal the history, erase what is too old to keep."""

import asyncio
import logging
from datetime import timedelta

from bot.ending import ended
from bot.logs import place_of
from bot.storage.database import Database
from handlers.ports import Clock

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)


class Housekeeping:
    """Keep the records tidy: one pass at the start, then every hour."""

    def __init__(self, database: Database, clock: Clock, retention: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._retention = retention
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to keep house."""
        self._loop = asyncio.create_task(self._run(), name="housekeeping")

    async def stop(self) -> None:
        """End; a pass cut short is done again at the next start."""
        await ended([self._loop])

    async def turn(self) -> None:
        """Erase bodies of messages older than the term, and seal the heads of the history."""
        now = self._clock()
        # First: a history that cannot be sealed must not keep anybody's words.
        async with self._database.begin() as tx:
            erased = await tx.erase_bodies(now - self._retention)
        async with self._database.begin() as tx:
            sealed = await tx.seals.seal(now)
        log.info("sealed %d histories, erased %d bodies", sealed, erased)

    async def _run(self) -> None:
        while True:
            try:
                await self.turn()
            except Exception as error:  # the next hour tries again
                log.error("housekeeping waits: %s", place_of(error))
            await asyncio.sleep(EVERY.total_seconds())

"""Read notes on their way into the records: buffered, and written together once a second."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass

from bot.channels.base import Read
from bot.ending import ended
from bot.logs import place_of
from bot.storage.database import Database, DatabaseDown
from handlers.ports import Stale

log = logging.getLogger(__name__)

MOST = 10_000  # notes that wait; further ones are lost, which costs nothing but the note
AT_ONCE = 500
EVERY = 1.0
STOP_WITHIN = 1.0
TRIES = 5  # a note may come before its delivery is written down as sent


@dataclass(frozen=True, slots=True)
class _Note:
    read: Read
    tries: int = 1


class ReadNotes:
    """Takes notes without waiting, and writes them down."""

    def __init__(
        self,
        database: Database,
        *,
        most: int = MOST,
        every: float = EVERY,
        stop_within: float = STOP_WITHIN,
    ) -> None:
        self._database = database
        self._most = most
        self._every = every
        self._stop_within = stop_within
        self._waiting: deque[_Note] = deque()
        self._loop: asyncio.Task[None] | None = None
        self.lost = 0

    def note(self, read: Read) -> None:
        """Hear that a message was read."""
        if len(self._waiting) >= self._most:
            self.lost += 1
            return
        self._waiting.append(_Note(read))

    def start(self) -> None:
        """Begin to write."""
        self._loop = asyncio.create_task(self._run(), name="reads")

    async def stop(self) -> None:
        """Write down what waits, if the database lets us, and end."""
        await ended([self._loop])
        self._loop = None
        try:
            async with asyncio.timeout(self._stop_within):
                await self.flush()
        except (DatabaseDown, Stale, TimeoutError) as error:
            log.warning("%s read notes are lost: %s", len(self._waiting), place_of(error))

    async def flush(self) -> None:
        """Write down what waits. Raises DatabaseDown or Stale: it waits on."""
        for _ in range(0, len(self._waiting), AT_ONCE):
            notes = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            try:
                async with self._database.begin() as tx:
                    unknown = set(await tx.reads.add([note.read for note in notes]))
            except BaseException:
                self._waiting.extendleft(reversed(notes))
                raise
            self._waiting.extend(
                _Note(note.read, note.tries + 1)
                for note in notes
                if note.read in unknown and note.tries < TRIES
            )

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.flush()
            except (DatabaseDown, Stale) as error:
                log.warning("read notes wait: %s", place_of(error))
            except Exception as error:  # notes that cannot be written must not come back for ever
                self._waiting.clear()
                log.error("read notes are lost: %s", place_of(error))
            if self.lost:
                log.warning("%s read notes are lost: too many wait", self.lost)
                self.lost = 0

"""Work that is looked for again and again, beside everything else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.ending import ended
from bot.logs import place_of

log = logging.getLogger(__name__)


class Rounds:
    """Takes one turn after the other in a task of its own, whatever becomes of any."""

    def __init__(
        self, name: str, turn: Callable[[], Awaitable[int]], *, poll: float, enough: float = 1
    ) -> None:
        """`turn` says how much it found: after less than `enough` the next waits `poll` seconds."""
        self._name = name
        self._turn = turn
        self._poll = poll
        self._enough = enough
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """End; a turn that is under way is broken off."""
        await ended([self._task])

    async def _run(self) -> None:
        while True:
            try:
                found = await self._turn()
            except Exception as error:  # it outlives a database that is down
                log.error("%s wait: %s", self._name, place_of(error))
                found = 0
            if found < self._enough:
                await asyncio.sleep(self._poll)


__all__ = ["Rounds"]

"""How background tasks are ended: soon, also when they wait for a database that does not answer."""

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from typing import Any

from bot.logs import place_of

log = logging.getLogger(__name__)

PATIENCE = 0.25
TRIES = 4


async def ended(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel tasks and wait for their end.

    A cancelled statement of the database is waited for by its pool, five seconds when another
    process holds the file; told again, the pool lets go at once.
    """
    waiting = {task for task in tasks if task is not None}
    for _ in range(TRIES):
        for task in waiting:
            task.cancel()
        if waiting:
            done, waiting = await asyncio.wait(waiting, timeout=PATIENCE)
            await asyncio.gather(*done, return_exceptions=True)
    if waiting:
        log.warning("%d tasks do not end", len(waiting))


async def all_over(*ends: Awaitable[None]) -> None:
    """Wait for parts to end; one that fails keeps no other from ending."""
    for error in await asyncio.gather(*ends, return_exceptions=True):
        if isinstance(error, Exception):
            log.error("a part did not end well: %s", place_of(error))

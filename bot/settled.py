"""What a platform reports of messages it had taken: on record before the platform is answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.channels.base import Confirmed
from bot.delivery.books import Books, Elsewhere
from bot.delivery.late import Late
from bot.handling import persistently
from bot.premises import Office
from bot.storage.asked import Verdict
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from handlers.ports import Clock

log = logging.getLogger(__name__)

TRIES = 3
PAUSE = 1.0  # seconds; the platform may report before the row says under which name it was sent


class Settlements:
    """Finds the delivery of a report and settles it, once."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        owner: str,
        elsewhere: Elsewhere,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._sleep = sleep
        self._late = Late(Books(database, clock, owner, lambda: 0.0, elsewhere), clock)

    @classmethod
    def of(cls, office: Office) -> Settlements:
        """Build them for an office."""
        return cls(office.database, office.clock, office.owner, office.outbox.elsewhere)

    async def settled(self, channel: str, key: str, told: Confirmed) -> None:
        """Write down a report; returns after the commit.

        A report that comes again does nothing. One of a message that others sent through the
        account is passed over, and so is one that names none.
        """
        if not key:
            log.warning("the platform reports of a message without its name")
            return
        verdict = Verdict(told.state, told.code, told.reached)

        async def look() -> bool | None:
            async with self._database.read() as tx:
                return await tx.asked.says(channel, key, verdict)

        async def work(tx: Transaction) -> None:
            known = await tx.asked.known(channel, key)
            await self._late.settle(tx, dict.fromkeys(known, verdict))

        for attempt in range(TRIES):
            # Nearly every report says of what was sent that it was: nothing is written then.
            news = await persistently(look, lambda: "a report waits")
            if news:
                await persistently(lambda: self._database.write(work), lambda: "a report waits")
            if news is not None:
                return
            if attempt < TRIES - 1:
                await self._sleep(PAUSE)
        log.info("the platform reports of a message that nobody here sent")


__all__ = ["Settlements"]

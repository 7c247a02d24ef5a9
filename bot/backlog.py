"""Arrivals that a gateway filed for others: each person's in their order, whoever works."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bot.ending import ended
from bot.handling import BATCH, Handling, apology, keep_answers, persistently, told
from bot.logs import place_of
from bot.storage.arrivals import Unreadable
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from handlers.ports import ArrivalId, Filed, ToPerson
from handlers.reception import Outcome

log = logging.getLogger(__name__)

POLL = 1.0

Done = Callable[[Sequence[Filed]], None]
"""Hear which arrivals were handled, after the commit."""


class Backlog:
    """Take what waits, a batch a transaction, under the locks of the persons concerned.

    What waits is read again under the lock, so that it is handled once and in order even
    when several processes look at the same time.
    """

    def __init__(
        self, database: Database, handling: Handling, *, done: Done, poll: float = POLL
    ) -> None:
        self._database = database
        self._handling = handling
        self._done = done
        self._poll = poll
        self._woken = asyncio.Event()
        self._looked_at: Filed | None = None  # the first of the batch that is under way
        self._loop: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look now: something was filed."""
        self._woken.set()

    def start(self) -> None:
        """Begin to work."""
        self._loop = asyncio.create_task(self._run(), name="backlog")

    async def stop(self) -> None:
        """End; what is not committed waits for the next worker."""
        await ended([self._loop])

    async def drained(self) -> None:
        """Wait until nothing waits, whoever handles it."""
        while await persistently(self._anything_waits, _what):
            self.wake()
            await asyncio.sleep(self._poll / 10)

    async def turn(self) -> int:
        """Handle a batch and say how many arrivals it was."""
        try:
            return len(await persistently(lambda: self._handle(BATCH), _what))
        except Exception as error:
            log.warning("waiting arrivals refused, one by one: %s", place_of(error))
            return await self._one_by_one()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                found = await self.turn()
            except Exception as error:  # the worker outlives every defect
                log.error("waiting arrivals wait on: %s", place_of(error))
                found = 0
            if not found:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _anything_waits(self) -> bool:
        async with self._database.read() as tx:
            return await tx.vitals.anything_waits()

    async def _handle(self, limit: int) -> Sequence[Filed]:
        async def work(tx: Transaction) -> tuple[Sequence[Filed], Outcome]:
            batch = await tx.backlog(limit)
            self._looked_at = batch[0] if batch else None
            outcome = await self._handling.handle(tx, batch)
            await keep_answers(tx, batch, outcome)
            await tx.handled(list(outcome.answered))
            return batch, outcome

        batch, outcome = await self._handling.write(work)
        told(batch, outcome)
        if batch:
            self._done(batch)
        return batch

    async def _one_by_one(self) -> int:
        """Handle as many as a batch holds, each by itself; what fails again is kept as failed."""
        for handled in range(BATCH):
            self._looked_at = None
            try:
                found = await persistently(lambda: self._handle(1), _what)
            except Unreadable as error:
                await self._keep_unreadable(error)
                continue
            except Exception as error:
                if self._looked_at is None:
                    raise
                await self._keep_failed(self._looked_at, error)
                continue
            if not found:
                return handled
        return BATCH

    async def _keep_unreadable(self, unreadable: Unreadable) -> None:
        """Keep one as failed of which nobody knows more than from whom it came."""
        log.error("arrival=%d cannot be read", unreadable.number)
        trace = "".join(traceback.format_exception(unreadable))
        await self._kept(partial(self._set_aside, unreadable, trace), unreadable.number)

    async def _set_aside(self, unreadable: Unreadable, trace: str, apologise: bool) -> None:
        async def work(tx: Transaction) -> None:
            try:
                await tx.backlog(1)
            except Unreadable as still:
                if still.number != unreadable.number:
                    return
            else:
                return  # another process could read it, or is at it
            await tx.fail(unreadable.number, trace)
            if apologise:
                await tx.post([apology(unreadable.number, ToPerson(unreadable.person))], {})

        await self._handling.write(work)

    async def _keep_failed(self, filed: Filed, error: Exception) -> None:
        log.error("arrival=%d failed: %s", filed.id, place_of(error))
        trace = "".join(traceback.format_exception(error))
        await self._kept(partial(self._fail, filed, trace), filed.id)
        self._done([filed])

    async def _kept(self, keep: Callable[[bool], Awaitable[None]], number: ArrivalId) -> None:
        """Keep one as failed, with an apology if possible."""
        try:
            await persistently(lambda: keep(True), _what)
        except Exception as second:
            # One that stays would keep everybody else waiting.
            log.error("arrival=%d hears no apology: %s", number, place_of(second))
            await persistently(lambda: keep(False), _what)

    async def _fail(self, filed: Filed, trace: str, apologise: bool) -> None:
        async def work(tx: Transaction) -> None:
            held = await tx.backlog(1)
            if filed.id not in {one.id for one in held}:
                return  # another process was luckier, or is at it
            if apologise:
                await self._handling.handle(tx, held, trace)
            else:
                await tx.fail(filed.id, trace)

        await self._handling.write(work)


def _what() -> str:
    return "the backlog waits"

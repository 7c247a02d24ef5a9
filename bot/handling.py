"""What becomes of filed arrivals inside a transaction, whoever filed them."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from bot import metrics
from bot.logs import place_of
from bot.storage.database import Database, DatabaseDown
from bot.storage.ledger import Express
from bot.storage.transaction import Transaction
from flows.office import Content
from handlers.ports import ArrivalId, Filed, Post, Stale, Text, To, ToArrival
from handlers.reception import Outcome

log = logging.getLogger(__name__)

BATCH = 64
STALE_TRIES = 6

T = TypeVar("T")


class Receives(Protocol):
    """The reception, as those see it who take arrivals to it."""

    async def receive(self, tx: Transaction, batch: Sequence[Filed]) -> Outcome:
        """Handle new arrivals inside a transaction."""


class Fast(Express, Protocol):
    """Answers that leave right after the commit that holds them."""

    async def begin(self, tx: Transaction) -> None:
        """Take answers along that are written from here on."""

    def go(self, *, left: bool = True) -> None:
        """Send them: their transaction was committed; `left` = it may have written others."""


class Courier(Protocol):
    """The delivery, as those see it whose answers hurry."""

    def express(self) -> AbstractContextManager[Fast]:
        """Reserve room for the answers of one transaction."""


class Handling:
    """Bring filed arrivals to the reception; whoever met a defect hears an apology."""

    def __init__(
        self, database: Database, reception: Receives, courier: Courier | None = None
    ) -> None:
        """Without a courier the answers wait for whoever sends what is ready."""
        self._database = database
        self._reception = reception
        self._courier = courier

    async def write(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in a write transaction whose answers leave as soon as it is committed."""
        if self._courier is None:
            return await self._database.write(work)
        with self._courier.express() as fast:

            async def boarding(tx: Transaction) -> tuple[T, bool]:
                await fast.begin(tx)
                return await work(tx), tx.ledger.left

            done, left = await self._database.write(boarding)
            fast.go(left=left)
        return done

    async def handle(
        self, tx: Transaction, batch: Sequence[Filed], failed: str | None = None
    ) -> Outcome:
        """Handle arrivals in their order; `failed` is the traceback of one that cannot be."""
        if not batch:
            return Outcome({}, {})
        if failed is None:
            outcome = await self._reception.receive(tx, batch)
        else:
            outcome = Outcome({}, {filed.id: failed for filed in batch})
        await self._apologise(tx, batch, outcome)
        return outcome

    async def _apologise(self, tx: Transaction, batch: Sequence[Filed], outcome: Outcome) -> None:
        for arrival, trace in outcome.failed.items():
            await tx.fail(arrival, trace)
        if outcome.failed:
            posts = [apology(number, ToArrival()) for number in outcome.failed]
            await tx.post(posts, {filed.id: filed for filed in batch})


def apology(number: ArrivalId, to: To) -> Post:
    """Word that an arrival could not be handled."""
    return Post(
        to=to,
        content=Content.NOTICE,
        parts=(Text("engine.apology"),),
        dedupe=f"apology:{number}",
        arrival=number if isinstance(to, ToArrival) else None,
    )


async def keep_answers(tx: Transaction, batch: Sequence[Filed], outcome: Outcome) -> None:
    """Keep what pressed cards are to say, for whoever waits for it or is asked again."""
    for filed in batch:
        answered = outcome.answered.get(filed.id)
        if filed.arrival.button is not None and answered is not None:
            await tx.answer(filed.id, answered)


def told(batch: Sequence[Filed], outcome: Outcome) -> None:
    """Log what became of each arrival, once it is committed."""
    for filed in batch:
        state = "failed" if filed.id in outcome.failed else "done"
        metrics.arrivals.labels(state).inc()
        log.info("arrival %s", state, extra={"arrival": filed.id, "person": filed.person})


async def persistently(
    work: Callable[[], Awaitable[T]], what: Callable[[], str], *, tries: int | None = None
) -> T:
    """Wait for a database that is down, and try again what is only stale.

    `what` says for the log what waits; `tries` bounds the waiting. Without it only a cancellation
    ends it: a message that was taken is never given up, and whoever waits so is a task that its
    part ends with its own stop(). Raises what `work` raises otherwise.
    """
    stale = down = 0
    while True:
        try:
            done = await work()
        except DatabaseDown as error:
            metrics.database.failed()
            down += 1
            if down == tries:
                raise
            log.error("database down, %s: %s", what(), place_of(error))
            await asyncio.sleep(pause(down, 0.05, 1.0))
        except Stale:
            stale += 1
            if stale == STALE_TRIES:
                raise
            await asyncio.sleep(pause(stale, 0.005, 0.1))
        else:
            metrics.database.worked()
            return done


def pause(tries: int, first: float, longest: float) -> float:
    """Say how many seconds to wait after so many tries, spread by chance."""
    spread = 0.5 + random.random()  # noqa: S311 - spreads retries, protects nothing
    return min(longest, first * float(2 ** min(tries - 1, 10))) * spread

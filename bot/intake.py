"""From an arrival to the commit that holds it: arrivals that come together share a transaction."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot import metrics
from bot.channels.base import NotTaken
from bot.ending import ended
from bot.handling import BATCH, Handling, keep_answers, persistently, told
from bot.logs import place_of
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from handlers.ports import Answered, Arrival, Filed
from handlers.reception import Outcome

log = logging.getLogger(__name__)

QUEUE = 2000
PATIENCE = 2.0  # seconds without a commit after which the person is told
STOP_WITHIN = 5.0
SETTLES = 2  # turns of the loop in which answers that leave at once are over, and make room

Hurry = Callable[[Arrival], Awaitable[None]]
"""Tell the person, without a record, that the message could not be taken yet."""

Wake = Callable[[bool], None]
"""Hear of a commit, and whether it brought files."""

MayFile = Callable[[Transaction], Awaitable[None]]
"""Look, in the transaction that files, whether that may still be. Raises Overtaken."""

_Name = tuple[str, str, str]


class Overtaken(Exception):
    """Another process hears the platform by now: what was heard here would come too late."""


class Writes(Protocol):
    """How arrivals are written down."""

    async def write(self, arrivals: Sequence[Arrival], failed: str | None) -> Sequence[Answered]:
        """Commit a batch in one transaction; `failed` = why its one arrival cannot be handled.

        Raises Overtaken when it may not be filed any more.
        """


async def always(tx: Transaction) -> None:
    """Let everything be filed: nobody else hears the platform."""


class Handled:
    """Arrivals are handled in the very transaction that files them."""

    def __init__(self, handling: Handling, may_file: MayFile = always) -> None:
        self._handling = handling
        self._may_file = may_file

    async def write(self, arrivals: Sequence[Arrival], failed: str | None) -> Sequence[Answered]:
        """Commit arrivals together with everything they cause; say what a pressed card shows."""

        async def work(
            tx: Transaction,
        ) -> tuple[Sequence[Filed | None], Outcome, Sequence[Answered]]:
            await self._may_file(tx)
            admitted = await tx.admit(arrivals)
            new = [filed for filed in admitted if filed is not None]
            outcome = await self._handling.handle(tx, new, failed)
            await keep_answers(tx, new, outcome)
            pairs = zip(arrivals, admitted, strict=True)
            return admitted, outcome, [await _said(tx, *pair, outcome) for pair in pairs]

        admitted, outcome, answers = await self._handling.write(work)
        _count_repeated(admitted)
        told([filed for filed in admitted if filed is not None], outcome)
        return answers


async def _said(
    tx: Transaction, arrival: Arrival, filed: Filed | None, outcome: Outcome
) -> Answered:
    """Return what is said to an arrival; to a press that comes again the same as before."""
    if filed is not None:
        return outcome.answered.get(filed.id, Answered())
    if arrival.button is None:
        return Answered()
    said = await tx.answered_to(arrival.channel, arrival.robot, arrival.msg_id)
    return said or Answered()


class Unhandled:
    """Arrivals are filed for a worker in another process."""

    def __init__(
        self, database: Database, note: Callable[[Filed], None], may_file: MayFile = always
    ) -> None:
        """`note` hears of each arrival that was filed, after the commit."""
        self._database = database
        self._note = note
        self._may_file = may_file

    async def write(self, arrivals: Sequence[Arrival], failed: str | None) -> Sequence[Answered]:
        """Commit arrivals alone; what a pressed card shows is not known yet."""
        async with self._database.begin() as tx:
            await self._may_file(tx)
            admitted = await tx.admit(arrivals, waiting=True)
            new = [filed for filed in admitted if filed is not None]
            if failed is not None:
                for filed in new:
                    await tx.fail(filed.id, failed)
        _count_repeated(admitted)
        for filed in new:
            metrics.arrivals.labels("waiting").inc()
            log.info("arrival waits", extra={"arrival": filed.id, "person": filed.person})
            self._note(filed)
        return [Answered()] * len(arrivals)


class Unrecorded(NotTaken):
    """An arrival could not be stored; its frame must not be acknowledged."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """An arrival that is not committed yet, and who waits for it."""

    arrival: Arrival
    since: float
    done: asyncio.Future[Answered] = field(repr=False)
    told: bool = False

    @property
    def name(self) -> _Name:
        return _name(self.arrival)


class Intake:
    """Take arrivals in order, a batch a transaction; a take returns after its commit."""

    def __init__(
        self,
        writes: Writes,
        *,
        wake: Wake,
        hurry: Hurry,
        patience: float = PATIENCE,
        stop_within: float = STOP_WITHIN,
    ) -> None:
        self._writes = writes
        self._wake = wake
        self._hurry = hurry
        self._patience = patience
        self._stop_within = stop_within
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(QUEUE)
        self._pending: dict[_Name, _Waiting] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._notes: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def waiting(self) -> int:
        """How many arrivals are not committed yet."""
        return len(self._pending)

    def start(self) -> None:
        """Begin to commit what is taken."""
        self._tasks = [
            asyncio.create_task(self._commit_batches(), name="intake"),
            asyncio.create_task(self._watch(), name="intake-watch"),
        ]

    async def take(self, arrival: Arrival) -> Answered:
        """Hand an arrival over and wait for its commit; a repeated one waits for the first."""
        if self._closing:
            raise Unrecorded("the intake is closed")
        waiting = self._pending.get(_name(arrival))
        if waiting is None:
            loop = asyncio.get_running_loop()
            waiting = _Waiting(arrival, loop.time(), loop.create_future())
            # Nobody may be left to look at it: whoever takes can be cancelled.
            waiting.done.add_done_callback(_look_at)
            self._pending[waiting.name] = waiting
            try:
                await self._queue.put(waiting)
            except asyncio.CancelledError:
                self._settle(waiting, Unrecorded("no room in the intake"))
                raise
        else:
            metrics.arrivals.labels("repeated").inc()
        # The commit goes on when the channel stops waiting for it.
        return await asyncio.shield(waiting.done)

    async def stop(self) -> None:
        """Refuse what is new, commit what was taken, at most for five seconds."""
        self._closing = True
        try:
            async with asyncio.timeout(self._stop_within):
                await self._queue.join()
        except TimeoutError:
            log.warning("intake stopped with %d arrivals not stored", len(self._pending))
        await ended((*self._tasks, *self._notes))
        for waiting in list(self._pending.values()):
            self._settle(waiting, Unrecorded("the intake is closed"))

    async def _commit_batches(self) -> None:
        while True:
            batch = [await self._queue.get()]
            for _ in range(SETTLES):
                await asyncio.sleep(0)
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._commit(batch)
            except Exception as error:  # the worker outlives every defect
                log.error("batch of %d lost: %s", len(batch), place_of(error))
                for waiting in batch:
                    self._settle(waiting, Unrecorded("not stored"))
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            await self._stored(batch)
        except Overtaken:
            log.error("%d arrivals come too late: another process hears by now", len(batch))
            for waiting in batch:
                self._settle(waiting, Unrecorded("overtaken"))
                self._tell(waiting)
        except Exception as error:
            if len(batch) > 1:
                log.warning("batch of %d refused, one by one: %s", len(batch), place_of(error))
                for waiting in batch:
                    await self._commit([waiting])
                return
            await self._keep_failed(batch[0], error)

    async def _keep_failed(self, waiting: _Waiting, error: Exception) -> None:
        log.error("arrival of %s failed: %s", waiting.arrival.channel, place_of(error))
        trace = "".join(traceback.format_exception(error))
        try:
            await self._stored([waiting], failed=trace)
        except Exception as second:
            log.error("a failed arrival could not be stored: %s", place_of(second))
            self._settle(waiting, Unrecorded("not stored"))
            self._tell(waiting)

    async def _stored(self, batch: Sequence[_Waiting], failed: str | None = None) -> None:
        """Commit a batch; waits for a database that is down, tries again what is only stale."""
        arrivals = [waiting.arrival for waiting in batch]
        answers = await persistently(
            lambda: self._writes.write(arrivals, failed),
            lambda: f"{len(self._pending)} arrivals wait",
        )
        metrics.batch.observe(len(batch))
        now = asyncio.get_running_loop().time()
        for waiting, answered in zip(batch, answers, strict=True):
            metrics.turn.observe(now - waiting.since)
            self._settle(waiting, answered)
        self._wake(any(waiting.arrival.files for waiting in batch))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._patience / 8)
            overdue = asyncio.get_running_loop().time() - self._patience
            for waiting in list(self._pending.values()):
                if waiting.since > overdue:
                    break
                self._tell(waiting)

    def _tell(self, waiting: _Waiting) -> None:
        if waiting.told:
            return
        waiting.told = True
        note = asyncio.create_task(self._tell_once(waiting.arrival), name="intake-hurry")
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    async def _tell_once(self, arrival: Arrival) -> None:
        try:
            await self._hurry(arrival)
        except Exception as error:
            log.warning("could not tell a person to wait: %s", place_of(error))

    def _settle(self, waiting: _Waiting, result: Answered | Exception) -> None:
        self._pending.pop(waiting.name, None)
        if waiting.done.done():
            return
        if isinstance(result, Answered):
            waiting.done.set_result(result)
        else:
            metrics.arrivals.labels("unrecorded").inc()
            waiting.done.set_exception(result)


def _count_repeated(admitted: Sequence[Filed | None]) -> None:
    if repeated := admitted.count(None):
        metrics.arrivals.labels("repeated").inc(repeated)


def _name(arrival: Arrival) -> _Name:
    return (arrival.channel, arrival.robot, arrival.msg_id)


def _look_at(done: asyncio.Future[Answered]) -> None:
    if not done.cancelled():
        done.exception()

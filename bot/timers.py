"""From a stored due row to what becomes of it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.logs import place_of
from bot.rounds import Rounds
from bot.storage.database import Database, DatabaseDown
from bot.storage.transaction import Transaction
from handlers.ports import Clock, Due, Stale

log = logging.getLogger(__name__)

POLL = 1.0
CHUNK = 100  # timers of one transaction: what is held in memory, and the longest anybody waits
AFTER_A_DEFECT = timedelta(minutes=10)
AFTER_A_QUARREL = timedelta(seconds=2)  # somebody else held what it is about
STRANGE = timedelta(hours=1)  # how often to look for timers that nobody here understands


class Ticks(Protocol):
    """Who deals with the timers of a kind."""

    async def tick(self, tx: Transaction, dues: Sequence[Due]) -> None:
        """Handle what is due inside a transaction.

        What a timer is about may have changed since it was read: look again, under the lock
        that those who change it take. A timer set anew here stays.
        """


class Timers:
    """Handle what is due, a chunk at a time; a chunk and what becomes of it are one transaction.

    Any number of processes may look, one of them handles at a time. A crash rolls a chunk
    back, and it is handled again. When a timer is due is a matter of the wall clock: one that
    is set back makes it wait for as long.
    """

    def __init__(
        self,
        database: Database,
        ticks: Mapping[str, Ticks],
        clock: Clock,
        *,
        wake: Callable[[], None],
        others: Sequence[str] = (),
    ) -> None:
        """`ticks` names who deals with which kind; `wake` hears that something was handled.

        Timers of the kinds in `others` are taken by somebody else.
        """
        self._database = database
        self._ticks = ticks
        self._known = (*ticks, *others)
        self._clock = clock
        self._wake = wake
        self._rounds = Rounds("timers", self.turn, poll=POLL, enough=CHUNK)
        self._looked: datetime | None = None
        self._strange: set[str] = set()

    def start(self) -> None:
        """Begin to look."""
        self._rounds.start()

    async def stop(self) -> None:
        """End; what is due waits for the next start."""
        await self._rounds.stop()

    async def turn(self) -> int:
        """Handle a chunk of what is due now and say how much it was."""
        if not await self._anything():
            return 0
        try:
            handled = len(await self._handle(None))
        except DatabaseDown:
            raise
        except Exception as error:
            log.error("due rows refused, one by one: %s", place_of(error))
            handled = await self._one_by_one()
        if handled:
            self._wake()
        return handled

    async def _anything(self) -> bool:
        """Look without keeping anybody waiting: most of the time there is nothing."""
        now = self._clock()
        async with self._database.read() as tx:
            if self._looked is None or abs(now - self._looked) >= STRANGE:
                for kind in await tx.timers.strange(now, self._known):
                    self._note(kind)
                self._looked = now
            return bool(await tx.timers.due(now, 1, tuple(self._ticks)))

    def _note(self, kind: str) -> None:
        """Say once that there are timers for a newer or an older version than this one."""
        if kind not in self._strange:
            self._strange.add(kind)
            log.error("nobody deals with timers of the kind %s, they are kept", kind)

    async def _handle(self, only: Due | None) -> Sequence[Due]:
        async with self._database.begin() as tx:
            if not await tx.timers.turn():
                return ()
            key = only.dedupe if only else None
            dues = await tx.timers.due(self._clock(), CHUNK, tuple(self._ticks), key)
            for ticks in {id(ticks): ticks for ticks in self._ticks.values()}.values():
                theirs = [due for due in dues if self._ticks[due.kind] is ticks]
                if theirs:
                    await ticks.tick(tx, theirs)
            if dues:
                await tx.timers.done(dues)
        return dues

    async def _one_by_one(self) -> int:
        async with self._database.read() as tx:
            dues = await tx.timers.due(self._clock(), CHUNK, tuple(self._ticks))
        handled = 0
        for due in dues:
            try:
                handled += len(await self._handle(due))
            except DatabaseDown:
                raise
            except Exception as error:
                log.error("timer kind=%s failed, later again: %s", due.kind, place_of(error))
                pause = AFTER_A_QUARREL if isinstance(error, Stale) else AFTER_A_DEFECT
                async with self._database.begin() as tx:
                    await tx.timers.postpone(due, self._clock() + pause)
                handled += 1
        return handled

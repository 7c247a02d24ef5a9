"""Asking platforms what became of messages that somebody there has to let go out (待确认)."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.channels.base import Channel, Confirmed, Confirming, Delivered, SendFault, SendUnknown
from bot.config.confirming import Confirming as Patience
from bot.delivery.books import Books, Elsewhere, nowhere
from bot.delivery.late import Late
from bot.logs import place_of
from bot.premises import Office
from bot.rounds import Rounds
from bot.storage.asked import NOT_CONFIRMED, Verdict, Waiting
from bot.storage.database import Database
from bot.storage.transaction import Transaction
from handlers.ports import Clock

log = logging.getLogger(__name__)

POLL = 5.0
AT_ONCE = 20  # of one channel
WITHIN = 30.0  # seconds for one question
LEASE = "confirming"
LIFE = timedelta(minutes=5)  # longer than a turn: two questions of each of a few channels


class Confirmations:
    """Ask one process at a time, less and less often; what nobody lets go is given up.

    It is taken back at the platform first, so that nobody lets it go after it was sent again.
    Where that cannot be had, nobody knows whether it still goes out.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        patience: Patience,
        *,
        owner: str,
        elsewhere: Elsewhere = nowhere,
        wake: Callable[[], None],
    ) -> None:
        """`owner` names the process; `wake` hears that something was written that may be due."""
        self._database = database
        self._channels = channels
        self._patience = patience
        self._owner = owner
        self._wake = wake
        books = Books(database, clock, owner, lambda: 0.0, elsewhere)
        self._late = Late(books, clock)
        self._asked: dict[int, datetime] = {}  # when, by the steady clock
        self._rounds = Rounds("confirmations", self.turn, poll=POLL, enough=math.inf)

    @classmethod
    def of(
        cls, office: Office, channels: Mapping[str, Channel], wake: Callable[[], None]
    ) -> Confirmations:
        """Build them for an office."""
        return cls(
            office.database,
            channels,
            office.clock,
            office.config.confirming,
            owner=office.owner,
            elsewhere=office.outbox.elsewhere,
            wake=wake,
        )

    def start(self) -> None:
        """Begin to look."""
        self._rounds.start()

    async def stop(self) -> None:
        """End; another process asks when the lease is over."""
        await self._rounds.stop()

    async def turn(self) -> int:
        """Ask about what it is time for, and say of how much was known what became of it."""
        async with self._database.read() as tx:
            if not await tx.asked.anything():
                self._asked.clear()
                return 0
        async with self._database.begin() as tx:
            if await tx.leases.take(LEASE, self._owner, LIFE) is None:
                return 0
            waiting = await tx.asked.waiting()
        now = self._database.steady()
        told: dict[int, Verdict] = {}
        for name, found in waiting.items():
            due = [one for one in found if self._is_due(one, now)][:AT_ONCE]
            told |= await self._told(name, due, now) if due else {}
        still = {one.one.id for found in waiting.values() for one in found}
        self._asked = {n: at for n, at in self._asked.items() if n in still}
        if told:
            await self._database.write(lambda tx: self._note(tx, told))
            self._wake()
        return len(told)

    async def settle(self, told: Mapping[int, Verdict]) -> None:
        """Write down what a platform says by itself; returns after the commit."""
        await self._database.write(lambda tx: self._note(tx, told))
        self._wake()

    async def _note(self, tx: Transaction, told: Mapping[int, Verdict]) -> None:
        await self._late.settle(tx, told)

    def _is_due(self, waiting: Waiting, now: datetime) -> bool:
        last = self._asked.get(waiting.one.id, waiting.since)
        return now - last >= self._patience.pause(now - waiting.since)

    async def _told(
        self, name: str, due: Sequence[Waiting], now: datetime
    ) -> Mapping[int, Verdict]:
        self._asked |= {one.one.id: now for one in due}
        late = [one.one for one in due if now - one.since >= self._patience.within]
        channel = self._channels.get(name)
        if not isinstance(channel, Confirming):
            return {one.id: Verdict("unknown", NOT_CONFIRMED) for one in late}
        said = await self._ask(channel, [one.one for one in due])
        told = {
            n: Verdict(one.state, one.code, one.reached)
            for n, one in said.items()
            if one is not None
        }
        over = [one for one in late if one.id in said and one.id not in told]
        gone = await self._taken_back(self._channels[name], over) if over else {}
        for one in over:
            why = gone.get(one.id, NOT_CONFIRMED)
            told[one.id] = Verdict("unknown" if why else "failed", NOT_CONFIRMED)
        return told

    async def _ask(
        self, channel: Confirming, asked: Sequence[Delivered]
    ) -> Mapping[int, Confirmed | None]:
        """Return what the platform said of each, None = it still waits; without those it left open.

        One of which the platform will never say anything keeps no other from being answered for.
        """
        said: dict[int, Confirmed | None] = {}
        try:
            async with asyncio.timeout(WITHIN):
                for one in asked:
                    said[one.id] = await _asked_about(channel, one)
        except (SendFault, SendUnknown, TimeoutError) as fault:
            log.warning("it is asked again later what was let go: %s", place_of(fault))
        return said

    async def _taken_back(self, channel: Channel, over: Sequence[Delivered]) -> Mapping[int, str]:
        try:
            async with asyncio.timeout(WITHIN):
                return await channel.recall(over)
        except (SendFault, SendUnknown, TimeoutError) as fault:
            log.warning("what nobody let go was not taken back: %s", place_of(fault))
            return {}


async def _asked_about(channel: Confirming, one: Delivered) -> Confirmed | None:
    """Raises SendFault for what can be asked again, and SendUnknown."""
    try:
        return (await channel.confirmed([one])).get(one.id)
    except SendFault as fault:
        if fault.retry_after is not None:
            raise
        log.warning("the platform says nothing of one that waits: %s", place_of(fault))
        return None


__all__ = ["Confirmations"]

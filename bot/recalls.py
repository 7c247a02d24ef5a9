"""Taking back what a campaign sent, a few messages at a time, and noting what the platform says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

from bot.channels.base import Channel, Delivered, SendFault, SendUnknown
from bot.logs import place_of
from bot.rounds import Rounds
from bot.storage.database import Database
from bot.storage.recalls import NEVER, Asking
from bot.storage.transaction import Transaction
from handlers.campaigns.keeping import CAMPAIGN
from handlers.ports import Clock, Due

log = logging.getLogger(__name__)

POLL = 1.0
AT_ONCE = 20  # DingTalk takes so many keys in a call
WITHIN = 30.0  # seconds for them
AGAIN = timedelta(minutes=1)  # when a process asks again that died, or whose call broke off
TRIES = 5
UNCONFIRMED = "unconfirmed"
WHO = "campaign"  # in the history: whoever pressed 撤回 stands in the campaign's own


class Recalls:
    """Ask the platform to take messages back; after a crash it is asked again."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        wake: Callable[[], None],
    ) -> None:
        """`wake` hears that something was written that may be due."""
        self._database = database
        self._channels = channels
        self._clock = clock
        self._wake = wake
        self._rounds = Rounds("recalls", self.turn, poll=POLL)

    def start(self) -> None:
        """Begin to look."""
        self._rounds.start()

    async def stop(self) -> None:
        """End; what is not answered for waits for the next start."""
        await self._rounds.stop()

    async def turn(self) -> int:
        """Ask for what is due now and say how much it was."""
        async with self._database.read() as tx:
            if not await tx.recalling.due():
                return 0
        async with self._database.begin() as tx:
            asked = await tx.recalling.claim(AT_ONCE, self._clock() + AGAIN)
        for name, found in asked.items():
            told = await self._told(name, found)
            if told:
                numbers = sorted({asking.campaign for asking in found})
                stood = frozenset(asking.one.id for asking in found if asking.stands)
                note = partial(self._note, told=told, stood=stood, numbers=numbers)
                await self._database.write(note)
                self._wake()
        return sum(map(len, asked.values()))

    async def _told(self, name: str, found: Sequence[Asking]) -> Mapping[int, str]:
        """Return what is known now of each message: empty = gone, else why it stands for good.

        What the platform may take back later is asked for again, a few times.
        """
        said = await self._ask(name, [asking.one for asking in found if asking.stands])
        told: dict[int, str] = {}
        for asking in found:
            why = said.get(asking.one.id, UNCONFIRMED) if asking.stands else ""
            if not why or why in NEVER or asking.tries >= TRIES:
                told[asking.one.id] = why
        return told

    async def _ask(self, name: str, sent: Sequence[Delivered]) -> Mapping[int, str]:
        channel = self._channels.get(name)
        if not sent:
            return {}
        if channel is None:
            return {one.id: "no.channel" for one in sent}
        try:
            async with asyncio.timeout(WITHIN):
                return await channel.recall(sent)
        except (SendFault, SendUnknown, TimeoutError) as fault:
            log.warning("recalls are asked again: %s", place_of(fault))
            return {}

    async def _note(
        self,
        tx: Transaction,
        *,
        told: Mapping[int, str],
        stood: Collection[int],
        numbers: Sequence[str],
    ) -> None:
        await tx.queue.lock()
        gone = [one for one, why in told.items() if not why and one in stood]
        await tx.doubts.recalled(gone, WHO)
        await tx.recalling.answered(told)
        now = self._clock()
        dues = [
            Due(CAMPAIGN, number, now, f"{CAMPAIGN}:{number}")
            for number in await tx.recalling.finished(numbers)
        ]
        await tx.remind(dues)

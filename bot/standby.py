"""Who hears the platform: one process at a time by a lease, and others that stand by."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot import metrics
from bot.channels.base import Channel, Health, Take
from bot.logs import place_of
from bot.storage.database import Database, DatabaseDown
from bot.storage.leases import Lease
from handlers.ports import Stale

log = logging.getLogger(__name__)

STOP_WITHIN = 6.0  # the channel's own patience is five seconds


class ChannelEnded(Exception):
    """A channel stopped listening although nobody told it to."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a stream is somebody's, in seconds."""

    life: float = 13.0  # with a look and the way to the platform: taken over within 15
    renew: float = 3.0
    look: float = 1.0  # how often others look whether it is free
    margin: float = STOP_WITHIN  # so long before the end nothing is heard any more
    ask: float = 2.0  # the database answers within this, or counts as down


class State(StrEnum):
    """What a gateway is doing."""

    STANDBY = "standby"
    PREPARING = "preparing"
    LISTENING = "listening"


class Standby:
    """Listen to a channel while its stream is ours; take it over when nobody holds it."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        take: Take,
        *,
        stream: str,
        owner: str,
        prepare: Callable[[], Awaitable[None]] | None = None,
        terms: Terms | None = None,
    ) -> None:
        """`stream` names the lease; `prepare` is waited for before anything is heard.

        Where no other process can use the database the stream needs no lease.
        """
        self._database = database
        self._channel = channel
        self._take = take
        self._stream = stream
        self._owner = owner
        self._prepare = prepare
        self._terms = terms or Terms()
        self._life = timedelta(seconds=self._terms.life)
        self._task: asyncio.Task[None] | None = None
        self.state = State.STANDBY

    @property
    def task(self) -> asyncio.Task[None]:
        """What ends only when the channel has ended by itself."""
        if self._task is None:
            raise RuntimeError("nobody stands by")
        return self._task

    def start(self) -> None:
        """Begin to stand by."""
        self._task = asyncio.create_task(self._run(), name="standby")

    async def stop(self) -> None:
        """Hear nothing more, let acknowledgements out, leave the stream to others."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=STOP_WITHIN + self._terms.ask)

    def health(self) -> Health:
        """Say whether the channel is connected, if it is ours to be."""
        if self.state is State.STANDBY:
            return Health(True)
        if self.state is State.PREPARING:
            return Health(False, "waiting arrivals come first")
        return self._channel.health()

    async def _run(self) -> None:
        if not self._database.shared:
            await self._listen()
            raise ChannelEnded
        while True:
            held = await self._taken()
            log.info("stream taken", extra={"fence": held.fence})
            metrics.lease.labels("stream").set(1)
            try:
                await self._hold(held)
            finally:
                metrics.lease.labels("stream").set(0)
                self.state = State.STANDBY

    async def _taken(self) -> Lease:
        """Wait until the stream is ours."""
        lost = False
        while True:
            try:
                held = await self._try_to_take()
            except (DatabaseDown, Stale, TimeoutError) as error:
                if not lost:
                    log.error("nobody knows whose the stream is: %s", place_of(error))
                lost, held = True, None
            if held is not None:
                return held
            await asyncio.sleep(self._terms.look)

    async def _try_to_take(self) -> Lease | None:
        async with asyncio.timeout(self._terms.ask):
            async with self._database.read() as tx:
                if await tx.leases.get(self._stream) is not None:
                    return None
            async with self._database.begin() as tx:
                return await tx.leases.take(self._stream, self._owner, self._life)

    async def _hold(self, held: Lease) -> None:
        """Listen as long as the stream is ours."""
        listening = asyncio.create_task(self._listen(), name="listening")
        try:
            current: Lease | None = held
            while current is not None:
                held = current
                await asyncio.wait({listening}, timeout=self._terms.renew)
                if listening.done():
                    listening.result()
                    raise ChannelEnded
                current = await self._renewed(held)
            log.error("the stream is not ours any more")
        finally:
            listening.cancel()
            await asyncio.wait({listening}, timeout=STOP_WITHIN)
            await self._release(held)

    async def _listen(self) -> None:
        if self._prepare is not None:
            self.state = State.PREPARING
            await self._prepare()
        self.state = State.LISTENING
        await self._channel.run(self._take)

    async def _renewed(self, held: Lease) -> Lease | None:
        """Hold the stream longer; None = it is somebody else's, or about to be."""
        while True:
            left = (held.until - self._database.steady()).total_seconds() - self._terms.margin
            if left <= 0:
                return None
            try:
                async with (
                    asyncio.timeout(min(left, self._terms.ask)),
                    self._database.begin() as tx,
                ):
                    return await tx.leases.renew(held, self._life)
            except (DatabaseDown, Stale, TimeoutError) as error:
                log.warning("the stream cannot be renewed: %s", place_of(error))
                await asyncio.sleep(min(left, self._terms.look / 2))

    async def _release(self, held: Lease) -> None:
        try:
            async with asyncio.timeout(self._terms.ask), self._database.begin() as tx:
                await tx.leases.release(held)
        except (DatabaseDown, Stale, TimeoutError) as error:
            log.warning("the stream is free when its lease ends: %s", place_of(error))

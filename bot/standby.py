"""Who hears the platform: one process at a time by a lease, and others that stand by."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot import metrics
from bot.channels.base import Channel, Health, Take
from bot.intake import Overtaken
from bot.logs import place_of
from bot.presence import nobody_has
from bot.storage.database import Database, DatabaseDown
from bot.storage.leases import Lease
from bot.storage.transaction import Transaction
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
    patience: float = 60.0  # deaf for so long, it is left to who stands by; 0 = never
    rest: float = 600.0  # so long who left it lets others go first; each time twice as long
    rest_longest: float = 3600.0


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
        has_ended: Callable[[str], bool] = nobody_has,
        terms: Terms | None = None,
    ) -> None:
        """`stream` names the lease; `prepare` is waited for before anything is heard.

        `has_ended` knows of owners that they are certainly dead: theirs is free at once.
        Where no other process can use the database the stream needs no lease.
        """
        self._database = database
        self._channel = channel
        self._take = take
        self._stream = stream
        self._owner = owner
        self._prepare = prepare
        self._has_ended = has_ended
        self._terms = terms or Terms()
        self._life = timedelta(seconds=self._terms.life)
        self._task: asyncio.Task[None] | None = None
        self._held: Lease | None = None  # the latest; it may be over
        self._heard_at = 0.0  # by the loop's clock, as the next two
        self._rests_until = 0.0
        self._shows_until = 0.0
        self._rest = self._terms.rest
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
            return Health(not self._rests, "it heard nothing and left the stream to others")
        if self.state is State.PREPARING:
            return Health(False, "waiting arrivals come first")
        return self._channel.health()

    async def may_file(self, tx: Transaction) -> None:
        """Let what was heard be filed unless somebody else has heard since. Raises Overtaken.

        What waited here while the database was away would come after what was said later.
        """
        held = self._held
        if held is not None and self._left(held) <= 0 and not await tx.leases.is_latest(held):
            raise Overtaken

    async def _run(self) -> None:
        if not self._database.shared:
            await self._listen()
            raise ChannelEnded
        while True:
            self._held = held = await self._taken()
            log.info("stream taken", extra={"fence": held.fence})
            metrics.lease.labels("stream").set(1)
            try:
                await self._hold(held)
            finally:
                metrics.lease.labels("stream").set(0)
                self.state = State.STANDBY

    # Standing by -----------------------------------------------------------------------------

    async def _taken(self) -> Lease:
        """Wait until the stream is ours."""
        lost = False
        while True:
            try:
                held = await self._try_to_take()
                lost = False
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
                other = await tx.leases.get(self._stream)
                better = self._rests and await tx.leases.has_standby(self._stream, self._owner)
            if other is not None and not await self._is_free(other):
                await self._show()
                return None
            if better:
                return None
            async with self._database.begin() as tx:
                if other is not None:
                    await tx.leases.release(other)
                held = await tx.leases.take(self._stream, self._owner, self._life)
                if held is not None:
                    await tx.leases.stand_by(self._stream, self._owner, timedelta())
            self._shows_until = 0.0
            return held

    async def _is_free(self, other: Lease) -> bool:
        """Say whether a lease that has not ended is our own, or that of a dead process."""
        if other.owner == self._owner:
            return True
        dead = await asyncio.to_thread(self._has_ended, other.owner)
        if dead:
            log.warning("whose the stream was has ended", extra={"fence": other.fence})
        return dead

    async def _show(self) -> None:
        """Let whoever listens know that somebody could take over."""
        now = asyncio.get_running_loop().time()
        if self._rests or now < self._shows_until:
            return
        async with self._database.begin() as tx:
            await tx.leases.stand_by(self._stream, self._owner, self._life)
        self._shows_until = now + self._terms.renew

    @property
    def _rests(self) -> bool:
        """Whether nothing was heard here, and others are to have the stream first."""
        return asyncio.get_running_loop().time() < self._rests_until

    # Listening -------------------------------------------------------------------------------

    async def _hold(self, held: Lease) -> None:
        """Listen as long as the stream is ours."""
        self._heard_at = began = asyncio.get_running_loop().time()
        listening = asyncio.create_task(self._listen(), name="listening")
        try:
            current: Lease | None = held
            while current is not None:
                self._held = held = current
                await asyncio.wait({listening}, timeout=self._terms.renew)
                if listening.done():
                    listening.result()
                    raise ChannelEnded
                if await self._gives_up(began):
                    log.error("nothing is heard here: the stream is left to who stands by")
                    return
                current = await self._renewed(held)
            log.error("the stream is not ours any more")
        finally:
            listening.cancel()
            done, _ = await asyncio.wait({listening}, timeout=STOP_WITHIN)
            if not done:  # nobody else may hear as long as it does
                log.error("the channel does not end: the stream is free when its lease ends")
                await asyncio.wait({listening})
            await self._release(held)

    async def _listen(self) -> None:
        if self._prepare is not None:
            self.state = State.PREPARING
            await self._prepare()
        self.state = State.LISTENING
        await self._channel.run(self._take)

    async def _gives_up(self, began: float) -> bool:
        """Say whether nothing could be heard here for too long while somebody stands by."""
        now = asyncio.get_running_loop().time()
        if self.health().ready:
            self._heard_at = now
            if now - began >= self._rest:
                self._rest = self._terms.rest  # it went well for long enough
        if not self._terms.patience or now - self._heard_at < self._terms.patience:
            return False
        try:
            async with asyncio.timeout(self._terms.ask), self._database.read() as tx:
                if not await tx.leases.has_standby(self._stream, self._owner):
                    return False
        except (DatabaseDown, TimeoutError):
            return False
        self._rests_until = now + self._rest
        self._rest = min(self._rest * 2, self._terms.rest_longest)
        return True

    async def _renewed(self, held: Lease) -> Lease | None:
        """Hold the stream longer; None = it is somebody else's, or about to be."""
        while (left := self._left(held)) > 0:
            try:
                async with (
                    asyncio.timeout(min(left, self._terms.ask)),
                    self._database.begin() as tx,
                ):
                    return await tx.leases.renew(held, self._life)
            except (DatabaseDown, Stale, TimeoutError) as error:
                log.warning("the stream cannot be renewed: %s", place_of(error))
                await asyncio.sleep(min(left, self._terms.look / 2))
        return None

    def _left(self, held: Lease) -> float:
        """Say for how many seconds nobody else can have the stream, with a margin."""
        return (held.until - self._database.steady()).total_seconds() - self._terms.margin

    async def _release(self, held: Lease) -> None:
        self._held = replace(held, until=self._database.steady())
        try:
            async with asyncio.timeout(self._terms.ask), self._database.begin() as tx:
                await tx.leases.release(held)
        except (DatabaseDown, Stale, TimeoutError) as error:
            log.warning("the stream is free when its lease ends: %s", place_of(error))

"""The stream connection, kept up: overlapping replacement, patient reconnects, an orderly end."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine

from bot.channels.base import Health
from bot.channels.dingtalk.access import Pace
from bot.channels.dingtalk.gateway import Gateway, NotOpened
from bot.channels.dingtalk.link import Ending, Link
from bot.logs import place_of

log = logging.getLogger(__name__)


class Stream:
    """Always one connection that is read, and the old ones until they are silent."""

    def __init__(
        self,
        gateway: Gateway,
        pace: Pace,
        chance: random.Random,
        hear: Callable[[Link, bytes], None],
    ) -> None:
        """Take what hears the frames; it must return at once."""
        self._gateway = gateway
        self._pace = pace
        self._chance = chance
        self._hear = hear
        self._links: set[Link] = set()
        self._readers: set[asyncio.Task[None]] = set()
        self._silence = pace.silence
        self._last_open = float("-inf")
        self._failures = 0
        self._reason = "no connection yet"

    def health(self) -> Health:
        """Say whether frames can come in."""
        return Health(True) if self._links else Health(False, self._reason)

    async def keep(self) -> None:
        """Stay connected until cancelled."""
        reader = self._spawn(self._reconnect())
        # A cancelled reader is how this ends in an orderly way.
        await asyncio.wait({reader})

    async def stop_reading(self) -> None:
        """Take no more frames; the sockets stay open for what has yet to be acknowledged."""
        readers = tuple(self._readers)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        self._reason = "stopped"

    async def close(self) -> None:
        """Close the sockets."""
        links = tuple(self._links)
        self._links.clear()
        await asyncio.gather(*(link.close(0) for link in links))

    async def _reconnect(self) -> None:
        while True:
            try:
                await self._connect_and_read()
            except NotOpened as fault:
                await self._wait_after(fault)
            except Exception as error:  # nothing may end the loop for good
                self._reason = f"defect: {type(error).__name__}"
                log.error("stream: %s", place_of(error))
                self._failures += 1
                await asyncio.sleep(self._backoff())

    async def _connect_and_read(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._last_open + self._pace.spacing - loop.time())
        self._last_open = loop.time()
        link = await self._gateway.open()
        self._links.add(link)
        log.info("stream: connected")
        try:
            ending = await self._read(link)
        except Exception:
            await self._drop(link)
            raise
        if ending is Ending.LOST:
            await self._drop(link)
        else:
            self._spawn(self._drain(link))
        log.info("stream: connection replaced, %s", ending.value)
        self._reason = f"disconnected: {ending.value}"
        if link.proven or link.age >= self._pace.proven:
            self._failures = 0
            if ending is not Ending.LOST:
                return
        self._failures += 1
        await asyncio.sleep(self._backoff())

    async def _read(self, link: Link) -> Ending:
        too_old = link.opened + self._chance.uniform(*self._pace.recycle)

        def until() -> float:
            if link.dismissed:
                return 0.0
            silence = self._pace.silence if link.spoke else self._silence
            return min(too_old, link.heard + silence)

        if not await link.read(self._hear, until):
            return Ending.LOST
        if link.dismissed:
            return Ending.DISMISSED
        if asyncio.get_running_loop().time() >= too_old:
            return Ending.OLD
        longer = min(self._silence * 2, self._pace.silence_longest)
        self._silence = self._pace.silence if link.spoke else longer
        return Ending.SILENT

    async def _drain(self, link: Link) -> None:
        """Read an old connection to its end: what is sent to it meanwhile must not be lost."""
        end = asyncio.get_running_loop().time() + self._pace.drain
        await link.read(self._hear, lambda: end)
        await link.close(self._pace.stop)
        self._links.discard(link)

    async def _drop(self, link: Link) -> None:
        self._links.discard(link)
        await link.close(0)

    async def _wait_after(self, fault: NotOpened) -> None:
        self._reason = fault.reason
        self._failures += 1
        pause = self._backoff()
        if fault.refused:
            pause += self._pace.refused
            log.error("stream: %s; check the credentials; again in %.0f s", fault.reason, pause)
        else:
            log.warning("stream: %s; again in %.1f s", fault.reason, pause)
        await asyncio.sleep(pause)

    def _backoff(self) -> float:
        doublings = min(self._failures - 1, 16)
        most = min(self._pace.backoff_first * 2**doublings, self._pace.backoff_last)
        return self._chance.uniform(0, most)

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)
        return task

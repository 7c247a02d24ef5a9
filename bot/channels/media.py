"""Files on their way out: uploaded once, then named by their media id."""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeGuard

from bot.channels.base import Enclosure, NoFile, NotYet, OpenFile, SendFault

log = logging.getLogger(__name__)

MOST = 1000
PARALLEL = 2  # files of 20 MB in memory
PATIENCE = 12.0  # seconds that one delivery waits; a slow upload goes on without it
SLOW_RETRY = 10.0

NEWS = 600.0  # seconds for which it matters how an upload ended of which nobody has heard

_Known = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Unheard:
    """An upload that failed when nobody waited for it any more; `at` by the loop's clock."""

    fault: SendFault
    at: float


class Uploads(Protocol):
    """Where files are uploaded to: a platform's client."""

    async def upload(self, kind: str, name: str, mime: str, content: bytes) -> str:
        """Upload a file and return its media id. Raises SendFault."""


class Media:
    """Which files the platform has already; the oldest are forgotten, and uploaded again."""

    def __init__(
        self,
        client: Uploads,
        open_file: OpenFile,
        kind: Callable[[Enclosure], str],
        *,
        patience: float = PATIENCE,
        room: asyncio.Semaphore | None = None,
        name: Callable[[Enclosure], str] | None = None,
    ) -> None:
        """`kind` = what the platform calls such a file; `patience` in seconds.

        `room` is shared where several keep files in memory; `name` says what a file is called at
        a platform that shows the name it was uploaded under.
        """
        self._kind = kind
        self._client = client
        self._open_file = open_file
        self._patience = patience
        self._known: OrderedDict[_Known, str] = OrderedDict()
        self._flights: dict[_Known, asyncio.Task[str]] = {}
        self._waiting: Counter[_Known] = Counter()
        self._unheard: OrderedDict[_Known, _Unheard] = OrderedDict()
        self._room = room or asyncio.Semaphore(PARALLEL)
        self._name = name or _nameless

    async def of(self, file: Enclosure) -> str:
        """Return the media id of a file. Raises SendFault.

        An upload that failed when nobody waited for it any more is told to the next who asks: else
        one that hangs each time would never count as a try.
        """
        name = self._known_as(file)
        known = self._known.get(name)
        if known is not None:
            self._known.move_to_end(name)
            return known
        unheard = self._unheard.pop(name, None)
        if unheard is not None and asyncio.get_running_loop().time() - unheard.at < NEWS:
            raise unheard.fault
        flight = self._flights.get(name)
        if flight is None:
            flight = asyncio.create_task(self._upload(file))
            self._flights[name] = flight
            flight.add_done_callback(lambda done: self._landed(name, done))
        # Whoever waits may be cancelled; the upload serves the next one.
        self._waiting[name] += 1
        try:
            await asyncio.wait({flight}, timeout=self._patience)
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name]
        if not flight.done():
            raise NotYet("media.slow", SLOW_RETRY)
        if flight.cancelled():
            raise SendFault("channel.stopped", SLOW_RETRY)
        return await flight

    def forget(self, file: Enclosure) -> None:
        """Upload a file anew next time."""
        self._known.pop(self._known_as(file), None)

    async def close(self) -> None:
        """Give up on what is still being uploaded."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    async def _upload(self, file: Enclosure) -> str:
        async with self._room:
            try:
                content = await self._open_file(file)
            except NoFile as error:
                log.error("a file cannot be read: %s", error)
                raise SendFault("file.unreadable", None) from None
            name = self._name(file)
            return await self._client.upload(self._kind(file), name, file.mime, content)

    def _known_as(self, file: Enclosure) -> _Known:
        """Tell files apart as their readers do."""
        return file.sha256, self._name(file)

    def _landed(self, name: _Known, flight: asyncio.Task[str]) -> None:
        del self._flights[name]
        if flight.cancelled():
            return
        # An error that nobody fetched would be reported as a bug.
        error = flight.exception()
        if error is None:
            self._known[name] = flight.result()
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        elif _counts(error) and name not in self._waiting:
            self._unheard[name] = _Unheard(error, asyncio.get_running_loop().time())
            if len(self._unheard) > MOST:
                self._unheard.popitem(last=False)


def _counts(error: BaseException) -> TypeGuard[SendFault]:
    """Say whether a fault counts as a try: what let the account rest is over when it is told."""
    return isinstance(error, SendFault) and not (error.breaks or isinstance(error, NotYet))


def _nameless(file: Enclosure) -> str:
    """Name a file by ourselves: its sender's name for it may tell who they are."""
    return f"attachment.{file.extension}"

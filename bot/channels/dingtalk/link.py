"""One websocket of the stream: read by one task, acknowledged on by many."""

import asyncio
import logging
from collections.abc import Callable
from enum import Enum

import aiohttp

log = logging.getLogger(__name__)

GONE = (
    aiohttp.WSMsgType.CLOSE,
    aiohttp.WSMsgType.CLOSING,
    aiohttp.WSMsgType.CLOSED,
    aiohttp.WSMsgType.ERROR,
)


class Ending(Enum):
    """Why a connection is to be replaced."""

    LOST = "the socket closed"
    DISMISSED = "the platform asked for another connection"
    OLD = "it reached its age"
    SILENT = "nothing came for too long"


class Link:
    """A socket, what is known about it, and the frames taken from it that are not answered."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse[bool], write: float) -> None:
        self._socket = socket
        self._write = write
        self._unanswered = 0
        self._settled = asyncio.Event()
        self._settled.set()
        loop = asyncio.get_running_loop()
        self._now = loop.time
        self.opened = self.heard = loop.time()
        self.proven = False  # it brought a message
        self.spoke = False  # it brought any frame
        self.dismissed = False

    @property
    def age(self) -> float:
        """Return its age in seconds."""
        return self._now() - self.opened

    async def read(self, hear: Callable[["Link", bytes], None], until: Callable[[], float]) -> bool:
        """Hand over frames until the loop time that `until` names; False when the socket ended."""
        while (rest := until() - self._now()) > 0:
            try:
                message = await self._socket.receive(rest)
            except TimeoutError:
                continue
            if message.type in GONE:
                return False
            self.heard, self.spoke = self._now(), True
            if message.type is aiohttp.WSMsgType.TEXT:
                hear(self, message.data)
        return True

    async def send(self, text: str) -> None:
        """Write an acknowledgement; a socket that is gone cannot be acknowledged on."""
        try:
            async with asyncio.timeout(self._write):
                await self._socket.send_str(text)
        except (TimeoutError, ConnectionError, aiohttp.ClientError, RuntimeError) as error:
            log.info("an acknowledgement did not leave: %s", type(error).__name__)

    def took(self) -> None:
        """Count a frame that has yet to be answered."""
        self._unanswered += 1
        self._settled.clear()

    def answered(self) -> None:
        """Count an answer."""
        self._unanswered -= 1
        if self._unanswered == 0:
            self._settled.set()

    async def close(self, patience: float) -> None:
        """Close once everything taken is answered, or `patience` seconds have passed."""
        try:
            async with asyncio.timeout(patience):
                await self._settled.wait()
        except TimeoutError:
            log.warning("a socket closes with %s frames unanswered", self._unanswered)
        await self._socket.close()

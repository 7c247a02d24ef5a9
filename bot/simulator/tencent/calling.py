"""Bringing messages to the bot as the platforms do: five seconds, three tries, one answer."""

from __future__ import annotations

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape

import aiohttp
from yarl import URL

from bot.simulator.tencent.sealing import element

PATIENCE = 5.0  # seconds that the platform waits for an answer
TRIES = 3
Query = dict[str, str]


@dataclass(slots=True)
class Brought:
    """One message and what became of each try to bring it."""

    sender: str
    xml: str
    statuses: list[int] = field(default_factory=list)  # 0 = no answer came
    bodies: list[bytes] = field(default_factory=list)
    answer: str | None = None  # what the reader sees of it
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def msg_id(self) -> str:
        """Its MsgId; events have none."""
        return element(self.xml, "MsgId") if "<MsgId>" in self.xml else ""


class Caller(ABC):
    """Calls the bot's address."""

    def __init__(self, clock: Callable[[], datetime], patience: float) -> None:
        self._clock = clock
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None
        self._bringing: set[asyncio.Task[Brought]] = set()
        self.watchers: list[Callable[[Brought], None]] = []  # of messages that begin and end
        self.address = ""
        self.breaches: list[str] = []  # for which readers see that the service is broken

    async def start(self) -> None:
        """Begin."""
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def stop(self) -> None:
        """Drop every call that waits, and end."""
        await self.hang_up()
        if self._session is not None:
            await self._session.close()

    async def hang_up(self) -> None:
        """Drop every call that waits."""
        for task in list(self._bringing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def get(self, query: Query) -> tuple[int, str]:
        """Ask with any query."""
        async with self._there.get(self._url(query)) as response:
            return response.status, await response.text()

    async def post(self, query: Query, body: bytes) -> tuple[int, bytes]:
        """Call with any query and body."""
        async with self._there.post(self._url(query), data=body) as response:
            return response.status, await response.read()

    @abstractmethod
    def sealed(self, xml: str) -> tuple[Query, bytes]:
        """Return the query and the body of one call, with a signature of its own."""

    @abstractmethod
    def show(self, brought: Brought, answer: str) -> None:
        """Show an answer to whom it is for; one message has one, however often it was brought."""

    def begin(self, brought: Brought) -> Brought:
        """Bring a message, and do not wait for it."""
        self._tell(brought)
        task = asyncio.create_task(self.bring(brought))
        self._bringing.add(task)
        task.add_done_callback(self._bringing.discard)
        return brought

    async def bring(self, brought: Brought, *, same: bool = False) -> Brought:
        """Bring a message until it is answered, three times at most.

        `same`: each try carries the signature of the first.
        """
        query, body = self.sealed(brought.xml)
        for _ in range(TRIES):
            if await self.bring_once(brought, query, body):
                break
            if not same:
                query, body = self.sealed(brought.xml)
        else:
            self.breaches.append("no answer")
        brought.is_over.set()
        self._tell(brought)
        return brought

    def _tell(self, brought: Brought) -> None:
        for watcher in self.watchers:
            watcher(brought)

    async def bring_once(self, brought: Brought, query: Query, body: bytes) -> bool:
        """Call once; False = it is to be brought again."""
        status, answer = 0, b""
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(self._patience):
                status, answer = await self.post(query, body)
        brought.statuses.append(status)
        brought.bodies.append(answer)
        if status != 200:
            return False
        self.show(brought, answer.decode())
        return True

    @property
    def _there(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the platform does not run")
        return self._session

    def _stamp(self) -> tuple[str, str]:
        return str(int(self._clock().timestamp())), secrets.token_hex(5)

    def _url(self, query: Query) -> URL:
        return URL(self.address).with_query(query)


def cdata(text: str) -> str:
    """Write a text so that it may stand between two tags."""
    whole = text.encode(errors="replace").decode()  # half a character has no bytes
    return f"<![CDATA[{whole}]]>" if "]]>" not in whole else escape(whole)

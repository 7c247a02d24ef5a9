"""The platform of the callbacks' benchmark: calls made ready beforehand, answers read afterwards.

While the time runs a call is one write and one look at a length, so that what is measured is the
other end.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from yarl import URL

from bot.simulator.tencent.sealing import Sealing, element
from bot.simulator.wechat.calling import Caller

OK = b"HTTP/1.1 200 "
END = b"\r\n\r\n"
LENGTH = b"content-length:"


@dataclass(slots=True)
class Said:
    """One message: the bytes that bring it, and what came back."""

    openid: str
    text: str
    request: bytes = field(repr=False)
    answer: bytes = field(default=b"", repr=False)
    took: float = 0.0  # seconds


def prepared(caller: Caller, openid: str, texts: Sequence[str]) -> list[Said]:
    """Seal what somebody says, as requests to the caller's address."""
    url = URL(caller.address)
    found = []
    for text in texts:
        query, body = caller.sealed(caller.message(openid, "text", Content=text))
        head = (
            f"POST {url.with_query(query).raw_path_qs} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n"
            f"User-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        found.append(Said(openid, text, head.encode() + body))
    return found


class Line(asyncio.Protocol):
    """One connection: people use it one after the other, each says the next when answered."""

    def __init__(self, people: Iterator[list[Said]], done: asyncio.Future[None]) -> None:
        self._people = people
        self._done = done
        self._left: Iterator[Said] = iter(())
        self._said: Said | None = None
        self._began = 0.0
        self._heard = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say the first."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Gather an answer; say the next after its last byte."""
        self._heard += data
        head, found, body = self._heard.partition(END)
        if not found or self._said is None:
            return
        if not head.startswith(OK):
            self._fail(f"answered {bytes(head[:40])!r}")
            return
        told = next(line for line in head.lower().split(b"\r\n") if line.startswith(LENGTH))
        if len(body) < int(told.removeprefix(LENGTH)):
            return
        self._said.took = time.perf_counter() - self._began
        self._said.answer = bytes(body)
        self._heard.clear()
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; too early is a failure."""
        self._fail("a connection broke off")

    def _next(self) -> None:
        said = next(self._left, None)
        if said is None:
            self._left = iter(next(self._people, ()))
            said = next(self._left, None)
        assert self._transport is not None
        self._said = said
        if said is None:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(said.request)

    def _fail(self, why: str) -> None:
        if not self._done.done():
            self._done.set_exception(RuntimeError(why))


async def all_said(address: str, people: Sequence[list[Said]], lines: int) -> float:
    """Let everybody say everything over so many connections; return the seconds it took."""
    url, loop = URL(address), asyncio.get_running_loop()
    waiting, ends = iter(people), [loop.create_future() for _ in range(lines)]
    began = time.perf_counter()
    for end in ends:
        await loop.create_connection(partial(Line, waiting, end), url.host or "", url.port or 0)
    await asyncio.gather(*ends)
    return time.perf_counter() - began


def wrong(sealing: Sealing, people: Sequence[list[Said]], expected: Sequence[str]) -> int:
    """Open every answer: how many are not what is to be said there, sealed, to that person."""
    return sum(
        not _is_right(sealing, said, text)
        for person in people
        for said, text in zip(person, itertools.cycle(expected), strict=False)
    )


def _is_right(sealing: Sealing, said: Said, expected: str) -> bool:
    if not said.answer.startswith(b"<xml>"):
        return False
    xml = sealing.open(said.answer.decode())
    return element(xml, "ToUserName") == said.openid and expected in element(xml, "Content")

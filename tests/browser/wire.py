"""A wire to a server that can be cut and mended: what a phone has where there is no network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_CHUNK = 64 * 1024


class Wire:
    """Passes on what comes in at an address of its own, as long as it is whole."""

    def __init__(self, to: str) -> None:
        self._to = urlsplit(to)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Listen, at the same address as before."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Take nothing any more, and drop what is under way."""
        if self._server is not None:
            self._server.close()
        for one in self._open:
            one.transport.abort()
        self._open.clear()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._open |= {writer, back}
        await asyncio.gather(_pour(reader, back), _pour(there, writer))


async def _pour(out_of: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    try:
        while data := await out_of.read(_CHUNK):
            into.write(data)
            await into.drain()
    except ConnectionError:
        pass  # it was cut
    finally:
        into.close()


@asynccontextmanager
async def wire(to: str) -> AsyncIterator[Wire]:
    """Lay a wire to a server."""
    laid = Wire(to)
    await laid.mend()
    try:
        yield laid
    finally:
        await laid.cut()

"""A proxy for TCP and unix sockets that fails as it is told, to stand between two parts."""

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

CHUNK = 64 * 1024

Address = tuple[str, int] | Path
"""A port of a host, or the file of a unix socket."""


@dataclass(slots=True, eq=False)
class _Link:
    """One connection: the client's side and the server's."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    muted: bool = False

    def cut(self) -> None:
        """Tear both sides without a word."""
        self.client.transport.abort()
        self.server.transport.abort()


class Proxy:
    """Pass everything on until it is told otherwise; `async with` starts and stops it."""

    def __init__(self, server: Address, *, at: Path | int | None = None) -> None:
        """Stand before a server; listen on the unix socket or the port `at`, or on a free one."""
        self._server = server
        self._at = at
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._unanswered = b""
        self._drops = 0
        self.delay = 0.0  # seconds that each piece of either direction is kept
        self.refusing = False  # whether a new connection is torn at once
        self.dropped = 0  # how many answers were thrown away so far
        self.accepted = 0

    @property
    def port(self) -> int:
        """Give the port it listens on."""
        assert self._listener is not None
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    @property
    def open(self) -> int:
        """Count the connections that live."""
        return len(self._links)

    def cut(self) -> None:
        """Tear every connection that lives; new ones are let through."""
        for link in tuple(self._links):
            link.cut()

    def hold(self) -> None:
        """Swallow everything in both directions, as a line that is dead and does not say so."""
        self._flowing.clear()

    def release(self) -> None:
        """Let everything flow again, what was held first."""
        self._flowing.set()

    def half_close(self) -> None:
        """Say to every client that nothing more will come, while it is still listened to."""
        for link in self._links:
            with contextlib.suppress(OSError, RuntimeError):
                link.client.write_eof()

    def drop_answers(self, times: int = 1, after: bytes = b"") -> None:
        """Pass the next pieces that hold these bytes on to the server, and tear the connection
        instead of bringing its answer: it was carried out, and nobody knows.
        """
        self._drops, self._unanswered = times, after

    async def start(self) -> None:
        """Listen."""
        if isinstance(self._at, Path):
            self._listener = await asyncio.start_unix_server(self._accept, self._at)
        else:
            self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self._at or 0)

    async def stop(self) -> None:
        """Tear everything and listen no more."""
        if self._listener is not None:
            self._listener.close()
        self.cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        try:
            answers, onward = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        link = _Link(writer, onward)
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._up(link, reader))
                group.create_task(self._down(link, answers))
        except* OSError:
            pass  # one side is gone, and so is the other
        finally:
            self._links.discard(link)
            link.cut()
            for side in (writer, onward):
                with contextlib.suppress(OSError):
                    await side.wait_closed()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._server, Path):
            return await asyncio.open_unix_connection(self._server)
        return await asyncio.open_connection(*self._server)

    async def _up(self, link: _Link, reader: asyncio.StreamReader) -> None:
        while piece := await reader.read(CHUNK):
            await self._wait()
            if self._drops and self._unanswered in piece:
                self._drops -= 1
                link.muted = True
            await _pass_on(link.server, piece)
        _end(link.server)

    async def _down(self, link: _Link, reader: asyncio.StreamReader) -> None:
        while piece := await reader.read(CHUNK):
            await self._wait()
            if link.muted:
                self.dropped += 1
                link.cut()
                return
            await _pass_on(link.client, piece)
        _end(link.client)

    async def _wait(self) -> None:
        await self._flowing.wait()
        if self.delay:
            await asyncio.sleep(self.delay)


async def _pass_on(writer: asyncio.StreamWriter, piece: bytes) -> None:
    if not writer.transport.is_closing():
        writer.write(piece)
        await writer.drain()


def _end(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        if writer.can_write_eof():
            writer.write_eof()

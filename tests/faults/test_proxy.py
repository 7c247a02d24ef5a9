"""The fault proxy does what it is told, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy
from tests.wire.bot import until

WITHIN = 5.0


@dataclass(slots=True)
class Echo:
    """A server that answers each line, and remembers what it was asked."""

    asked: list[bytes] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until the client has nothing more to say."""
        try:
            with suppress(OSError):
                while line := await reader.readline():
                    self.asked.append(line)
                    writer.write(b"heard " + line)
                    await writer.drain()
        finally:
            self.ended.set()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class Scene:
    """A server, the proxy before it, and a client."""

    def __init__(self, echo: Echo, proxy: Proxy, connect: Connect) -> None:
        self.echo = echo
        self.proxy = proxy
        self._connect = connect
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> None:
        """Speak on a connection of its own from now on."""
        self.reader, writer = await self._connect()
        self._writers.append(writer)

    def ask(self, line: bytes) -> None:
        """Say a line."""
        self._writers[-1].write(line + b"\n")

    async def hear(self) -> bytes:
        """Wait for a line; empty when the connection is at its end."""
        async with asyncio.timeout(WITHIN):
            try:
                return await self.reader.readline()
            except ConnectionError:
                return b""

    def end(self) -> None:
        """Say that nothing more will be asked."""
        self._writers[-1].write_eof()

    async def close(self) -> None:
        """Close every connection."""
        for writer in self._writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def over_tcp(folder: Path) -> AsyncIterator[Scene]:
    """Speak over TCP."""
    echo = Echo()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    async with server, Proxy(server.sockets[0].getsockname()) as proxy:

        async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            return await asyncio.open_connection("127.0.0.1", proxy.port)

        async with _talking(echo, proxy, connect) as scene:
            yield scene


@asynccontextmanager
async def over_unix(folder: Path) -> AsyncIterator[Scene]:
    """Speak over unix sockets."""
    echo = Echo()
    behind, before = folder / "b", folder / "f"
    server = await asyncio.start_unix_server(echo.serve, behind)
    async with server, Proxy(behind, at=before) as proxy:

        async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            return await asyncio.open_unix_connection(before)

        async with _talking(echo, proxy, connect) as scene:
            yield scene


@asynccontextmanager
async def _talking(echo: Echo, proxy: Proxy, connect: Connect) -> AsyncIterator[Scene]:
    scene = Scene(echo, proxy, connect)
    await scene.connect()
    try:
        yield scene
    finally:
        await scene.close()


Way = Callable[[Path], AbstractAsyncContextManager[Scene]]
ways = pytest.mark.parametrize("way", [over_tcp, over_unix], ids=["tcp", "unix"])


@ways
async def test_what_is_said_and_answered_passes(way: Way, tmp_path: Path) -> None:
    async with way(tmp_path) as scene:
        scene.ask(b"one")
        assert await scene.hear() == b"heard one\n"
        scene.end()
        assert await scene.hear() == b""
        await asyncio.wait_for(scene.echo.ended.wait(), WITHIN)


@ways
async def test_a_cut_ends_both_sides_and_a_new_connection_works(way: Way, tmp_path: Path) -> None:
    async with way(tmp_path) as scene:
        scene.ask(b"one")
        await scene.hear()
        scene.proxy.cut()
        assert await scene.hear() == b""
        await asyncio.wait_for(scene.echo.ended.wait(), WITHIN)
        await scene.connect()
        scene.ask(b"two")
        assert await scene.hear() == b"heard two\n"


@ways
async def test_a_dropped_answer_belongs_to_a_request_that_was_carried_out(
    way: Way, tmp_path: Path
) -> None:
    async with way(tmp_path) as scene:
        scene.proxy.drop_answers(after=b"COMMIT")
        scene.ask(b"one")
        assert await scene.hear() == b"heard one\n"
        scene.ask(b"COMMIT")
        assert await scene.hear() == b""
        assert scene.echo.asked == [b"one\n", b"COMMIT\n"]
        assert scene.proxy.dropped == 1


@ways
async def test_what_is_held_comes_when_it_is_released(way: Way, tmp_path: Path) -> None:
    async with way(tmp_path) as scene:
        scene.proxy.hold()
        scene.ask(b"one")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(scene.reader.readline(), 0.1)
        assert scene.echo.asked == []
        scene.proxy.release()
        assert await scene.hear() == b"heard one\n"


@ways
async def test_a_half_closed_connection_is_still_listened_to(way: Way, tmp_path: Path) -> None:
    async with way(tmp_path) as scene:
        scene.ask(b"one")
        await scene.hear()
        scene.proxy.half_close()
        assert await scene.hear() == b""
        scene.ask(b"two")
        await until(lambda: scene.echo.asked == [b"one\n", b"two\n"])


@ways
async def test_a_refused_connection_never_reaches_the_server(way: Way, tmp_path: Path) -> None:
    async with way(tmp_path) as scene:
        scene.ask(b"one")
        await scene.hear()
        scene.proxy.refusing = True
        await scene.connect()
        scene.ask(b"two")
        assert await scene.hear() == b""
        assert scene.echo.asked == [b"one\n"]


async def test_every_piece_is_delayed_in_both_directions(tmp_path: Path) -> None:
    async with over_tcp(tmp_path) as scene:
        scene.proxy.delay = 0.05
        began = asyncio.get_running_loop().time()
        scene.ask(b"one")
        assert await scene.hear() == b"heard one\n"
        assert asyncio.get_running_loop().time() - began >= 0.1

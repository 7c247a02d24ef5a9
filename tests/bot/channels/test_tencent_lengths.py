"""Calls whose body is longer, shorter or otherwise than their head promises: refused in silence."""

from __future__ import annotations

import asyncio
import logging

import pytest
from yarl import URL

from bot.channels.tencent.heard import MOST
from bot.channels.wechat import Pace
from tests.wechat import FIRM, Line, line

AT_ONCE = Pace(answer=0.01, stop=1.0)


def signed(there: Line) -> tuple[str, bytes]:
    """Return path and body of a call that the platform signed."""
    caller = there.platform.caller
    query, body = caller.sealed(caller.message(FIRM, "text", Content="菜单"))
    return URL(caller.address).with_query(query).raw_path_qs, body


async def brought(there: Line, path: str, headers: str, body: bytes, *, ends: bool) -> bytes:
    """Call with a head of our own, and perhaps hang up; return what is answered first."""
    url = URL(there.platform.caller.address)
    assert url.host is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode())
    writer.write(body)
    if ends:
        writer.write_eof()
    async with asyncio.timeout(60):
        answered = await reader.read(4096)
    writer.close()
    return answered


def chunked(body: bytes, size: int) -> bytes:
    """Write a body in pieces."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (*pieces, b""))


async def test_a_body_in_pieces_is_taken_as_any_other(caplog: pytest.LogCaptureFixture) -> None:
    async with line(AT_ONCE) as there:
        path, body = signed(there)
        pieces = chunked(body, 50)
        told = await brought(there, path, "Transfer-Encoding: chunked\r\n", pieces, ends=False)
        assert (told.split()[1], told.endswith(b"success")) == (b"200", True)
        assert len(there.taken) == 1
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_no_more_than_the_most_is_read_of_pieces() -> None:
    async with line(AT_ONCE) as there:
        path, _ = signed(there)
        pieces = chunked(b"<" * (MOST + 1), 16 * 1024)
        told = await brought(there, path, "Transfer-Encoding: chunked\r\n", pieces, ends=False)
        assert told.split()[1] == b"413"


@pytest.mark.parametrize("more", [10, -10])
@pytest.mark.parametrize("ends", [True, False])
async def test_a_body_of_another_length_than_promised_is_not_taken(
    *, more: int, ends: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with line(AT_ONCE) as there:
        path, body = signed(there)
        length = f"Content-Length: {len(body) + more}\r\n"
        told = await brought(there, path, length, body, ends=ends)
        assert not told or 400 <= int(told.split()[1]) < 500
        assert there.taken == []
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_what_nobody_can_count_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    async with line(AT_ONCE) as there:
        path, body = signed(there)
        told = await brought(there, path, "Content-Length: 99999999999\r\n", body, ends=False)
        assert told.split()[1] == b"413"
        assert there.taken == []
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []

"""What anybody may send who finds the port, and what a defect of ours leaves in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot.readiness import Finding
from bot.web import Web


async def nothing() -> Sequence[Finding]:
    return ()


async def sent(address: str, told: bytes) -> bytes:
    """Send bytes, and return the line that answers them."""
    url = URL(address)
    assert url.host is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(told)
    async with asyncio.timeout(60):
        line = await reader.readline()
    writer.close()
    return line


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", id="a long line"),
        pytest.param(b"GET / HTTP/1.1\r\nno header\r\n\r\n", id="no header"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n", id="no length"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", id="TLS"),
    ],
)
async def test_what_is_no_http_is_refused_and_fills_no_log(
    told: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    server = Web("127.0.0.1", 0, nothing)
    await server.start()
    try:
        assert b" 400 " in await sent(server.address, told)
    finally:
        await server.stop()
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_a_defect_of_ours_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks(request: web.Request) -> web.Response:
        raise RuntimeError("a defect")

    def pages() -> web.Application:
        app = web.Application()
        app.router.add_get("/it", breaks)
        return app

    server = Web("127.0.0.1", 0, nothing, pages={"/breaks": pages})
    await server.start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{server.address}/breaks/it") as answer,
        ):
            assert answer.status == 500
    finally:
        await server.stop()
    assert [one.levelname for one in caplog.records] == ["ERROR"]

"""What the process tells about its health, and what its log leaves out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.logs import FORMAT, OneLine, place_of, redact
from bot.web import PortTaken, Probe, Web


@asynccontextmanager
async def serving(probe: Probe) -> AsyncIterator[str]:
    web = Web("127.0.0.1", 0, probe)
    await web.start()
    try:
        yield web.address
    finally:
        await web.stop()


async def get(address: str) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.json()


async def fine() -> Sequence[str]:
    return ()


async def broken() -> Sequence[str]:
    return ("database: away",)


async def stuck() -> Sequence[str]:
    await asyncio.Event().wait()
    return ()


async def test_a_bot_that_can_work_is_ready() -> None:
    async with serving(fine) as address:
        assert await get(f"{address}/readyz") == (200, {"ready": True, "reasons": []})


async def test_a_bot_that_cannot_work_says_why_and_stays_alive() -> None:
    async with serving(broken) as address:
        assert await get(f"{address}/readyz") == (
            503,
            {"ready": False, "reasons": ["database: away"]},
        )
        status, body = await get(f"{address}/healthz")
        assert (status, body["alive"]) == (200, True)


async def test_a_check_that_hangs_is_a_reason() -> None:
    web = Web("127.0.0.1", 0, stuck, probe_within=0.05)
    await web.start()
    try:
        status, body = await get(f"{web.address}/readyz")
        assert (status, body["reasons"]) == (503, ["the check itself took too long"])
    finally:
        await web.stop()


async def test_a_taken_port_is_named() -> None:
    async with serving(fine) as address:
        port = int(address.rsplit(":", 1)[1])
        with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port}.*QINQING_HTTP__PORT"):
            await Web("127.0.0.1", port, fine).start()


@pytest.mark.parametrize(
    "secret",
    [
        "call 13805740001 now",
        "call +86 138-0574-0001",
        "call 0574-86270000",
        "POST /robot/sendBySession?session=66d7c6abcdef",
        "GET /media/upload?access_token=abcdef123456&type=image",
        '{"accessToken": "abcdef123456"}',
        "'x-acs-dingtalk-access-token': 'abcdef123456'",
        "wss://host/connect?ticket=7724109a-1234",
        "client_secret=abcdef123456",
        '"clientSecret":"abcdef123456"',
        "Authorization: Bearer abcdef123456",
    ],
)
def test_numbers_and_credentials_are_hidden(secret: str) -> None:
    hidden = redact(secret)
    assert hidden != secret
    assert not {"abcdef", "7724109a", "0574", "86270000"} & set(hidden.replace("=", " ").split())
    for part in ("abcdef", "7724109a", "13805740001", "0574-0001", "86270000"):
        assert part not in hidden


@pytest.mark.parametrize(
    "harmless",
    [
        "arrival=13 person=1380 done",
        "at 1690362102194",
        "ZH-2026-0001",
        "exit code=200",
        "10.0.0.1",
    ],
)
def test_what_belongs_to_nobody_stays(harmless: str) -> None:
    assert redact(harmless) == harmless


def test_a_record_with_its_traceback_is_one_line() -> None:
    with pytest.raises(ValueError, match="phone") as caught:
        raise ValueError("phone 13805740001\nsecond line")
    assert place_of(caught.value).startswith("ValueError at test_web.py:")
    record = logging.LogRecord(
        "bot", logging.ERROR, __file__, 1, "broken", None, (caught.type, caught.value, caught.tb)
    )
    line = OneLine(FORMAT).format(record)
    assert "\n" not in line
    assert "13805740001" not in line
    assert "ValueError" in line


def test_what_an_error_quotes_is_not_in_the_log() -> None:
    def refuse(typed: str, cause: Exception | None) -> None:
        raise LookupError(typed) from cause

    with pytest.raises(LookupError) as caught:
        refuse("".join(("王", "小", "明")), ValueError("".join(("陈", "建", "国"))))
    record = logging.LogRecord(
        "asyncio",
        logging.ERROR,
        __file__,
        1,
        "broken",
        None,
        (caught.type, caught.value, caught.tb),
    )
    line = OneLine(FORMAT).format(record)
    assert "王小明" not in line
    assert "陈建国" not in line
    assert "in refuse" in line
    assert line.endswith("LookupError | after ValueError")

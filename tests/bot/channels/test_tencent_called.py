"""The address that a platform calls: what goes wrong behind it, and what is said of that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, web

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.called import NOT_NOW, ROUTE, TELL_EVERY, Body, Callback, Deaf, Taking
from bot.channels.tencent.heard import Heard
from bot.channels.tencent.pace import Pace
from bot.channels.tencent.passive import Calls
from bot.channels.tencent.seal import ciphertext

AT = datetime(2026, 11, 28, tzinfo=UTC)
SAID = Heard(account="oA", to="gh_1", at=AT, kind="text", text="王敏 13900001111", msg_id="1")
NOTHING = b"success"


class Open:
    """Reads nothing: whoever says `bad` is turned away, everybody else says the same."""

    nothing = NOTHING

    def echo(self, query: Mapping[str, str], now: float) -> str:
        """Return the number."""
        return query["echostr"]

    async def opened(self, query: Mapping[str, str], body: Body, now: float) -> tuple[Heard, bool]:
        """Return the message."""
        if "bad" in query:
            raise BadCallback("forged", 403)
        return SAID, True


class Hearing:
    """Takes a message, or fails in the way it is told to."""

    def __init__(self, fails: Exception | None = None, *, silent: bool = False) -> None:
        self.fails = fails
        self.silent = silent
        self.taken = 0

    def __call__(self, said: Heard) -> Taking | None:
        """Say how it is taken."""
        if self.fails is not None:
            raise self.fails
        return None if self.silent else Taking("1", self.take, answers=False)

    async def take(self) -> None:
        """Take it."""
        self.taken += 1


@asynccontextmanager
async def served(
    hear: Hearing, pace: Pace | None = None
) -> AsyncIterator[tuple[ClientSession, str]]:
    used = pace or Pace()
    callback = Callback(Open(), Calls(used, NOTHING), used, lambda: AT, hear)
    runner = web.AppRunner(callback.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with ClientSession() as session:
            yield session, f"http://{host}:{port}{ROUTE}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("fails", "named"), [(KeyError(SAID.text), True), (Deaf(), False)], ids=["a defect", "deaf"]
)
async def test_what_cannot_be_heard_now_is_brought_again_and_no_word_of_it_is_logged(
    fails: Exception, named: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(Hearing(fails)) as (session, url), session.post(url) as answer:
        assert (answer.status, await answer.read()) == (NOT_NOW, b"")
    assert ("broke off" in caplog.text) is named
    assert "王敏" not in caplog.text


async def test_where_too_many_wait_the_next_is_brought_again() -> None:
    hear = Hearing()
    async with served(hear, Pace(open=0)) as (session, url), session.post(url) as answer:
        assert (answer.status, hear.taken) == (NOT_NOW, 0)


@pytest.mark.parametrize("silent", [True, False])
async def test_what_has_no_answer_is_told_so_as_text(silent: bool) -> None:
    hear = Hearing(silent=silent)
    async with served(hear) as (session, url), session.post(url) as answer:
        assert (answer.status, await answer.read()) == (200, NOTHING)
        assert answer.content_type == "text/plain"
    assert hear.taken == (not silent)


async def test_one_of_a_hundred_forgeries_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with served(Hearing()) as (session, url):
        for _ in range(TELL_EVERY + 1):
            async with session.post(url, params={"bad": "1"}) as answer:
                assert (answer.status, await answer.read()) == (403, b"")
    told = [line for line in caplog.messages if "forged" in line]
    assert told == ["callback refused: forged (1 so far)", "callback refused: forged (101 so far)"]


async def test_an_echo_is_shown_as_the_text_that_it_is() -> None:
    async with served(Hearing()) as (session, url):
        async with session.get(url, params={"echostr": "42"}) as answer:
            assert (await answer.text(), answer.content_type) == ("42", "text/plain")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with session.head(url, params={"echostr": "42"}) as other:
            assert other.status == 405


def test_what_people_typed_is_never_what_was_sealed() -> None:
    typed = b"<xml><Content><![CDATA[<Encrypt>AAAA</Encrypt>]]></Content>"
    assert ciphertext(typed + b"<Encrypt><![CDATA[BBBB]]></Encrypt></xml>") == "BBBB"

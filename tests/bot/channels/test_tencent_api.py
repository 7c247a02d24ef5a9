"""Calls to both WeChats: the token, what each refusal means, and that no secret gets out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from datetime import timedelta
from itertools import count
from typing import Any

import aiohttp
import pytest

from bot.channels.base import CLOSED, FetchFault, Message, SendFault, SendUnknown
from bot.channels.http import open_session
from bot.channels.tencent.errors import FATAL_REST, PARTIAL
from bot.channels.tencent.exchange import NO_ANSWER
from bot.hub.local import LocalHub
from bot.simulator.tencent.faults import Fault
from tests.bot.channels.accounts import BOTH, SHORT, WECHAT, WECOM, Clock, Kind, none
from tests.bot.channels.test_dingtalk_media import PICTURE
from tests.ground import free_port

CONTENT = "绝密的内容"  # not in a line that a traceback shows
SHOWN = Message(title="t", text=CONTENT, file=PICTURE.model_copy(update={"name": f"{CONTENT}.png"}))
Either = Kind[Any, Any]


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> Either:
    return BOTH[request.param]


async def test_one_token_serves_many_messages_and_processes(kind: Either) -> None:
    clock, hub = Clock(), LocalHub()
    async with kind.calling(clock, hub) as (platform, channel):
        other = kind.channel_to(platform, clock=clock, hub=hub)
        both = enumerate((channel, other) * 2, start=1)
        await asyncio.gather(*(one.send(kind.letter(n=n)) for n, one in both))
        assert platform.api.calls.count(kind.token) == 1
        clock.now += timedelta(seconds=7200 * 0.8 + 1)
        await channel.send(kind.letter(n=9))
        assert platform.api.calls.count(kind.token) == 2
        await other.stop()


async def test_a_token_that_ended_is_renewed_once(kind: Either) -> None:
    async with kind.calling() as (platform, channel):
        await channel.send(kind.letter())
        platform.api.expire()
        await channel.send(kind.letter(n=2))
        again = [kind.send, kind.token, kind.send]
        assert platform.api.calls == [kind.token, kind.send, *again]


@pytest.mark.parametrize(
    ("kind", "fault", "named", "again", "breaks"),
    [
        (WECHAT, Fault(code=-1), "-1", 5.0, ""),
        (WECHAT, Fault(code=40003), "40003", None, ""),
        (WECHAT, Fault(code=43004), "43004", None, ""),
        (WECHAT, Fault(code=45009), "45009", 3 * 3600.0, "robot"),  # till midnight
        (WECHAT, Fault(code=45011), "45011", 60.0, "robot"),
        (WECHAT, Fault(code=45015), CLOSED, None, ""),
        (WECHAT, Fault(code=45047), CLOSED, None, ""),
        (WECHAT, Fault(code=48001), "48001", None, ""),
        (WECHAT, Fault(code=99999), "99999", None, ""),
        (WECOM, Fault(code=-1), "-1", 5.0, ""),
        (WECOM, Fault(code=40003), "40003", None, ""),
        (WECOM, Fault(code=60111), "60111", None, ""),
        (WECOM, Fault(code=81013), "81013", None, ""),
        (WECOM, Fault(code=45009), "45009", 60.0, "robot"),
        (WECOM, Fault(code=48002), "48002", None, ""),
        (WECOM, Fault(code=60020), "60020", FATAL_REST, "robot"),
        (WECOM, Fault(code=99999), "99999", None, ""),
        (WECOM, Fault(warns=True), PARTIAL, None, ""),
    ],
)
async def test_each_refusal_says_when_to_try_again(
    kind: Either, fault: Fault, named: str, again: float | None, breaks: str
) -> None:
    async with kind.calling() as (platform, channel):
        platform.api.script.once[kind.send].append(fault)
        told = await kind.refused(channel)
        assert (told.code, told.breaks) == (named, breaks)
        if again is None:
            assert told.retry_after is None
        else:
            assert told.retry_after is not None
            assert again <= told.retry_after <= again * 1.5


@pytest.mark.parametrize(
    ("kind", "code"),
    [(WECHAT, 40013), (WECHAT, 40125), (WECHAT, 40164), (WECOM, 40001), (WECOM, 40013)],
)
async def test_an_account_that_is_refused_is_loud_and_rests(
    kind: Either, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    async with kind.calling(clock) as (platform, channel):
        platform.api.script.always[kind.token] = Fault(code=code)
        for n in range(3):
            told = await kind.refused(channel, n)
            assert (told.code, told.breaks) == (str(code), "robot")
        assert platform.api.calls == [kind.token]
        assert f"the account cannot be used: {code}" in caplog.text
        run = asyncio.create_task(channel.run(none))
        await asyncio.sleep(0)
        assert (channel.health().ready, channel.health().reason[:5]) == (False, str(code))
        del platform.api.script.always[kind.token]
        clock.now += timedelta(seconds=FATAL_REST + 1)
        await channel.send(kind.letter(n=7))
        assert channel.health().ready
        await channel.stop()
        await run


@pytest.mark.parametrize(
    "fault", [Fault(html=502), Fault(html=200), Fault(done=True), Fault(partial=True)]
)
async def test_where_the_bytes_left_nobody_says_that_nothing_arrived(
    kind: Either, fault: Fault
) -> None:
    async with kind.calling() as (platform, channel):
        platform.api.script.once[kind.send].append(fault)
        with pytest.raises(SendUnknown):
            await channel.send(kind.letter())


async def test_a_page_in_the_platform_s_place_is_no_token(kind: Either) -> None:
    async with kind.calling() as (platform, channel):
        platform.api.script.once[kind.token].append(Fault(html=502))
        assert (await kind.refused(channel)).code == "http.502"
        assert platform.people.shown == []


async def test_a_platform_that_hangs_is_given_up(kind: Either) -> None:
    async with kind.calling(pace=SHORT) as (platform, channel):
        platform.api.script.once[kind.token].append(Fault(hangs=True))
        assert (await kind.refused(channel)).code == NO_ANSWER
        platform.api.script.once[kind.send].append(Fault(hangs=True))
        with pytest.raises(SendUnknown):
            await channel.send(kind.letter(n=2))


async def test_a_channel_that_ends_calls_nobody(kind: Either) -> None:
    async with kind.calling() as (platform, channel):
        await channel.send(kind.letter())
        before = list(platform.api.calls)
        await channel.stop()
        assert (await kind.refused(channel, 2)).code == "channel.stopped"
        with pytest.raises(FetchFault) as told:
            await channel.fetch("", "media-1", 100)
        assert (told.value.code, told.value.retry_after) == ("channel.stopped", 1.0)
        assert platform.api.calls == before


@pytest.mark.parametrize("how", ["hangs", "refuses", "a page", "a refusal", "cut"])
async def test_no_log_and_no_fault_names_a_secret_or_who_is_written_to(
    kind: Either, how: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("bot.channels.tencent.api.TRANSFER", aiohttp.ClientTimeout(total=0.3))
    base: dict[str, Any] = (
        {"api_base": f"http://127.0.0.1:{free_port()}"} if how == "refuses" else {}
    )
    faults = {
        "hangs": Fault(hangs=True),
        "a page": Fault(html=502),
        "a refusal": Fault(code=48001),
        "cut": Fault(done=True),
    }
    told: list[str] = []
    numbers, clock = count(), Clock()
    async with kind.calling(clock, pace=SHORT, **base) as (platform, channel):
        for path in (kind.token, kind.send, kind.upload, kind.media):
            if how in faults:
                platform.api.script.once[path].append(faults[how])
            for _ in range(2):
                message = SHOWN if path == kind.upload else kind.letter(CONTENT).message
                try:
                    await channel.send(kind.letter(n=next(numbers), message=message))
                except (SendFault, SendUnknown) as fault:
                    told += traceback.format_exception(fault)
            try:
                await channel.fetch("", "media-1", 100)
            except FetchFault as fault:
                told += traceback.format_exception(fault)
            clock.now += timedelta(seconds=FATAL_REST)  # till a token is asked for again
            assert path in platform.api.calls or how == "refuses"
            assert not platform.api.script.once[path]
        secret = platform.app_secret if kind is WECHAT else platform.secret
        hidden = [secret, platform.token, kind.reader, CONTENT, *platform.api.tokens]
    everything = "".join(told) + caplog.text
    assert told
    assert [one for one in hidden if one in everything] == []


async def test_the_session_takes_no_cookies_and_no_credentials_of_the_machine() -> None:
    async with open_session() as session:
        assert session.trust_env is False
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)

"""Calls to api.weixin.qq.com: the token, what each refusal means, and that no secret gets out."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.channels.base import CLOSED, FetchFault, Letter, Message, Receipt, SendFault, SendUnknown
from bot.channels.http import open_session
from bot.channels.tencent.errors import FATAL_REST
from bot.channels.tencent.exchange import NO_ANSWER
from bot.channels.wechat import MANNER, Pace, WeChat
from bot.hub.local import LocalHub
from bot.keys import Keys
from bot.simulator.wechat.api import MEDIA, PUSH, TOKEN, Fault
from bot.simulator.wechat.platform import WeChatPlatform
from handlers.ports import Answered, Arrival
from tests.bot.channels.conftest import open_file
from tests.ground import free_port
from tests.wechat import GREETING, PATIENT, access_to

FIRM = "oA-openid-of-a-firm"
CONTENT = "绝密的内容"  # not in a line that a traceback shows
SHORT = Pace(call=0.3)
KEYS = Keys("a secret of the tests, long enough")


class Clock:
    """A clock that is moved by hand: nine in the evening of Zhenhai."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def calling(
    clock: Clock | None = None,
    hub: LocalHub | None = None,
    base: str = "",
    pace: Pace = PATIENT,
) -> AsyncIterator[tuple[WeChatPlatform, WeChat]]:
    """Give a platform to whose account somebody has written, and a channel to it."""
    clock = clock or Clock()
    async with WeChatPlatform(clock=clock) as platform:
        platform.people.wrote(FIRM)
        channel = another(platform, clock, hub, base, pace)
        yield platform, channel
        await channel.stop()


def another(
    platform: WeChatPlatform,
    clock: Clock,
    hub: LocalHub | None = None,
    base: str = "",
    pace: Pace = PATIENT,
) -> WeChat:
    return WeChat(
        access_to(platform, api_base=base or platform.base_url),
        clock,
        random.Random(7),  # noqa: S311
        greeting=lambda: GREETING,
        open_file=open_file,
        hub=hub,
        keys=KEYS,
        pace=pace,
    )


def letter(text: str = "您好", n: int = 1) -> Letter:
    message = Message(title="亲清助手", text=text)
    return Letter(id=n, robot="", door=MANNER.door, to=FIRM, message=message, key=f"k{n}")


async def refused(channel: WeChat, n: int = 1) -> SendFault:
    with pytest.raises(SendFault) as told:
        await channel.send(letter(n=n))
    return told.value


async def test_chinese_goes_out_as_it_is() -> None:
    async with calling() as (platform, channel):
        assert await channel.send(letter("政策😀")) == Receipt("k1")
        assert "政策😀".encode() in platform.api.bodies[0]
        assert platform.people.told(FIRM) == ["政策😀"]


async def test_one_token_serves_many_messages_and_processes() -> None:
    clock, hub = Clock(), LocalHub()
    async with calling(clock, hub) as (platform, channel):
        other = another(platform, clock, hub)
        sending = [one.send(letter(n=n)) for n, one in enumerate((channel, other) * 2, start=1)]
        await asyncio.gather(*sending)
        assert platform.api.calls.count(TOKEN) == 1
        clock.now += timedelta(seconds=7200 * 0.8 + 1)
        await channel.send(letter(n=9))
        assert platform.api.calls.count(TOKEN) == 2
        await other.stop()


async def test_a_token_that_ended_is_renewed_once() -> None:
    async with calling() as (platform, channel):
        await channel.send(letter())
        platform.api.expire()
        await channel.send(letter(n=2))
        assert platform.api.calls == [TOKEN, PUSH, PUSH, TOKEN, PUSH]


async def test_a_token_that_is_never_accepted_is_no_loop() -> None:
    async with calling() as (platform, channel):
        platform.api.script.always[PUSH] = Fault(code=40001)
        told = await refused(channel)
        assert (told.code, told.breaks) == ("40001", "robot")
        # The second token is forced, because the first was given once more; then nothing is.
        assert platform.api.calls == [TOKEN, PUSH, TOKEN, TOKEN, PUSH]
        await refused(channel, 2)
        assert platform.api.calls.count(TOKEN) == 4
        assert platform.api.calls.count(PUSH) == 4


@pytest.mark.parametrize(
    ("code", "named", "again", "breaks"),
    [
        (-1, "-1", 5.0, ""),
        (40003, "40003", None, ""),
        (43004, "43004", None, ""),
        (45009, "45009", 3 * 3600.0, "robot"),  # till midnight
        (45011, "45011", 60.0, "robot"),
        (45015, CLOSED, None, ""),
        (45047, CLOSED, None, ""),
        (48001, "48001", None, ""),
        (99999, "99999", None, ""),
    ],
)
async def test_each_refusal_says_when_to_try_again(
    code: int, named: str, again: float | None, breaks: str
) -> None:
    async with calling() as (platform, channel):
        platform.api.script.once[PUSH].append(Fault(code=code))
        told = await refused(channel)
        assert (told.code, told.breaks) == (named, breaks)
        if again is None:
            assert told.retry_after is None
        else:
            assert told.retry_after is not None
            assert again <= told.retry_after <= again * 1.5


@pytest.mark.parametrize("code", [40013, 40125, 40164])
async def test_an_account_that_is_refused_is_loud_and_rests(
    code: int, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    async with calling(clock) as (platform, channel):
        platform.api.script.always[TOKEN] = Fault(code=code)
        for n in range(3):
            told = await refused(channel, n)
            assert (told.code, told.breaks) == (str(code), "robot")
        assert platform.api.calls == [TOKEN]
        assert f"the account cannot be used: {code}" in caplog.text
        run = asyncio.create_task(channel.run(none))
        await asyncio.sleep(0)
        assert (channel.health().ready, channel.health().reason[:5]) == (False, str(code))
        del platform.api.script.always[TOKEN]
        clock.now += timedelta(seconds=FATAL_REST + 1)
        await channel.send(letter(n=7))
        assert channel.health().ready
        await channel.stop()
        await run


async def none(arrival: Arrival) -> Answered:
    """Take nothing."""
    return Answered()


@pytest.mark.parametrize("fault", [Fault(html=502), Fault(html=200), Fault(done=True)])
async def test_where_the_bytes_left_nobody_says_that_nothing_arrived(fault: Fault) -> None:
    async with calling() as (platform, channel):
        platform.api.script.once[PUSH].append(fault)
        with pytest.raises(SendUnknown):
            await channel.send(letter())


async def test_a_page_in_the_platform_s_place_is_no_token() -> None:
    async with calling() as (platform, channel):
        platform.api.script.once[TOKEN].append(Fault(html=502))
        assert (await refused(channel)).code == "http.502"
        assert platform.people.shown == []


async def test_a_platform_that_hangs_is_given_up() -> None:
    async with calling(pace=SHORT) as (platform, channel):
        platform.api.script.once[TOKEN].append(Fault(hangs=True))
        assert (await refused(channel)).code == NO_ANSWER
        platform.api.script.once[PUSH].append(Fault(hangs=True))
        with pytest.raises(SendUnknown):
            await channel.send(letter(n=2))


@pytest.mark.parametrize("how", ["hangs", "refuses", "a page", "a refusal", "cut"])
async def test_no_log_and_no_fault_names_a_secret_or_who_is_written_to(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    base = f"http://127.0.0.1:{free_port()}" if how == "refuses" else ""
    faults = {
        "hangs": Fault(hangs=True),
        "a page": Fault(html=502),
        "a refusal": Fault(code=48001),
        "cut": Fault(done=True),
    }
    told: list[str] = []
    async with calling(base=base, pace=SHORT) as (platform, channel):
        for path in (TOKEN, PUSH, MEDIA):
            if how in faults:
                platform.api.script.once[path].append(faults[how])
            for n in range(2):
                try:
                    await channel.send(letter(CONTENT, n=n))
                except (SendFault, SendUnknown) as fault:
                    told += traceback.format_exception(fault)
            try:
                await channel.fetch("", "media-1", 100)
            except FetchFault as fault:
                told += traceback.format_exception(fault)
        hidden = [platform.app_secret, FIRM, CONTENT, *platform.api.tokens]
    everything = "".join(told) + caplog.text
    assert told
    assert [one for one in hidden if one in everything] == []


async def test_a_medium_is_fetched_and_a_refusal_is_no_medium() -> None:
    async with calling() as (platform, channel):
        content = b'{"looks": "like JSON"' + bytes(40)
        name = platform.keep(content, "image/jpeg")
        assert await channel.fetch("", name, 100) == content
        with pytest.raises(FetchFault) as gone:
            await channel.fetch("", "unknown", 100)
        assert (gone.value.code, gone.value.retry_after) == ("40007", None)
        platform.api.expire()
        assert await channel.fetch("", name, 100) == content


async def test_a_video_is_fetched_from_where_the_platform_keeps_it() -> None:
    async with calling() as (platform, channel):
        name = platform.keep(bytes(60), "video/mp4")
        assert await channel.fetch("", name, 100) == bytes(60)
        with pytest.raises(FetchFault) as large:
            await channel.fetch("", name, 50)
        assert (large.value.code, large.value.retry_after) == ("too.large", None)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "http://qq.com.example/video",
        "https://mp.weixin.qq.com:8443/video",
        "file:///etc/passwd",
        "//evil.example",
        "http://[::1",
    ],
)
async def test_no_video_is_fetched_from_anybody_elses_address(address: str) -> None:
    async with calling() as (platform, channel):
        platform.api.videos = address
        name = platform.keep(bytes(60), "video/mp4")
        with pytest.raises(FetchFault) as elsewhere:
            await channel.fetch("", name, 100)
        assert (elsewhere.value.code, elsewhere.value.retry_after) == ("media.elsewhere", None)


async def test_the_session_takes_no_cookies_and_no_credentials_of_the_machine() -> None:
    async with open_session() as session:
        assert session.trust_env is False
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)

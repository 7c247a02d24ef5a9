"""Calls to qyapi.weixin.qq.com: the token, what each refusal means, and that no secret gets out."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import FetchFault, SendFault, SendUnknown
from bot.channels.tencent.errors import FATAL_REST, PARTIAL
from bot.channels.tencent.exchange import NO_ANSWER
from bot.channels.wecom import Pace, WeCom
from bot.hub.local import LocalHub
from bot.keys import Keys
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import AGENT, MEDIA, SEND, TOKEN, UPLOAD
from bot.simulator.wecom.platform import WeComPlatform
from handlers.ports import Answered, Arrival
from tests.bot.channels.conftest import open_file
from tests.bot.channels.platform import eventually
from tests.ground import free_port
from tests.wechat import PATIENT
from tests.wecom import MEMBER, access_to, letter

CONTENT = "绝密的内容"  # not in a line that a traceback shows
SHORT = Pace(call=0.3, prove=600.0)
KEYS = Keys("a secret of the tests, long enough")


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def calling(
    clock: Clock | None = None, hub: LocalHub | None = None, base: str = "", pace: Pace = PATIENT
) -> AsyncIterator[tuple[WeComPlatform, WeCom]]:
    """Give a platform at which one member sees the app, and a channel to it."""
    clock = clock or Clock()
    async with WeComPlatform(clock=clock) as platform:
        platform.people.join(MEMBER)
        channel = another(platform, clock, hub, base, pace)
        yield platform, channel
        await channel.stop()


def another(
    platform: WeComPlatform,
    clock: Clock,
    hub: LocalHub | None = None,
    base: str = "",
    pace: Pace = PATIENT,
) -> WeCom:
    return WeCom(
        access_to(platform, api_base=base or platform.base_url),
        clock,
        random.Random(7),  # noqa: S311
        say=lambda text: text.key,
        open_file=open_file,
        hub=hub,
        keys=KEYS,
        pace=pace,
    )


async def refused(channel: WeCom, n: int = 1) -> SendFault:
    with pytest.raises(SendFault) as told:
        await channel.send(letter(n=n))
    return told.value


async def none(arrival: Arrival) -> Answered:
    """Take nothing."""
    return Answered()


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
        assert platform.api.calls == [TOKEN, SEND, SEND, TOKEN, SEND]


@pytest.mark.parametrize("code", [40014, 42001])
async def test_a_token_that_is_never_accepted_is_no_loop(code: int) -> None:
    async with calling() as (platform, channel):
        platform.api.script.always[SEND] = Fault(code=code)
        told = await refused(channel)
        assert (told.code, told.breaks) == (str(code), "robot")
        assert platform.api.calls == [TOKEN, SEND, TOKEN, SEND]


@pytest.mark.parametrize(
    ("fault", "named", "again", "breaks"),
    [
        (Fault(code=-1), "-1", 5.0, ""),
        (Fault(code=40003), "40003", None, ""),
        (Fault(code=60111), "60111", None, ""),
        (Fault(code=81013), "81013", None, ""),
        (Fault(code=45009), "45009", 60.0, "robot"),
        (Fault(code=48002), "48002", None, ""),
        (Fault(code=60020), "60020", FATAL_REST, "robot"),
        (Fault(code=99999), "99999", None, ""),
        (Fault(warns=True), PARTIAL, None, ""),
    ],
)
async def test_each_refusal_says_when_to_try_again(
    fault: Fault, named: str, again: float | None, breaks: str
) -> None:
    async with calling() as (platform, channel):
        platform.api.script.once[SEND].append(fault)
        told = await refused(channel)
        assert (told.code, told.breaks) == (named, breaks)
        if again is None:
            assert told.retry_after is None
        else:
            assert told.retry_after is not None
            assert again <= told.retry_after <= again * 1.5


@pytest.mark.parametrize("code", [40001, 40013])
async def test_a_secret_that_is_refused_is_loud_and_rests(
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


async def test_an_address_that_is_not_trusted_shows_before_anything_is_sent() -> None:
    async with calling() as (platform, channel):
        platform.api.script.always[AGENT] = Fault(code=60020)
        run = asyncio.create_task(channel.run(none))
        await eventually(lambda: "60020" in channel.health().reason)
        assert not channel.health().ready
        await channel.stop()
        await run


@pytest.mark.parametrize(
    "fault", [Fault(html=502), Fault(html=200), Fault(done=True), Fault(partial=True)]
)
async def test_where_the_bytes_left_nobody_says_that_nothing_arrived(fault: Fault) -> None:
    async with calling() as (platform, channel):
        platform.api.script.once[SEND].append(fault)
        with pytest.raises(SendUnknown):
            await channel.send(letter())


async def test_a_platform_that_hangs_is_given_up() -> None:
    async with calling(pace=SHORT) as (platform, channel):
        platform.api.script.once[TOKEN].append(Fault(hangs=True))
        assert (await refused(channel)).code == NO_ANSWER
        platform.api.script.once[SEND].append(Fault(hangs=True))
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
        "a refusal": Fault(code=48002),
        "cut": Fault(done=True),
    }
    told: list[str] = []
    async with calling(base=base, pace=SHORT) as (platform, channel):
        for path in (TOKEN, SEND, UPLOAD, MEDIA):
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
        hidden = [platform.secret, platform.token, MEMBER, CONTENT, *platform.api.tokens]
    everything = "".join(told) + caplog.text
    assert told
    assert [one for one in hidden if one in everything] == []

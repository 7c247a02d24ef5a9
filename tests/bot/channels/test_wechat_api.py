"""Calls that 公众号 alone has: the forced token, and media; the others are in test_tencent_api."""

from __future__ import annotations

import pytest

from bot.channels.base import FetchFault, Receipt
from bot.simulator.tencent.faults import Fault
from bot.simulator.wechat.api import PUSH, TOKEN
from tests.bot.channels.accounts import WECHAT
from tests.wechat import FIRM, letter


async def test_chinese_goes_out_as_it_is() -> None:
    async with WECHAT.calling() as (platform, channel):
        assert await channel.send(letter("政策😀")) == Receipt("k1")
        assert "政策😀".encode() in platform.api.bodies[0]
        assert platform.people.told(FIRM) == ["政策😀"]


async def test_a_token_that_is_never_accepted_is_no_loop() -> None:
    async with WECHAT.calling() as (platform, channel):
        platform.api.script.always[PUSH] = Fault(code=40001)
        told = await WECHAT.refused(channel)
        assert (told.code, told.breaks) == ("40001", "robot")
        # The second token is forced, because the first was given once more; then nothing is.
        assert platform.api.calls == [TOKEN, PUSH, TOKEN, TOKEN, PUSH]
        await WECHAT.refused(channel, 2)
        assert platform.api.calls.count(TOKEN) == 4
        assert platform.api.calls.count(PUSH) == 4


async def test_a_medium_is_fetched_and_a_refusal_is_no_medium() -> None:
    async with WECHAT.calling() as (platform, channel):
        content = b'{"looks": "like JSON"' + bytes(40)
        name = platform.keep(content, "image/jpeg")
        assert await channel.fetch("", name, 100) == content
        with pytest.raises(FetchFault) as gone:
            await channel.fetch("", "unknown", 100)
        assert (gone.value.code, gone.value.retry_after) == ("40007", None)
        platform.api.expire()
        assert await channel.fetch("", name, 100) == content


async def test_a_video_is_fetched_from_where_the_platform_keeps_it() -> None:
    async with WECHAT.calling() as (platform, channel):
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
    async with WECHAT.calling() as (platform, channel):
        platform.api.videos = address
        name = platform.keep(bytes(60), "video/mp4")
        with pytest.raises(FetchFault) as elsewhere:
            await channel.fetch("", name, 100)
        assert (elsewhere.value.code, elsewhere.value.retry_after) == ("media.elsewhere", None)

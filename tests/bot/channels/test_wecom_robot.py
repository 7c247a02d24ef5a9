"""Group robots of 企业微信: limited in bytes, each by itself, and never sent twice."""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import (
    Delivered,
    Enclosure,
    Hook,
    Letter,
    Message,
    Option,
    Receipt,
    SendFault,
    SendUnknown,
)
from bot.channels.wecom_robot import MANNER, WeComRobots, is_robot
from bot.delivery.outcome import Landed
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.wecom.robots import SEND, UPLOAD, Posted
from bot.splitting import split
from bot.storage.rows import Claimed
from flows.office import Content, Door
from tests.bot.channels.conftest import KEPT, open_file

API = "https://qyapi.weixin.qq.com"
KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
PDF = Enclosure(sha256="bb", name="申报指南.pdf", extension="pdf", mime="application/pdf", size=14)
PNG = Enclosure(sha256="aa", name="图片.png", extension="png", mime="image/png", size=16)


@pytest.fixture
async def platform() -> AsyncIterator[WeComPlatform]:
    """Give a running platform."""
    async with WeComPlatform() as running:
        yield running


@pytest.fixture
async def channel(platform: WeComPlatform) -> AsyncIterator[WeComRobots]:
    """Give the channel to it."""
    made = WeComRobots(platform.base_url, open_file, random.Random(7))  # noqa: S311
    yield made
    await made.stop()


def letter(address: str, text: str = "请查收", **changes: Any) -> Letter:
    """Make a notice to a group."""
    one = Letter(
        id=1,
        robot="",
        door=Door.STAFF_GROUP,
        to="webhook:a",
        message=Message(title="通知", text=text),
        key="delivery-1",
        hook=Hook(address=address),
    )
    return one.model_copy(update=changes)


async def test_a_notice_is_shown_as_markdown(platform: WeComPlatform, channel: WeComRobots) -> None:
    address = platform.robots.add("a")
    message = Message(
        title="通知",
        text="**年底座谈会**  \n> 12月1日  \n[原文](https://example.com/a)",
        options=(Option(label="收到", action="c:received:TS-2026-001"),),
        spelt="收到：请私聊",
    )
    assert await channel.send(letter(address, message=message)) == Receipt("", "webhook")
    shown = "**年底座谈会**\n> 12月1日\n[原文](https://example.com/a)\n\n收到：请私聊"
    assert platform.robots.shown("a") == [Posted(shown)]


async def test_b17_four_thousand_and_ninety_six_bytes_go_and_no_character_is_cut(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    await channel.send(letter(address, "政" * 1365 + "a"))
    await channel.send(letter(address, "𠮷" * 1025))
    exact, cut = (one.text for one in platform.robots.shown("a"))
    assert len(exact.encode()) == 4096
    assert exact.endswith("a")
    assert set(cut) == {"𠮷", "…"}
    assert len(cut.encode()) <= 4096


async def test_b17_what_the_outbox_cuts_fits_part_by_part(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    family = "👨‍👩‍👧"
    message = Message(title="t", text=f"{'政' * 1360}{family * 300}\n\n{'策' * 800}")
    parts = split(message, MANNER.limit, lambda n, of: f"（{n}/{of}）", "（太长）")
    for part in parts:
        await channel.send(letter(address, message=part))
    shown = [one.text for one in platform.robots.shown("a")]
    assert len(shown) == len(parts) > 1
    assert "".join(shown).count(family) == 300
    assert not any("…" in one for one in shown)


async def test_a_doubtful_one_stays_in_doubt_and_is_never_sent_again(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    platform.api.script.once[SEND] = [Fault(done=True)]
    with pytest.raises(SendUnknown) as told:
        await channel.send(letter(address))
    assert len(platform.robots.shown("a")) == 1
    assert landed(told.value, "wecom_robot").outcome == "unknown"
    assert landed(told.value, "dingtalk").outcome == "resent"  # there a repetition is known


def landed(result: SendUnknown, channel: str) -> Landed:
    """End the delivery of a notice to a group's robot with a doubt."""
    claimed = Claimed(
        **letter("").model_dump(exclude={"message"}),
        message=Message(title="t", text="x"),
        channel=channel,
        lane="g:webhook:a",
        content=Content.NOTICE,
    )
    return Landed(claimed, result)


@pytest.mark.parametrize("fault", [Fault(html=502), Fault(html=504), Fault(partial=True)])
async def test_what_does_not_say_whether_it_was_sent_is_a_doubt(
    platform: WeComPlatform, channel: WeComRobots, fault: Fault
) -> None:
    address = platform.robots.add("a")
    platform.api.script.once[SEND] = [fault]
    with pytest.raises(SendUnknown):
        await channel.send(letter(address))


async def test_a_robot_that_is_too_fast_rests_for_a_minute_and_no_other_does(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    first, second = platform.robots.add("a"), platform.robots.add("b")
    for _ in range(20):
        await channel.send(letter(first))
    with pytest.raises(SendFault, match="45009") as told:
        await channel.send(letter(first))
    assert told.value.breaks == "robot"
    assert 60.0 <= (told.value.retry_after or 0) <= 90.0
    await channel.send(letter(second, to="webhook:b"))
    windows = [channel.window(letter(first)), channel.window(letter(second, to="webhook:b"))]
    assert [w and (w.key, w.limit, w.seconds >= 60) for w in windows] == [
        ("webhook:a", 18, True),
        ("webhook:b", 18, True),
    ]


async def test_a_robot_that_was_removed_is_gone_and_not_tried_again(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    platform.robots.remove("a")
    with pytest.raises(SendFault, match="93000") as told:
        await channel.send(letter(address))
    assert (told.value.gone, told.value.retry_after) == (True, None)


async def test_a_busy_platform_is_asked_again(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    platform.api.script.once[SEND] = [Fault(code=-1)]
    with pytest.raises(SendFault) as told:
        await channel.send(letter(address))
    assert told.value.retry_after
    assert not told.value.gone


async def test_a_file_goes_under_its_own_name_and_a_picture_is_shown(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    for file in (PDF, PNG):
        message = Message(title="t", text="附件", file=file, instead=False)
        await channel.send(letter(address, message=message))
    assert platform.robots.shown("a") == [Posted(file="申报指南.pdf"), Posted(picture=KEPT["aa"])]


async def test_what_a_robot_uploaded_is_not_shown_by_another(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    message = Message(title="t", text="附件", file=PDF, instead=False)
    first, second = platform.robots.add("a"), platform.robots.add("b")
    for address in (first, second, first):
        await channel.send(letter(address, message=message))
    assert platform.api.calls.count(UPLOAD) == 2
    assert [len(platform.robots.shown(group)) for group in ("a", "b")] == [2, 1]


async def test_a_file_that_the_platform_forgot_is_uploaded_again(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    message = Message(title="t", text="附件", file=PDF, instead=False)
    platform.api.script.once[SEND] = [Fault(code=40007)]
    with pytest.raises(SendFault) as told:
        await channel.send(letter(address, message=message))
    assert told.value.retry_after
    await channel.send(letter(address, message=message))
    assert platform.robots.shown("a") == [Posted(file="申报指南.pdf")]


@pytest.mark.parametrize("size", [4, 20 * 1024 * 1024 + 1])
async def test_words_stand_for_a_file_that_cannot_be_sent(
    platform: WeComPlatform, channel: WeComRobots, size: int
) -> None:
    address = platform.robots.add("a")
    file = PDF.model_copy(update={"size": size})
    message = Message(title="t", text="附件请向我们要", file=file, instead=False)
    await channel.send(letter(address, message=message))
    assert platform.robots.shown("a") == [Posted("附件请向我们要")]


async def test_the_key_goes_to_the_platform_alone_and_into_no_log(
    platform: WeComPlatform, channel: WeComRobots, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SendFault, match=r"webhook\.foreign"):
        await channel.send(letter(f"https://evil.example{SEND}?key={KEY}"))
    with pytest.raises(SendFault, match=r"webhook\.unknown"):
        await channel.send(letter("", hook=None))
    with pytest.raises(SendFault, match="93000"):
        await channel.send(letter(f"{platform.base_url}{SEND}?key={KEY}"))
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        (f"{API}{SEND}?key={KEY}", True),
        (f"http://qyapi.weixin.qq.com{SEND}?key={KEY}", False),
        (f"https://qyapi.weixin.qq.com:8443{SEND}?key={KEY}", False),
        (f"https://user@qyapi.weixin.qq.com{SEND}?key={KEY}", False),
        (f"https://qyapi.weixin.qq.com.evil.example{SEND}?key={KEY}", False),
        (f"{API}/cgi-bin/gettoken?key={KEY}", False),
        (f"{API}{SEND}", False),
        (f"{API}{SEND}?key=", False),
        ("https://qyapi.weixin.qq.com:port/", False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_an_address_is_a_robots_at_the_platform_alone(address: str, is_one: bool) -> None:
    assert is_robot(address, API) is is_one


async def test_nothing_is_heard_taken_back_or_changed(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    assert not channel.manner.hears
    sent = Delivered(id=7, robot="", door=Door.STAFF_GROUP, to="webhook:a", key="", via="webhook")
    assert await channel.recall([sent]) == {7: "custom.robot"}
    with pytest.raises(SendFault, match=r"card\.unsupported"):
        await channel.send(letter(address, card="c", update=True))
    assert platform.api.calls == []


async def test_a_picture_that_is_too_large_to_be_shown_goes_as_a_file(
    platform: WeComPlatform, channel: WeComRobots
) -> None:
    address = platform.robots.add("a")
    large = PNG.model_copy(update={"size": 3 * 1024 * 1024})
    await channel.send(letter(address, message=Message(title="t", text="附件", file=large)))
    assert platform.robots.shown("a") == [Posted(file="图片.png")]

"""The app's groups of 企业微信: those it made, and those of customers, whose owners decide."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import (
    Confirmed,
    Confirming,
    Delivered,
    Enclosure,
    Letter,
    Message,
    Receipt,
    SendFault,
    SendUnknown,
)
from bot.channels.wecom import WeCom
from bot.channels.wecom.groups import RESULT
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.appchat import SEND, Chat
from bot.simulator.wecom.customers import TASK
from bot.simulator.wecom.platform import WeComPlatform
from flows.office import Door
from handlers.person import CUSTOMERS
from tests.wecom import channel_to

OWNER = "LiSi"
PDF = Enclosure(sha256="bb", name="申报指南.pdf", extension="pdf", mime="application/pdf", size=14)


@pytest.fixture
async def platform() -> AsyncIterator[WeComPlatform]:
    """Give a running platform with a group that the app made."""
    async with WeComPlatform() as running:
        running.chats.known["wr1"] = Chat("联络群", OWNER, (OWNER, "WangWu"))
        yield running


def letter(to: str, text: str = "**请查收**", **changes: Any) -> Letter:
    """Make a notice to a group."""
    message = Message(title="通知", text=text)
    one = Letter(id=1, robot="", door=Door.STAFF_GROUP, to=to, message=message, key="k1")
    return one.model_copy(update=changes)


def asked(key: str, to: str) -> Delivered:
    """Name a task by what was received for it."""
    return Delivered(id=1, robot="", door=Door.ENTERPRISE_GROUP, to=to, key=key, via="task")


@pytest.fixture
async def channel(platform: WeComPlatform) -> AsyncIterator[WeCom]:
    """Give the channel to it."""
    made = channel_to(platform)
    yield made
    await made.stop()


async def test_a_group_that_the_app_made_is_written_to(
    platform: WeComPlatform, channel: WeCom
) -> None:
    assert await channel.send(letter("wr1")) == Receipt()
    await channel.send(letter("wr1", "𠮷" * 600))
    first, second = platform.chats.known["wr1"].shown
    assert first == "**请查收**"
    assert second == "𠮷" * 512


async def test_a_file_is_shown_in_it_under_its_name(
    platform: WeComPlatform, channel: WeCom
) -> None:
    message = Message(title="t", text="附件", file=PDF, instead=False)
    await channel.send(letter("wr1", message=message))
    assert platform.chats.known["wr1"].shown == ["[file 申报指南.pdf]"]


async def test_a_group_that_is_not_there_is_gone(platform: WeComPlatform, channel: WeCom) -> None:
    with pytest.raises(SendFault, match="86003") as told:
        await channel.send(letter("wr2"))
    assert (told.value.gone, told.value.retry_after) == (True, None)


@pytest.mark.parametrize(("code", "gone"), [(86001, True), (86008, True), (86216, False)])
async def test_only_what_is_said_of_the_group_says_that_it_is_gone(
    platform: WeComPlatform, channel: WeCom, code: int, gone: bool
) -> None:
    platform.api.script.once[SEND].append(Fault(code=code))
    with pytest.raises(SendFault, match=str(code)) as told:
        await channel.send(letter("wr1"))
    assert told.value.gone == gone


async def test_a_task_that_is_still_being_put_before_its_owner_is_asked_about_again(
    platform: WeComPlatform,
) -> None:
    chat = platform.customers.add(OWNER)
    to = CUSTOMERS + chat
    channel = channel_to(platform, owners={to: OWNER})
    receipt = await channel.send(letter(to))
    platform.customers.let_go(OWNER)
    platform.api.script.once[RESULT].append(Fault(code=41063))
    assert await channel.confirmed([asked(receipt.key, to)]) == {}
    assert await channel.confirmed([asked(receipt.key, to)]) == {1: Confirmed("sent")}
    await channel.stop()


@pytest.mark.parametrize(("path", "to"), [(SEND, "wr1"), (TASK, "customer:x")])
async def test_what_may_have_arrived_is_a_doubt(
    platform: WeComPlatform, path: str, to: str
) -> None:
    channel = channel_to(platform, owners={"customer:x": OWNER})
    platform.customers.owners["x"] = OWNER
    platform.api.script.once[path] = [Fault(done=True)]
    with pytest.raises(SendUnknown):
        await channel.send(letter(to))
    await channel.stop()


async def test_a_customer_group_gets_what_its_owner_lets_go(platform: WeComPlatform) -> None:
    chat = platform.customers.add(OWNER)
    to = CUSTOMERS + chat
    channel = channel_to(platform, owners={to: OWNER})
    assert isinstance(channel, Confirming)
    receipt = await channel.send(letter(to))
    assert (receipt.via, receipt.awaits) == ("task", True)
    assert platform.customers.shown[chat] == []
    assert await channel.confirmed([asked(receipt.key, to)]) == {}
    platform.customers.let_go(OWNER)
    assert platform.customers.shown[chat] == ["请查收"]  # WeChat shows no markdown
    assert await channel.confirmed([asked(receipt.key, to)]) == {1: Confirmed("sent")}
    await channel.stop()


async def test_a_second_task_of_a_day_says_that_the_group_had_enough(
    platform: WeComPlatform,
) -> None:
    chat = platform.customers.add(OWNER)
    to = CUSTOMERS + chat
    channel = channel_to(platform, owners={to: OWNER})
    await channel.send(letter(to, "第一条"))
    second = await channel.send(letter(to, "第二条"))
    platform.customers.let_go(OWNER)
    ended = await channel.confirmed([asked(second.key, to)])
    assert ended == {1: Confirmed("failed", "customer.enough")}
    await channel.stop()


async def test_a_task_that_was_taken_back_is_not_let_go_any_more(platform: WeComPlatform) -> None:
    chat = platform.customers.add(OWNER)
    to = CUSTOMERS + chat
    channel = channel_to(platform, owners={to: OWNER})
    receipt = await channel.send(letter(to))
    assert await channel.recall([asked(receipt.key, to)]) == {1: ""}
    platform.customers.let_go(OWNER)
    assert platform.customers.shown[chat] == []
    await channel.stop()


async def test_a_group_of_somebody_else_or_of_nobody_is_refused(platform: WeComPlatform) -> None:
    chat = platform.customers.add(OWNER)
    platform.customers.add("WangWu")
    channel = channel_to(platform, owners={CUSTOMERS + chat: "WangWu"})
    with pytest.raises(SendFault, match=r"customer\.left_out"):
        await channel.send(letter(CUSTOMERS + chat))
    with pytest.raises(SendFault, match=r"customer\.no_owner"):
        await channel.send(letter(CUSTOMERS + "unknown"))
    await channel.stop()

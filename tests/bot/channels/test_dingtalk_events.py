"""Events: acknowledged at once, read notes handed on, what the month pays for counted."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import Read
from tests.bot.channels.conftest import Make, running
from tests.bot.channels.platform import CARD, Platform, frame, message, payload
from tests.bot.channels.test_dingtalk_send import CREATE, PRIVATE_CARD, TEMPLATE
from tests.bot.channels.test_dingtalk_stream import Desk, connected, data_of

READ = {
    "unionId": "sdjkqwheda",
    "operatTime": "1654641965416",
    "robotCode": "dingn",
    "openConversationId": "cidA==",
    "userId": "manager",
    "processQueryKey": "dsadf",
}
NOTED = Read("dingn", "dsadf", "cidA==", "manager", datetime.fromtimestamp(1654641965.416, UTC))


def event(kind: str, number: int, data: Any, event_id: str = "") -> str:
    return frame("*", f"f{number}", data, "EVENT", eventType=kind, eventId=event_id)


async def test_who_read_is_noted_once_whatever_else_happens(ding: Platform, make: Make) -> None:
    read: list[Read] = []
    async with running(make(read=read.append), Desk()):
        socket = await connected(ding)
        await socket.push(event("robot_msg_read", 1, READ, "e1"))
        await socket.push(event("robot_msg_read", 2, READ, "e1"))
        await socket.push(event("robot_msg_read", 3, READ | {"processQueryKey": ""}, "e2"))
        await socket.push(event("robot_msg_read", 4, "no JSON", "e3"))
        await socket.push(event("robot_msg_recall", 5, {}, "e4"))
        await socket.push(event("chat_disband", 6, {"openConversationId": "cid"}, "e5"))
        await socket.push(event("robot_msg_read", 7, READ | {"userId": "other"}, "e6"))
        await ding.until(lambda: len(socket.acks) == 7)
    assert [data_of(ack)["status"] for ack in socket.acks] == ["SUCCESS"] * 7
    assert read == [NOTED, replace(NOTED, reader="other")]


async def test_who_read_a_card_read_the_card(ding: Platform, make: Make) -> None:
    read: list[Read] = []
    channel = make(template=TEMPLATE, read=read.append)
    carried = {"success": True, "carrierId": "carrier"}
    ding.answer(CREATE, {"success": True, "result": {"deliverResults": [carried]}})
    async with running(channel, Desk()):
        socket = await connected(ding)
        await channel.send(PRIVATE_CARD)
        await socket.push(event("robot_msg_read", 1, READ | {"processQueryKey": "carrier"}, "e1"))
        await ding.until(lambda: len(socket.acks) == 1)
    assert [one.key for one in read] == ["qq-card1"]


async def test_every_frame_but_the_systems_and_the_address_books_is_counted(
    ding: Platform, make: Make
) -> None:
    counted: Counter[str] = Counter()

    def count(name: str, number: int) -> None:
        counted[name] += number

    async with running(make(count=count), Desk()):
        socket = await connected(ding)
        await socket.push(frame("ping", "f0", {"opaque": "x"}, "SYSTEM"))
        await socket.push(event("user_add_org", 1, {}, "e1"))
        await socket.push(event("robot_msg_read", 2, READ, "e2"))
        await socket.push(frame(CARD, "f3", payload("card_callback")))
        await socket.push(message("f4"))
        await ding.until(lambda: len(socket.acks) == 5)
        assert counted == {"messages": 3}
        over = frame("/v1.0/im/bot/messages/get", "f5", payload("over_quota"))
        await socket.push(over)
        await ding.until(lambda: len(socket.acks) == 6)
    assert counted == {"messages": 4, "quota.messages": 1}


@pytest.mark.parametrize(
    ("field", "value"), [("operatTime", ""), ("robotCode", ""), ("openConversationId", "")]
)
async def test_a_note_that_says_less_is_a_note(
    ding: Platform, make: Make, field: str, value: str
) -> None:
    read: list[Read] = []
    async with running(make(read=read.append), Desk()):
        socket = await connected(ding)
        await socket.push(event("robot_msg_read", 1, READ | {field: value}))
        await ding.until(lambda: len(socket.acks) == 1)
    assert [(one.key, one.reader) for one in read] == [("dsadf", "manager")]

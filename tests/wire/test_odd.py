"""Odd frames and odd words: each is answered where it can be, and costs only itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.simulator import inbound
from bot.simulator.wire import ROBOT_TOPIC
from tests.wire.bot import until
from tests.wire.chat import ENTERPRISE_GROUP, OWNER, STRANGER, Wire, crowd, wired

pytestmark = pytest.mark.usefixtures("engine")

USER = "crowd-0000"
MEGABYTE = 1024 * 1024
Spoil = Callable[[dict[str, Any]], dict[str, Any]]


def frame(**changed: Any) -> str:
    """Write a frame that may lack anything."""
    whole = {
        "specVersion": "1.0",
        "type": "CALLBACK",
        "headers": {
            "topic": ROBOT_TOPIC,
            "messageId": "odd-frame",
            "contentType": "application/json",
            "time": "1700000000000",
        },
        "data": "{}",
    }
    return json.dumps({name: value for name, value in {**whole, **changed}.items() if value != ""})


BAD_FRAMES = {
    "no JSON": "{",
    "empty": " ",
    "a list": "[]",
    "a number": "1e999",
    "NUL": "\0",
    "too deep": "[" * 100_000,
    "no headers": frame(headers=""),
    "headers of another kind": frame(headers=[1]),
    "no type": frame(type=""),
    "no data": frame(data=""),
    "data that is no JSON": frame(data="{"),
    "data of another kind": frame(data='"text"'),
    "data that is an object": frame(data={"msgtype": "text"}),
    "unknown type": frame(type="SURPRISE"),
    "unknown topic": frame(headers={"topic": "/v9/unknown", "messageId": "odd-topic"}),
    "unknown system topic": frame(type="SYSTEM", headers={"topic": "later", "messageId": "s"}),
    "a megabyte of nothing": frame(data=" " * MEGABYTE),
    "a card without a card": frame(
        headers={"topic": "/v1.0/card/instances/callback", "messageId": "c"}, data='{"userId":"x"}'
    ),
}


async def still_serves(wire: Wire, user: str = OWNER) -> None:
    """See that the same connection goes on serving people."""
    await wire.say(user, "菜单")
    await wire.hears(user, "亲清助手")
    assert wire.control.opened == 1
    assert wire.bot.count("arrival", "state = 'failed'") == 0
    assert "Traceback" not in wire.bot.log()


async def test_bad_frames_cost_only_themselves(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        for raw in BAD_FRAMES.values():
            assert await wire.control.send_raw_frame(raw)
        await still_serves(wire)
        unknown = [ack for ack in wire.control.acks if ack.message_id == "odd-topic"]
        assert [ack.code for ack in unknown] == [404]
        assert wire.bot.count("arrival") == 1


async def test_a_message_of_a_megabyte_is_answered(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        await wire.say(OWNER, "厂里停电了，" + "很着急" * (MEGABYTE // 9))
        await wire.hears(OWNER, "95598")
        await wire.hears(OWNER, "最多 5000 个字")
        await still_serves(wire, STRANGER)
        assert len(wire.told(OWNER)) == 2


def without(*names: str) -> Spoil:
    return lambda message: {k: v for k, v in message.items() if k not in names}


def changed(**fields: Any) -> Spoil:
    return lambda message: {**message, **fields}


SPOILT: dict[str, Spoil] = {
    "no text": without("text"),
    "a text that is null": changed(text=None),
    "a text that is a list": changed(text=["菜单"]),
    "a content that is a number": changed(text={"content": 12}),
    "no msgtype": without("msgtype"),
    "a msgtype of tomorrow": changed(msgtype="hologram"),
    "no msgId": without("msgId"),
    "no conversationId": without("conversationId"),
    "no conversationType": without("conversationType"),
    "no createAt": without("createAt"),
    "a createAt of words": changed(createAt="yesterday"),
    "no robotCode": without("robotCode"),
    "no nick": without("senderNick"),
    "no senderStaffId": without("senderStaffId"),
    "no sessionWebhook": without("sessionWebhook", "sessionWebhookExpiredTime"),
    "a webhook elsewhere": changed(sessionWebhook="https://127.0.0.1:9/evil"),
    "no expiry": without("sessionWebhookExpiredTime"),
    "a richText of nothing": changed(msgtype="richText", content={"richText": None}),
    "a picture without a code": changed(msgtype="picture", content={}),
    "a chat record of nonsense": changed(msgtype="chatRecord", content={"chatRecord": "["}),
}


async def test_messages_that_lack_something_are_answered_all_the_same(tmp_path: Path) -> None:
    people = dict(zip(SPOILT, crowd(len(SPOILT)), strict=True))
    async with wired(tmp_path, others=list(people.values())) as wire:
        for name, spoil in SPOILT.items():
            user = people[name].user_id
            body = inbound.text_body("菜单", in_group=False)
            await wire.control.push_message(spoil(wire.control.message(user, "text", body)))
        for name, member in people.items():
            await until(lambda u=member: wire.told(u.user_id), within=60, what=name)
        assert wire.bot.count("arrival", "state = 'done'") == len(SPOILT)
        await still_serves(wire)


ODD_WORDS = {
    "empty": "",
    "blanks": " \t\r\n ",
    "zero width": "\u200b\u200d\ufeff",
    "NUL": "停\x00电",
    "only NUL": "\x00",
    "a lone surrogate": "\ud83d",
    "a word with a lone surrogate": "菜单\udc00",
    "right to left": "\u202eمرحبا\u202c",
    "10,000 characters": "长" * 10_000,
    "10,000 emoji": "😀" * 10_000,
    "combining marks": "a" + "\u0301" * 5_000,
    "markup": "<script>alert(1)</script> [点我](http://127.0.0.1) **@all**",
    "control characters": "".join(map(chr, range(1, 32))),
    "braces": "${number} {0} %s",
    "a huge number": "9" * 5_000,
    "SQL": "'; DROP TABLE ticket; --",
}


@pytest.mark.parametrize("place", ["private", "group"])
async def test_odd_words_are_answered_each_time(place: str, tmp_path: Path) -> None:
    user = OWNER
    group = ENTERPRISE_GROUP if place == "group" else None
    async with wired(tmp_path) as wire:
        chat = group or wire.control.place_of(user)
        for open_form in (False, True):
            if open_form:
                await wire.say(user, "我要反映问题")
                await wire.hears(user, "一条消息说完就行")
            for name, text in ODD_WORDS.items():
                before = len(wire.control.sent(place=chat))
                await wire.say(user, text, group=group)
                await until(
                    lambda n=before: len(wire.control.sent(place=chat)) > n, within=60, what=name
                )
        assert "<script>" not in "".join(map(wire.words, wire.control.sent(place=chat)))
        await wire.say(user, "取消")
        await still_serves(wire)
        await wire.quiet()
        assert set(wire.states()) <= {"sent", "cancelled"}, wire.states()


async def test_somebody_without_a_staff_id_or_a_webhook_is_served_by_what_is_left(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path, cards=False, others=crowd(2)) as wire:
        nameless, pathless = "crowd-0000", "crowd-0001"
        wire.control.forget_staff_id(nameless)
        wire.control.forget_webhook(pathless)
        problem = "厂门口的路灯坏了两个月没人修，希望尽快修好。"
        for n, user in enumerate((nameless, pathless)):
            await wire.say(user, f"我是镇海宏业铸造厂的王小二，电话1380000000{n}。{problem}")
            await wire.hears(user, "谁能看到")
            await wire.say(user, "确认")
            await wire.hears(user, "已登记")
        ways = wire.bot.rows(
            "SELECT DISTINCT via FROM delivery WHERE \"to\" = ? AND state = 'sent'", pathless
        )
        assert ways == [("api",)]
        assert len(await wire.tickets()) == 2


async def test_messages_beyond_the_month_s_quota_are_answered_with_the_telephone(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path) as wire:
        wire.control.run_out_of_quota(api=False)
        await wire.say(OWNER, "厂里停电了")
        assert "0574-" in await wire.hears(OWNER, "额度用完")
        wire.control.refill_quota()
        await still_serves(wire)

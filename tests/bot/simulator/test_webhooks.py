"""Webhooks: session replies and custom robots."""

from typing import Any
from urllib.parse import quote

import pytest

from bot.simulator.webhooks import signature
from bot.simulator.wire import milliseconds
from tests.bot.simulator.client import GROUP, Bot, Hands, platform

TEXT = {"msgtype": "text", "text": {"content": "收到"}}


async def test_a_reply_stands_where_the_question_was_asked() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "进度", group=GROUP)
        webhook = (await stream.frame()).data["sessionWebhook"]
        assert await bot.post(webhook, TEXT) == {"errcode": 0, "errmsg": "ok"}
        (reply,) = bot.simulator.control.sent(user="clerk01")
        assert (reply.place, reply.content) == (GROUP, {"text": "收到"})
        assert reply.seq > bubble.seq


async def test_a_webhook_dies_after_ninety_minutes() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        stream = await bot.connect()
        await bot.simulator.control.say("ent01", "进度")
        data = (await stream.frame()).data
        assert data["sessionWebhookExpiredTime"] - data["createAt"] == 5_400_000
        clock.move(minutes=90)
        assert (await bot.post(data["sessionWebhook"], TEXT))["errcode"] == 300001
        assert bot.simulator.control.sent() == []


async def test_an_unknown_session_is_refused() -> None:
    async with platform() as bot:
        answer = await bot.post(f"{bot.base}/robot/sendBySession?session=nothing", TEXT)
        assert answer == {"errcode": 300001, "errmsg": "session 不存在"}


async def test_pictures_cannot_go_through_a_webhook() -> None:
    async with platform() as bot:
        body = {"msgtype": "image", "image": {"mediaId": "@x"}}
        assert (await bot.post(await _webhook(bot), body))["errcode"] == 400105


async def test_a_mention_needs_its_literal_in_the_text() -> None:
    async with platform() as bot:
        webhook = await _webhook(bot)
        at = {"atUserIds": ["ent01"], "isAtAll": False}
        await bot.post(webhook, {"msgtype": "text", "text": {"content": "@ent01 好了"}, "at": at})
        await bot.post(webhook, {**TEXT, "at": at})
        assert [b.mentions for b in bot.simulator.control.sent()] == [("ent01",), ()]
        await bot.post(webhook, {**TEXT, "at": {"atUserIds": [None]}})
        assert [b.code for b in bot.simulator.control.breaches] == ["at-user-id-not-a-string"]


async def test_a_token_sent_to_a_webhook_is_noted() -> None:
    async with platform() as bot:
        await bot.call("POST", await _webhook(bot), TEXT)
        assert [b.code for b in bot.simulator.control.breaches] == ["token-sent-to-webhook"]


async def test_a_custom_robot_checks_signature_and_pace() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        assert (await bot.post(_custom(bot, clock, secret="wrong"), TEXT))["errcode"] == 310000
        codes = [(await bot.post(_custom(bot, clock), TEXT))["errcode"] for _ in range(21)]
        assert codes == [0] * 20 + [130101]
        clock.move(minutes=9)
        assert (await bot.post(_custom(bot, clock), TEXT))["errcode"] == 130101
        clock.move(minutes=1)
        assert (await bot.post(_custom(bot, clock), TEXT))["errcode"] == 0


async def test_the_same_message_id_is_shown_once_by_a_custom_robot() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        body: dict[str, Any] = {**TEXT, "msgUuid": "one"}
        assert (await bot.post(_custom(bot, clock), body))["errcode"] == 0
        assert (await bot.post(_custom(bot, clock), body))["errcode"] == 0
        assert len(bot.simulator.control.sent()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"msgtype": "markdown", "markdown": {"title": "t", "text": "## 标题"}},
        {"msgtype": "link", "link": {"title": "t", "text": "x", "messageUrl": "http://a.invalid"}},
        {
            "msgtype": "actionCard",
            "actionCard": {
                "title": "t",
                "text": "x",
                "btns": [{"title": "看", "actionURL": "http://a.invalid"}],
            },
        },
    ],
)
async def test_the_other_kinds_of_replies_are_shown(body: dict[str, Any]) -> None:
    async with platform() as bot:
        assert (await bot.post(await _webhook(bot), body))["errcode"] == 0
        assert bot.simulator.control.sent()[0].kind == body["msgtype"]


async def _webhook(bot: Bot) -> str:
    stream = await bot.connect()
    await bot.simulator.control.say("ent01", "进度", group=GROUP)
    return str((await stream.frame()).data["sessionWebhook"])


def _custom(bot: Bot, clock: Hands, secret: str = "SECdemo") -> str:
    stamp = str(milliseconds(clock()))
    sign = quote(signature(stamp, secret), safe="")
    return f"{bot.base}/robot/send?access_token=demo-token&timestamp={stamp}&sign={sign}"

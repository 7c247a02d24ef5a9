"""What the simulator sends and takes has the shapes of the official pages."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.control import Control
from tests.bot.simulator.client import GROUP, Bot, platform

PAYLOADS = Path(__file__).parents[2] / "payloads"
PNG = b"\x89PNG\r\n\x1a\n"

Act = Callable[[Control], Awaitable[Any]]


def sample(name: str) -> Any:
    """Read one sample."""
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def shape(value: Any) -> Any:
    """Reduce a payload to its keys and types; JSON inside strings is looked into."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case list():
            return [shape(inner) for inner in value]
        case str() if value[:1] in {"{", "["}:
            return ("json", shape(json.loads(value)))
        case _:
            return type(value).__name__


async def _quoted(control: Control) -> Any:
    answer = next(bubble for bubble in control.sent() if bubble.query_key)
    return await control.say("ent01", "2", quoted=answer.key)


async def _forwarded(control: Control) -> Any:
    seen = [
        await control.say("ent01", "货车进不来", group=GROUP, at_robot=False),
        await control.send_picture("clerk01", PNG, group=GROUP, at_robot=False),
    ]
    return await control.forward("ent01", [bubble.key for bubble in seen])


async def _over_quota(control: Control) -> Any:
    control.run_out_of_quota(api=False)
    return await control.say("ent01", "进度")


INBOUND: dict[str, Act] = {
    "inbound_text_direct": lambda c: c.say("ent01", "我要反映问题"),
    "inbound_text_group": lambda c: c.say("ent01", "我要反映问题", group=GROUP),
    "inbound_text_quoted": _quoted,
    "inbound_picture": lambda c: c.send_picture("ent01", PNG, group=GROUP),
    "inbound_rich_text": lambda c: c.send_rich_text(
        "ent01", ["门口的围挡如图：", PNG, "请协调"], group=GROUP
    ),
    "inbound_audio": lambda c: c.send_audio("ent01", "厂门口的路被围挡占了"),
    "inbound_video": lambda c: c.send_video("ent01", b"video"),
    "inbound_file": lambda c: c.send_file("ent01", "情况说明.pdf", b"%PDF"),
    "inbound_unknown": lambda c: c.send_unknown("ent01"),
    "inbound_chat_record": _forwarded,
    "inbound_over_quota": _over_quota,
}


def test_every_inbound_sample_is_compared() -> None:
    assert {path.stem for path in PAYLOADS.glob("inbound_*.json")} == set(INBOUND)


@pytest.mark.parametrize("name", sorted(INBOUND))
async def test_an_inbound_message_has_the_documented_keys(name: str) -> None:
    async with platform() as bot:
        await bot.call("POST", "/v1.0/robot/oToMessages/batchSend", sample("direct_send_request"))
        stream = await bot.connect()
        await INBOUND[name](bot.simulator.control)
        frame = await stream.frame()
        assert shape(frame.data) == shape(sample(name))
        assert shape(frame.raw["headers"]) == shape(sample("frame_callback")["headers"])
        assert set(frame.raw) == set(sample("frame_callback"))


async def test_an_event_has_the_documented_keys() -> None:
    expected = sample("frame_event_robot_msg_read")
    async with platform() as bot:
        stream = await bot.connect()
        await bot.simulator.control.event("robot_msg_read", json.loads(expected["data"]))
        assert shape((await stream.frame()).raw) == shape(expected)


async def test_system_frames_have_the_documented_keys() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        await bot.simulator.control.ping()
        assert shape((await stream.frame()).raw) == shape(sample("frame_ping"))
        await bot.simulator.control.disconnect()
        assert shape((await stream.frame()).raw) == shape(sample("frame_disconnect"))


async def test_a_card_callback_has_the_documented_keys_and_takes_the_documented_answer() -> None:
    async with platform() as bot:
        await bot.call(
            "POST", "/v1.0/card/instances/createAndDeliver", sample("card_group_request")
        )
        stream = await bot.connect()
        track = sample("card_group_request")["outTrackId"]
        pressing = asyncio.create_task(bot.simulator.control.press("clerk01", track, "accept"))
        frame = await stream.frame()
        assert shape(frame.data) == shape(sample("card_callback"))
        await _acknowledge(stream, frame, "ack_card")
        assert (await pressing).answered
        assert bot.simulator.control.card(track)["status"] == "已受理"


async def _acknowledge(stream: Any, frame: Any, name: str) -> None:
    ack = sample(name)
    ack["headers"]["messageId"] = frame.message_id
    await stream.send(ack)


async def test_the_documented_acks_are_no_breach() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "进度")
        await _acknowledge(stream, await stream.frame(), "ack_robot")
        event = await bot.simulator.control.event("robot_msg_read", {})
        await _acknowledge(stream, await stream.frame(), "ack_event")
        await bot.simulator.control.wait_for_ack(bubble.msg_id)
        await bot.simulator.control.wait_for_ack(event.business_id)
        assert bot.simulator.control.breaches == []


async def test_opening_answers_as_documented() -> None:
    async with platform() as bot:
        assert shape((await bot.open(**sample("open_request")))[1]) == shape(
            sample("open_response")
        )
        refused = (await bot.open(clientSecret="wrong"))[1]
        assert shape(refused) == shape(sample("open_refused"))


EXCHANGES = [
    ("POST", "/v1.0/robot/oToMessages/batchSend", "direct_send_request", "direct_send_response"),
    ("POST", "/v1.0/robot/groupMessages/send", "group_send_request", "group_send_response"),
    ("POST", "/v1.0/robot/groupMessages/send", "group_file_request", "group_send_response"),
    ("POST", "/v1.0/card/instances/createAndDeliver", "card_group_request", "card_response"),
    ("POST", "/v1.0/card/instances/createAndDeliver", "card_direct_request", "card_response"),
]


@pytest.mark.parametrize(("method", "path", "request_name", "response_name"), EXCHANGES)
async def test_a_documented_call_gets_the_documented_answer(
    method: str, path: str, request_name: str, response_name: str
) -> None:
    async with platform() as bot:
        bot.simulator.control.flow_control("clerk01")
        status, body = await bot.call(method, path, sample(request_name))
        assert status == 200
        assert shape(body) == shape(sample(response_name))


async def test_a_documented_card_update_is_by_key() -> None:
    async with platform() as bot:
        await bot.call(
            "POST", "/v1.0/card/instances/createAndDeliver", sample("card_group_request")
        )
        assert (await bot.call("PUT", "/v1.0/card/instances", sample("card_update_request")))[
            0
        ] == 200
        assert bot.simulator.control.card("delivery-31")["title"] == "新诉求 ZH-2026-0001"


async def test_a_documented_reply_goes_through_and_a_dead_session_is_told() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        await bot.simulator.control.say("ent01", "进度", group=GROUP)
        webhook = (await stream.frame()).data["sessionWebhook"]
        request = sample("webhook_text_request")
        assert await bot.post(webhook, request) == sample("webhook_response")
        bot.simulator.control.expire_webhooks()
        assert await bot.post(webhook, request) == sample("webhook_expired")


async def test_tokens_downloads_and_errors_have_the_documented_shapes() -> None:
    async with platform() as bot:
        keys = {"appKey": "dingdemoclient", "appSecret": "demo-secret"}
        _, token = await bot.call("POST", "/v1.0/oauth2/accessToken", keys)
        assert shape(token) == shape(sample("token_response"))
        assert shape(await _download(bot)) == shape(sample("download_response"))
        bot.token = "wrong"
        _, error = await bot.call("POST", "/v1.0/robot/groupMessages/send", {})
        assert shape(error) == shape(sample("error_response"))


async def _download(bot: Bot) -> Any:
    stream = await bot.connect()
    await bot.simulator.control.send_file("ent01", "说明.pdf", b"%PDF")
    code = (await stream.frame()).data["content"]["downloadCode"]
    order = {"downloadCode": code, "robotCode": "dingdemorobot"}
    return (await bot.call("POST", "/v1.0/robot/messageFiles/download", order))[1]

"""The control API over HTTP."""

import base64
from typing import Any

import pytest

from bot.simulator import control_http
from tests.bot.simulator.client import GROUP, Bot, platform


async def order(bot: Bot, name: str, /, **body: Any) -> tuple[int, dict[str, Any]]:
    async with bot.http.post(f"{bot.base}/control/{name}", json=body) as answer:
        return answer.status, await answer.json()


async def look(bot: Bot, name: str, **query: str) -> dict[str, Any]:
    async with bot.http.get(f"{bot.base}/control/{name}", params=query) as answer:
        return dict(await answer.json())


async def test_a_message_can_be_ordered_and_followed() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        status, bubble = await order(bot, "say", user="ent01", text="进度", group=GROUP)
        assert status == 200
        frame = await stream.frame()
        await stream.ack(frame)
        await bot.simulator.control.wait_for_ack(bubble["msg_id"])
        delivery = await look(bot, "delivery", msg_id=bubble["msg_id"])
        assert (delivery["acknowledged"], delivery["pushes"]) == (True, 1)
        await bot.post(
            frame.data["sessionWebhook"], {"msgtype": "text", "text": {"content": "已受理"}}
        )
        assert (await look(bot, "sent"))["messages"][0]["content"] == {"text": "已受理"}
        assert len((await look(bot, "seen", user="clerk01", place=GROUP))["messages"]) == 2
        assert (await look(bot, "state"))["usage"] == {"api": 0, "messages": 2}


ORDERS: dict[str, dict[str, Any]] = {
    "say": {"user": "ent01", "text": "进度"},
    "picture": {"user": "ent01", "base64": base64.b64encode(b"\x89PNG").decode()},
    "rich_text": {"user": "ent01", "parts": ["看图", {"base64": "AAAA"}]},
    "file": {"user": "ent01", "name": "a.pdf", "base64": "AAAA"},
    "audio": {"user": "ent01", "recognition": "围挡"},
    "video": {"user": "ent01", "base64": "AAAA"},
    "unknown": {"user": "ent01"},
    "forward": {"user": "ent01", "keys": []},
    "event": {"type": "chat_disband", "data": {}},
    "message": {"message": {"msgId": "m"}},
    "raw": {"text": "{"},
    "ping": {},
    "disconnect": {"reason": "test"},
    "close": {"code": 1001},
    "drop": {},
    "expire_tokens": {},
    "expire_webhooks": {},
    "expire_downloads": {},
    "refill_quota": {},
    "clear_faults": {},
    "use_old_sockets": {"on": False},
    "repeat": {"most": 3, "within": 0.01},
    "hold": {"on": True},
    "tell_reads": {},
    "hang": {"path": "/v1.0/robot/*", "seconds": 0.01},
    "throttle": {"path": "/v1.0/robot/*", "times": 2},
    "fail": {"path": "/v1.0/robot/*", "status": 500, "body": {}},
    "cut": {"path": "/v1.0/robot/*"},
    "run_out_of_quota": {"api": True, "messages": False},
    "flow_control": {"users": ["ent01"]},
    "filter_out": {"users": ["ent01"]},
    "block_space": {"spaces": [GROUP]},
    "withhold": {"user": "ent01", "fields": ["senderNick"]},
    "add_fields": {"user": "ent01", "fields": {"senderUnionId": "u"}},
    "forget_staff_id": {"user": "ent01"},
    "forget_webhook": {"user": "ent01"},
    "read": {"user": "ent01"},
}


def test_every_order_is_tried_and_documented() -> None:
    assert set(ORDERS) | {"press", "redeliver"} == set(control_http.ORDERS)
    for name in control_http.ORDERS:
        assert name in str(control_http.__doc__)


@pytest.mark.parametrize("name", sorted(ORDERS))
async def test_an_order_is_carried_out(name: str) -> None:
    async with platform() as bot:
        assert (await order(bot, name, **ORDERS[name]))[0] == 200


async def test_a_redelivery_and_a_press_need_something_to_act_on() -> None:
    async with platform() as bot:
        assert (await order(bot, "redeliver", msg_id="nothing"))[0] == 400
        press = await order(bot, "press", user="ent01", out_track_id="nothing", action_id="x")
        assert press[0] == 400
        assert (await order(bot, "nonsense"))[0] == 404
        assert (await order(bot, "say", user="ent01"))[0] == 400


async def test_the_windows_can_be_looked_at() -> None:
    async with platform() as bot:
        await bot.call("POST", "/v1.0/robot/groupMessages/send", {})
        found = await look(bot, "windows")
        assert found == {"second": {"/v1.0/robot/groupMessages/send": 1}, "minute": {}}

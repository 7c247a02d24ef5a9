"""The stream gateway, with a plain websocket client in the bot's place."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from bot.simulator.timings import Timings
from tests.bot.simulator.client import GROUP, Hands, platform

QUICK = Timings(silence=timedelta(milliseconds=80), card_answer=timedelta(milliseconds=200))


async def test_wrong_credentials_are_refused_with_auth_failed() -> None:
    async with platform() as bot:
        status, body = await bot.open(clientSecret="wrong")
        assert (status, body["code"]) == (401, "authFailed")
        assert set(body) == {"requestid", "code", "message"}


async def test_a_client_without_subscriptions_is_refused() -> None:
    async with platform() as bot:
        status, body = await bot.open(subscriptions=[])
        assert (status, body["code"]) == (400, "invalidParameter")


async def test_a_client_that_does_not_accept_json_gets_xml() -> None:
    async with platform() as bot:
        body = {
            "clientId": "dingdemoclient",
            "clientSecret": "demo-secret",
            "subscriptions": [{"type": "EVENT", "topic": "*"}],
        }
        url = f"{bot.base}/v1.0/gateway/connections/open"
        async with bot.http.post(url, json=body, headers={"Accept": "*/*"}) as answer:
            assert answer.content_type == "application/xml"
        assert [b.code for b in bot.simulator.control.breaches] == ["accept-is-not-json"]


async def test_a_ticket_can_be_used_once() -> None:
    async with platform() as bot:
        _, opened = await bot.open()
        await bot.dial(opened)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await bot.dial(opened)


async def test_a_ticket_dies_after_ninety_seconds() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        _, opened = await bot.open()
        clock.move(seconds=90)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await bot.dial(opened)


async def test_a_message_is_pushed_and_its_ack_is_seen() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "我要反映问题")
        frame = await stream.frame()
        assert frame.data["msgId"] == bubble.msg_id
        await stream.ack(frame)
        ack = await bot.simulator.control.wait_for_ack(bubble.msg_id)
        assert ack.data == {"response": None}
        assert bot.simulator.control.breaches == []


async def test_a_redelivery_keeps_the_message_id_in_a_new_frame() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "进度")
        await bot.simulator.control.redeliver(bubble.msg_id, times=2)
        frames = [await stream.frame() for _ in range(3)]
        assert {f.data["msgId"] for f in frames} == {bubble.msg_id}
        assert len({f.message_id for f in frames}) == 3


async def test_what_is_not_acknowledged_comes_again_and_then_no_more() -> None:
    pauses = (timedelta(milliseconds=40), timedelta(milliseconds=80), timedelta(milliseconds=120))
    async with platform(timings=Timings(redeliver_after=pauses)) as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "进度")
        await stream.frame()
        second = await stream.frame()
        await stream.ack(second)
        await bot.simulator.control.wait_for_ack(bubble.msg_id)
        await asyncio.sleep(0.2)
        assert len(bot.simulator.control.delivery(bubble.msg_id).pushes) == 2


async def test_an_ack_with_an_error_code_counts_as_none() -> None:
    async with platform(timings=Timings(redeliver_after=(timedelta(milliseconds=30),))) as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "进度")
        await stream.ack(await stream.frame(), code=500)
        again = await stream.frame()
        assert again.data["msgId"] == bubble.msg_id


async def test_each_push_takes_one_of_the_open_sockets() -> None:
    async with platform() as bot:
        one, two = await bot.connect(), await bot.connect()
        bubbles = [await bot.simulator.control.say("ent01", str(n)) for n in range(40)]
        used = {bot.simulator.control.delivery(b.msg_id).pushes[0].connection_id for b in bubbles}
        assert len(used) == 2
        await one.frame()
        await two.frame()


async def test_after_disconnect_there_is_silence_and_then_the_close() -> None:
    async with platform(timings=QUICK) as bot:
        old = await bot.connect()
        await bot.simulator.control.disconnect("connection is expired")
        frame = await old.frame()
        assert (frame.headers["topic"], frame.data) == (
            "disconnect",
            {"reason": "connection is expired"},
        )
        fresh = await bot.connect()
        await bot.simulator.control.say("ent01", "在吗")
        assert (await fresh.frame()).data["text"]["content"] == "在吗"
        assert await old.closed()


async def test_acks_on_the_old_socket_count_until_it_closes() -> None:
    async with platform(timings=QUICK) as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "进度")
        frame = await stream.frame()
        await bot.simulator.control.disconnect()
        await stream.ack(frame)
        assert (await bot.simulator.control.wait_for_ack(bubble.msg_id)).ok


async def test_a_lagging_platform_can_push_to_the_old_socket() -> None:
    async with platform(timings=QUICK) as bot:
        old = await bot.connect()
        await bot.simulator.control.disconnect()
        await bot.connect()
        bot.simulator.control.use_old_sockets()
        await bot.simulator.control.say("ent01", "晚到")
        await old.frame()
        assert (await old.frame()).data["text"]["content"] == "晚到"


async def test_a_ping_wants_its_opaque_back() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        await bot.simulator.control.ping()
        first = await stream.frame()
        await stream.ack(first, first.data)
        await bot.simulator.control.ping()
        await stream.ack(await stream.frame(), {"opaque": "another"})
        bubble = await bot.simulator.control.say("ent01", "进度")
        await stream.ack(await stream.frame())
        await bot.simulator.control.wait_for_ack(bubble.msg_id)
        assert [b.code for b in bot.simulator.control.breaches] == ["ping-ack-without-opaque"]


async def test_an_event_ack_without_status_is_noted() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        good = await bot.simulator.control.event("robot_msg_read", {"userId": "ent01"})
        await stream.ack(await stream.frame(), {"status": "SUCCESS", "message": "success"})
        await bot.simulator.control.wait_for_ack(good.business_id)
        assert bot.simulator.control.breaches == []
        bad = await bot.simulator.control.event("robot_msg_read", {"userId": "ent01"})
        await stream.ack(await stream.frame(), {"userId": "ent01"})
        await bot.simulator.control.wait_for_ack(bad.business_id)
        assert [b.code for b in bot.simulator.control.breaches] == ["event-ack-without-status"]


async def test_an_event_answered_with_later_is_pushed_again() -> None:
    async with platform(timings=Timings(redeliver_after=(timedelta(milliseconds=30),))) as bot:
        stream = await bot.connect()
        event = await bot.simulator.control.event("chat_add_member", {"userId": ["ent01"]})
        await stream.ack(await stream.frame(), {"status": "LATER", "message": ""})
        assert (await stream.frame()).headers["eventId"] == event.business_id


async def test_an_ack_whose_data_is_no_string_is_noted_but_counts() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bubble = await bot.simulator.control.say("ent01", "进度")
        frame = await stream.frame()
        headers = {"messageId": frame.message_id}
        await stream.send({"code": 200, "headers": headers, "data": {"response": None}})
        await bot.simulator.control.wait_for_ack(bubble.msg_id)
        assert [b.code for b in bot.simulator.control.breaches] == ["ack-data-not-a-string"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "ack-unreadable"),
        ("[]", "ack-unreadable"),
        ('{"headers":{}}', "ack-unreadable"),
        ('{"code":200,"headers":{"messageId":"nobody"},"data":"{}"}', "ack-of-unknown-frame"),
    ],
)
async def test_nonsense_from_the_client_is_noted_and_survived(text: str, code: str) -> None:
    async with platform() as bot:
        stream = await bot.connect()
        await stream.socket.send_str(text)
        bubble = await bot.simulator.control.say("ent01", "进度")
        await stream.ack(await stream.frame())
        await bot.simulator.control.wait_for_ack(bubble.msg_id)
        assert [b.code for b in bot.simulator.control.breaches] == [code]


async def test_over_quota_a_message_arrives_without_its_text() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bot.simulator.control.run_out_of_quota(api=False)
        await bot.simulator.control.say("ent01", "进度")
        data = (await stream.frame()).data
        assert data["errorCode"] == "20001"
        assert "text" not in data


async def test_a_group_message_reaches_the_robot_only_when_it_is_mentioned() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        unheard = await bot.simulator.control.say("ent01", "早", group=GROUP, at_robot=False)
        await bot.simulator.control.say("ent01", "@亲清助手 进度", group=GROUP, at_robot=False)
        data = (await stream.frame()).data
        assert data["text"]["content"] == " 进度"
        assert data["isInAtList"] is True
        assert unheard in bot.simulator.control.seen("clerk01", GROUP)
        with pytest.raises(LookupError):
            bot.simulator.control.delivery(unheard.msg_id)


async def test_a_person_cannot_write_into_a_group_of_others() -> None:
    async with platform() as bot:
        with pytest.raises(LookupError):
            await bot.simulator.control.say("guest01", "在吗", group=GROUP)


async def test_fields_can_be_withheld_per_person() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bot.simulator.control.forget_staff_id("ent01")
        bot.simulator.control.forget_webhook("ent01")
        await bot.simulator.control.say("ent01", "进度")
        data = (await stream.frame()).data
        assert "senderStaffId" not in data
        assert "sessionWebhook" not in data
        await bot.simulator.control.say("clerk01", "进度")
        assert (await stream.frame()).data["senderStaffId"] == "clerk01"


async def test_odd_characters_travel_unharmed() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        for text in ("", "\u200b", "a\x00b", "\ud800", "\u202eabc", "长" * 10_000):
            await bot.simulator.control.say("ent01", text)
            assert (await stream.frame()).data["text"]["content"] == text


async def test_a_torn_connection_is_gone_and_another_can_be_opened() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bot.simulator.control.drop()
        assert await stream.closed()
        fresh = await bot.connect()
        await bot.simulator.control.say("ent01", "在吗")
        assert (await fresh.frame()).data["text"]["content"] == "在吗"


async def test_a_message_without_any_socket_is_not_pushed() -> None:
    async with platform() as bot:
        bubble = await bot.simulator.control.say("ent01", "在吗")
        assert bot.simulator.control.delivery(bubble.msg_id).pushes == []


async def test_a_raw_frame_goes_out_as_it_is() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        assert await bot.simulator.control.send_raw_frame("{not json")
        assert (await stream.socket.receive()).data == "{not json"

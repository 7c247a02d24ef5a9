"""The stream connection: nothing lost, nothing blocked, an orderly end."""

import asyncio
import json
import random
import time
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from handlers.ports import Answered, Arrival, Text
from tests.bot.channels.conftest import QUICK, SECRET, Make, running
from tests.bot.channels.platform import (
    CARD,
    OPEN,
    ROBOT,
    Platform,
    Socket,
    eventually,
    frame,
    message,
    payload,
)


class Desk:
    """Takes arrivals, as slowly as it is told."""

    def __init__(self, delay: float = 0.0, status: str = "", *, over: bool = False) -> None:
        self.delay = delay
        self.over = over
        self.status = status
        self.taken: list[Arrival] = []
        self.committed: list[str] = []

    async def __call__(self, arrival: Arrival) -> Answered:
        self.taken.append(arrival)
        await asyncio.sleep(self.delay)
        self.committed.append(arrival.msg_id)
        return Answered(Text(self.status) if self.status else None, self.over)


def data_of(ack: dict[str, Any]) -> Any:
    return json.loads(ack["data"])


async def connected(ding: Platform, count: int = 1) -> Socket:
    await ding.until(lambda: len(ding.sockets) >= count)
    return ding.sockets[count - 1]


async def test_opening_asks_for_json_and_hands_the_ticket_over_unharmed(
    ding: Platform, make: Make
) -> None:
    async with running(make(), Desk()):
        socket = await connected(ding)
        assert socket.ticket == "t+/=1"
        body = ding.sent(OPEN)[0]
        assert body["clientId"] == "ding-client"
        assert {"type": "EVENT", "topic": "*"} in body["subscriptions"]
        assert {"type": "CALLBACK", "topic": ROBOT} in body["subscriptions"]
        assert {"type": "CALLBACK", "topic": CARD} in body["subscriptions"]


async def test_a_message_is_acknowledged_after_it_was_taken(ding: Platform, make: Make) -> None:
    desk = Desk(delay=0.1)
    order: list[str] = []

    async def take(arrival: Arrival) -> Answered:
        answered = await desk(arrival)
        order.append(f"committed, {len(ding.acks())} acknowledged")
        return answered

    async with running(make(), take):
        socket = await connected(ding)
        await socket.push(message("m1"))
        await ding.until(lambda: len(socket.acks) == 1)
    assert order == ["committed, 0 acknowledged"]
    assert socket.acks[0]["code"] == 200
    assert socket.acks[0]["headers"]["messageId"] == "m1"
    assert data_of(socket.acks[0]) == {"response": None}


async def test_a_frame_delivered_three_times_arrives_three_times_under_one_name(
    ding: Platform, make: Make
) -> None:
    desk = Desk()
    async with running(make(), desk):
        socket = await connected(ding)
        for push in range(3):
            await socket.push(frame(ROBOT, f"push-{push}", payload("text_private")))
        await ding.until(lambda: len(socket.acks) == 3)
    assert len({arrival.msg_id for arrival in desk.taken}) == 1


async def test_what_take_refused_is_not_acknowledged(
    ding: Platform, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    async def take(arrival: Arrival) -> Answered:
        if arrival.msg_id == "bad":
            raise ValueError(arrival.text)
        return Answered()

    async with running(make(), take):
        socket = await connected(ding)
        await socket.push(message("bad", "电话13800000000"))
        await socket.push(message("good"))
        await ding.until(lambda: len(socket.acks) == 1)
    assert socket.acks[0]["headers"]["messageId"] == "good"
    assert "ValueError" in caplog.text
    assert "13800000000" not in caplog.text


async def test_bad_frames_cost_only_themselves(ding: Platform, make: Make) -> None:
    desk = Desk()
    async with running(make(), desk):
        socket = await connected(ding)
        await socket.push("{not json")
        await socket.push("[1, 2]")
        await socket.push("[" * 100_000)
        await socket.push('{"type": "CALLBACK"}')
        await socket.push('{"type": "CALLBACK", "headers": 7, "data": 7}')
        await socket.push(json.dumps({"type": 5, "headers": {"messageId": "odd", "time": "never"}}))
        await socket.ws._writer.send_frame(b"\xff\xfe not utf-8", 1)  # type: ignore[union-attr]
        await socket.push(frame(ROBOT, "no-object", "[]"))
        await socket.push(frame(ROBOT, "no-sender", {"msgId": "x"}))
        await socket.push(frame("/v1.0/unknown", "unknown", {}))
        await socket.push(message("large", "字" * 350_000))
        await socket.push(message("m1"))
        await ding.until(lambda: len(socket.acks) == 6)
    codes = {ack["headers"]["messageId"]: ack["code"] for ack in socket.acks}
    assert codes == {
        "odd": 404,
        "no-object": 400,
        "no-sender": 400,
        "unknown": 404,
        "large": 200,
        "m1": 200,
    }
    assert [arrival.msg_id for arrival in desk.taken] == ["large", "m1"]
    assert ding.opened == 1


async def test_a_ping_gets_its_opaque_back_and_system_frames_nothing(
    ding: Platform, make: Make
) -> None:
    async with running(make(), Desk()):
        socket = await connected(ding)
        await socket.push(frame("REGISTERED", "r", {}, "SYSTEM"))
        await socket.push(frame("KEEPALIVE", "k", {}, "SYSTEM"))
        await socket.push(frame("ping", "p", {"opaque": "123-dsfs"}, "SYSTEM"))
        await ding.until(lambda: len(socket.acks) == 1)
    assert socket.acks[0]["headers"]["messageId"] == "p"
    assert data_of(socket.acks[0]) == {"opaque": "123-dsfs"}


async def test_an_event_is_acknowledged_with_a_status(ding: Platform, make: Make) -> None:
    async with running(make(), Desk()):
        socket = await connected(ding)
        body = {"unionId": "u", "processQueryKey": "k"}
        await socket.push(frame("*", "e", body, "EVENT", eventType="robot_msg_read"))
        await ding.until(lambda: len(socket.acks) == 1)
    assert data_of(socket.acks[0]) == {"status": "SUCCESS", "message": ""}


async def test_a_button_is_answered_with_the_new_status(ding: Platform, make: Make) -> None:
    async with running(make(), Desk(status="已受理")):
        socket = await connected(ding)
        await socket.push(frame(CARD, "c", payload("card_callback")))
        await ding.until(lambda: len(socket.acks) == 1)
    assert data_of(socket.acks[0]) == {
        "response": {
            "cardUpdateOptions": {"updateCardDataByKey": True},
            "cardData": {"cardParamMap": {"status": "<已受理>"}},
        }
    }


async def test_a_card_that_is_over_loses_its_buttons(ding: Platform, make: Make) -> None:
    async with running(make(), Desk(status="已选", over=True)):
        socket = await connected(ding)
        await socket.push(frame(CARD, "c", payload("card_callback")))
        await ding.until(lambda: len(socket.acks) == 1)
    values = data_of(socket.acks[0])["response"]["cardData"]["cardParamMap"]
    assert values == {"status": "<已选>", "actions": "[]"}


async def test_a_button_that_takes_long_is_answered_in_time_and_still_taken(
    ding: Platform, make: Make
) -> None:
    desk = Desk(delay=QUICK.card_budget * 3, status="已受理")
    async with running(make(), desk):
        socket = await connected(ding)
        await socket.push(frame(CARD, "c", payload("card_callback")))
        await ding.until(lambda: len(socket.acks) == 1)
        assert data_of(socket.acks[0]) == {"response": {}}
        assert desk.committed == []
    assert len(desk.committed) == 1
    assert len(socket.acks) == 1


async def test_nothing_is_lost_when_the_platform_keeps_writing_to_the_old_socket(
    ding: Platform, make: Make
) -> None:
    desk = Desk(delay=0.3)
    async with running(make(), desk):
        old = await connected(ding)
        for number in range(5):
            await old.push(message(f"before-{number}"))
        await old.push(frame("disconnect", "d", {"reason": "connection is expired"}, "SYSTEM"))
        new = await connected(ding, 2)
        for number in range(20):
            await old.push(message(f"after-{number}"))
            await new.push(message(f"new-{number}"))
            await asyncio.sleep(0.1)
        await ding.until(lambda: len(ding.acks()) == 46)
    assert len(desk.committed) == 45
    names = {ack["headers"]["messageId"] for ack in old.acks}
    assert names == {"d", *(f"before-{n}" for n in range(5)), *(f"after-{n}" for n in range(20))}
    assert {ack["headers"]["messageId"] for ack in new.acks} == {f"new-{n}" for n in range(20)}


async def test_the_old_socket_is_closed_when_its_time_is_over(ding: Platform, make: Make) -> None:
    async with running(make(replace(QUICK, drain=0.2)), Desk()):
        old = await connected(ding)
        await old.push(frame("disconnect", "d", {}, "SYSTEM"))
        await connected(ding, 2)
        await eventually(lambda: old.ws.closed)
        assert not ding.sockets[1].ws.closed


class Shortest(random.Random):
    """Takes the shortest of the pauses it may, and keeps how long each might have been."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def uniform(self, a: float, b: float) -> float:
        if a == 0:  # not the age at which a connection is replaced
            self.pauses.append(b)
        return a


async def test_a_gateway_that_closes_at_once_is_asked_ever_less_often(
    ding: Platform, make: Make
) -> None:
    async def close(socket: Socket) -> None:
        await socket.ws.close()

    ding.on_connect = close
    pace = replace(QUICK, spacing=0.01, backoff_first=0.1, backoff_last=0.4)
    chance = Shortest()
    async with running(make(pace, chance=chance), Desk()):
        await ding.until(lambda: ding.opened > 5)
    assert chance.pauses[:5] == [0.1, 0.2, 0.4, 0.4, 0.4]


async def test_a_gateway_that_dismisses_at_once_is_not_asked_in_a_loop(
    ding: Platform, make: Make
) -> None:
    async def dismiss(socket: Socket) -> None:
        await socket.push(message(f"m{len(ding.sockets)}"))
        await socket.push(frame("disconnect", "d", {}, "SYSTEM"))

    ding.on_connect = dismiss
    async with running(make(replace(QUICK, spacing=0.1)), Desk()):
        await asyncio.sleep(1.0)
        assert 2 <= ding.opened <= 11


async def test_after_an_abrupt_end_it_connects_again(ding: Platform, make: Make) -> None:
    desk = Desk()
    channel = make()
    async with running(channel, desk):
        first = await connected(ding)
        assert first.ws._req is not None
        assert first.ws._req.transport is not None
        first.ws._req.transport.abort()
        second = await connected(ding, 2)
        await second.push(message("m1"))
        await ding.until(lambda: len(second.acks) == 1)
        await eventually(lambda: channel.health().ready)


async def test_bad_credentials_are_told_loudly_and_tried_slowly(
    ding: Platform, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        ding.answer(OPEN, {"requestid": "ED20", "code": "authFailed", "message": "鉴权失败"}, 401)
    channel = make()
    async with running(channel, Desk()):
        await ding.until(lambda: len(ding.sent(OPEN)) == 1)
        await eventually(lambda: "authFailed" in channel.health().reason)
        assert not channel.health().ready
        await eventually(lambda: channel.health().ready)
    told = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 2
    assert all("credentials" in record.getMessage() for record in told)
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<html>plain HTTP request sent to HTTPS port</html>", 400),
        ("<html>gateway</html>", 200),
        ({"endpoint": 5}, 200),
        ({"endpoint": "http://127.0.0.1:9/x", "ticket": "t"}, 200),
        ({"endpoint": "ws://127.0.0.1:1/connect", "ticket": "t"}, 200),
        ({"code": "ServiceUnavailable"}, 503),
    ],
)
async def test_an_odd_answer_of_the_gateway_is_survived(
    ding: Platform, make: Make, body: Any, status: int
) -> None:
    ding.answer(OPEN, body, status)
    async with running(make(), Desk()):
        await connected(ding)


async def test_a_hung_gateway_blocks_nothing(ding: Platform, make: Make) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    ding.answers[OPEN].append(hang)
    channel = make(replace(QUICK, open=0.3))
    async with running(channel, Desk()):
        await ding.until(lambda: len(ding.sent(OPEN)) == 1)
        turns = 0
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            await asyncio.sleep(0)
            turns += 1
        assert turns > 100
        assert not channel.health().ready
        await connected(ding)


async def test_a_silent_socket_is_replaced_and_still_read(ding: Platform, make: Make) -> None:
    desk = Desk()
    async with running(make(replace(QUICK, silence=0.3, proven=0.1)), desk):
        old = await connected(ding)
        await connected(ding, 2)
        await old.push(message("late"))
        await ding.until(lambda: len(old.acks) == 1)
    assert desk.committed == ["late"]


async def test_silence_that_goes_on_is_waited_for_longer(ding: Platform, make: Make) -> None:
    pace = replace(QUICK, silence=0.1, silence_longest=0.8, proven=0.05)
    async with running(make(pace), Desk()):
        await asyncio.sleep(1.2)
        assert 3 <= ding.opened <= 5


async def test_an_old_connection_is_replaced_before_the_platform_does(
    ding: Platform, make: Make
) -> None:
    async with running(make(replace(QUICK, recycle=(0.2, 0.3), proven=0.1)), Desk()):
        await connected(ding, 2)
        assert not ding.sockets[0].ws.closed


async def test_when_full_messages_stay_unacknowledged_and_pings_are_answered(
    ding: Platform, make: Make
) -> None:
    gate = asyncio.Event()
    taken: list[str] = []

    async def take(arrival: Arrival) -> Answered:
        taken.append(arrival.msg_id)
        await gate.wait()
        return Answered()

    async with running(make(replace(QUICK, in_flight=3)), take):
        socket = await connected(ding)
        for number in range(5):
            await socket.push(message(f"m{number}"))
        await socket.push(frame("ping", "p", {"opaque": "1"}, "SYSTEM"))
        await ding.until(lambda: len(socket.acks) == 1)
        assert socket.acks[0]["headers"]["messageId"] == "p"
        gate.set()
        await ding.until(lambda: len(socket.acks) == 4)
        await socket.push(message("m3"))
        await ding.until(lambda: len(socket.acks) == 5)
    assert taken == ["m0", "m1", "m2", "m3"]


async def test_stopping_lets_acknowledgements_in_flight_out(ding: Platform, make: Make) -> None:
    desk = Desk(delay=0.3)
    channel = make()
    run = asyncio.create_task(channel.run(desk))
    socket = await connected(ding)
    for number in range(10):
        await socket.push(message(f"m{number}"))
    await eventually(lambda: len(desk.taken) == 10)
    await channel.stop()
    await run
    await ding.until(lambda: len(socket.acks) == 10)
    assert len(desk.committed) == 10


async def test_stopping_waits_no_longer_than_it_may(ding: Platform, make: Make) -> None:
    desk = Desk(delay=60)
    channel = make(replace(QUICK, stop=0.2))
    run = asyncio.create_task(channel.run(desk))
    socket = await connected(ding)
    await socket.push(message("m1"))
    await eventually(lambda: bool(desk.taken))
    async with asyncio.timeout(30):
        await channel.stop()
        await run
    assert socket.acks == []


async def test_a_cancelled_channel_ends_in_order(ding: Platform, make: Make) -> None:
    desk = Desk(delay=0.2)
    channel = make()
    run = asyncio.create_task(channel.run(desk))
    socket = await connected(ding)
    await socket.push(message("m1"))
    await eventually(lambda: bool(desk.taken))
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    await ding.until(lambda: len(socket.acks) == 1)
    assert not channel.health().ready


async def test_logs_hold_no_words_no_names_and_no_secrets(
    ding: Platform, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with running(make(), Desk()):
        socket = await connected(ding)
        words = message("m1", "厂门口的路坏了，电话13800000000")
        await socket.push(words)
        await socket.push(words.replace("oapi.dingtalk.com", "evil.example"))
        await socket.push(words[:-30])
        await socket.push(frame("/v1.0/13800000000", "t", {"x": "13800000000"}))
        await ding.until(lambda: len(socket.acks) == 3)
        await socket.push(frame("disconnect", "d", {}, "SYSTEM"))
        await connected(ding, 2)
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("bot."))
    assert "not the platform's" in ours
    for secret in ("13800000000", "路坏了", "小钉", SECRET, "t+/=", "t%2B", "66d7c6"):
        assert secret not in ours

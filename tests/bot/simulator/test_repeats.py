"""Messages pushed more than once, held while nobody listens, and read."""

import asyncio
from collections import Counter

from bot.simulator.deliveries import Delivery
from tests.bot.simulator.client import GROUP, Bot, Hands, platform

OPTIONS = {"robotCode": "dingdemorobot", "msgKey": "sampleText", "msgParam": '{"content": "x"}'}


async def send(bot: Bot, path: str, **body: object) -> str:
    status, answer = await bot.call("POST", f"/v1.0/robot/{path}", {**OPTIONS, **body})
    assert status == 200
    return str(answer["processQueryKey"])


async def test_every_message_comes_one_to_three_times_with_the_same_id() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        bot.simulator.control.repeat(3)
        said = [await bot.simulator.control.say("ent01", f"第{n}条") for n in range(20)]
        counts: Counter[str] = Counter()
        wanted = await _pushes(bot, [bubble.msg_id for bubble in said])
        for _ in range(sum(wanted.values())):
            frame = await stream.frame()
            counts[frame.data["msgId"]] += 1
            await stream.ack(frame)
        assert counts == wanted
        assert set(counts.values()) == {1, 2, 3}
        assert len({push.message_id for b in said for push in _delivery(bot, b.msg_id).pushes}) > 20


async def _pushes(bot: Bot, msg_ids: list[str]) -> dict[str, int]:
    await asyncio.sleep(0.05)  # the repeats leave at once, and nobody announces the last
    return {msg_id: len(_delivery(bot, msg_id).pushes) for msg_id in msg_ids}


def _delivery(bot: Bot, msg_id: str) -> Delivery:
    return bot.simulator.control.delivery(msg_id)


async def test_what_comes_while_nobody_listens_is_held_in_order_or_lost() -> None:
    async with platform() as bot:
        control = bot.simulator.control
        await control.say("ent01", "没人听")
        control.hold()
        held = [await control.say("ent01", f"第{n}条") for n in range(3)]
        stream = await bot.connect()
        assert [(await stream.frame()).data["msgId"] for _ in held] == [b.msg_id for b in held]


async def test_reading_is_told_once_to_an_app_that_asked_for_it() -> None:
    async with platform() as bot:
        control = bot.simulator.control
        stream = await bot.connect()
        key = await send(bot, "groupMessages/send", openConversationId=GROUP)
        control.read("clerk01", [GROUP])  # before the event was ticked
        control.tell_reads()
        control.read("ent01", [GROUP])
        control.read("ent01", [GROUP])
        frame = await stream.frame()
        assert frame.headers["eventType"] == "robot_msg_read"
        assert frame.data == {
            "unionId": "union-ent01",
            "operatTime": frame.data["operatTime"],
            "robotCode": "dingdemorobot",
            "openConversationId": GROUP,
            "userId": "ent01",
            "processQueryKey": key,
        }
        await control.event("chat_quit", {})
        assert (await stream.frame()).headers["eventType"] == "chat_quit"


async def test_a_filtered_member_gets_nothing() -> None:
    async with platform() as bot:
        bot.simulator.control.filter_out("ent01")
        people = {**OPTIONS, "userIds": ["ent01", "clerk01"]}
        _, answer = await bot.call("POST", "/v1.0/robot/oToMessages/batchSend", people)
        assert answer["filteredStaffIdList"] == ["ent01"]
        assert [len(bot.simulator.control.sent(user=u)) for u in ("ent01", "clerk01")] == [0, 1]


async def test_a_message_to_one_person_can_be_taken_back_for_a_day() -> None:
    clock = Hands()
    async with platform(clock=clock) as bot:
        recall = "/v1.0/robot/otoMessages/batchRecall"
        keys = [await send(bot, "oToMessages/batchSend", userIds=["ent01"]) for _ in range(2)]
        group = await send(bot, "groupMessages/send", openConversationId=GROUP)
        first = {"robotCode": "dingdemorobot", "processQueryKeys": [keys[0], group]}
        _, answer = await bot.call("POST", recall, first)
        assert answer["successResult"] == [keys[0]]
        assert list(answer["failedResult"]) == [group]
        clock.move(hours=24)
        await bot.login()
        late = {"robotCode": "dingdemorobot", "processQueryKeys": [keys[1]]}
        _, answer = await bot.call("POST", recall, late)
        assert list(answer["failedResult"]) == [keys[1]]

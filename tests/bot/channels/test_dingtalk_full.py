"""Deliveries in full against the simulated platform: counted, shared, read, taken back, hooked."""

from collections import Counter

import pytest

from bot.channels.base import (
    Delivered,
    Hook,
    Letter,
    Message,
    Read,
    Receipt,
    SendFault,
    SendUnknown,
)
from bot.simulator.control import Control
from flows.office import Door
from tests.bot.channels.platform import eventually
from tests.bot.channels.test_dingtalk_simulator import connected, to_group
from tests.bot.simulator.client import GROUP, ROBOT_CODE


def to_person(name: str, number: int = 1) -> Letter:
    message = Message(title="t", text="通知")
    return Letter(id=number, robot=ROBOT_CODE, door="private", to=name, message=message)


def hooked(control: Control, key: str = "first") -> Letter:
    address, secret = control.custom_robot(GROUP)
    return Letter(
        id=1,
        robot=ROBOT_CODE,
        door=Door.STAFF_GROUP,
        to="webhook:a",
        mention="ent01",
        message=Message(title="t", text="通知"),
        key=key,
        hook=Hook(address=address, secret=secret),
    )


async def test_the_channel_counts_what_the_platform_counts() -> None:
    counted: Counter[str] = Counter()

    def count(name: str, number: int) -> None:
        counted[name] += number

    async with connected(count=count) as (channel, control, taken):
        control.throttle("/v1.0/robot/*")
        with pytest.raises(SendFault, match="QpsLimit"):
            await channel.send(to_person("ent01"))
        control.expire_tokens()
        await channel.send(to_person("ent01"))
        await channel.send(to_group())
        control.cut("/v1.0/robot/*")
        with pytest.raises(SendUnknown):
            await channel.send(to_person("ent01"))
        with pytest.raises(SendFault, match="staffId"):
            await channel.send(to_person("nobody"))
        said = await control.say("ent01", "你好")
        await control.wait_for_ack(said.msg_id)
        await control.redeliver(said.msg_id)
        await eventually(lambda: len(taken) == 2)
        path = taken[0].reply_path
        assert path is not None
        reply = {"reply_url": path.url, "reply_until": path.expires_at}
        await channel.send(to_person("ent01").model_copy(update=reply))
        await channel.send(hooked(control))
        assert counted == control.usage()
        assert counted == {"api": 4, "messages": 4}
        control.run_out_of_quota()
        with pytest.raises(SendFault, match=r"quota\.api") as fault:
            await channel.send(to_person("ent01"))
        assert fault.value.retry_after is not None
        assert fault.value.retry_after >= 600
        assert counted["quota.api"] == 1


async def test_one_call_reaches_many_people_who_read_it_and_lose_it_again() -> None:
    read: list[Read] = []
    async with connected(read=read.append) as (channel, control, _):
        control.tell_reads()
        control.flow_control("clerk01")
        letters = [to_person(name, n) for n, name in enumerate(("ent01", "clerk01", "guest01"))]
        assert len({channel.batch(letter) for letter in letters}) == 1
        results = await channel.send_batch([*letters, to_person("nobody", 3)])
        receipt = results[0]
        assert isinstance(receipt, Receipt)
        assert results[2] == receipt
        assert [one.code for one in results.values() if isinstance(one, SendFault)] == [
            "staffId.flowControlled",
            "staffId.invalid",
        ]
        control.read("guest01")
        await eventually(lambda: len(read) == 1)
        assert (read[0].key, read[0].reader) == (receipt.key, "guest01")
        group = await channel.send(to_group(card="", message=Message(title="t", text="x")))
        sent = [
            Delivered(0, ROBOT_CODE, Door.PRIVATE, "ent01", receipt.key),
            Delivered(2, ROBOT_CODE, Door.PRIVATE, "guest01", receipt.key),
            Delivered(5, ROBOT_CODE, Door.STAFF_GROUP, GROUP, group.key),
            Delivered(6, ROBOT_CODE, Door.STAFF_GROUP, GROUP, "unknown"),
        ]
        found = await channel.recall(sent)
        assert {number: bool(why) for number, why in found.items()} == {
            0: False, 2: False, 5: False, 6: True,
        }  # fmt: skip
        assert [bubble.recalled for bubble in control.sent()] == [True] * 3


async def test_a_group_is_reached_through_its_custom_robot_once_however_often_it_is_tried() -> None:
    async with connected() as (channel, control, _):
        control.hang("/robot/send", 0)
        control.cut("/robot/send")
        assert (await channel.send(hooked(control))).via == "webhook"
        with pytest.raises(SendFault, match=r"no\.answer"):
            await channel.send(hooked(control, key="second"))
        await channel.send(hooked(control, key="second"))
        shown = control.sent(place=GROUP)
        assert [bubble.via for bubble in shown] == ["custom", "custom"]
        assert shown[0].mentions == ("ent01",)
        for number in range(18):
            await channel.send(hooked(control, key=f"n{number}"))
        with pytest.raises(SendFault, match="130101"):
            await channel.send(hooked(control, key="too fast"))
        assert control.most_posts() == {GROUP: 22}

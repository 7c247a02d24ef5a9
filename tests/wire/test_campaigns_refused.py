"""Campaigns whose messages are refused, or of which nobody knows: each named for what it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.channels.base import Hook
from bot.channels.dingtalk.hooks import signed
from bot.channels.dingtalk.outbound import TO_GROUP
from bot.simulator.webhooks import PER_MINUTE
from bot.simulator.world import Group
from handlers.campaigns.records import Fate
from tests.faults.proxy import Proxy
from tests.faults.pushes import TITLE, Pushes, firms, found, hooked, pushing, states
from tests.ground import free_port
from tests.wire.bot import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("engine"),
]

WITHIN = 60.0
REST = 10 * 60  # seconds for which the platform wants a robot to keep still
HANGS = 15.0  # seconds: longer than anybody waits for an answer
MICRO = 1_000_000  # moments are kept in millionths of a second
SECOND_TITLE = "政策宣讲会"


async def test_b6_a_robot_that_is_too_fast_has_sent_nothing_and_rests_while_others_go_on(
    engine: str, tmp_path: Path
) -> None:
    busy, *others = groups = firms(4, custom=True)
    async with pushing(tmp_path, groups, engine=engine) as pushes:
        await pushes.hook()
        await flood(pushes, busy)
        first = await pushes.approved()
        await until(lambda: refused(pushes, first, busy), within=WITHIN, what="it is refused")
        asked = pushes.run.simulator.control.most_posts()
        await pushes.senders[0].kill()  # what rests is on record
        await pushes.senders[0].start()
        second = await pushes.approved(title=SECOND_TITLE)
        for number, title in ((first, TITLE), (second, SECOND_TITLE)):
            await until(lambda n=number: passed(pushes, n, len(others)), within=WITHIN)
            assert states(await pushes.fates(number)) == {"sent": len(others), "ready": 1}
            stand = pushes.stand(title)
            assert stand == {group.open_conversation_id: 1 for group in others}
            assert await pushes.stage(number) == "sending"
        place = busy.open_conversation_id
        assert pushes.run.simulator.control.most_posts()[place] == asked[place]
        rest = await pushes.run.records.number(
            "SELECT min(due_at - attempted_at) FROM delivery WHERE code = '130101'"
        )
        assert rest >= REST * MICRO


async def flood(pushes: Pushes, group: Group) -> None:
    """Let somebody else, who knows the address of a custom robot, write until it is refused."""
    address, secret = pushes.run.simulator.control.custom_robot(group.open_conversation_id)
    body = {"msgtype": "text", "text": {"content": "别家系统的通知"}}
    async with aiohttp.ClientSession() as session:
        for _ in range(PER_MINUTE + 1):
            url = signed(Hook(address=address, secret=secret), round(time.time() * 1000))
            async with session.post(url, json=body) as answer:
                told = await answer.json()
    assert told["errcode"] == 130101


async def fate_of(pushes: Pushes, number: str) -> Mapping[str, Fate]:
    """Give what became of each target, by its group."""
    return {fate.key: fate for fate in await pushes.fates(number)}


async def refused(pushes: Pushes, number: str, group: Group) -> bool:
    """Say whether the platform refused the message to a group for its pace."""
    fate = (await fate_of(pushes, number)).get(f"g:{hooked(group)}")
    return fate is not None and fate.code == "130101"


async def passed(pushes: Pushes, number: str, count: int) -> bool:
    """Say whether so many targets have it."""
    return states(await pushes.fates(number))["sent"] == count


async def test_b8_a_message_without_an_answer_is_unknown_and_is_not_sent_again_by_itself(
    engine: str, tmp_path: Path
) -> None:
    groups = firms(3)
    async with pushing(tmp_path, groups, engine=engine) as pushes:
        control = pushes.run.simulator.control
        control.hang(TO_GROUP, HANGS, executed=True)
        number = await pushes.approved(cards=False)
        await pushes.over(number)
        fates = await pushes.fates(number)
        assert states(fates) == {"sent": 2, "unknown": 1}
        (doubtful,) = [fate.name for fate in fates if fate.state == "unknown"]
        assert doubtful in {group.title for group in groups}
        assert "已送达 2，没发成 0，不明 1" in await pushes.hears("发完了")
        await pushes.senders[0].kill()
        await pushes.senders[0].start()
        await pushes.approved(cards=False, title=SECOND_TITLE)
        await until(lambda: pushes.stand(SECOND_TITLE).total() == len(groups), within=WITHIN)
        assert set(pushes.stand(TITLE).values()) == {1}
        assert control.calls()[TO_GROUP] == 2 * len(groups)
        assert not found(await pushes.fates(number), pushes.stand(TITLE), len(groups))


async def test_b8_a_platform_that_cannot_be_reached_is_tried_again_and_each_group_gets_it_once(
    engine: str, tmp_path: Path
) -> None:
    port, groups = free_port(), firms(3, custom=True)
    origin = f"http://127.0.0.1:{port}"
    settings = {"QINQING_DINGTALK__OAPI_BASE": origin}
    async with pushing(tmp_path, groups, engine=engine, extra=settings) as pushes:
        await pushes.hook(origin=origin)
        number = await pushes.approved()
        again = "SELECT count(*) FROM delivery WHERE code = 'connect' AND attempts >= 2"
        await until(lambda: tried(pushes, again, len(groups)), within=WITHIN, what="tried again")
        assert states(await pushes.fates(number)) == {"ready": len(groups)}
        platform = URL(pushes.run.simulator.base_url)
        assert platform.host
        assert platform.port
        async with Proxy((platform.host, platform.port), at=port):
            await pushes.over(number)
        fates = await pushes.fates(number)
        assert states(fates) == {"sent": len(groups)}
        assert not found(fates, pushes.stand(), len(groups))


async def tried(pushes: Pushes, query: str, count: int) -> bool:
    """Say whether so many rows are found."""
    return await pushes.run.records.number(query) == count

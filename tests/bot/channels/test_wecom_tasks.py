"""Tasks before the owners of customer groups: one that cannot be asked about keeps none back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.base import Confirmed, Delivered, SendFault
from bot.channels.wecom.groups import RESULT
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.platform import WeComPlatform
from flows.office import Door
from handlers.person import CUSTOMERS
from tests.bot.channels.test_wecom_groups import letter
from tests.wecom import channel_to


@pytest.fixture
async def platform() -> AsyncIterator[WeComPlatform]:
    """Give a running platform."""
    async with WeComPlatform() as running:
        yield running


def asked(number: int, key: str, to: str) -> Delivered:
    """Name a task by what was received for it."""
    door = Door.ENTERPRISE_GROUP
    return Delivered(id=number, robot="", door=door, to=to, key=key, via="task")


async def two_let_go(platform: WeComPlatform) -> list[Delivered]:
    """Have two tasks put before one owner, and let go."""
    places = [CUSTOMERS + platform.customers.add("LiSi") for _ in range(2)]
    channel = channel_to(platform, owners=dict.fromkeys(places, "LiSi"))
    sent = [asked(n, (await channel.send(letter(to))).key, to) for n, to in enumerate(places)]
    await channel.stop()
    platform.customers.let_go("LiSi")
    return sent


async def test_one_that_the_platform_refuses_keeps_no_other_from_being_known(
    platform: WeComPlatform,
) -> None:
    lost = asked(7, "LiSi:msg-nobody-knows", "customer:x")
    channel = channel_to(platform)
    found = await channel.confirmed([lost, *await two_let_go(platform)])
    assert found == {0: Confirmed("sent"), 1: Confirmed("sent")}
    await channel.stop()


async def test_a_task_is_asked_about_under_the_name_of_who_got_it(platform: WeComPlatform) -> None:
    sent = await two_let_go(platform)
    channel = channel_to(platform, owners={one.to: "WangWu" for one in sent})
    assert set(await channel.confirmed(sent)) == {0, 1}
    await channel.stop()


async def test_a_task_from_before_its_owner_was_kept_is_known_by_the_file(
    platform: WeComPlatform,
) -> None:
    sent = await two_let_go(platform)
    old = [replace(one, key=one.key.partition(":")[2]) for one in sent]
    channel = channel_to(platform, owners={one.to: "LiSi" for one in sent})
    assert set(await channel.confirmed(old)) == {0, 1}
    await channel.stop()


async def test_where_asking_again_may_help_what_is_known_is_kept(platform: WeComPlatform) -> None:
    sent = await two_let_go(platform)
    channel = channel_to(platform)
    platform.api.script.once[RESULT] = [Fault(code=-1)]
    with pytest.raises(SendFault) as told:
        await channel.confirmed(sent)
    assert told.value.retry_after is not None
    assert set(await channel.confirmed(sent)) == {0, 1}
    await channel.stop()


@pytest.mark.parametrize("state", ["sent", None, {"x": 1}, 9])
async def test_a_state_that_nobody_documented_is_no_answer(
    platform: WeComPlatform, state: object
) -> None:
    sent = await two_let_go(platform)
    channel = channel_to(platform)
    for task in platform.customers.tasks.values():
        task.states = dict.fromkeys(task.states, state)  # type: ignore[arg-type]
    assert await channel.confirmed(sent) == {}
    await channel.stop()

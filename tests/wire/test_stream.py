"""The stream connection: hung, replaced, closed and torn, and nothing is lost by it."""

import asyncio
from pathlib import Path

import pytest

from tests.wire.bot import until
from tests.wire.chat import OWNER, Wire, crowd, wired

pytestmark = pytest.mark.usefixtures("engine")

OPEN = "/v1.0/gateway/connections/open"


async def answered(wire: Wire, user: str, count: int) -> None:
    """Wait until somebody was told so many things."""
    await until(lambda: len(wire.told(user)) >= count, within=60)


async def unready(wire: Wire) -> str:
    """Wait until /readyz says 503, and return why."""

    async def reason() -> str:
        status, body = await wire.bot.health("/readyz")
        return str(body["reasons"]) if status == 503 else ""

    return str(await until(reason, within=60))


async def test_a_hung_gateway_leaves_the_process_alive_and_says_why_it_is_not_ready(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path) as wire:
        wire.control.hang(OPEN, 30, times=100)
        wire.control.drop()
        assert "dingtalk" in await unready(wire)

        async def given_up() -> bool:
            status, body = await wire.bot.health("/healthz", within=1)
            assert (status, body["alive"]) == (200, True)
            await asyncio.sleep(0.1)
            return "did not answer in time" in await unready(wire)

        await until(given_up, within=60)
        wire.control.clear_faults()
        await until(wire.bot.is_ready, within=60)
        await wire.say(OWNER, "菜单")
        await wire.hears(OWNER, "亲清助手")


async def test_a_gateway_that_refuses_is_tried_again(tmp_path: Path) -> None:
    async with wired(tmp_path, start=False) as wire:
        wire.control.fail(OPEN, 503, "<html>busy</html>", times=2)
        await wire.bot.start()
        assert wire.control.opened == 1
        await wire.say(OWNER, "菜单")
        await wire.hears(OWNER, "亲清助手")


async def test_frames_sent_to_the_old_socket_after_disconnect_are_taken(tmp_path: Path) -> None:
    people = crowd(40)
    async with wired(tmp_path, cards=False, others=people) as wire:
        (old,) = wire.control.connections
        await wire.control.disconnect()
        wire.control.use_old_sockets()
        said = [await wire.control.say(user.user_id, "菜单") for user in people[:20]]
        await wire.control.wait_connected()  # the new one stands while the old one is still read
        said += [await wire.control.say(user.user_id, "菜单") for user in people[20:]]
        for bubble in said:
            await wire.control.wait_for_ack(bubble.msg_id)
            (push,) = wire.control.delivery(bubble.msg_id).pushes
            assert push.connection_id == old.connection_id
        for user in people:
            await answered(wire, user.user_id, 1)
        assert wire.bot.count("arrival", "state = 'done'") == len(people)
        assert [breach.code for breach in wire.control.breaches] == []


async def test_the_connection_comes_back_after_every_kind_of_end(tmp_path: Path) -> None:
    async with wired(tmp_path, cards=False) as wire:
        for number, end in enumerate(("close", "going away", "torn", "torn again"), 1):
            (old,) = wire.control.connections
            if end.startswith("torn"):
                wire.control.drop()
            else:
                await wire.control.close(1000 if end == "close" else 1001)
            await until(
                lambda old=old: [c for c in wire.control.connections if c is not old], within=60
            )
            await wire.say(OWNER, "菜单")
            await answered(wire, OWNER, number)
        assert "Traceback" not in wire.bot.log()


async def test_the_platform_s_ping_is_answered_and_an_event_is_acknowledged(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path) as wire:
        pings = await wire.control.ping()
        event = await wire.control.event("chat_add_member", {"chatId": "x"})
        await until(lambda: {ack.message_id for ack in wire.control.acks} >= set(pings))
        await until(lambda: event.acknowledged)
        assert [breach.code for breach in wire.control.breaches] == []

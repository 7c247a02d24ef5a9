"""In which groups our robot can write is known from what became of what was sent there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import Hook, SendFault
from handlers.ports import Group, Place, ToGroup
from tests.bot.runtime import arrival
from tests.bot.test_delivery import Bench, bench
from tests.engines import address, rows

pytestmark = pytest.mark.usefixtures("engine")

CHAT = "cid-a"
GONE = SendFault("resource.not.found", None, gone=True)


async def known(b: Bench) -> dict[str, bool]:
    """Return in which groups something of ours can write."""
    async with b.db.read() as tx:
        return {one.chat: one.robot for one in await tx.groups()}


async def sent(b: Bench, name: str, *script: Exception, **states: int) -> None:
    """Send one message into the group."""
    b.channel.script = list(script)
    await b.owe(name, ToGroup(CHAT))
    await b.calm(**states)


async def test_a_group_that_refuses_our_robot_is_known_until_something_arrives_there(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.set_group(Group(CHAT, "群", "enterprise", channel="fake"))
        b.delivery.start()
        await sent(b, "a", SendFault("contain.unsafe.url", None), failed=1)
        assert await known(b) == {CHAT: True}
        await sent(b, "b", GONE, failed=2)
        assert await known(b) == {CHAT: False}
        await sent(b, "c", failed=2, sent=1)
        assert await known(b) == {CHAT: True}


async def test_a_message_from_a_group_says_that_our_robot_is_back(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.set_group(Group(CHAT, "群", "enterprise", channel="fake"))
            await tx.note_robots({CHAT: False})
        assert await known(b) == {CHAT: False}
        async with b.db.begin() as tx:
            await tx.admit([replace(arrival("back"), place=Place(False, CHAT))])
        assert await known(b) == {CHAT: True}


async def test_what_is_known_already_is_not_written_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        url = await address(tmp_path / "test.db")
        async with b.db.begin() as tx:
            await tx.people.set_group(Group(CHAT, "群", "enterprise", channel="fake"))

        async def noted(chat: str, there: bool) -> tuple[object, object]:
            async with b.db.begin() as tx:
                await tx.note_robots({chat: there})
            token = rows(url, "SELECT value FROM meta WHERE name = 'directory'")
            return bytes(token[0][0]), rows(url, "SELECT robot_gone_at FROM chat_group")

        before = await noted(CHAT, there=True)
        assert await noted("cid-of-nobody", there=False) == before
        gone = await noted(CHAT, there=False)
        assert gone != before
        b.clock.forward(60)
        assert await noted(CHAT, there=False) == gone


async def test_a_group_whose_address_nobody_told_is_one_without_robot(tmp_path: Path) -> None:
    chat = "webhook:商会群"
    async with bench(tmp_path) as b:
        async with b.db.begin() as tx:
            await tx.people.set_group(Group(chat, "商会群", "enterprise"))
        assert await known(b) == {chat: False}
        async with b.db.begin() as tx:
            await tx.note_robots({chat: False})
            await tx.webhooks.put(
                Group(chat, "商会群", "enterprise"), Hook(address="https://example.com/robot")
            )
        assert await known(b) == {chat: True}

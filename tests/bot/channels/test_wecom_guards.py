"""What the app of 企业微信 must not do, however it is called and whatever breaks off."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.seal import FRESH, Seal
from bot.channels.wecom.codes import HeldCodes
from bot.channels.wecom.reading import Reading
from bot.simulator.wecom.api import UPDATE
from handlers.ports import Answered, Text
from tests.bot.channels.platform import eventually
from tests.wecom import MEMBER, answering, carded, line

KEY = "a:claim:1"
OTHER = "LiSi"


async def test_no_body_is_read_of_a_call_of_another_hour() -> None:
    reading = Reading(Seal("QDG6eK", "A" * 43, "ww1"), 218)

    async def body() -> bytes:
        raise AssertionError("it was read")

    stamp = {"msg_signature": "0" * 40, "timestamp": "1409659589", "nonce": "n"}
    with pytest.raises(BadCallback, match="stale"):
        await reading.opened(stamp, body, 1409659589 + FRESH + 1)


async def test_an_event_of_the_whole_organisation_names_no_app_and_is_taken() -> None:
    async with line() as there:
        caller = there.platform.caller
        xml = caller.message(MEMBER, "event", Event="change_contact", ChangeType="create_user")
        nameless = xml.replace(
            f"<AgentID><![CDATA[{there.platform.agent_id}]]></AgentID>", ""
        ).replace(f"<AgentID>{there.platform.agent_id}</AgentID>", "")
        assert "AgentID" not in nameless
        assert await caller.post(*caller.sealed(nameless)) == (200, b"")
        assert there.taken == []


async def test_an_address_that_was_opened_from_the_menu_is_nothing_that_was_said() -> None:
    async with line() as there:
        brought = there.platform.happen(MEMBER, "view", EventKey="https://example.com/a")
        await brought.is_over.wait()
        assert (brought.bodies, there.taken) == ([b""], [])


async def test_a_letter_to_somebody_else_never_goes_back_on_a_call() -> None:
    async with line() as there:
        there.platform.people.join(OTHER)
        _, arrival = await there.said("菜单")
        told = await there.channel.send(answering("李四的工单", arrival, to=OTHER))
        assert told.via == "api"
        assert there.platform.people.told(OTHER) == ["李四的工单"]
        assert there.platform.people.told(MEMBER) == []


async def test_a_press_that_is_answered_on_its_call_changes_the_card_once() -> None:
    codes = HeldCodes()
    async with line(codes=codes) as there:
        await there.channel.send(carded())
        sent = codes.held["qq-1"]
        await there.pressed("qq-1", KEY, "已领办")
        await eventually(lambda: codes.held["qq-1"] != sent)
        assert UPDATE not in there.platform.api.calls


async def test_a_code_that_changed_the_card_of_a_broken_call_is_not_kept() -> None:
    codes = HeldCodes()
    async with line(codes=codes) as there:
        await there.channel.send(carded())
        sent = codes.held["qq-1"]
        there.commits.clear()
        there.answered = Answered(Text("已领办"), card_over=True)
        there.platform.press(MEMBER, "qq-1", KEY)
        await eventually(lambda: there.waiting > 0)
        await there.platform.hang_up()
        await asyncio.sleep(0.05)  # the other end of the same loop hears of it
        there.commits.set()
        await eventually(lambda: UPDATE in there.platform.api.calls)
        await eventually(lambda: there.platform.people.card(MEMBER, "qq-1").replaced != "")
        await there.channel.stop()  # nothing that was begun goes on
        assert codes.held == {"qq-1": sent}

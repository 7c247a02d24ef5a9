"""Cards to members: sent once, pressed, and changed by whoever has the code."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.channels.base import Letter, Message, Option, SendFault, SendUnknown
from bot.channels.wecom import manner_of
from bot.channels.wecom.codes import HeldCodes
from bot.channels.wecom.payloads import TEXT, carries, fits_card, replaced
from bot.simulator.tencent.faults import Fault
from bot.simulator.wecom.api import SEND, UPDATE
from handlers.ports import Answered, Button, Text
from tests.bot.channels.platform import eventually
from tests.wecom import MEMBER, Line, carded, line

KEY = "a:claim:1"
DONE = Message(title="工单 1", text="已经有人领办", status="已领办")


def change(card: str = "qq-1", n: int = 2, message: Message = DONE) -> Letter:
    return carded(n=n, message=message, card=card, update=True)


def buttons(there: Line) -> dict[str, str]:
    return there.platform.people.card(MEMBER, "qq-1").buttons


async def test_a_message_with_buttons_is_a_card() -> None:
    async with line() as there:
        receipt = await there.channel.send(carded())
        assert there.platform.people.told(MEMBER) == ["工单 1\n用地审批，等人领办"]
        assert buttons(there) == {KEY: "我来领办"}
        assert receipt.via == "api"
        body = json.loads(there.platform.api.bodies[-1])
        assert body["enable_duplicate_check"] == 1


async def test_who_reads_in_wechat_is_told_what_to_type() -> None:
    async with line(plugin=True) as there:
        await there.channel.send(carded())
        (told,) = there.platform.people.told(MEMBER)
        assert "1 我来领办" in told
        assert not there.channel.manner.cards
        assert manner_of(plugin=False).cards


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        (Message(title="政" * 37, text="", options=(Option(label="好", action="1"),)), False),
        (Message(title="政" * 36, text="", options=(Option(label="好" * 10, action="1"),)), True),
        (Message(title="政", text="", options=(Option(label="好" * 11, action="1"),)), False),
        (Message(title="政", text="", options=(Option(label="好", action="政" * 342),)), False),
        (
            Message(
                title="政",
                text="",
                options=tuple(Option(label="好", action=str(n)) for n in range(7)),
            ),
            False,
        ),
        (Message(title="政", text=""), False),
    ],
)
def test_a_card_carries_what_the_platform_takes(message: Message, fits: bool) -> None:
    assert carries(message) is fits


def test_a_card_shows_a_text_of_a_few_lines() -> None:
    options = (Option(label="好", action="1"),)
    assert fits_card(Message(title="政", text="政" * TEXT, options=options))
    assert not fits_card(Message(title="政", text="政" * (TEXT + 1), options=options))


async def test_a_card_that_the_platform_refuses_goes_out_in_words() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(code=40058))
        await there.channel.send(carded())
        (told,) = there.platform.people.told(MEMBER)
        assert "1 我来领办" in told


async def test_a_card_whose_answer_was_lost_is_sent_again_and_shown_once() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(done=True))
        with pytest.raises(SendUnknown):
            await there.channel.send(carded())
        await there.channel.send(carded(attempt=2, resends=1))
        assert there.platform.people.told(MEMBER) == ["工单 1\n用地审批，等人领办"]


async def test_a_busy_platform_is_asked_for_the_card_again() -> None:
    async with line() as there:
        there.platform.api.script.once[SEND].append(Fault(code=-1))
        with pytest.raises(SendFault) as busy:
            await there.channel.send(carded())
        assert busy.value.retry_after is not None
        await there.channel.send(carded(attempt=2))
        assert buttons(there) == {KEY: "我来领办"}


async def test_a_press_is_taken_and_the_buttons_become_what_stands_now() -> None:
    async with line() as there:
        await there.channel.send(carded())
        brought = await there.pressed("qq-1", KEY, "已领办")
        (arrival,) = there.taken
        assert arrival.button == Button(KEY, "qq-1")
        card = there.platform.people.card(MEMBER, "qq-1")
        assert (card.replaced, card.buttons) == ("已领办", {})
        assert there.platform.caller.breaches == []
        assert brought.statuses == [200]


async def test_a_press_whose_call_broke_off_changes_the_card_all_the_same() -> None:
    async with line() as there:
        await there.channel.send(carded())
        there.commits.clear()
        there.answered = Answered(Text("已领办"), card_over=True)
        there.platform.press(MEMBER, "qq-1", KEY)
        await eventually(lambda: there.waiting > 0)
        await there.platform.hang_up()
        await asyncio.sleep(0.05)  # the other end of the same loop hears of it
        there.commits.set()
        await eventually(lambda: not buttons(there))
        assert there.platform.people.card(MEMBER, "qq-1").replaced == "已领办"


@pytest.mark.parametrize(("status", "over"), [("", True), ("已看过", False)])
async def test_a_card_that_can_still_be_pressed_keeps_its_buttons(status: str, over: bool) -> None:
    async with line() as there:
        await there.channel.send(carded())
        brought = await there.pressed("qq-1", KEY, status, over=over)
        assert brought.bodies == [b""]
        assert buttons(there) == {KEY: "我来领办"}


async def test_a_press_that_is_brought_again_has_one_effect_and_the_same_answer() -> None:
    async with line() as there:
        await there.channel.send(carded())
        brought = await there.pressed("qq-1", KEY, "已领办")
        await there.platform.again(brought).is_over.wait()
        first, again = brought.bodies
        assert first == again != b""
        assert len(there.taken) == 1


async def test_another_process_changes_a_card_by_the_code_that_was_kept() -> None:
    codes = HeldCodes()
    async with line(codes=codes) as there:
        await there.channel.send(carded())
        receipt = await there.channel.send(change())
        assert receipt.via == "api"
        assert there.platform.people.card(MEMBER, "qq-1").replaced == "已领办"
        assert await codes.take("qq-1") == ""


async def test_a_press_brings_a_code_for_the_next_change() -> None:
    codes = HeldCodes()
    async with line(codes=codes) as there:
        await there.channel.send(carded())
        await codes.take("qq-1")
        await there.pressed("qq-1", KEY)
        await eventually(lambda: bool(codes.held))
        await there.channel.send(change())
        assert there.platform.people.card(MEMBER, "qq-1").replaced == "已领办"


async def test_a_card_with_other_buttons_is_changed_whole() -> None:
    async with line() as there:
        await there.channel.send(carded())
        view = (Option(label="查看", action="a:view:1"),)
        await there.channel.send(change(message=DONE.model_copy(update={"options": view})))
        card = there.platform.people.card(MEMBER, "qq-1")
        assert card.buttons == {"a:view:1": "查看"}
        assert "已经有人领办" in card.text()


@pytest.mark.parametrize("lost", [True, False])
async def test_without_a_good_code_the_card_stays_and_nothing_is_tried_again(lost: bool) -> None:
    codes = HeldCodes()
    async with line(codes=codes) as there:
        await there.channel.send(carded())
        await codes.take("qq-1")
        if not lost:
            await codes.put("qq-1", "used before")
        assert (await there.channel.send(change())).key == "k2"
        assert there.platform.api.calls.count(UPDATE) == (0 if lost else 1)
        assert buttons(there) == {KEY: "我来领办"}


async def test_a_change_that_is_to_be_tried_again_keeps_its_code() -> None:
    async with line() as there:
        await there.channel.send(carded())
        there.platform.api.script.once[UPDATE].append(Fault(code=-1))
        with pytest.raises(SendFault):
            await there.channel.send(change())
        await there.channel.send(change())
        assert there.platform.people.card(MEMBER, "qq-1").replaced == "已领办"


def test_what_stands_instead_of_buttons_fits_on_one() -> None:
    assert replaced("已领办") == "已领办"
    assert replaced("**已领办**\n王敏") == "已领办 王敏"
    assert len(replaced("政" * 30)) == 10

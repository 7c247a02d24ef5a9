"""Which way a letter goes, what it counts against, and what others must not learn on it."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.channels.base import Letter, Message, Option, WayClosed
from bot.channels.wecom import Pace
from bot.channels.wecom.payloads import TEXT
from bot.channels.wecom.rates import Rates
from bot.intake import Unrecorded
from bot.simulator.tencent.calling import Brought
from handlers.ports import Answered, Arrival
from tests.bot.channels.platform import eventually
from tests.wecom import MEMBER, Line, answering, carded, letter, line

VIEW = (Option(label="查看", action="a:view:1"),)


async def sealed_of(there: Line) -> dict[str, str]:
    """Answer a member on the call, and return what stands on the wire as an echo would."""
    brought, arrival = await there.said("菜单")
    await there.channel.send(answering("您的工单 ZH-2026-0001 已受理", arrival))
    await brought.is_over.wait()
    return echo_of(brought)


def echo_of(brought: Brought) -> dict[str, str]:
    body = brought.bodies[0].decode()

    def told(pattern: str) -> str:
        found = re.search(pattern, body)
        assert found is not None
        return found[1]

    return {
        "msg_signature": told(r"<MsgSignature><!\[CDATA\[(\w+)"),
        "timestamp": told(r"<TimeStamp>(\d+)"),
        "nonce": told(r"<Nonce><!\[CDATA\[(\w+)"),
        "echostr": told(r"<Encrypt><!\[CDATA\[([^\]]+)"),
    }


async def test_no_sealed_message_is_opened_for_who_recorded_it() -> None:
    async with line() as there:
        status, text = await there.platform.caller.get(await sealed_of(there))
        assert (status, text) == (403, "")


async def test_the_number_of_the_console_is_told_to_it() -> None:
    async with line() as there:
        assert await there.platform.verify("4375120948345356249") == (200, "4375120948345356249")


def changed(text: str, options: tuple[Option, ...] = VIEW) -> Letter:
    message = Message(title="群发进度", text=text, status="发送中", options=options)
    return carded(n=2, message=message, card="qq-1", update=True)


@pytest.mark.parametrize(
    ("text", "says"), [("政" * TEXT, "政" * TEXT), ("政" * (TEXT + 1), "door.choose")]
)
async def test_a_changed_card_keeps_its_buttons_however_long_its_text(text: str, says: str) -> None:
    async with line() as there:
        await there.channel.send(carded())
        await there.channel.send(changed(text))
        card = there.platform.people.card(MEMBER, "qq-1")
        assert card.buttons == {"a:view:1": "查看"}
        assert card.text() == f"群发进度\n{says}"


async def test_a_changed_card_without_choices_says_what_stands() -> None:
    async with line() as there:
        await there.channel.send(carded())
        await there.channel.send(changed("政" * (TEXT + 1), ()))
        card = there.platform.people.card(MEMBER, "qq-1")
        assert (card.buttons, card.replaced) == ({}, "发送中")


async def test_what_was_to_go_on_a_call_is_not_pushed_without_its_window() -> None:
    async with line(Pace(answer=0.3, stop=1.0)) as there:
        brought, arrival = await there.said("菜单")
        answer = answering("好", arrival)
        assert there.channel.window(answer) is None
        await brought.is_over.wait()
        with pytest.raises(WayClosed) as told:
            await there.channel.send(answer)
        assert (told.value.retry_after, told.value.breaks) == (0.0, "")
        window = there.channel.window(answer)
        assert window is not None
        assert window.limit == Rates().member_a_minute
        await there.channel.send(answer)
        assert there.platform.people.told(MEMBER) == ["好"]


async def test_a_call_that_broke_off_sends_its_answer_to_the_window_too() -> None:
    async with line() as there:
        _, arrival = await there.said("菜单")
        answer = answering("好", arrival)
        assert there.channel.window(answer) is None
        await there.platform.hang_up()
        await asyncio.sleep(0.05)  # the other end of the same loop hears of it
        with pytest.raises(WayClosed):
            await there.channel.send(answer)
        assert there.channel.window(answer) is not None
        await there.channel.send(answer)
        assert there.platform.people.told(MEMBER) == ["好"]


async def test_the_word_that_it_takes_longer_leaves_the_call_to_the_answer() -> None:
    async with line() as there:
        there.commits.clear()
        there.platform.say(MEMBER, "菜单")
        await eventually(lambda: there.waiting > 0)
        (name,) = there.channel._calls._open
        # The database is there again while the word is under way.
        there.platform.api.watchers.append(lambda path: there.commits.set())
        await there.channel.send(letter("请稍等", n=0, reply_url=name, key=""))
        await eventually(lambda: bool(there.taken))
        assert (await there.channel.send(answering("好", there.taken[0]))).via == "webhook"
        await eventually(lambda: there.platform.people.told(MEMBER) == ["请稍等", "好"])


async def test_a_member_of_any_name_has_a_window_of_their_own() -> None:
    async with line() as there:
        told, changes = there.channel.window(letter(to="cards")), changed("短")
        cards = there.channel.window(changes)
        assert told is not None
        assert cards is not None
        assert told.key != cards.key


@pytest.mark.parametrize(
    ("error", "logged"), [(KeyError("王敏"), True), (Unrecorded("not stored"), False)]
)
async def test_a_defect_while_a_message_is_taken_is_named_once(
    error: Exception, logged: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with line() as there:

        async def take(arrival: Arrival) -> Answered:
            there.taken.append(arrival)
            raise error

        there.channel._take = take
        brought = there.platform.say(MEMBER, "菜单")
        await eventually(lambda: bool(there.taken))
        await brought.is_over.wait()
        told = [one for one in caplog.messages if "was not taken" in one]
        assert bool(told) is logged
        assert "王敏" not in caplog.text

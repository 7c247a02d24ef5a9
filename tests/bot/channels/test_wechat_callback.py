"""The address that the platform of 公众号 calls: who is answered, with what, and when."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.channels.base import Receipt, SendFault
from bot.channels.tencent.heard import MOST
from bot.channels.tencent.seal import FRESH
from bot.channels.wechat import Pace
from bot.simulator.wechat.api import PUSH, TOKEN, Fault
from bot.simulator.wechat.calling import Brought
from bot.simulator.wechat.platform import WeChatPlatform
from tests.bot.channels.platform import eventually
from tests.tencent import QUICK, now, served
from tests.wechat import FIRM, answering, channel_to, letter, line


async def test_the_console_verifies_the_address_and_nobody_else_does() -> None:
    async with line() as there:
        assert await there.platform.caller.verify("1616140317555161061") == (
            200,
            "1616140317555161061",
        )
        stamp = {"timestamp": "1409659589", "nonce": "n", "echostr": "1"}
        assert await there.platform.caller.get({**stamp, "signature": "0" * 40}) == (403, "")
        assert await there.platform.caller.get({}) == (403, "")


async def test_what_is_echoed_to_the_console_cannot_be_a_page() -> None:
    async with line() as there:
        assert await there.platform.caller.verify("<script>1</script>") == (400, "")


@pytest.mark.parametrize("part", ["signature", "timestamp", "nonce", "body"])
async def test_one_character_changed_is_refused_without_a_word(part: str) -> None:
    async with line() as there:
        query, body = there.platform.caller.sealed(there.platform.caller.message(FIRM, "text"))
        name = "msg_signature" if part == "signature" else part
        if part == "body":
            body = body.replace(b"<Encrypt><![CDATA[", b"<Encrypt><![CDATA[A")
        else:
            query[name] = f"{query[name][:-1]}{'1' if query[name][-1] != '1' else '2'}"
        assert await there.platform.caller.post(query, body) == (403, b"")
        assert there.taken == []


async def test_a_call_of_another_hour_is_refused() -> None:
    off = timedelta(seconds=FRESH + 60)
    async with line(clock=lambda: now() + off) as there:
        query, body = there.platform.caller.sealed(there.platform.caller.message(FIRM, "text"))
        assert await there.platform.caller.post(query, body) == (403, b"")
        assert there.taken == []


async def test_a_call_for_another_account_is_refused() -> None:
    async with line() as there, WeChatPlatform(app_id="wx0another0account") as other:
        query, body = other.caller.sealed(other.caller.message(FIRM, "text"))
        assert await there.platform.caller.post(query, body) == (403, b"")


async def test_a_call_in_the_open_is_taken_in_development_alone() -> None:
    async with line() as there:
        there.platform.caller.plain = True
        brought = there.platform.say(FIRM, "菜单")
        await brought.is_over.wait()
        assert (set(brought.statuses), there.taken) == ({403}, [])
    async with line(plaintext=True) as there:
        there.platform.caller.plain = True
        brought, arrival = await there.said("菜单")
        await there.channel.send(answering("好]]>的<b>", arrival))
        await brought.is_over.wait()
        assert brought.answer == "好]]>的<b>"


async def test_in_the_mode_of_both_what_is_not_sealed_says_nothing() -> None:
    async with line() as there:
        query, body = there.platform.caller.sealed(
            there.platform.caller.message(FIRM, "text", Content="真的")
        )
        body = body.replace(b"<xml>", "<xml><Content>假的</Content>".encode())
        task = asyncio.create_task(there.platform.caller.post(query, body))
        await eventually(lambda: bool(there.taken))
        assert there.taken[0].text == "真的"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_call_that_is_too_large_is_not_read() -> None:
    async with line() as there:
        query, _ = there.platform.caller.sealed(there.platform.caller.message(FIRM, "text"))
        assert await there.platform.caller.post(query, b"<" * (MOST + 1)) == (413, b"")


async def test_nobody_is_answered_before_the_message_is_on_record() -> None:
    async with line(QUICK) as there:
        there.commits.clear()
        brought = there.platform.say(FIRM, "菜单")
        await brought.is_over.wait()
        assert brought.statuses == [503, 503, 503]
        assert set(brought.bodies) == {b""}
        there.commits.set()
        await eventually(lambda: len(there.taken) == 1)


async def test_a_message_that_could_not_be_taken_is_taken_when_it_comes_again() -> None:
    async with line() as there:
        there.refuses.append(RuntimeError("not stored"))
        brought, arrival = await there.said("菜单")
        await there.channel.send(answering("好", arrival))
        await brought.is_over.wait()
        assert (brought.statuses, brought.answer) == ([503, 200], "好")


async def test_the_answer_waits_for_the_connection_that_comes_after_the_commit() -> None:
    async with line(patience=0.5) as there:
        there.commits.clear()
        brought = there.platform.say(FIRM, "菜单")
        await eventually(lambda: len(brought.statuses) == 1)
        there.commits.set()
        await eventually(lambda: len(there.taken) == 1)
        receipt = await there.channel.send(answering("好", there.taken[0]))
        await brought.is_over.wait()
        assert (receipt.via, brought.answer) == ("webhook", "好")
        assert there.platform.api.bodies == []


async def test_an_answer_that_takes_too_long_arrives_once_as_a_message_of_its_own() -> None:
    async with line(QUICK) as there:
        brought, arrival = await there.said("菜单")
        await brought.is_over.wait()
        assert (brought.statuses, brought.bodies) == ([200], [b"success"])
        receipt = await there.channel.send(answering("好", arrival))
        await there.platform.again(brought).is_over.wait()
        assert (receipt.via, brought.bodies[-1]) == ("api", b"success")
        assert there.platform.people.told(FIRM) == ["好"]


@pytest.mark.slow
async def test_an_answer_that_takes_six_seconds_is_pushed_once() -> None:
    async with line(Pace(), patience=5.0) as there:
        brought, arrival = await there.said("菜单")
        await asyncio.sleep(6)
        await there.channel.send(answering("好", arrival))
        assert (brought.statuses, brought.bodies) == ([200], [b"success"])
        assert [(one.text, one.way) for one in there.platform.people.shown] == [("好", "push")]


async def test_three_deliveries_at_once_have_one_effect_and_the_same_answer() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        for _ in range(2):
            there.platform.again(brought)
        await asyncio.sleep(0.2)
        await there.channel.send(answering("好", arrival))
        await eventually(lambda: len(brought.bodies) == 3)
        assert len(set(brought.bodies)) == 1
        assert (len(there.taken), there.platform.people.told(FIRM)) == (1, ["好"])


@pytest.mark.parametrize("same", [True, False])
async def test_a_try_with_the_old_or_a_new_signature_gets_the_same_bytes(*, same: bool) -> None:
    async with line() as there:
        caller = there.platform.caller
        brought = Brought(FIRM, caller.message(FIRM, "text", Content="菜单"))
        first = caller.sealed(brought.xml)
        calls = [asyncio.create_task(caller.bring_once(brought, *first))]
        await eventually(lambda: bool(there.taken))
        await there.channel.send(answering("好", there.taken[0]))
        await calls[0]
        await caller.bring_once(brought, *(first if same else caller.sealed(brought.xml)))
        assert brought.bodies[0] == brought.bodies[1]
        assert (len(there.taken), caller.breaches) == (1, [])


async def test_the_second_of_two_answers_is_pushed_after_the_first() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        ways = [(await there.channel.send(answering(f"第{n}条", arrival, n))).via for n in (1, 2)]
        await brought.is_over.wait()
        await eventually(lambda: len(there.platform.people.shown) == 2)
        assert ways == ["webhook", "api"]
        assert {one.text: one.way for one in there.platform.people.shown} == {
            "第1条": "answer",
            "第2条": "push",
        }


async def test_an_answer_to_a_connection_that_broke_off_is_pushed() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        await there.platform.hang_up()
        await asyncio.sleep(0.05)  # the other end of the same loop hears of it
        assert (await there.channel.send(answering("好", arrival))).via == "api"
        # Were it brought once more, the same answer would be there twice.
        await there.platform.again(brought).is_over.wait()
        assert there.platform.people.told(FIRM) == ["好"]


async def test_what_is_said_before_the_commit_never_takes_the_answer_s_place() -> None:
    async with line() as there:
        there.commits.clear()
        brought = there.platform.say(FIRM, "菜单")
        await eventually(lambda: len(there.channel._calls._open) == 1)
        (name,) = there.channel._calls._open
        hurry = letter("请稍等", n=0, to="", key="", reply_url=name)
        assert (await there.channel.send(hurry)).via == "api"
        there.commits.set()
        await eventually(lambda: bool(there.taken))
        assert (await there.channel.send(answering("好", there.taken[0]))).via == "webhook"
        await brought.is_over.wait()
        assert there.platform.people.told(FIRM) == ["请稍等", "好"]


async def test_a_process_that_does_not_listen_takes_nothing() -> None:
    async with WeChatPlatform() as platform:
        channel = channel_to(platform)
        async with served(channel, platform):
            brought = platform.say(FIRM, "菜单")
            await brought.is_over.wait()
            assert brought.statuses == [503, 503, 503]


async def test_an_account_that_is_refused_rests_only_what_is_pushed() -> None:
    async with line() as there:
        there.platform.api.script.always[PUSH] = Fault(code=40164)
        _, arrival = await there.said("菜单")
        await there.channel.send(answering("好", arrival))
        with pytest.raises(SendFault) as refused:
            await there.channel.send(answering("还有", arrival, 2))
        assert (refused.value.code, refused.value.breaks) == ("40164", "robot")
        assert there.channel.window(answering("还有", arrival, 2)) is not None
        _, next_arrival = await there.said("菜单")
        assert there.channel.window(answering("好", next_arrival, 3)) is None
        found = await there.channel.send(answering("好", next_arrival, 3))
        assert found == Receipt(next_arrival.msg_id, "webhook")
        assert there.platform.api.calls.count(TOKEN) == 1

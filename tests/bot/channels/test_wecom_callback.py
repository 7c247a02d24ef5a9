"""The address that 企业微信 calls: who is answered, with what, and when."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Receipt
from bot.channels.tencent.callback import BadCallback
from bot.channels.tencent.seal import FRESH, Seal
from bot.channels.wecom.reading import Reading
from bot.simulator.tencent.sealing import Sealing
from tests.bot.channels.platform import eventually
from tests.tencent import QUICK, now
from tests.wecom import MEMBER, Line, answering, carded, line

# The sample of the documents (path/90968).
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
ECHO = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "timestamp": "1409659589",
    "nonce": "263014780",
    "echostr": (
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    ),
}
AT = 1409659589.0


def reading(agent: int = 218) -> Reading:
    return Reading(Seal(TOKEN, KEY, "wx5823bf96d3bd56c7"), agent)


@pytest.mark.parametrize("plus", ["+", " "])
def test_v1_the_sealed_echo_of_the_documents_is_opened(plus: str) -> None:
    query = {**ECHO, "echostr": ECHO["echostr"].replace("+", plus)}
    assert reading().echo(query, AT) == "1616140317555161061"


@pytest.mark.parametrize(
    ("name", "value"),
    [("msg_signature", "0" * 40), ("nonce", "1"), ("echostr", "<script>"), ("echostr", "")],
)
def test_another_echo_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadCallback):
        reading().echo({**ECHO, name: value}, AT)


def test_an_old_echo_is_refused() -> None:
    with pytest.raises(BadCallback):
        reading().echo(ECHO, AT + FRESH + 1)


async def test_the_console_saves_the_address() -> None:
    async with line() as there:
        assert await there.platform.verify("1616140317555161061") == (200, "1616140317555161061")


async def posted(there: Line, xml: str) -> tuple[int, bytes]:
    return await there.platform.caller.post(*there.platform.caller.sealed(xml))


async def test_a_message_to_another_app_is_refused() -> None:
    async with line() as there:
        xml = there.platform.caller.message(MEMBER, "text", Content="菜单")
        ours = f"<![CDATA[{there.platform.agent_id}]]>"
        assert ours in xml
        assert await posted(there, xml.replace(ours, "<![CDATA[1000099]]>")) == (403, b"")
        nameless = xml.replace(f"<AgentID>{ours}</AgentID>", "")
        assert await posted(there, nameless) == (403, b"")
        assert there.taken == []


async def test_a_message_for_another_organisation_is_refused() -> None:
    async with line() as there:
        platform = there.platform
        foreign = Sealing(platform.token, platform.aes_key, "wwsomebodyelse0001")
        sealed = foreign.seal(platform.caller.message(MEMBER, "text", Content="菜单"))
        stamp = str(int(now().timestamp()))
        query = {
            "msg_signature": foreign.sign(stamp, "n", sealed),
            "timestamp": stamp,
            "nonce": "n",
        }
        body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        assert await platform.caller.post(query, body) == (403, b"")
        assert there.taken == []


async def test_what_is_not_sealed_is_refused() -> None:
    async with line() as there:
        query, _ = there.platform.caller.sealed("<xml/>")
        plain = there.platform.caller.message(MEMBER, "text", Content="菜单").encode()
        assert (await there.platform.caller.post(query, plain))[0] == 400
        assert await there.platform.caller.post({}, plain) == (403, b"")
        assert there.taken == []


@pytest.mark.parametrize("part", ["msg_signature", "timestamp", "nonce"])
async def test_one_character_changed_is_refused_without_a_word(part: str) -> None:
    async with line() as there:
        query, body = there.platform.caller.sealed(there.platform.caller.message(MEMBER, "text"))
        query[part] = f"{query[part][:-1]}{'1' if query[part][-1] != '1' else '2'}"
        assert await there.platform.caller.post(query, body) == (403, b"")


async def test_a_call_of_another_hour_is_refused() -> None:
    off = timedelta(seconds=FRESH + 60)
    async with line(clock=lambda: now() + off) as there:
        xml = there.platform.caller.message(MEMBER, "text", Content="菜单")
        assert await posted(there, xml) == (403, b"")


async def test_an_answer_goes_back_on_the_call_sealed() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        receipt = await there.channel.send(answering("有这些", arrival))
        await brought.is_over.wait()
        assert receipt == Receipt(arrival.msg_id, "webhook")
        assert brought.answer is not None
        assert there.platform.people.told(MEMBER) == ["有这些"]
        assert there.platform.caller.breaches == []


async def test_where_nothing_is_said_the_body_is_empty() -> None:
    async with line(QUICK) as there:
        silent = there.platform.say(MEMBER, "菜单")
        entered = there.platform.happen(MEMBER, "enter_agent", EventKey="")
        for brought in (silent, entered):
            await brought.is_over.wait()
            assert (brought.statuses, brought.bodies) == ([200], [b""])


async def test_a_message_that_is_brought_again_has_one_effect_and_one_answer() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        query, body = there.platform.caller.sealed(brought.xml)
        again = asyncio.create_task(there.platform.caller.post(query, body))
        await there.channel.send(answering("有这些", arrival))
        await brought.is_over.wait()
        old = await again
        same = await there.platform.caller.post(query, body)
        new = await posted(there, brought.xml)
        assert [old, same, new] == [(200, brought.bodies[0])] * 3
        assert len(there.taken) == 1


async def test_what_is_not_on_record_in_time_is_brought_again_and_answered_then() -> None:
    async with line(QUICK) as there:
        there.commits.clear()
        brought = there.platform.say(MEMBER, "菜单")
        await eventually(lambda: brought.statuses == [503])
        there.commits.set()
        await brought.is_over.wait()
        assert brought.statuses[-1] == 200
        assert len(there.taken) == 1


async def test_an_answer_after_the_deadline_comes_once_as_a_message() -> None:
    async with line(QUICK) as there:
        brought, arrival = await there.said("菜单")
        await brought.is_over.wait()
        assert brought.bodies == [b""]
        late = answering("有这些", arrival)
        first = await there.channel.send(late)
        assert await there.channel.send(late) == first
        assert first.via == "api"
        assert there.platform.people.told(MEMBER) == ["有这些"]


async def test_two_quick_messages_are_answered_in_their_order() -> None:
    async with line() as there:
        quick = [await there.said(text) for text in ("一", "二")]
        for n, (brought, arrival) in enumerate(quick, start=1):
            await there.channel.send(answering(f"答{n}", arrival, n))
            await brought.is_over.wait()
        assert there.platform.people.told(MEMBER) == ["答1", "答2"]


async def test_what_goes_out_another_way_ends_the_call_at_once() -> None:
    async with line() as there:
        brought, arrival = await there.said("菜单")
        card = carded()
        await there.channel.send(answering("", arrival, message=card.message, card=card.card))
        await brought.is_over.wait()  # the pace of this test waits for a minute otherwise
        assert (brought.statuses, brought.bodies) == ([200], [b""])


async def test_who_may_not_see_the_app_any_more_is_noted_before_the_call_is_answered() -> None:
    left: list[tuple[str, str, datetime]] = []

    async def note(channel: str, account: str, at: datetime) -> None:
        left.append((channel, account, at))

    async with line(left=note) as there:
        brought = there.platform.happen(MEMBER, "unsubscribe", EventKey="")
        await brought.is_over.wait()
        assert brought.bodies == [b""]
        ((channel, account, at),) = left
        assert (channel, account) == ("wecom", MEMBER)
        assert at <= datetime.now(UTC)

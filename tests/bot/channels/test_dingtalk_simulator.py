"""The channel against the simulated platform, which names every breach of the documents."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.channels.base import Letter, Message, Option
from bot.channels.dingtalk import DingTalk, DingTalkAccess
from bot.simulator.control import Control
from bot.simulator.server import DingTalkSimulator
from handlers.ports import Answered, Arrival, Forwarded, Text
from tests.bot.channels.conftest import KEPT, QUICK, open_file, say
from tests.bot.channels.platform import eventually
from tests.bot.channels.test_dingtalk_media import PAPER, PICTURE
from tests.bot.simulator.client import GROUP, ROBOT_CODE, TEMPLATE, WORLD, Hands

ASKING = Message(
    title="新诉求",
    text="内容",
    status="待受理",
    options=(Option(label="受理", action="a:accept", style="primary"),),
)


def to_group(**changes: object) -> Letter:
    letter = Letter(id=1, robot=ROBOT_CODE, door="staff_group", to=GROUP, message=ASKING)
    return letter.model_copy(update={"card": "qq-1", **changes})


@asynccontextmanager
async def connected(**more: Any) -> AsyncIterator[tuple[DingTalk, Control, list[Arrival]]]:
    clock = Hands()
    chance = random.Random(5)  # noqa: S311
    taken: list[Arrival] = []

    async def take(arrival: Arrival) -> Answered:
        taken.append(arrival)
        return Answered(Text("accepted") if arrival.kind == "button" else None)

    async with DingTalkSimulator(
        WORLD,
        client_id="ding-client",
        client_secret="secret",
        robot_code=ROBOT_CODE,
        card_templates=[TEMPLATE],
        clock=clock,
        source=chance,
    ) as simulator:
        base = simulator.base_url
        access = DingTalkAccess("ding-client", "secret", ROBOT_CODE, TEMPLATE, base, base)
        channel = DingTalk(access, say, clock, chance, open_file=open_file, pace=QUICK, **more)
        run = asyncio.create_task(channel.run(take))
        try:
            await simulator.control.wait_connected()
            yield channel, simulator.control, taken
        finally:
            await channel.stop()
            await run
        assert simulator.control.breaches == []


async def test_what_members_send_arrives_and_is_acknowledged() -> None:
    async with connected() as (channel, control, taken):
        said = await control.say("ent01", "我要反映问题")
        other = await control.say("ent01", "门口的路坏了", quoted=said.key)
        rich = await control.send_rich_text("ent01", ["看图", b"\x89PNG1", "在这里"], group=GROUP)
        audio = await control.send_audio("ent01", "路坏了")
        record = await control.forward("ent01", [said.key, other.key])
        file = await control.send_file("ent01", "说明.pdf", b"%PDF-1.7 content")
        unknown = await control.send_unknown("ent01")
        for bubble in (said, other, rich, audio, record, file, unknown):
            await control.wait_for_ack(bubble.msg_id)
        await control.event("robot_msg_read", {"unionId": "u"})
        await control.ping()
        assert [arrival.kind for arrival in taken] == [*["text"] * 6, "unsupported"]
        assert taken[1].quoted == "我要反映问题"
        assert (taken[2].text, taken[2].place.private) == ("看图\n在这里", False)
        assert (taken[3].text, taken[3].spoken) == ("路坏了", True)
        assert taken[4].forwarded == (
            Forwarded("陈海燕", "我要反映问题"),
            Forwarded("陈海燕", "门口的路坏了"),
        )
        fetched = await channel.fetch(ROBOT_CODE, taken[5].files[0].code, 1000)
        assert fetched == b"%PDF-1.7 content"


async def test_a_card_is_pressed_changed_and_answered() -> None:
    async with connected() as (channel, control, taken):
        assert (await channel.send(to_group())).via == "card"
        assert (await channel.send(to_group())).via == "card"
        assert len(control.sent(place=GROUP)) == 1
        press = await control.press("clerk01", "qq-1", "a:accept")
        assert press.answered
        assert control.card("qq-1")["status"] == "<accepted>"
        assert control.card("qq-1")["title"] == "新诉求"
        assert taken[0].place.chat == GROUP
        assert not taken[0].place.private
        done = Message(title="新诉求", text="内容", status="已受理")
        await channel.send(to_group(update=True, message=done))
        assert control.card("qq-1")["status"] == "已受理"
        assert control.card("qq-1")["actions"] == "[]"


async def test_files_are_shown_and_can_be_opened_on_the_page() -> None:
    async with connected() as (channel, control, _):
        for file in (PICTURE, PAPER, PICTURE):
            letter = Letter(
                id=1,
                robot=ROBOT_CODE,
                door="private",
                to="clerk01",
                message=Message(title="t", text="打不开", file=file),
            )
            assert (await channel.send(letter)).key
        first, paper, again = control.sent()
        assert [bubble.kind for bubble in (first, paper, again)] == ["picture", "file", "picture"]
        assert first.content["photo"] == again.content["photo"]
        assert paper.content["name"] == "合同.pdf"
        assert control.media(first.content["photo"]) == KEPT["aa"]
        assert control.media(paper.content["media"]) == KEPT["bb"]


async def test_a_reply_mentions_its_reader_and_falls_back_when_the_session_ends() -> None:
    async with connected() as (channel, control, taken):
        await control.say("ent01", "你好", group=GROUP)
        await eventually(lambda: len(taken) == 1)
        path = taken[0].reply_path
        assert path is not None
        answer = to_group(
            message=Message(title="t", text="您好"),
            mention="ent01",
            reply_url=path.url,
            reply_until=path.expires_at,
        )
        assert (await channel.send(answer)).via == "webhook"
        assert control.sent(place=GROUP)[0].mentions == ("ent01",)
        control.expire_webhooks()
        assert (await channel.send(answer)).via == "api"


async def test_what_the_old_socket_brings_after_a_disconnect_is_taken() -> None:
    async with connected() as (_, control, taken):
        control.use_old_sockets()
        await control.disconnect()
        await control.wait_connected()
        bubbles = [await control.say("ent01", f"第{number}条") for number in range(20)]
        for bubble in bubbles:
            await control.wait_for_ack(bubble.msg_id)
        assert len(taken) == 20

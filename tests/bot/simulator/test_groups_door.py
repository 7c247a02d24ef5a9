"""Groups of 企业微信 on the chat page: pushes arrive there, and nobody can write there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.simulator.trace import TraceQuery, WordsTrace
from bot.simulator.wecom.appchat import Chat
from bot.simulator.wecom.door import WeComDoor
from bot.simulator.wecom.groups_door import APP, ROBOT, GroupChat, WeComGroupsDoor
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.world import User
from tests.bot.simulator.client import Bot, platform
from tests.bot.simulator.test_page import PNG, Browser

MEMBERS = {"FuYaqin": User("fu", "", "傅雅琴"), "WangMin": User("wang", "", "王敏")}
GROUPS = (
    GroupChat("商会群", "商会群", "webhook:商会群", ROBOT),
    GroupChat("服务群", "wr1", "wr1", APP),
)
BY_ROBOT, BY_APP = "wecomgroup:商会群@FuYaqin", "wecomgroup:wr1@FuYaqin"


@dataclass
class Scene:
    """A page with two groups, each seen by two members."""

    bot: Bot
    browser: Browser
    hello: dict[str, Any]
    wecom: WeComPlatform
    robot: str
    traced: list[TraceQuery] = field(default_factory=list)

    async def post(self, body: Mapping[str, Any]) -> int:
        """Let the robot post."""
        async with self.bot.http.post(self.robot, data=_json(body)) as answer:
            return int((await answer.json(content_type=None))["errcode"])

    async def push(self, body: Mapping[str, Any]) -> int:
        """Let the app post into its group."""
        self.wecom.api.tokens.append("t")
        url = f"{self.wecom.base_url}/cgi-bin/appchat/send?access_token=t"
        async with self.bot.http.post(url, data=_json({"chatid": "wr1", **body})) as answer:
            return int((await answer.json(content_type=None))["errcode"])

    async def seen(self, place: str) -> dict[str, Any]:
        """Wait for the next message of a place."""
        while True:
            bubble: dict[str, Any] = (await self.browser.until("bubble"))["bubble"]
            if bubble["place"] == place:
                return bubble


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def said(text: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": text}}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    traced: list[TraceQuery] = []

    async def trace(query: TraceQuery) -> Mapping[str, Any]:
        traced.append(query)
        return {"投递 1": "已送达"}

    async with WeComPlatform() as wecom:
        wecom.chats.known["wr1"] = Chat("服务群", "FuYaqin", tuple(MEMBERS))
        groups = WeComGroupsDoor(wecom, GROUPS, MEMBERS, app="亲清助手")
        async with platform(trace=trace, doors=(WeComDoor(wecom, MEMBERS), groups)) as bot:
            browser = Browser(await bot.http.ws_connect(f"{bot.base}/page"))
            hello = await browser.until("hello")
            yield Scene(bot, browser, hello, wecom, wecom.robots.add("商会群"), traced)


async def test_each_member_has_the_groups_beside_the_chat_with_the_app(scene: Scene) -> None:
    places = {one["id"]: one["places"] for one in scene.hello["personas"]}
    assert places["fu"] == ["wecom:FuYaqin", BY_ROBOT, BY_APP]
    shown = next(one for one in scene.hello["places"] if one["id"] == BY_ROBOT)
    assert (shown["title"], shown["group"], shown["hears"]) == ("商会群", True, False)
    assert shown["channel"] == "wecom"


async def test_a_push_by_the_robot_arrives_where_every_member_sees_it(scene: Scene) -> None:
    assert await scene.post(said("**通知** 请查收")) == 0
    first = await scene.seen(BY_ROBOT)
    assert (first["kind"], first["nick"]) == ("markdown", "群机器人")
    assert first["content"] == {"text": "**通知** 请查收"}
    other = await scene.seen("wecomgroup:商会群@WangMin")
    assert other["content"] == first["content"]


async def test_a_push_of_the_app_arrives_in_its_own_group_and_no_other(scene: Scene) -> None:
    assert await scene.push(said("请查收")) == 0
    shown = await scene.seen(BY_APP)
    assert (shown["nick"], shown["content"]) == ("亲清助手", {"text": "请查收"})
    async with asyncio.timeout(30):
        hello = await _again(scene)
    assert {one["place"] for one in hello["bubbles"]} == {BY_APP, "wecomgroup:wr1@WangMin"}


async def test_a_picture_in_a_group_can_be_looked_at(scene: Scene) -> None:
    name = scene.wecom.api.keep("image", "a.png", "image/png", PNG)
    assert await scene.push({"msgtype": "image", "image": {"media_id": name}}) == 0
    shown = await scene.seen(BY_APP)
    async with scene.bot.http.get(scene.bot.base + shown["content"]["src"]) as answer:
        assert (shown["kind"], await answer.read()) == ("picture", PNG)


async def test_the_records_of_a_message_are_asked_for_by_what_it_shows(scene: Scene) -> None:
    for _ in range(2):
        assert await scene.post(said("请查收")) == 0
    earlier, _ = await scene.seen(BY_ROBOT), await scene.seen(BY_ROBOT)
    await scene.browser.send(type="trace", user="fu", key=earlier["key"])
    answer = await scene.browser.until("trace")
    assert answer["bot"] == [["投递 1", "已送达"]]
    assert ["消息", "群消息，平台不给编号"] in answer["platform"]
    assert scene.traced == [WordsTrace("wecom_robot", "webhook:商会群", "请查收", later=1)]


async def test_nobody_can_write_into_a_group_that_is_not_heard(scene: Scene) -> None:
    await scene.browser.send(type="say", user="fu", door=BY_ROBOT, text="在吗")
    assert (await scene.browser.until("toast"))["text"]


async def _again(scene: Scene) -> dict[str, Any]:
    browser = Browser(await scene.bot.http.ws_connect(f"{scene.bot.base}/page"))
    hello: dict[str, Any] = await browser.until("hello")
    return hello

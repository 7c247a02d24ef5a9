"""公众号 and 企业微信 on the chat page: what their people do there, and what they see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from bot.simulator.tencent.sealing import element
from bot.simulator.trace import CallTrace, QueryKeyTrace, TraceQuery
from bot.simulator.views import Layout
from bot.simulator.wechat.door import WeChatDoor
from bot.simulator.wechat.platform import WeChatPlatform
from bot.simulator.wecom.cards import Card
from bot.simulator.wecom.door import WeComDoor
from bot.simulator.wecom.people import Shown
from bot.simulator.wecom.platform import WeComPlatform
from bot.simulator.world import User
from tests.bot.simulator.client import WORLD, Bot, platform
from tests.bot.simulator.test_page import PNG, Browser

FOLLOWER = User("jiang", "", "蒋国梁", role="企业家")
MEMBER = User("fu", "", "傅雅琴", role="企业家")
OFFICIAL, APP = "wechat:oJiang", "wecom:FuYaqin"
CARD: dict[str, Any] = {
    "card_type": "button_interaction",
    "main_title": {"title": "工单", "desc": "待评价"},
    "task_id": "t1",
    "button_list": [{"text": "满意", "key": "good"}, {"text": "不满意", "style": 3, "key": "bad"}],
}


@dataclass
class Scene:
    """A page with a follower, a member, and a bot that takes what it is brought."""

    bot: Bot
    browser: Browser
    hello: dict[str, Any]
    wechat: WeChatPlatform
    wecom: WeComPlatform
    got: list[str] = field(default_factory=list)
    traced: list[TraceQuery] = field(default_factory=list)

    async def bubble(self, **wanted: Any) -> dict[str, Any]:
        """Wait for a bubble."""
        while True:
            bubble: dict[str, Any] = (await self.browser.until("bubble"))["bubble"]
            if wanted.items() <= bubble.items():
                return bubble

    async def upload(self, door: str, kind: str) -> int:
        query = {"user": "x", "name": "图.png", "kind": kind, "door": door}
        url = f"{self.bot.base}/page/upload"
        async with self.bot.http.post(url, params=query, data=PNG) as answer:
            return answer.status


@asynccontextmanager
async def staged() -> AsyncIterator[Scene]:
    """Start both platforms, and a page that shows them."""
    got: list[str] = []
    traced: list[TraceQuery] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.text())
        return web.Response()

    async def trace(query: TraceQuery) -> Mapping[str, Any]:
        traced.append(query)
        return {"来信": "第 1 条"}

    app = web.Application()
    app.router.add_post("/callback", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/callback"
    async with WeChatPlatform() as wechat, WeComPlatform() as wecom:
        wechat.caller.address = wecom.caller.address = address
        wechat.caller.plain = True
        # One of the members of DingTalk follows the account, too.
        followers = {"oJiang": FOLLOWER, "oChen": WORLD.user("ent01")}
        doors = (WeChatDoor(wechat, followers), WeComDoor(wecom, {"FuYaqin": MEMBER}))
        layouts = (Layout("微信", ("jiang", "fu")),)
        async with platform(trace=trace, doors=doors, layouts=layouts) as bot:
            browser = Browser(await bot.http.ws_connect(f"{bot.base}/page"))
            hello = await browser.until("hello")
            yield Scene(bot, browser, hello, wechat, wecom, got, traced)
    await runner.cleanup()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged() as made:
        yield made


async def test_the_page_learns_who_chats_elsewhere(scene: Scene) -> None:
    personas = {one["id"]: one["places"] for one in scene.hello["personas"]}
    assert list(personas) == ["ent01", "clerk01", "jiang", "fu"]
    assert (personas["jiang"], personas["fu"]) == ([OFFICIAL], [APP])
    assert personas["ent01"][-1] == "wechat:oChen"
    places = {one["id"]: one for one in scene.hello["places"]}
    assert (places[OFFICIAL]["title"], places[APP]["title"]) == ("公众号", "企业微信")
    assert places[OFFICIAL]["follows"] is False
    assert scene.hello["layouts"] == [{"title": "微信", "panes": ["jiang", "fu"]}]


async def test_what_a_follower_types_reaches_the_bot_and_says_that_it_did(scene: Scene) -> None:
    await scene.browser.send(type="say", user="jiang", door=OFFICIAL, text="进度")
    shown = await scene.bubble(place=OFFICIAL, state="已送达")
    assert (shown["sender"], shown["content"]) == ("jiang", {"text": "进度"})
    assert element(scene.got[0], "Content") == "进度"


async def test_following_and_leaving_change_the_chat(scene: Scene) -> None:
    await scene.browser.send(type="follow", user="jiang", door=OFFICIAL, on=True)
    assert (await scene.browser.until("place"))["place"]["follows"] is True
    assert (await scene.bubble(state="已送达"))["content"] == {"text": "关注了公众号"}
    await scene.browser.send(type="follow", user="jiang", door=OFFICIAL, on=False)
    assert (await scene.browser.until("place"))["place"]["follows"] is False
    await scene.bubble(content={"text": "取消了关注"}, state="已送达")
    assert element(scene.got[-1], "Event") == "unsubscribe"


@pytest.mark.parametrize(
    ("typed", "shown"), [("a ]]> <b>R&D</b>", "a ]]> <b>R&D</b>"), ("半个\ud83d字", "半个?字")]
)
async def test_whatever_is_typed_is_delivered_and_shown_as_it_was(
    scene: Scene, typed: str, shown: str
) -> None:
    await scene.browser.send(type="say", user="jiang", door=OFFICIAL, text=typed)
    assert (await scene.bubble(place=OFFICIAL, state="已送达"))["content"] == {"text": shown}
    assert element(scene.got[0], "Content") == shown


async def test_a_file_is_given_out_whatever_its_name_holds(scene: Scene) -> None:
    medium = scene.wecom.api.keep(
        "file", 'a\r\nSet-Cookie: x="1".pdf', "application/pdf", b"%PDF-1.7"
    )
    url = f"{scene.wecom.base_url}/cgi-bin/media/get"
    scene.wecom.api.tokens.append("t")
    query = {"access_token": "t", "media_id": medium}
    async with scene.bot.http.get(url, params=query) as answer:
        assert (answer.status, await answer.read()) == (200, b"%PDF-1.7")
        assert "Set-Cookie" not in answer.headers


async def test_the_menu_that_the_bot_puts_there_can_be_tapped(scene: Scene) -> None:
    made = {"button": [{"name": "更多", "sub_button": [{"name": "查进度", "key": "进度"}]}]}
    scene.wechat.api.menu = made
    await scene.browser.send(type="follow", user="jiang", door=OFFICIAL, on=True)
    menu = (await scene.browser.until("place"))["place"]["menu"]
    assert menu[0]["below"] == [{"name": "查进度", "key": "进度", "url": "", "below": []}]
    await scene.browser.send(type="menu", user="jiang", door=OFFICIAL, key="进度")
    await scene.bubble(content={"text": "点了菜单：查进度"}, state="已送达")
    assert (element(scene.got[-1], "Event"), element(scene.got[-1], "EventKey")) == (
        "CLICK",
        "进度",
    )


async def test_what_the_account_sends_appears(scene: Scene) -> None:
    scene.wechat.people.wrote("oJiang")
    assert scene.wechat.people.push("oJiang", "已受理") == 0
    shown = await scene.bubble(sender="robot")
    assert (shown["place"], shown["content"]) == (OFFICIAL, {"text": "已受理"})


async def test_a_pressed_card_shows_what_took_its_buttons_place(scene: Scene) -> None:
    people = scene.wecom.people
    card = Shown("FuYaqin", "template_card", "", "push", datetime.now(UTC), "m1", card=Card(CARD))
    people.show(card)
    face = (await scene.bubble(place=APP))["card"]["face"]
    assert [one["label"] for one in face["actions"]] == ["满意", "不满意"]
    await scene.browser.send(type="press", user="fu", door=APP, track="t1", action="good")
    assert (await scene.browser.until("pressed"))["text"] == ""
    people.replace(["FuYaqin"], "t1", "已评价", None)
    face = (await scene.bubble(place=APP))["card"]["face"]
    assert [(one["label"], one["done"]) for one in face["actions"]] == [("已评价", True)]


async def test_a_message_that_was_taken_back_is_gone_from_the_chat(scene: Scene) -> None:
    people = scene.wecom.people
    people.show(Shown("FuYaqin", "text", "发错了", "push", datetime.now(UTC), "m1"))
    assert people.recall("m1")
    assert (await scene.bubble(recalled=True))["place"] == APP


async def test_a_picture_is_sent_and_can_be_looked_at(scene: Scene) -> None:
    assert await scene.upload(OFFICIAL, "picture") == 400  # nobody writes before they follow
    await scene.browser.send(type="follow", user="jiang", door=OFFICIAL, on=True)
    await scene.bubble(content={"text": "关注了公众号"}, state="已送达")
    assert await scene.upload(OFFICIAL, "picture") == 200
    shown = await scene.bubble(kind="picture", state="已送达")
    async with scene.bot.http.get(scene.bot.base + shown["content"]["src"]) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", PNG)


@pytest.mark.parametrize(("door", "status"), [(OFFICIAL, 400), (APP, 200), ("wecom:nobody", 400)])
async def test_files_go_where_the_platform_takes_files(
    scene: Scene, door: str, status: int
) -> None:
    assert await scene.upload(door, "file") == status


async def test_the_records_of_a_bubble_are_asked_for_by_the_names_of_its_platform(
    scene: Scene,
) -> None:
    await scene.browser.send(type="say", user="jiang", door=OFFICIAL, text="进度")
    said = await scene.bubble(state="已送达")
    await scene.browser.send(type="trace", user="jiang", key=said["key"])
    answer = await scene.browser.until("trace")
    assert answer["bot"] == [["来信", "第 1 条"]]
    scene.wecom.people.show(Shown("FuYaqin", "text", "好", "push", datetime.now(UTC), "m1"))
    told = await scene.bubble(place=APP)
    await scene.browser.send(type="trace", user="fu", key=told["key"])
    assert ["途径", "应用消息"] in (await scene.browser.until("trace"))["platform"]
    assert scene.traced == [CallTrace("wechat", scene.got[0]), QueryKeyTrace("m1")]


@pytest.mark.parametrize(
    "order",
    [
        {"type": "say", "door": "wechat:nobody", "text": "?"},
        {"type": "say", "door": "nowhere:x", "text": "?"},
        {"type": "press", "door": OFFICIAL, "track": "t", "action": "a"},
        {"type": "press", "door": APP, "user": "fu", "track": "t", "action": "a"},
    ],
)
async def test_an_impossible_order_is_answered(scene: Scene, order: dict[str, str]) -> None:
    await scene.browser.send(**order)
    await scene.browser.until("toast")

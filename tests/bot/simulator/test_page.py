"""The chat page's own interface: files, websocket, uploads, and who is kept out."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from bot.simulator.page import ASSETS
from bot.simulator.trace import InboundTrace, TraceQuery
from tests.bot.simulator.client import GROUP, Bot, platform
from tests.bot.simulator.test_openapi import DIRECT, direct

PNG = b"\x89PNG\r\n\x1a\nrest"


class Browser:
    """The page's end of its websocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def until(self, kind: str) -> dict[str, Any]:
        """Read on until a message of this kind."""
        async with asyncio.timeout(30):
            while True:
                message = json.loads((await self.socket.receive()).data)
                if message["type"] == kind:
                    return dict(message)

    async def send(self, **order: Any) -> None:
        """Send an order as the page does."""
        await self.socket.send_str(json.dumps(order))


async def _browser(bot: Bot) -> tuple[Browser, dict[str, Any]]:
    browser = Browser(await bot.http.ws_connect(f"{bot.base}/page"))
    return browser, await browser.until("hello")


@pytest.mark.parametrize(
    "path",
    ["/", *(f"/assets/{name}" for name in ASSETS if name.endswith((".js", ".css")))],
)
async def test_the_page_comes_with_a_strict_content_policy(path: str) -> None:
    async with platform() as bot, bot.http.get(bot.base + path) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "http" not in (await answer.text()).replace("http://www.w3.org", "").replace(
            "https?:", ""
        ).replace('"http:"', "").replace('"https:"', "").replace("http(s)", "")


async def test_the_page_learns_who_is_there() -> None:
    async with platform() as bot:
        _, hello = await _browser(bot)
        assert [persona["id"] for persona in hello["personas"]] == ["ent01", "clerk01"]
        assert GROUP in hello["personas"][0]["places"]
        assert hello["online"] is False


async def test_what_a_persona_types_is_pushed_and_shown() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        browser, _ = await _browser(bot)
        await browser.send(type="say", user="ent01", text="进度", group=None, at=True)
        frame = await stream.frame()
        assert frame.data["text"]["content"] == "进度"
        shown = await browser.until("bubble")
        assert shown["bubble"]["content"] == {"text": "进度"}
        await stream.ack(frame)
        while shown["bubble"]["state"] != "已送达":
            shown = await browser.until("bubble")


async def test_a_persona_without_the_robot_sees_that_it_is_away() -> None:
    async with platform() as bot:
        browser, _ = await _browser(bot)
        await browser.send(type="say", user="ent01", text="在吗", group=None, at=True)
        shown = await browser.until("bubble")
        while shown["bubble"]["state"] != "机器人不在线":
            shown = await browser.until("bubble")


async def test_a_bubble_tells_which_rows_it_became() -> None:
    asked: list[TraceQuery] = []

    async def trace(query: TraceQuery) -> Mapping[str, Any]:
        asked.append(query)
        return {"arrival": 7, "state": "done"}

    async with platform(trace=trace) as bot:
        await bot.connect()
        browser, _ = await _browser(bot)
        bubble = await bot.simulator.control.say("ent01", "进度")
        await browser.send(type="trace", user="ent01", key=bubble.key)
        answer = await browser.until("trace")
        assert answer["bot"] == [["arrival", "7"], ["state", "done"]]
        assert ["消息", bubble.msg_id] in answer["platform"]
        assert asked == [InboundTrace(bubble.msg_id)]


async def test_an_impossible_order_is_answered_and_the_page_lives_on() -> None:
    async with platform() as bot:
        browser, _ = await _browser(bot)
        await browser.socket.send_str("{")
        await browser.send(type="say", user="nobody", text="?")
        await browser.until("toast")
        await browser.send(type="say", user="ent01", text="在", group=None, at=True)
        await browser.until("bubble")


async def test_forwarding_makes_a_chat_record_in_the_direct_chat() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        browser, _ = await _browser(bot)
        said = await bot.simulator.control.say("clerk01", "请补充", group=GROUP, at_robot=False)
        await browser.send(type="forward", user="ent01", keys=[said.key])
        data = (await stream.frame()).data
        assert (data["msgtype"], data["conversationType"]) == ("chatRecord", "1")
        assert json.loads(data["content"]["summary"]) == ["林立:请补充"]


async def test_pictures_and_files_are_checked_before_they_are_sent() -> None:
    async with platform() as bot:
        stream = await bot.connect()
        assert await _upload(bot, PNG, kind="picture") == 200
        assert (await stream.frame()).data["msgtype"] == "picture"
        assert await _upload(bot, b"<svg/>", kind="picture") == 415
        assert await _upload(bot, b"text", kind="file") == 200
        assert (await stream.frame()).data["content"]["fileName"] == "文件.txt"
        assert await _upload(bot, b"text", kind="file", group=GROUP) == 400


@pytest.mark.parametrize(
    ("name", "kind", "order", "shown", "opened"),
    [
        ("a.png", "image", {"msgKey": "sampleImageMsg"}, "picture", "inline"),
        ("a.pdf", "file", {"msgKey": "sampleFile"}, "file", "attachment"),
    ],
)
async def test_what_the_robot_uploaded_and_sent_can_be_opened(
    name: str, kind: str, order: dict[str, str], shown: str, opened: str
) -> None:
    async with platform() as bot:
        form = aiohttp.FormData()
        form.add_field("media", PNG, filename=name)
        url = f"{bot.base}/media/upload?access_token={bot.token}&type={kind}"
        async with bot.http.post(url, data=form) as answer:
            media = (await answer.json())["media_id"]
        browser, _ = await _browser(bot)
        param = {"photoURL": media, "mediaId": media, "fileName": "图.pdf", "fileType": "pdf"}
        await bot.call("POST", DIRECT, direct("ent01", **order, msgParam=json.dumps(param)))
        bubble = (await browser.until("bubble"))["bubble"]
        assert bubble["kind"] == shown
        assert bubble["content"]["size"] == len(PNG)
        async with bot.http.get(bot.base + bubble["content"]["src"]) as answer:
            assert answer.headers["Content-Disposition"] == opened
            assert await answer.read() == PNG


async def _upload(bot: Bot, data: bytes, **query: str) -> int:
    query = {"user": "ent01", "name": "文件.txt", **query}
    async with bot.http.post(f"{bot.base}/page/upload", params=query, data=data) as answer:
        return answer.status


async def test_a_file_is_saved_and_never_run_by_the_browser() -> None:
    async with platform() as bot:
        bubble = await bot.simulator.control.send_file("ent01", "x.html", b"<script>1</script>")
        url = f"{bot.base}/page/files/{bubble.content['attachment']}"
        async with bot.http.get(url) as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://elsewhere.invalid"}, {"Host": "elsewhere.invalid"}],
)
@pytest.mark.parametrize("path", ["/page", "/control/state", "/"])
async def test_other_sites_are_kept_out(path: str, headers: dict[str, str]) -> None:
    async with platform() as bot, bot.http.get(bot.base + path, headers=headers) as answer:
        assert answer.status == 403


async def test_a_card_is_drawn_for_each_member() -> None:
    async with platform() as bot:
        browser, _ = await _browser(bot)
        actions = json.dumps([{"id": "accept", "label": "受理", "style": "primary"}])
        await bot.call(
            "POST",
            "/v1.0/card/instances/createAndDeliver",
            {
                "cardTemplateId": "demo-card.schema",
                "outTrackId": "t1",
                "callbackType": "STREAM",
                "cardData": {"cardParamMap": {"title": "新诉求", "actions": actions}},
                "privateData": {"clerk01": {"cardParamMap": {"title": "请你受理"}}},
                "openSpaceId": f"dtv1.card//IM_GROUP.{GROUP}",
                "imGroupOpenDeliverModel": {"robotCode": "dingdemorobot"},
            },
        )
        card = (await browser.until("bubble"))["bubble"]["card"]
        assert card["face"]["actions"] == [{"id": "accept", "label": "受理", "style": "primary"}]
        assert card["private"]["clerk01"]["title"] == "请你受理"
        await browser.send(type="press", user="clerk01", track="t1", action="accept")
        assert (await browser.until("pressed"))["text"] == "机器人不在线，按钮暂时没有反应"

"""The chat page in a real browser: typing, cards, pictures, phone width, inert markup."""

import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.simulator.trace import TraceQuery
from tests.bot.simulator.client import GROUP, Bot, platform

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)
MARKUP = '<img src=x onerror="document.title=1"> [点我](javascript:alert(1)) **粗**'


@asynccontextmanager
async def page(bot: Bot, width: int = 1280, height: int = 800) -> AsyncIterator[Any]:
    """Open the chat page; an error in its scripts fails the test."""
    api = pytest.importorskip("playwright.async_api")
    async with api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = await browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        errors: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.set_default_timeout(10_000)
        await tab.goto(bot.base)
        await tab.wait_for_selector("body[data-ready]")
        yield tab
        assert errors == []
        await browser.close()


def pane(tab: Any, user: str) -> Any:
    return tab.get_by_test_id(f"pane-{user}")


async def _card(bot: Bot, **params: str) -> None:
    actions = json.dumps([{"id": "accept", "label": "受理", "style": "primary"}])
    order = {
        "cardTemplateId": "demo-card.schema",
        "outTrackId": "t1",
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "新诉求", "actions": actions, **params}},
        "openSpaceId": f"dtv1.card//IM_GROUP.{GROUP}",
        "imGroupOpenDeliverModel": {"robotCode": "dingdemorobot"},
    }
    await bot.call("POST", "/v1.0/card/instances/createAndDeliver", order)


async def test_enter_sends_and_the_answer_appears() -> None:
    async with platform() as bot, page(bot) as tab:
        stream = await bot.connect()
        box = pane(tab, "ent01").get_by_test_id("input")
        await box.fill("我要反映问题")
        await box.press("Enter")
        frame = await stream.frame()
        assert frame.data["text"]["content"] == "我要反映问题"
        await stream.ack(frame)
        reply = {"msgtype": "markdown", "markdown": {"title": "答", "text": f"# 好\n{MARKUP}"}}
        await bot.post(frame.data["sessionWebhook"], reply)
        answer = pane(tab, "ent01").locator('[data-testid="bubble"][data-sender="robot"]')
        await answer.locator("h3", has_text="好").wait_for()
        assert await answer.locator("strong").inner_text() == "粗"
        assert await answer.locator("img, script").count() == 0
        assert await answer.locator("a").count() == 0
        assert await tab.title() == "亲清助手 · 演示"


async def test_a_card_button_is_pressed_and_the_card_changes_for_everybody() -> None:
    async with platform() as bot, page(bot) as tab:
        stream = await bot.connect()
        await _card(bot, status="待受理", body=MARKUP)
        for user in ("ent01", "clerk01"):
            await pane(tab, user).locator(f'[data-testid="tab"][data-place="{GROUP}"]').click()
        await pane(tab, "clerk01").locator('[data-action="accept"]').click()
        change = {"status": "已受理", "actions": "[]"}
        answer = {
            "cardUpdateOptions": {"updateCardDataByKey": True},
            "cardData": {"cardParamMap": change},
        }
        await stream.ack(await stream.frame(), {"response": answer})
        status = pane(tab, "ent01").get_by_test_id("card-status")
        await status.filter(has_text="已受理").wait_for()
        assert await pane(tab, "clerk01").get_by_test_id("action").count() == 0
        assert await pane(tab, "ent01").locator(".card-body img, .card-body script").count() == 0


async def test_a_group_message_is_forwarded_to_the_robot() -> None:
    async with platform() as bot, page(bot) as tab:
        stream = await bot.connect()
        await bot.simulator.control.say("clerk01", "货车进不来", group=GROUP, at_robot=False)
        own = pane(tab, "ent01")
        await own.locator(f'[data-testid="tab"][data-place="{GROUP}"]').click()
        await own.get_by_test_id("bubble").hover()
        await own.get_by_test_id("forward").click()
        await own.get_by_test_id("forward-send").click()
        assert (await stream.frame()).data["msgtype"] == "chatRecord"
        await own.locator('[data-kind="chatRecord"]').wait_for()


async def test_a_picture_is_chosen_and_shown() -> None:
    async with platform() as bot, page(bot) as tab:
        stream = await bot.connect()
        own = pane(tab, "ent01")
        file = {"name": "现场.png", "mimeType": "image/png", "buffer": PNG}
        await own.get_by_test_id("picture-input").set_input_files(file)
        assert (await stream.frame()).data["msgtype"] == "picture"
        picture = own.locator('[data-kind="picture"] img')
        await picture.wait_for()
        assert await picture.evaluate("node => node.decode().then(() => node.naturalWidth)") == 1


async def test_a_bubble_opens_its_records() -> None:
    async def trace(_query: TraceQuery) -> Mapping[str, Any]:
        return {"ticket": "ZH-2026-0001"}

    async with platform(trace=trace) as bot, page(bot) as tab:
        await bot.simulator.control.say("ent01", "进度")
        own = pane(tab, "ent01")
        await own.get_by_test_id("info").click()
        await own.get_by_test_id("trace").get_by_text("ZH-2026-0001").wait_for()
        await tab.keyboard.press("Escape")
        await own.get_by_test_id("trace").wait_for(state="detached")


async def test_on_a_phone_one_pane_stands_and_nothing_overflows() -> None:
    async with platform() as bot, page(bot, 390, 844) as tab:
        await bot.simulator.control.say("ent01", "很长" * 400)
        assert await pane(tab, "clerk01").is_hidden()
        await tab.get_by_test_id("persona-clerk01").click()
        assert await pane(tab, "ent01").is_hidden()
        assert await pane(tab, "clerk01").is_visible()
        assert await tab.get_by_test_id("ribbon").is_visible()
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390


async def test_dark_is_a_switch_that_is_remembered() -> None:
    async with platform() as bot, page(bot) as tab:
        theme = "document.documentElement.dataset.theme"
        assert await tab.evaluate(theme) == "light"
        await tab.get_by_test_id("theme").click()
        await tab.reload()
        assert await tab.evaluate(theme) == "dark"

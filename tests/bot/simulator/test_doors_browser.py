"""The panes of 公众号 and 企业微信 in a real browser: menu, following, cards, phone width."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.simulator.tencent.sealing import element
from bot.simulator.wecom.cards import Card
from bot.simulator.wecom.people import Shown
from tests.bot.simulator.test_doors import APP, CARD, OFFICIAL, Scene, staged
from tests.bot.simulator.test_page_browser import CHROMIUM, page, pane

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]

MENU = {
    "button": [
        {"type": "click", "name": "活动报名", "key": "活动"},
        {"name": "更多", "sub_button": [{"type": "click", "name": "查进度", "key": "进度"}]},
    ]
}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged() as made:
        made.wechat.api.menu = MENU
        yield made


async def _follow(tab: Any) -> Any:
    own = pane(tab, "jiang")
    await own.get_by_test_id("follow").click()
    await own.get_by_test_id("input").wait_for()
    return own


async def test_the_menu_is_tapped_by_hand_and_by_keyboard(scene: Scene) -> None:
    async with page(scene.bot) as tab:
        own = await _follow(tab)
        await own.get_by_test_id("menu").get_by_text("活动报名").click()
        await own.get_by_text("点了菜单：活动报名").wait_for()
        more = own.get_by_test_id("menu-more")
        await more.press("Enter")
        assert await more.get_attribute("aria-expanded") == "true"
        await tab.keyboard.press("Escape")
        assert await more.get_attribute("aria-expanded") == "false"
        await more.press("Enter")
        await tab.keyboard.press("Tab")
        await tab.keyboard.press("Enter")
        await own.get_by_text("点了菜单：查进度").wait_for()
        assert [element(xml, "EventKey") for xml in scene.got[1:]] == ["活动", "进度"]


async def test_who_left_types_no_more_until_they_follow_again(scene: Scene) -> None:
    async with page(scene.bot) as tab:
        assert await pane(tab, "jiang").get_by_test_id("input").is_hidden()
        own = await _follow(tab)
        await own.get_by_test_id("leave").click()
        await own.get_by_text("取消了关注").wait_for()
        await own.get_by_test_id("input").wait_for(state="hidden")
        await _follow(tab)


async def test_a_button_that_was_pressed_is_grey_and_says_what_came_of_it(scene: Scene) -> None:
    async with page(scene.bot) as tab:
        people, now = scene.wecom.people, datetime.now(UTC)
        people.show(Shown("FuYaqin", "template_card", "", "push", now, "m1", card=Card(CARD)))
        own = pane(tab, "fu")
        await own.get_by_test_id("action").get_by_text("满意", exact=True).click()
        people.replace(["FuYaqin"], "t1", "已评价", None)
        done = own.get_by_test_id("action").get_by_text("已评价")
        await done.wait_for()
        assert await done.is_disabled()
        assert await own.get_by_test_id("action").count() == 1


async def test_each_place_offers_what_its_platform_takes(scene: Scene) -> None:
    async with page(scene.bot) as tab:
        official, app = await _follow(tab), pane(tab, "fu")
        assert await official.get_by_test_id("file").is_hidden()
        assert await app.get_by_test_id("file").is_visible()
        for own in (official, app):
            assert await own.get_by_test_id("picture").is_visible()
            assert await own.get_by_test_id("voice").is_hidden()
            assert await own.get_by_test_id("at").is_hidden()


async def test_one_person_has_tabs_at_two_platforms(scene: Scene) -> None:
    async with page(scene.bot) as tab:
        await tab.get_by_test_id("persona-ent01").click()
        own = pane(tab, "ent01")
        await own.locator('[data-testid="tab"][data-kind="wechat"]').click()
        await own.get_by_test_id("where").get_by_text("公众号").wait_for()
        scene.wechat.people.wrote("oChen")
        scene.wechat.people.push("oChen", "已受理")
        await own.get_by_text("已受理").wait_for()
        await own.locator('[data-testid="tab"][data-kind="direct"]').click()
        assert "已受理" not in await own.get_by_test_id("log").inner_text()


async def test_a_phone_shows_one_pane_of_the_layout_and_nothing_overflows(scene: Scene) -> None:
    async with page(scene.bot, 390, 844) as tab:
        own = await _follow(tab)
        assert await pane(tab, "fu").is_hidden()
        await own.get_by_test_id("menu-more").click()
        await own.get_by_test_id("menu").last.wait_for()
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390
        await tab.get_by_test_id("persona-fu").click()
        assert await pane(tab, "fu").is_visible()


async def test_a_reload_shows_what_was_said_and_done(scene: Scene) -> None:
    async with page(scene.bot) as tab:
        await scene.browser.send(type="say", user="fu", door=APP, text="进度")
        await scene.browser.send(type="follow", user="jiang", door=OFFICIAL, on=True)
        await pane(tab, "jiang").get_by_text("关注了公众号").wait_for()
        await tab.reload()
        await pane(tab, "jiang").get_by_text("关注了公众号").wait_for()
        await pane(tab, "fu").get_by_text("已送达").wait_for()

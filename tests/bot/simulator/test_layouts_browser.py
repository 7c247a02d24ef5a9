"""What stands behind the # of the chat page's address, and whose pane a phone shows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.bot.simulator.test_doors import Scene, staged
from tests.bot.simulator.test_page_browser import CHROMIUM, page, pane

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with staged() as made:
        yield made


@pytest.mark.parametrize("behind", ["%", "%E0%A4%A", "nobody"])
async def test_whatever_stands_behind_the_address_the_page_opens(scene: Scene, behind: str) -> None:
    async with page(scene.bot) as tab:
        await tab.goto(f"{scene.bot.base}/?again#{behind}")
        await tab.wait_for_selector("body[data-ready=yes]")
        await pane(tab, "jiang").wait_for()
        await tab.evaluate("location.hash = '#%'")
        assert await pane(tab, "jiang").is_visible()


async def test_a_phone_shows_who_was_chosen_after_a_reload_too(scene: Scene) -> None:
    async with page(scene.bot, 390, 844) as tab:
        await tab.get_by_test_id("persona-fu").click()
        await pane(tab, "fu").wait_for()
        await tab.reload()
        await tab.wait_for_selector("body[data-ready=yes]")
        await pane(tab, "fu").wait_for()


async def test_a_phone_moves_to_the_layout_that_the_address_names(scene: Scene) -> None:
    async with page(scene.bot, 390, 844) as tab:
        await tab.get_by_test_id("persona-fu").click()
        await pane(tab, "fu").wait_for()
        await tab.evaluate("location.hash = '#' + encodeURIComponent('微信')")
        await pane(tab, "jiang").wait_for()
        assert await pane(tab, "fu").is_hidden()

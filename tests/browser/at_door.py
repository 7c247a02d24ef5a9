"""A phone at a door, in a real browser."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from flows.registration.registration import Standing
from tests.bot.pages.door import Hall, token_in
from tests.browser.chat import IN_A_BROWSER, PHONE, STEP_MILLISECONDS
from tests.handlers.attending import roll
from tests.handlers.story import CLERK

AT_A_DOOR = [pytest.mark.usefixtures("engine"), *IN_A_BROWSER]
POLL_SECONDS = 0.05
SMALLEST = 40  # pixels of what is tapped


async def opened(there: Hall, tab: Any, who: str = CLERK) -> str:
    """Open the door of a member of staff on this phone; return its address."""
    token = token_in(there.play, await there.play.say(who, "签到"), who)
    await tab.goto(f"{there.address}/door/{token}")
    await tab.get_by_role("button", name="打开签到").tap()
    await tab.get_by_test_id("find").wait_for()
    return f"{there.address}/door/{token}"


async def typed(tab: Any, text: str) -> None:
    await tab.locator("#text").fill(text)
    await tab.get_by_test_id("find").get_by_role("button").tap()


async def told(tab: Any, words: str) -> str:
    """Wait until the large words say something."""
    box = tab.get_by_test_id("result").filter(has_text=words)
    await box.wait_for()
    return str(await box.inner_text())


async def fits(tab: Any) -> None:
    """Nothing stands out of the screen, and what is tapped is large enough."""
    assert await tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for target in await tab.locator("summary:visible, button:visible, a.button:visible").all():
        size = await target.bounding_box()
        assert size["height"] >= SMALLEST
        assert size["x"] + size["width"] <= PHONE["width"]


async def came(there: Hall) -> list[int]:
    return [one.seq for one in (await roll(there.play)).standing(Standing.ARRIVED)]


async def until(tab: Any, expression: str) -> None:
    """Wait until something is so in the page, whose rules forbid it to look by itself."""
    async with asyncio.timeout(STEP_MILLISECONDS / 1000):
        while not await tab.evaluate(expression):  # noqa: ASYNC110 - a page tells when asked
            await asyncio.sleep(POLL_SECONDS)


async def emptied(tab: Any) -> None:
    """Wait until the phone keeps no code any more."""
    await until(tab, "JSON.parse(localStorage['qinqing-door-queue:HD-2026-001']).length === 0")

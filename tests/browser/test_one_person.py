"""One person at DingTalk and 公众号, linked on the chat page as README.md says it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.chat import IN_A_BROWSER, Seat, chat
from tests.browser.test_panes import LAYOUT, begins

pytestmark = IN_A_BROWSER
OWNER = "demo-owner-chen"


@pytest.fixture
def address(address: str) -> str:
    return address + LAYOUT


async def test_two_accounts_are_linked_by_the_line_that_one_of_them_is_told(
    address: str, browser: Any
) -> None:
    async with chat(browser, address) as tab:
        owner = Seat(tab, OWNER)
        if not await owner.pane.is_visible():
            await owner.turn()
        places = owner.pane.get_by_test_id("tab")
        await places.filter(has_text="亲清助手").first.click()
        await owner.say("关联账号")
        await owner.sees("分钟内有效")
        told = await owner.bubble("分钟内有效").inner_text()
        (line,) = re.findall(r"^关联 \d{4} \d{4}$", told, re.MULTILINE)
        await places.filter(has_text="公众号").click()
        await begins(owner)
        await owner.say(line)
        await owner.sees("是您本人吗")
        await owner.say("是我")
        await owner.sees("关联好了：这里和钉钉以后是同一个人")

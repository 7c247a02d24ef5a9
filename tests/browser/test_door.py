"""Checking people in at the door, in a phone's browser: two doors, no script, no network."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from tests.bot.pages.door import hall
from tests.browser.at_door import (
    AT_A_DOOR,
    came,
    emptied,
    fits,
    opened,
    told,
    typed,
    until,
)
from tests.browser.chat import STEP_MILLISECONDS, phone
from tests.browser.wire import wire
from tests.handlers.attending import place
from tests.handlers.story import CLERK, HEAD

pytestmark = AT_A_DOOR


async def test_e15_two_pages_race_for_one_code(tmp_path: Path, browser: Any) -> None:
    async with hall(tmp_path) as there, phone(browser) as one, phone(browser, "dark") as two:
        await opened(there, one, CLERK)
        await opened(there, two, HEAD)
        code = await there.code(1)
        await asyncio.gather(typed(one, code), typed(two, code))
        said = [await told(tab, "签到") for tab in (one, two)]
        assert sum("已签到 13:00" in text for text in said) == 1
        assert sum("已于 13:00 签到" in text for text in said) == 1
        assert await came(there) == [1]


async def test_the_camera_of_a_door_lets_in_and_says_so_large(tmp_path: Path, browser: Any) -> None:
    async with hall(tmp_path) as there, phone(browser) as tab:
        await opened(there, tab)
        address = f"{there.address}/in/{await there.ticket(2)}"
        await tab.goto(address)
        said = await told(tab, "已签到")
        assert "来宾" not in said  # the name is the person's own, not the account's
        assert "宁波第2机械厂，1 人" in said
        await fits(tab)
        size = await tab.get_by_test_id("result").evaluate(
            "box => parseFloat(getComputedStyle(box, '::first-line').fontSize)"
        )
        assert size >= 28
        await tab.goto(address)
        await told(tab, "已于 13:00 签到")
        assert await came(there) == [2]


async def test_a_door_works_without_scripts(tmp_path: Path, browser: Any) -> None:
    async with hall(tmp_path) as there, phone(browser, scripts=False) as tab:
        home = await opened(there, tab)
        await fits(tab)
        await typed(tab, await there.code(1))
        await told(tab, "已签到")
        await typed(tab, "机械厂")
        await tab.get_by_test_id("matches").wait_for()
        await fits(tab)
        await tab.get_by_test_id("matches").get_by_role("button", disabled=False).tap()
        await told(tab, "宁波第2机械厂")
        assert await came(there) == [1, 2]
        await tab.get_by_test_id("latest").get_by_role("button").last.tap()
        await told(tab, "签到已撤销")
        await tab.get_by_test_id("add").locator("summary").tap()
        await fits(tab)
        await tab.locator("#enterprise").fill("镇海立达模具厂")
        await tab.locator("#name").fill("沈师傅")
        await tab.get_by_test_id("add").get_by_role("button").tap()
        await told(tab, "沈师傅")
        assert (await place(there.play, 3)).walk_in
        await tab.goto(f"{there.address}/in/{await there.ticket(1)}")
        await tab.get_by_test_id("press").get_by_role("button").tap()
        await told(tab, "签到 13:00")
        await tab.goto(home)
        assert "已到 3 / 应到 3 人" in await tab.get_by_test_id("counted").inner_text()


async def test_without_a_network_codes_are_kept_and_sent_once(tmp_path: Path, browser: Any) -> None:
    async with hall(tmp_path) as there, phone(browser) as tab:
        await opened(there, tab)
        await tab.context.set_offline(True)
        for seq in (1, 2, 2):
            await typed(tab, await there.code(seq))
        queue = tab.get_by_test_id("queue")
        await queue.filter(has_text="先记下 2 个").wait_for()
        await fits(tab)
        assert await came(there) == []
        await tab.context.set_offline(False)
        await queue.filter(has_text="补传结果").wait_for()
        await emptied(tab)
        assert await came(there) == [1, 2]
        counted = tab.get_by_test_id("counted").filter(has_text="已到 2 / 应到 2 人")
        await counted.wait_for()
        assert await tab.get_by_test_id("latest").get_by_role("button").count() == 2


async def test_without_a_network_a_scan_is_kept_too(tmp_path: Path, browser: Any) -> None:
    async with hall(tmp_path) as there, wire(there.address) as line, phone(browser) as tab:
        there.address = line.address
        await opened(there, tab)
        await tab.goto(f"{there.address}/in/{await there.ticket(1)}")
        await told(tab, "已签到")
        await until(tab, "navigator.serviceWorker.controller !== null")
        await line.cut()
        await tab.goto(f"{there.address}/in/{await there.ticket(2)}")
        await tab.get_by_test_id("queue").filter(has_text="先记下 1 个").wait_for()
        assert await came(there) == [1]
        await line.mend()
        sent = tab.get_by_test_id("queue").filter(has_text="补传结果")
        await sent.wait_for(timeout=3 * STEP_MILLISECONDS)  # it tries again every few seconds
        assert await came(there) == [1, 2]


async def test_what_was_sent_while_the_answer_was_lost_is_checked_in_once(
    tmp_path: Path, browser: Any
) -> None:
    async with hall(tmp_path) as there, phone(browser) as tab:
        await opened(there, tab)

        async def lost(route: Any) -> None:
            await route.fetch()  # it arrives, but nothing comes back
            await route.abort()

        await tab.route(re.compile("/act$"), lost, times=1)
        await typed(tab, await there.code(1))
        sent = tab.get_by_test_id("queue").filter(has_text="补传结果")
        await sent.wait_for()
        assert "已签到 13:00" in await sent.inner_text()
        assert await came(there) == [1]


async def test_the_participants_page_fits_a_phone(tmp_path: Path, browser: Any) -> None:
    async with hall(tmp_path) as there, phone(browser, "dark", scripts=False) as tab:
        await tab.goto(f"{there.address}/r/{await there.ticket(1)}")
        await fits(tab)
        drawn = await tab.locator("svg.qr").bounding_box()
        assert drawn["width"] >= 200
        async with tab.expect_download() as loading:
            await tab.get_by_test_id("ics").tap()
        assert (await loading.value).suggested_filename.endswith(".ics")

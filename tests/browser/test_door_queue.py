"""What becomes of a code that a door kept: none waits for ever without a word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.bot.pages.door import hall
from tests.browser.at_door import AT_A_DOOR, came, emptied, fits, opened, typed
from tests.browser.chat import STEP_MILLISECONDS, phone
from tests.handlers.attending import press
from tests.handlers.story import CLERK

pytestmark = AT_A_DOOR
ACT = re.compile("/act$")
UNKNOWN = "000000"


def line(tab: Any, text: str) -> Any:
    """Return the line of the queue that says something."""
    return tab.get_by_test_id("queue").locator("li").filter(has_text=text)


async def kept(tab: Any, *codes: str) -> None:
    """Type codes while there is no network."""
    await tab.context.set_offline(True)
    for code in codes:
        await typed(tab, code)
    words = f"先记下 {len(codes)} 个"
    await tab.get_by_test_id("queue").filter(has_text=words).wait_for()


async def answered(tab: Any, *, status: int, body: str, kind: str, times: int) -> None:
    """Let something else than the program answer so many times."""

    async def answer(route: Any) -> None:
        await route.fulfill(status=status, body=body, content_type=kind)

    await tab.route(ACT, answer, times=times)


async def test_a_kept_code_that_is_refused_says_why_beside_itself(
    tmp_path: Path, browser: Any
) -> None:
    async with hall(tmp_path) as there, phone(browser) as tab:
        await opened(there, tab)
        await kept(tab, UNKNOWN, await there.code(1))
        await tab.context.set_offline(False)
        refused = line(tab, UNKNOWN)
        await refused.wait_for()
        assert "没有找到" in await refused.inner_text()
        await line(tab, "已签到 13:00").wait_for()
        assert await refused.get_by_role("button", name="再试").count() == 0
        await fits(tab)
        await tab.reload()
        await refused.get_by_role("button", name="删掉").tap()
        await emptied(tab)
        assert await tab.get_by_test_id("queue").is_hidden()


async def test_a_login_page_of_the_network_is_told_and_the_code_is_sent_later(
    tmp_path: Path, browser: Any
) -> None:
    async with hall(tmp_path) as there, phone(browser) as tab:
        await opened(there, tab)
        await answered(tab, status=200, body="<p>login", kind="text/html", times=1)
        code = await there.code(1)
        await typed(tab, code)
        waits = line(tab, code)
        await waits.filter(has_text="登录这里的无线网").wait_for()
        await fits(tab)
        assert await came(there) == []
        await (
            tab.get_by_test_id("queue")
            .filter(has_text="补传结果")
            .wait_for(
                timeout=3 * STEP_MILLISECONDS  # it tries again every few seconds
            )
        )
        assert await came(there) == [1]


async def test_a_code_that_is_not_taken_waits_with_its_reason_and_keeps_no_other(
    tmp_path: Path, browser: Any
) -> None:
    async with hall(tmp_path) as there, phone(browser, "dark") as tab:
        await opened(there, tab)
        codes = [await there.code(seq) for seq in (1, 2)]
        await kept(tab, *codes)
        said = '{"good": false, "said": "内容没有收全"}'
        await answered(tab, status=400, body=said, kind="application/json", times=1)
        await tab.context.set_offline(False)
        waits = line(tab, codes[0])
        await waits.filter(has_text="内容没有收全").wait_for()
        await line(tab, "已签到 13:00").wait_for()
        assert await came(there) == [2]
        await fits(tab)
        await waits.get_by_role("button", name="再试").tap()
        await emptied(tab)
        assert await came(there) == [1, 2]


async def test_codes_of_a_door_that_was_shut_say_so_and_may_be_given_up(
    tmp_path: Path, browser: Any
) -> None:
    async with hall(tmp_path) as there, phone(browser) as tab:
        await opened(there, tab)
        code = await there.code(1)
        await kept(tab, code)
        await press(there.play, CLERK, "door_off")
        await tab.context.set_offline(False)
        waits = line(tab, code)
        await waits.filter(has_text="这个签到链接不能用了").wait_for()
        await waits.get_by_role("button", name="再试").tap()
        await waits.get_by_role("button", name="删掉").tap()
        await emptied(tab)
        assert await came(there) == []


async def test_a_code_over_which_the_server_fails_keeps_no_other(
    tmp_path: Path, browser: Any
) -> None:
    async with hall(tmp_path) as there, phone(browser) as tab:
        await opened(there, tab)
        codes = [await there.code(seq) for seq in (1, 2)]
        await kept(tab, *codes)
        said = '{"good": false, "said": "系统正忙"}'

        async def answer(route: Any) -> None:
            if f"text={codes[0]}" in (route.request.post_data or ""):
                await route.fulfill(status=500, body=said, content_type="application/json")
            else:
                await route.fallback()

        await tab.route(ACT, answer)
        await tab.context.set_offline(False)
        await line(tab, "已签到 13:00").wait_for(timeout=3 * STEP_MILLISECONDS)
        assert await came(there) == [2]
        assert "系统正忙" in await line(tab, codes[0]).inner_text()
        await tab.unroute(ACT)
        await line(tab, codes[0]).get_by_role("button", name="再试").tap()
        await emptied(tab)
        assert await came(there) == [1, 2]

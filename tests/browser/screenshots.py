"""Remake the pictures of the READMEs from the running demo: `python -m tests.browser.screenshots`.

Starts the demo in a folder of its own, plays the story in Chromium and writes, mid-story,
docs/images/chat.png (wide, light), chat-dark.png (wide, dark), chat-phone.png (390 px) and
chat-wechat.png (公众号 and 企业微信 beside a clerk).
Look at all four before committing them; each must stay below 400 KB.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from tests.browser import story
from tests.browser import test_panes as panes
from tests.browser.chat import ROOT, Seat, chat, chromium, demo

FOLDER = ROOT / "docs" / "images"
WIDE = (1440, 900)
PHONE = (390, 880)
LARGEST = 400_000
SETTLE_SECONDS = 0.4  # for hover effects and pictures


async def main() -> None:
    """Play, and take the pictures on the way."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with demo(Path(folder)) as address, chromium() as browser:
            async with chat(browser, address, *PHONE, scale=2) as tab:
                cast = story.Cast.on(tab)
                await story.starts_in_the_group(cast)
                await story.tells_all(cast, await story.drawn(browser))
                await _take(tab, "chat-phone.png")
            async with chat(browser, address, *WIDE) as tab:
                cast = story.Cast.on(tab)
                for act in (story.files, story.accepts):
                    await act(cast)
                await cast.li.turn()  # nothing has reached 李强 yet
                await _take(tab, "chat.png")
                await cast.li.turn()
                for act in (story.dispatches, story.signs, story.answers, story.looks):
                    await act(cast)
                await tab.get_by_test_id("theme").click()
                await _take(tab, "chat-dark.png")
            async with chat(browser, address + panes.LAYOUT, *WIDE) as tab:
                await _both_wechats(tab)
                await _take(tab, "chat-wechat.png")


async def _both_wechats(tab: Any) -> None:
    follower, member = panes.follower(tab), panes.member(tab)
    await panes.begins(follower)
    await follower.say("活动")
    await follower.sees("近期活动")
    await member.say(f"我是{panes.ENTERPRISE}的傅雅琴，电话13805749002。{story.REPORT}")
    await member.sees("谁能看到：", "图片：0")
    await member.press("确认")
    await member.sees("您要做什么：")
    await Seat(tab, "demo-clerk-wang").open_group(story.STAFF_GROUP)


async def _take(tab: Any, name: str) -> None:
    await tab.mouse.move(0, 0)
    await tab.evaluate("document.activeElement.blur()")
    await asyncio.sleep(SETTLE_SECONDS)
    picture = await tab.screenshot(path=FOLDER / name)
    assert len(picture) < LARGEST, f"{name} has {len(picture)} bytes"


if __name__ == "__main__":
    asyncio.run(main())

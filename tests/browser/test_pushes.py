"""A push, watched as it arrives in the groups of 企业微信, and what ⓘ tells of each message."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.chat import CHROMIUM, Seat, chat, phone
from tests.browser.test_panes import LAYOUT, MEMBER, begins, follower

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="needs Chromium: /usr/bin/chromium, or google-chrome or chromium on PATH",
    ),
]

CLERK, HEAD = "demo-clerk-wang", "demo-supervisor-zhou"
GROUPS = {"商会企业微信群": "群机器人", "重点企业服务群": "亲清助手"}
WORDS = "今晚十点起停电检修两小时（演示）"
A_MOMENT = 120_000  # milliseconds: what was approved leaves a minute later


@pytest.fixture
def address(address: str) -> str:
    return address + LAYOUT


async def approved(tab: Any) -> None:
    """Let 王敏 write a push for both groups, and 周岚 let it go at any hour."""
    clerk, head = Seat(tab, CLERK), Seat(tab, HEAD)
    await head.turn()
    await clerk.say(f"写推送\n停电检修通知\n各企业：{WORDS}，有问题请联系我们。")
    await clerk.sees("发给谁")
    await clerk.say("、".join(GROUPS))
    await clerk.press("紧急（审批人可放行夜间发送）")
    await clerk.pane.get_by_test_id("action").get_by_text("不紧急", exact=True).wait_for()
    await clerk.press("确认")
    await clerk.press("提交审批")
    await head.press("通过，夜间也发")
    await head.sees("已批准")


async def records(seat: Seat, words: str) -> str:
    """Open the records of the newest message that says something, read and close them."""
    await seat.bubble(words).get_by_test_id("info").click()
    sheet = seat.pane.get_by_test_id("trace")
    await sheet.get_by_text("已送达").first.wait_for()
    told = str(await sheet.inner_text())
    await sheet.get_by_test_id("trace-close").click()
    return told


async def test_a_push_is_watched_as_it_arrives_in_both_groups(address: str, browser: Any) -> None:
    async with chat(browser, address) as tab:
        member = Seat(tab, MEMBER)
        await approved(tab)
        for group, by in GROUPS.items():
            await member.pane.get_by_test_id("tab").filter(has_text=group).click()
            arrived = member.bubble(WORDS)
            await arrived.wait_for(timeout=A_MOMENT)
            assert by in await arrived.inner_text()
            told = await records(member, WORDS)
            assert re.search(r"投递 \d+", told) is not None
            assert group in told
            assert "平台不给编号" in told


async def test_a_group_that_is_not_heard_offers_nothing_to_write_with(
    address: str, browser: Any
) -> None:
    async with phone(browser, "dark") as tab:
        await tab.goto(address)
        await tab.get_by_test_id(f"persona-{MEMBER}").click()
        pane = tab.get_by_test_id(f"pane-{MEMBER}")
        assert await pane.get_by_test_id("input").is_visible()
        await pane.get_by_test_id("tab").filter(has_text="重点企业服务群").click()
        await pane.get_by_test_id("deaf").wait_for()
        assert not await pane.get_by_test_id("input").is_visible()
        assert await tab.evaluate("document.documentElement.scrollWidth") <= 390
        await pane.get_by_test_id("tab").filter(has_text="企业微信").first.click()
        assert await pane.get_by_test_id("input").is_visible()


async def test_a_push_at_the_account_has_its_records(address: str, browser: Any) -> None:
    async with chat(browser, address) as tab:
        owner = follower(tab)
        await begins(owner)
        for words in ("关注了公众号", "我是镇海区工商联的亲清助手"):
            assert "来信" in await records(owner, words)
        await owner.say("昨天下午三点起我们厂又停电了，希望供电公司尽快查清原因")
        await owner.sees("请告诉我")
        await owner.say("镇海蓝帆新材料有限公司，蒋国梁，13805749001")
        await owner.sees("谁能看到：")
        await owner.press("确认")
        await owner.sees("已登记")
        clerk = Seat(tab, CLERK)
        await clerk.open_group("cidDemoStaff==")
        await clerk.press("受理")
        await owner.sees("已受理")
        told = await records(owner, "已受理")
        assert "客服消息，平台不给编号" in told
        assert re.search(r"投递 \d+", told) is not None

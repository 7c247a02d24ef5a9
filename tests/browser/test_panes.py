"""公众号 and 企业微信 on the chat page of the demo: a report and a sign-up, clicked and typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.chat import (
    IN_A_BROWSER,
    NumberedSeat,
    Seat,
    chat,
)
from tests.browser.story import (
    ANSWER,
    REPORT,
    Cast,
    accepts,
    answers,
    audits,
    dispatches,
    drawn,
    files,
    looks,
    signs,
)
from tests.days import first_number

pytestmark = IN_A_BROWSER

FOLLOWER, MEMBER = "demo-owner-jiang", "demo-owner-fu"
LAYOUT = f"#{quote('微信')}"
ENTERPRISE = "镇海蓝帆新材料有限公司"


@pytest.fixture
def address(address: str) -> str:
    return address + LAYOUT


def follower(tab: Any) -> Seat:
    """Seat the entrepreneur whose 公众号 knows no buttons."""
    return NumberedSeat(tab, FOLLOWER)


def member(tab: Any) -> Seat:
    """Seat the entrepreneur whose 企业微信 has cards."""
    return Seat(tab, MEMBER)


async def begins(seat: Seat) -> None:
    """Follow the account, where there is one to follow."""
    follow = seat.pane.get_by_test_id("follow")
    if await follow.count():
        await follow.click()
        await seat.sees("关注了公众号")
        await seat.sees("我是镇海区工商联的亲清助手")


@pytest.mark.parametrize("sit", [follower, member])
async def test_a_report_is_answered_and_rated_in_the_pane(
    address: str, browser: Any, sit: Any
) -> None:
    async with chat(browser, address) as tab:
        owner: Seat = sit(tab)
        cast = Cast(
            owner,
            Seat(tab, "demo-clerk-wang"),
            Seat(tab, "demo-supervisor-zhou"),
            Seat(tab, "demo-liaison-li"),
        )
        await cast.zhou.turn()
        await cast.li.turn()
        await begins(owner)
        await owner.say(f"我是{ENTERPRISE}的蒋国梁，电话13805749001。{REPORT}")
        await owner.sees("谁能看到：", f"企业：{ENTERPRISE}", "图片：0")
        await owner.show("跳闸的配电箱.png", await drawn(browser))
        await owner.sees("谁能看到：", "图片：1")
        if not isinstance(owner, NumberedSeat):  # the buttons follow in a card of their own
            await owner.pane.get_by_test_id("card").nth(1).wait_for()
        for act in (files, accepts, dispatches, signs, answers):
            await act(cast)
        await looks(cast, ENTERPRISE)
        await audits(cast)
        await owner.sees(f"{first_number()} 国网镇海供电公司的答复（已解决）", ANSWER)
        await _rates(owner)
        await owner.sees(f"{first_number()} 办结")
        await cast.li.sees(f"{first_number()} 已办结")


async def _rates(owner: Seat) -> None:
    if isinstance(owner, NumberedSeat):  # a notice is answered by the number that it names
        await owner.say("1")
        return
    await owner.press("满意")
    done = owner.pane.get_by_test_id("action").and_(owner.tab.locator(":disabled")).last
    await done.wait_for()  # what was pressed says so, and cannot be pressed again


async def test_a_seat_is_taken_in_each_pane(address: str, browser: Any) -> None:
    async with chat(browser, address) as tab:
        guests = ("蒋国梁，13805749001", "傅雅琴，13805749002")
        for owner, guest in zip((follower(tab), member(tab)), guests, strict=True):
            await begins(owner)
            await owner.say("活动")
            await owner.sees("近期活动", "用工保障惠企恳谈会")
            await owner.say("2")
            await owner.sees("骆驼商会会议室")
            await owner.press("报名")
            await owner.sees("请告诉我", "参加人")
            await owner.say(f"{ENTERPRISE}，{guest}")
            await owner.sees("确认即占名额")
            await owner.press("确认")
            await owner.sees("报名成功", "签到码")
            for sender, words in (("me", "活动"), ("robot", "近期活动"), ("robot", "报名成功")):
                await _its_records_are_shown(owner, sender, words)


async def _its_records_are_shown(owner: Seat, sender: str, words: str) -> None:
    shown = owner.pane.locator(f'[data-sender="{sender}"]').filter(has_text=words).first
    await shown.get_by_test_id("info").click()
    sheet = owner.pane.get_by_test_id("trace")
    await sheet.get_by_text("已送达").first.wait_for()
    await sheet.get_by_test_id("trace-close").click()

"""The whole story on the chat page of the real demo, clicked and typed."""

from typing import Any

from tests.browser.chat import IN_A_BROWSER, chat
from tests.browser.story import (
    ENTERPRISE,
    ENTERPRISE_GROUP,
    PHONE,
    REPORT,
    STAFF_GROUP,
    Cast,
    accepts,
    answers,
    audits,
    dispatches,
    drawn,
    files,
    looks,
    rates,
    signs,
    starts_in_the_group,
    tells_all,
)
from tests.days import first_number

pytestmark = IN_A_BROWSER


async def test_a_report_in_the_group_becomes_a_closed_ticket(address: str, browser: Any) -> None:
    async with chat(browser, address) as tab:
        cast = Cast.on(tab)
        await starts_in_the_group(cast)
        await tells_all(cast, await drawn(browser))
        await files(cast)
        await accepts(cast)
        await dispatches(cast)
        await signs(cast)
        await answers(cast)
        await looks(cast)
        await audits(cast)
        await rates(cast)
        await _groups_told_nothing(cast)
        assert ENTERPRISE not in await cast.li.text()
        await _records_are_shown(cast)
        await _a_forwarded_message_becomes_a_draft(cast)
        await _dark_is_dark(tab)


async def _groups_told_nothing(cast: Cast) -> None:
    for seat, group in ((cast.zhou, STAFF_GROUP), (cast.wang, ENTERPRISE_GROUP)):
        await seat.open_group(group)
        await seat.sees("亲清助手")
        shown = await seat.text()
        for secret in (ENTERPRISE, PHONE, "炉子里的料"):
            assert secret not in shown


async def _records_are_shown(cast: Cast) -> None:
    """The ⓘ of an answer tells its delivery, that of a message what it became."""
    own = cast.chen.pane.locator('[data-sender="me"]').filter(has_text=REPORT)
    for bubble, rows in (
        (cast.chen.bubble(f"编号 {first_number()}"), ("投递", "已送达")),
        (own, ("来信", "已处理", "确认")),
    ):
        await bubble.get_by_test_id("info").click()
        sheet = cast.chen.pane.get_by_test_id("trace")
        for row in rows:
            await sheet.get_by_text(row).first.wait_for()
        await sheet.get_by_test_id("trace-close").click()
        await sheet.wait_for(state="detached")


async def _a_forwarded_message_becomes_a_draft(cast: Cast) -> None:
    chen = cast.chen
    await chen.open_group(ENTERPRISE_GROUP)
    await chen.pane.get_by_test_id("at").click()
    await chen.say("上个月起厂门口的路坑坑洼洼，货车进出困难，希望早点修")
    message = chen.bubble("货车进出困难")
    await message.hover()
    await message.get_by_test_id("forward").click()
    await chen.pane.get_by_test_id("forward-send").click()
    await chen.sees("聊天记录", "货车进出困难")
    await chen.sees("谁能看到：", "货车进出困难", "类别：")
    await chen.pane.get_by_test_id("action").get_by_text("确认", exact=True).last.wait_for()


async def _dark_is_dark(tab: Any) -> None:
    brightness = "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    assert min(await tab.evaluate(brightness)) > 200
    await tab.get_by_test_id("theme").click()
    assert max(await tab.evaluate(brightness)) < 60


async def test_a_phone_is_wide_enough_to_report_and_to_accept(address: str, browser: Any) -> None:
    async with chat(browser, address, 390, 844) as tab:
        cast = Cast.on(tab)
        await cast.chen.say(REPORT)
        await cast.chen.sees("谁能看到：")
        for label in ("确认", "对部门隐去企业名", "只给工商联看", "修改", "取消"):
            button = cast.chen.pane.get_by_test_id("action").get_by_text(label, exact=True)
            box = await button.last.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        await cast.chen.press("确认")
        await cast.chen.sees(f"编号 {first_number()}")
        await cast.wang.turn()
        await cast.wang.pane.wait_for()
        assert await cast.chen.pane.is_hidden()
        await cast.wang.open_group(STAFF_GROUP)
        await cast.wang.press("受理")
        await cast.wang.sees_status("新问题", "待交办")
        await cast.chen.turn()
        await cast.chen.sees(f"{first_number()} 已受理")
        assert (await cast.chen.pane.get_by_test_id("input").bounding_box())["height"] < 50
        assert await tab.get_by_text("演示·虚构").is_visible()
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390

"""The department's leg in a phone's browser: no DingTalk, no script, one ticket a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.tickets.case import State
from tests.bot.pages.phone import Office, office, told
from tests.browser.chat import IN_A_BROWSER, PHONE, phone
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    SUPPORT,
    carry,
    ticket,
)

pytestmark = [pytest.mark.usefixtures("engine"), *IN_A_BROWSER]
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


async def assigned(desk: Office) -> str:
    await carry(desk.play, State.ASSIGNED)
    return f"{desk.address}/l/{await desk.link(CLERK)}"


def content(path: Path) -> bytes:
    return Path(path).read_bytes()


async def in_progress(desk: Office) -> str:
    await carry(desk.play, State.IN_PROGRESS)
    await desk.play.say(SUPPORT, "协办意见 1 同意")
    return f"{desk.address}/l/{await desk.link(CLERK)}"


async def opened(tab: Any, url: str) -> None:
    await tab.goto(url)
    await tab.get_by_role("button", name="打开办理").tap()
    await tab.get_by_test_id("state").wait_for()


async def does(
    tab: Any, act: str, fields: dict[str, str], pick: str = "", files: Sequence[Path] = ()
) -> None:
    """Open one act's form, fill it and send it."""
    form = tab.get_by_test_id(f"act-{act}")
    if not await form.is_visible():
        await tab.get_by_test_id("more").locator("summary").first.tap()
    await form.locator("summary").tap()
    for name, text in fields.items():
        await form.locator(f'[name="f.{name}"]').fill(text)
    if pick:
        await form.get_by_text(pick, exact=True).tap()
    if files:
        await form.locator('input[type="file"]').set_input_files(files)
    async with tab.expect_navigation():
        await form.locator('button[type="submit"]').tap()


async def fits(tab: Any) -> None:
    """Nothing stands out of the screen, and what is tapped is large enough."""
    box = await tab.locator("body").bounding_box()
    assert box["width"] <= PHONE["width"]
    for target in await tab.locator("summary:visible, button:visible, a.button:visible").all():
        size = await target.bounding_box()
        assert size["height"] >= 36
        assert size["x"] + size["width"] <= PHONE["width"]


async def test_the_whole_story_without_dingtalk(tmp_path: Path, browser: Any) -> None:
    async with office(tmp_path) as desk, phone(browser, scripts=False) as tab:
        url = await assigned(desk)
        await desk.play.say(SUPPORT, "协办意见 1 同意")
        await opened(tab, url)
        await fits(tab)
        shown = await tab.locator("main").inner_text()
        assert ONE in shown
        assert "跳闸三次" in shown
        assert "签收" in await tab.get_by_test_id("dues").inner_text()
        await does(tab, "sign", {"handler": "孙工", "phone": "0574-86270011"})
        await does(
            tab, "pass_on", {"office": "运检部", "handler": "赵工", "phone": "0574-86270012"}
        )
        await does(tab, "contact", {"text": "今天上午到厂里看了线路"})
        await does(tab, "reply", {"text": ANSWER}, pick="已解决")
        await fits(tab)
        assert "等审核" in await tab.get_by_test_id("said").inner_text()
        found = await ticket(desk.play)
        assert (found.state, found.handler, found.office) == (State.REPLIED, "赵工", "运检部")
        await desk.play.send()
        assert ANSWER in told(desk, await desk.play.say(HEAD, "审核通过 1"), OWNER)


async def test_a_case_is_given_back(tmp_path: Path, browser: Any) -> None:
    async with office(tmp_path) as desk, phone(browser, scripts=False) as tab:
        await opened(tab, await assigned(desk))
        basis = "线路属于企业自有资产，不在供电公司职责范围"
        await does(tab, "return", {"basis": basis}, pick="区经信局")
        found = await ticket(desk.play)
        assert (found.state, found.returns[0].suggested) == (State.RETURN_REVIEW, "jxj")


async def test_a_signed_draft_is_sent_along_without_a_script(tmp_path: Path, browser: Any) -> None:
    async with office(tmp_path) as desk, phone(browser, scripts=False) as tab:
        await opened(tab, await in_progress(desk))
        scan = tmp_path / "签批扫描件.png"
        scan.write_bytes(PICTURE)
        await does(tab, "reply", {"text": ANSWER}, pick="已解决", files=[scan])
        assert "等审核" in await tab.get_by_test_id("said").inner_text()
        await fits(tab)
        async with tab.expect_download() as loading:
            await tab.get_by_test_id("files").locator("a").last.tap()
        file = await loading.value
        assert file.suggested_filename == "签批扫描件.png"
        assert content(await file.path()) == PICTURE


async def test_a_file_that_is_not_wanted_is_named_and_what_was_typed_stays(
    tmp_path: Path, browser: Any
) -> None:
    async with office(tmp_path) as desk, phone(browser, scripts=False) as tab:
        await opened(tab, await in_progress(desk))
        program = tmp_path / "签批件.pdf"
        program.write_bytes(b"MZ" + bytes(64))
        await does(tab, "reply", {"text": ANSWER}, pick="已解决", files=[program])
        form = tab.get_by_test_id("act-reply")
        assert "“签批件.pdf”这种文件不能收" in await form.get_by_role("alert").inner_text()
        assert await form.locator('[name="f.text"]').input_value() == ANSWER
        await fits(tab)


async def test_a_leader_rules_and_instructs_on_a_phone(tmp_path: Path, browser: Any) -> None:
    async with office(tmp_path) as desk, phone(browser, "dark", scripts=False) as tab:
        await carry(desk.play, State.IN_PROGRESS)
        for text in (f"领办 1 {LEADER}", "确认"):
            await desk.play.say(HEAD, text)
        await desk.play.say(LIAISON, "申请延期 1 5天 等备件到货")
        await desk.play.say(LIAISON, "确认")
        await opened(tab, f"{desk.address}/l/{await desk.link(CLERK, f'1 {LEADER}')}")
        await fits(tab)
        await does(tab, "talk", {"text": "今天下午在厂里当面谈过，企业同意等备件"})
        said = {"text": "请本周内彻底解决", "who.other": "供电公司"}
        await does(tab, "instruct", said, pick="本周五")
        found = await ticket(desk.play)
        assert [one.kind for one in found.meetings] == ["talk"]
        assert [one.text for one in found.instructions] == ["请本周内彻底解决"]


async def test_what_was_typed_stays_when_a_field_is_wrong(tmp_path: Path, browser: Any) -> None:
    async with office(tmp_path) as desk, phone(browser, scripts=False) as tab:
        await opened(tab, await assigned(desk))
        form = tab.get_by_test_id("act-sign")
        await form.locator("summary").tap()
        await form.locator('[name="f.handler"]').fill("孙工")
        await form.locator('[name="f.phone"]').fill("123")
        await form.get_by_role("button", name="提交").tap()
        await form.get_by_role("alert").wait_for()
        assert await form.locator('[name="f.handler"]').input_value() == "孙工"
        assert "不是能打通的号码" in await form.inner_text()


async def test_the_four_refusals_say_what_to_do(tmp_path: Path, browser: Any) -> None:
    async with (
        office(tmp_path) as desk,
        phone(browser, scripts=False) as mine,
        phone(browser, scripts=False) as other,
    ):
        url = await assigned(desk)
        await opened(mine, url)

        async def refused(tab: Any, address: str) -> str:
            await tab.goto(address)
            await fits(tab)
            said = await tab.get_by_test_id("closed").inner_text()
            assert "0574-00000000" in said
            assert "跳闸" not in await tab.locator("body").inner_text()
            return str(said)

        assert "已在另一部手机上打开过" in await refused(other, url)
        assert "整段复制" in await refused(other, url[:-1])
        await desk.play.say(HEAD, "吊销链接 1")
        assert "已经收回" in await refused(mine, url)
        fresh = f"{desk.address}/l/{await desk.link(CLERK)}"
        await opened(mine, fresh)
        desk.play.clock.now += timedelta(hours=72)
        assert "过了有效期" in await refused(mine, fresh)
        assert LIAISON not in await mine.locator("body").inner_text()

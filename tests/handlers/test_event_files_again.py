"""What is told of a plan, and what becomes of what was there before: earlier rows, other forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.registration.plan_sheet import LINES
from tests.handlers.story import CLERK
from tests.handlers.test_event_files import (
    FUNDS,
    HEADER,
    NOTICE,
    TALK,
    drafts,
    sent,
    told,
)
from tests.sending import fetch_all, send_file, sheet, word
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

OTHER = word("关于举办融资对接会的通知", "一、时间：12月8日9:30-11:30", ("地点", "镇海大厦"))


async def test_the_list_of_drafts_says_until_when_each_is_and_whether_it_is_approved(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        rows = (
            (*TALK, "逐个审核"),
            ("培训", "12月5日14:00至12月6日11:30", "商会", "30", "否"),
        )
        shown = await sent(play, sheet((*HEADER, "审核"), *rows))
        assert "用工座谈，12月5日(周六)14:00-16:00，名额 30，逐个审核" in shown
        assert "培训，12月5日(周六)14:00-12月6日(周日)11:30，名额 30，不用审核" in shown


async def test_what_was_not_made_is_told_first_and_a_long_list_is_counted(tmp_path: Path) -> None:
    many = [(f"第{n}场", "2026-12-05 14:00", "商会", "30") for n in range(LINES + 2)]
    async with stage(tmp_path) as play:
        shown = await sent(play, sheet(HEADER, *many, ("税务辅导", "", "商会", "20")))
        assert shown.index("税务辅导：缺时间") < shown.index(f"建了 {LINES + 2} 个草稿")
        assert shown.count("名额 30") == LINES
        assert "还有 2 个" in shown


async def test_a_row_that_was_changed_is_said_not_to_be_taken_over(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await sent(play, sheet(HEADER, TALK, FUNDS))
        shown = await sent(play, sheet(HEADER, (*TALK[:2], "镇海大厦", "60"), FUNDS))
        line = "第 2 行 用工座谈：HD-2026-001，表里和活动不一样（地点、名额），改动没有采用"
        assert line in shown
        assert "第 3 行 融资对接：HD-2026-002\n" in f"{shown}\n"
        assert {one.capacity for one in await drafts(play)} == {30, 50}


async def test_a_second_notice_puts_the_form_of_the_first_aside(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await sent(play, NOTICE, "通知.docx")
        await send_file(play, CLERK, "通知二.docx", OTHER)
        await play.press(CLERK, "建活动")
        shown = told(play, await fetch_all(play))
        assert "先替您放着" in shown
        assert "融资对接会" in shown
        await play.say(CLERK, "名额50")
        await play.press(CLERK, "确认")
        assert "用工座谈会" in told(play, await play.say(CLERK, "继续"))
        await play.press(CLERK, "确认")
        assert {one.title for one in await drafts(play)} == {"用工座谈会", "融资对接会"}

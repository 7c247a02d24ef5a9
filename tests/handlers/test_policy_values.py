"""Values in files and lines that cannot be kept as they stand: each is named, the rest is kept."""

from __future__ import annotations

import io

import openpyxl
import pytest

from flows.policies.conditions import Field
from tests.handlers.campaigning import texts
from tests.handlers.policing import CLERK, FIRM, OWNER, facts, stored
from tests.sending import fetch_all, send_file, sheet
from tests.stage import Stage

HEADER = ("标题", "文号", "支持标准", "申报截止")
DEVICES = ("设备更新补助", "镇经信〔2026〕15号", "按10%补", "2026-12-20")


async def policies(play: Stage, data: bytes, name: str = "政策.xlsx") -> str:
    """Send a file of policies; return what was made of it."""
    await play.say(CLERK, "政策文件")
    await send_file(play, CLERK, name, data)
    return "\n".join(texts(play, await fetch_all(play), CLERK))


async def firms(play: Stage, data: bytes) -> str:
    """Send a sheet of facts; return what was made of it."""
    await send_file(play, CLERK, "企业.xlsx", data)
    await play.press(CLERK, "企业信息")
    return "\n".join(texts(play, await fetch_all(play), CLERK))


async def test_a_text_as_long_as_the_form_takes_is_kept_whole(play: Stage) -> None:
    support = "补" * 1500 + "最高100万"
    await policies(play, sheet(HEADER, (*DEVICES[:2], support, DEVICES[3])))
    assert (await stored(play)).support == support


async def test_a_text_longer_than_is_read_is_named_by_row_and_column(play: Stage) -> None:
    told = await policies(play, sheet(HEADER, (*DEVICES[:2], "补" * 3001, DEVICES[3])))
    assert "第 2 段（行）太长，没有读全" in told
    assert "支持标准" in told
    assert "最多 3000 个字" in told


@pytest.mark.parametrize("odd", ["\\ud800", "\\u0000"])
async def test_a_list_with_half_a_character_is_answered(odd: str, play: Stage) -> None:
    one = f'[{{"title": "设备{odd}补助", "summary": "按10%补", "deadline": "2026-12-20"}}]'
    assert "不是能读的政策清单" in await policies(play, one.encode(), "政策.json")


async def test_a_comma_for_a_revenue_costs_only_itself(play: Stage) -> None:
    told = await firms(play, sheet(("企业", "营收（万元）", "人数"), (FIRM, "，", 86)))
    assert "“，”看不出金额" in told.replace("“,”", "“，”")
    assert {field: one.value for field, one in (await facts(play)).items()} == {
        Field.STAFF: ("86",)
    }


async def test_a_share_that_a_sheet_shows_as_per_cent_is_that(play: Stage) -> None:
    book, made = openpyxl.Workbook(), io.BytesIO()
    page = book.worksheets[0]
    page.append(("企业", "研发占比"))
    page.append((FIRM, 0.005))
    page["B2"].number_format = "0.0%"
    book.save(made)
    await firms(play, made.getvalue())
    assert (await facts(play))[Field.RD_SHARE].value == ("0.5",)


async def test_a_share_below_one_without_its_sign_is_asked_about(play: Stage) -> None:
    told = await firms(play, sheet(("企业", "研发占比"), (FIRM, 0.05)))
    assert "“0.05”是百分之几？请带上百分号写，如：5%。" in told
    assert await facts(play) == {}


async def test_a_number_behind_its_field_needs_no_space(play: Stage) -> None:
    await play.say(CLERK, "登记 恒通紧固件 人数86")
    assert (await facts(play))[Field.STAFF].value == ("86",)


async def test_what_is_not_understood_of_a_known_enterprise_is_answered_with_an_example(
    play: Stage,
) -> None:
    (told,) = texts(play, await play.say(CLERK, "登记 恒通紧固件 规模中型"), CLERK)
    assert "登记 恒通紧固件 规模 中型，人数 86" in told


@pytest.mark.parametrize(
    ("who", "typed"), [(CLERK, "登记 好了，明天派人去"), (OWNER, "登记 恒通紧固件 规模中型")]
)
async def test_other_sentences_that_begin_so_are_left_alone(
    who: str, typed: str, play: Stage
) -> None:
    heard = texts(play, await play.say(who, typed), who)
    assert "请先写哪一项" not in "".join(heard)

"""What staff tell of enterprises: in a line, by a button, out of a sheet; and how it is undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.policies.conditions import Field, Source
from tests.handlers.campaigning import texts
from tests.handlers.policing import CLERK, FIRM, GROUP, OWNER, entered, facts, press
from tests.sending import fetch_all, send_file, sheet
from tests.stage import Stage

TOLD = "登记 恒通紧固件 规模 中型，人数 86"


async def imported(play: Stage, *rows: tuple[object, ...]) -> str:
    """Send a sheet of facts; return what was made of it."""
    await send_file(
        play, CLERK, "企业.xlsx", sheet(("企业", "规模", "营收（万元）", "人数"), *rows)
    )
    await play.press(CLERK, "企业信息")
    return "\n".join(texts(play, await fetch_all(play), CLERK))


async def values(play: Stage) -> dict[Field, tuple[str, ...]]:
    return {field: one.value for field, one in (await facts(play)).items()}


async def test_what_is_typed_is_kept_as_the_word_of_staff(play: Stage) -> None:
    (told,) = texts(play, await play.say(CLERK, TOLD), CLERK)
    assert f"{FIRM}" in told
    found = await facts(play)
    assert {f: (one.value, one.source) for f, one in found.items()} == {
        Field.SIZE: (("medium",), Source.STAFF),
        Field.STAFF: (("86",), Source.STAFF),
    }


async def test_what_cannot_be_read_is_named_and_the_rest_is_kept(play: Stage) -> None:
    (told,) = texts(play, await play.say(CLERK, "登记 恒通紧固件 规模 中小，人数 86"), CLERK)
    assert "企业规模：“中小”看不出是哪一种" in told
    assert await values(play) == {Field.STAFF: ("86",)}


async def test_qualifications_add_up_under_the_names_that_policies_use(play: Stage) -> None:
    await play.say(CLERK, "登记 恒通紧固件 资质 高新")
    await play.say(CLERK, "登记 恒通紧固件 资质 规上，没有专精特新")
    one = (await facts(play))[Field.TAG]
    assert (one.value, one.lacks) == (("高新技术企业", "规上企业"), ("专精特新",))


async def test_the_last_word_counts_and_the_other_one_is_shown_below_it(play: Stage) -> None:
    await play.say(CLERK, TOLD)
    await imported(play, ("恒通紧固件", "大型", "", 90))
    (told,) = texts(play, await play.say(CLERK, "企业档案 恒通紧固件"), CLERK)
    first, second = (line for line in told.splitlines() if "企业规模" in line)
    assert "中型企业（工作人员登记" in first
    assert "大型企业（导入" in second
    await play.wait(timedelta(days=1))
    await imported(play, ("恒通紧固件", "大型", "", 90))
    assert (await values(play))[Field.SIZE] == ("large",)


async def test_a_telling_is_undone_once_and_what_was_before_counts_again(play: Stage) -> None:
    await play.say(CLERK, TOLD)
    letters = await play.say(CLERK, "登记 恒通紧固件 规模 大型，镇街 骆驼")
    assert "撤销" in [one.label for one in letters[0].message.options]
    await play.press(CLERK, "撤销")
    assert await values(play) == {Field.SIZE: ("medium",), Field.STAFF: ("86",)}


async def test_an_undo_that_is_pressed_again_takes_nothing_more_away(play: Stage) -> None:
    await play.say(CLERK, TOLD)
    letters = await play.say(CLERK, "登记 恒通紧固件 规模 大型")
    action = next(one.action for one in letters[0].message.options if one.label == "撤销")
    await press(play, CLERK, action)
    assert "没有可撤销的" in (await press(play, CLERK, action))[0]
    assert (await values(play))[Field.SIZE] == ("medium",)


async def test_a_whole_sheet_is_undone_together(play: Stage) -> None:
    await play.say(CLERK, TOLD)
    told = await imported(play, ("恒通紧固件", "大型", 3200, 90), ("恒通紧固件", "微型", "", ""))
    assert "记下了 1 家" in told
    await play.press(CLERK, "撤销")
    assert await values(play) == {Field.SIZE: ("medium",), Field.STAFF: ("86",)}


async def test_rows_of_no_enterprise_and_cells_that_cannot_be_read_are_named(play: Stage) -> None:
    told = await imported(
        play, ("恒通紧固件", "中小", 3200, "很多"), ("月亮厂", "大型", "", ""), ("", "大型", "", "")
    )
    assert "第 2 行 恒通紧固件，企业规模：“中小”" in told
    assert "第 2 行 恒通紧固件，从业人数：“很多”不是人数" in told
    assert "第 3 行 月亮厂：没有登记过这家企业" in told
    assert "第 4 行：没写企业名称" in told
    assert await values(play) == {Field.REVENUE: ("3200",)}


async def test_a_sheet_of_facts_is_known_by_its_header_whatever_it_was_said_to_be(
    play: Stage,
) -> None:
    await send_file(play, CLERK, "企业.xlsx", sheet(("企业名称", "人数"), ("恒通紧固件", 86)))
    await play.press(CLERK, "录政策")
    await fetch_all(play)
    assert await values(play) == {Field.STAFF: ("86",)}


async def test_a_button_asks_for_one_thing(play: Stage) -> None:
    await play.say(CLERK, "企业档案 恒通紧固件")
    await play.press(CLERK, "改规模")
    await play.press(CLERK, "小型企业")
    assert await values(play) == {Field.SIZE: ("small",)}


@pytest.mark.parametrize("line", [TOLD, "企业档案 恒通紧固件"])
async def test_in_a_group_nothing_of_an_enterprise_is_said_or_kept(play: Stage, line: str) -> None:
    letters = await play.say(CLERK, line, group=GROUP)
    (told,) = texts(play, letters, GROUP)
    assert "不在群里说" in told
    assert await facts(play) == {}


@pytest.mark.parametrize("action", [f"p:fact:size:{FIRM}", f"p:firm:{FIRM}", "p:untell:staff.1"])
async def test_who_is_no_staff_reads_and_changes_nothing(play: Stage, action: str) -> None:
    await play.say(CLERK, TOLD)
    (told,) = await press(play, OWNER, action)
    assert "工商联工作人员登记" in told
    await play.say(OWNER, "登记 恒通紧固件 规模 大型")
    assert (await values(play))[Field.SIZE] == ("medium",)


async def test_the_history_names_the_fields_and_not_what_they_say(play: Stage) -> None:
    await play.say(CLERK, TOLD)
    await play.press(CLERK, "撤销")
    async with play.database.read() as tx:
        found = [
            (one.act, dict(one.public))
            for number in range(1, 9)
            for one in await tx.history.entries(f"enterprise:{number}")
        ]
    assert found == [
        ("facts", {"fields": "size,staff", "source": "staff"}),
        ("facts_undone", {"fields": "size,staff", "source": "staff"}),
    ]


async def test_what_staff_told_judges_a_policy(play: Stage) -> None:
    await entered(play)
    await play.say(CLERK, "登记 恒通紧固件 镇街 骆驼，营收 3200万")
    (told,) = await press(play, OWNER, "p:view:ZC-2026-001")
    assert "有份：2个条件都符合" in told


@pytest.mark.parametrize("line", ["登记 好了，明天派人去", "登记一下我们厂的电话"])
async def test_a_sentence_that_begins_so_is_no_command(play: Stage, line: str) -> None:
    told = "\n".join(texts(play, await play.say(CLERK, line), CLERK))
    assert "企业档案" not in told
    assert "没有登记过" not in told

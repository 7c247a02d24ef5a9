"""Two people at one policy: what was confirmed meets what a colleague did meanwhile."""

from __future__ import annotations

from flows.policies.checking import is_checked, public
from tests.handlers.campaigning import texts
from tests.handlers.policing import CLERK, HEAD, NUMBER, checked, entered, press, stored
from tests.sending import fetch_all, send_file, sheet
from tests.stage import Stage

PAPER = "镇经信[2026]15号"
HEADER = ("标题", "文号", "支持标准", "申报截止", "金额上限（万元）")
DEVICES = ("设备更新补助", PAPER, "按10%补", "2026-12-20", 100)
DEARER = ("设备更新补助", PAPER, "按15%补", "2026-12-20", 100)
SECOND, THIRD = "ZC-2026-002", "ZC-2026-003"


async def sent(play: Stage, *rows: tuple[object, ...], who: str = CLERK) -> str:
    """Let somebody send a sheet of policies; return what they hear of it."""
    await play.say(who, "政策文件")
    await send_file(play, who, "政策.xlsx", sheet(*rows))
    return "\n".join(texts(play, await fetch_all(play), who))


async def edited(play: Stage, who: str, what: str, number: str = NUMBER) -> None:
    """Let somebody open a policy and tell what is to be changed, without confirming."""
    await play.say(who, f"改政策 {number}")
    await play.say(who, "跳过")
    await play.say(who, what)


async def replaced(play: Stage, *numbers: int) -> None:
    """Let policies be entered and checked that replace the first one."""
    await sent(play, HEADER, DEVICES)
    await checked(play)
    rows = [(f"新补助{n}", f"镇经信[2026]{n}号", "按20%补", "常年", 200, PAPER) for n in numbers]
    await sent(play, (*HEADER, "替代"), *rows)
    for place in range(len(numbers)):
        await checked(play, f"ZC-2026-{place + 2:03d}")


# 确认 of what a file says -----------------------------------------------------------------------


async def test_what_was_checked_before_the_word_stays_for_enterprises(play: Stage) -> None:
    await sent(play, HEADER, DEVICES)
    await sent(play, HEADER, DEARER)
    await checked(play)
    await play.say(CLERK, "确认")
    one = await stored(play)
    shown = public(one)
    assert (one.version, shown.support if shown else "") == (2, "按10%补")


async def test_what_was_withdrawn_before_the_word_is_not_public_again(play: Stage) -> None:
    await sent(play, HEADER, DEVICES)
    await checked(play)
    await sent(play, HEADER, DEARER)
    await press(play, HEAD, f"p:uncheck:{NUMBER}")
    await play.say(CLERK, "确认")
    one = await stored(play)
    assert (one.version, public(one)) == (2, None)


async def test_who_wrote_what_nobody_checks_cannot_check_it_with_a_colleagues_change(
    play: Stage,
) -> None:
    await sent(play, HEADER, DEVICES)
    await checked(play)
    await sent(play, HEADER, DEARER, who=HEAD)
    await press(play, HEAD, f"p:uncheck:{NUMBER}")
    await play.say(HEAD, "确认")
    assert "要由别人核对" in (await checked(play, who=CLERK))[0]
    assert not is_checked(await stored(play))


# What a file says, and what it does not ---------------------------------------------------------


async def test_what_has_no_column_stays_as_it_is_on_record(play: Stage) -> None:
    await entered(play)
    one = await stored(play)
    row = (one.title, one.docno, "按15%补", "2026-12-20 17:30")
    told = await sent(play, HEADER[:4], row)
    assert "咨询电话" not in told
    await play.say(CLERK, "确认")
    after = await stored(play)
    assert (after.support, after.phone, after.source_url) == ("按15%补", one.phone, one.source_url)
    assert after.conditions == one.conditions


async def test_an_empty_cell_of_a_column_that_is_there_takes_away(play: Stage) -> None:
    await sent(play, HEADER, DEVICES)
    told = await sent(play, HEADER, (*DEVICES[:4], ""))
    assert "取消金额上限" in told


async def test_a_change_of_the_note_and_the_words_alone_is_one(play: Stage) -> None:
    header = (*HEADER, "备注", "关键词")
    await sent(play, header, (*DEVICES, "旧说明", "技改"))
    told = await sent(play, header, (*DEVICES, "新说明：须先备案", "数字化"))
    assert "说明：原来旧说明，现在新说明：须先备案" in told
    assert "关键词：原来技改，现在数字化" in told
    await play.say(CLERK, "确认")
    assert (await stored(play)).note == "新说明：须先备案"


# The form ---------------------------------------------------------------------------------------


async def test_a_form_that_a_colleague_overtook_changes_nothing_and_shows_what_was_typed(
    play: Stage,
) -> None:
    await sent(play, HEADER, DEVICES)
    await edited(play, CLERK, "联系人：王五")
    await edited(play, HEAD, "支持标准：按12%补")
    await play.say(HEAD, "确认")
    letters = await play.say(CLERK, "确认")
    (told,) = texts(play, letters, CLERK)
    assert "没有用您的覆盖" in told
    assert "新增联系人：王五" in told
    assert "改政策" in [one.label for one in letters[-1].message.options]
    one = await stored(play)
    assert (one.version, one.support, one.contact) == (2, "按12%补", "")


async def test_what_differs_in_nothing_from_the_newer_version_is_said_to_be_overtaken(
    play: Stage,
) -> None:
    await sent(play, HEADER, DEVICES)
    await edited(play, CLERK, "联系人：王五")
    await edited(play, HEAD, "联系人：王五")
    await play.say(HEAD, "确认")
    (told,) = texts(play, await play.say(CLERK, "确认"), CLERK)
    assert "没有用您的覆盖。还要改" in told


# What a check ends, and frees --------------------------------------------------------------------


async def test_what_the_version_before_replaces_stays_over_when_a_check_is_taken_back(
    play: Stage,
) -> None:
    await replaced(play, 16)
    await edited(play, CLERK, "支持标准：按25%补", SECOND)
    await play.say(CLERK, "确认")
    await checked(play, SECOND)
    await press(play, HEAD, f"p:uncheck:{SECOND}")
    assert public(await stored(play, SECOND)) is not None
    assert (await stored(play)).replaced_by == SECOND


async def test_of_two_that_replace_one_the_first_ends_it(play: Stage) -> None:
    await replaced(play, 16, 17)
    assert (await stored(play)).replaced_by == SECOND


async def test_the_other_of_two_that_replace_one_keeps_it_over(play: Stage) -> None:
    await replaced(play, 16, 17)
    await press(play, HEAD, f"p:uncheck:{THIRD}")
    assert (await stored(play)).replaced_by == SECOND


async def test_where_the_first_is_withdrawn_the_other_one_ends_it(play: Stage) -> None:
    await replaced(play, 16, 17)
    await press(play, HEAD, f"p:uncheck:{SECOND}")
    assert (await stored(play)).replaced_by == THIRD


# Who is asked -----------------------------------------------------------------------------------


async def test_everybody_who_can_check_one_of_a_files_policies_is_asked_for_theirs(
    play: Stage,
) -> None:
    own, other = (("新补助", f"镇经信[2026]{n}号", "按20%补", "常年", 200) for n in (16, 17))
    await sent(play, HEADER, own, who=HEAD)
    await sent(play, HEADER, other)
    rows = [(*row[:2], "按30%补", *row[3:]) for row in (own, other)]
    await sent(play, HEADER, *rows)
    letters = await play.say(CLERK, "确认")
    (head,) = texts(play, letters, HEAD)
    assert "ZC-2026-002" in head
    assert "ZC-2026-001" not in head
    assert any("ZC-2026-001" in one for one in texts(play, letters, "郑伟民"))

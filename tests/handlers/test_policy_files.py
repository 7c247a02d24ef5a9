"""Policies out of files: what is whole is kept, what is not is named, what differs waits."""

from __future__ import annotations

import json
from collections.abc import Sequence

import openpyxl
import pytest

from flows.policies.checking import is_checked
from flows.policies.policy import Policy
from handlers.policies.keeping import keep
from handlers.visit import Visit
from tests.handlers.campaigning import texts
from tests.handlers.policing import CLERK, HEAD, NOTICE, NUMBER, OWNER, checked, press, stored
from tests.sending import fetch_all, send_file, sheet, word
from tests.stage import Stage

HEADER = ("标题", "文号", "支持标准", "申报截止", "金额上限（万元）")
DEVICES = ("设备更新补助", "镇经信[2026]15号", "按10%补", "2026-12-20", 100)
VOUCHERS = ("创新券", "", "每家最高5万元", "常年", 5)


async def sent(play: Stage, data: bytes, name: str = "政策.xlsx", who: str = CLERK) -> str:
    """Send a file where one is waited for; return what was made of it."""
    await play.say(who, "政策文件")
    await send_file(play, who, name, data)
    return "\n".join(texts(play, await fetch_all(play), who))


async def kept(play: Stage) -> Sequence[Policy]:
    async with play.database.read() as tx:
        return sorted(await tx.policies.latest(50), key=lambda one: one.number)


async def test_whole_rows_are_kept_unchecked_and_the_others_are_named(play: Stage) -> None:
    told = await sent(play, sheet(HEADER, DEVICES, ("缺截止", "", "补", "", "很多"), VOUCHERS))
    assert [one.title for one in await kept(play)] == ["设备更新补助", "创新券"]
    assert not any(map(is_checked, await kept(play)))
    assert "第 3 行 缺截止：缺申报截止" in told
    assert "第 3 行 缺截止，金额上限：“很多”看不出金额" in told
    assert (await kept(play))[0].docno == "镇经信〔2026〕15号"
    assert "现在没有登记在册" in texts(play, await play.say(OWNER, "查政策"), OWNER)[0]


async def test_who_heads_the_desk_is_asked_once_for_the_whole_file(play: Stage) -> None:
    await play.say(CLERK, "政策文件")
    await send_file(play, CLERK, "政策.xlsx", sheet(HEADER, DEVICES, VOUCHERS))
    (asked,) = texts(play, await fetch_all(play), HEAD)
    assert "2 条政策" in asked


async def test_the_same_file_again_keeps_nothing_twice(play: Stage) -> None:
    await sent(play, sheet(HEADER, DEVICES, VOUCHERS))
    told = await sent(play, sheet(HEADER, DEVICES, VOUCHERS))
    assert len(await kept(play)) == 2
    assert f"已经登记过，是 {NUMBER}，内容一样" in told


async def test_a_row_twice_in_one_file_is_one_policy(play: Stage) -> None:
    again = ("又一个名字", "镇经信（2026）15号", "按12%补", "常年", 1)
    assert "第 3 行 又一个名字：和第 2 行是同一份文件" in await sent(
        play, sheet(HEADER, DEVICES, again)
    )
    assert len(await kept(play)) == 1


@pytest.mark.parametrize(
    ("word", "support", "version"), [("确认", "按15%补", 2), ("取消", "按10%补", 1)]
)
async def test_a_paper_that_is_there_becomes_its_next_version_only_if_staff_say_so(
    play: Stage, word: str, support: str, version: int
) -> None:
    await sent(play, sheet(HEADER, DEVICES))
    await checked(play)
    told = await sent(play, sheet(HEADER, (*DEVICES[:2], "按15%补", *DEVICES[3:])))
    assert "支持标准：原来按10%补，现在按15%补" in told
    assert (await stored(play)).support == "按10%补"
    await play.say(CLERK, word)
    one = await stored(play)
    assert (one.support, one.version, is_checked(one)) == (support, version, word == "取消")


async def test_a_version_that_a_colleague_overtook_replaces_nothing(play: Stage) -> None:
    await sent(play, sheet(HEADER, DEVICES))
    await sent(play, sheet(HEADER, (*DEVICES[:2], "按15%补", *DEVICES[3:])))
    await play.say(HEAD, f"改政策 {NUMBER}")
    await play.say(HEAD, "跳过")
    await play.say(HEAD, "支持标准：按12%补")
    await play.say(HEAD, "确认")
    told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "刚才被别人改过，没有换" in told
    assert (await stored(play)).support == "按12%补"


async def test_a_row_that_replaces_an_older_policy_ends_it_with_the_check(play: Stage) -> None:
    await sent(play, sheet(HEADER, DEVICES))
    newer = ("新的补助", "镇经信〔2026〕16号", "按20%补", "常年", 200, "镇经信[2026]15号")
    await sent(play, sheet((*HEADER, "替代"), newer, ("缺", "", "补", "常年", 1, "ZC-2020-009")))
    assert (await stored(play)).replaced_by == ""
    await checked(play, "ZC-2026-002")
    assert (await stored(play)).replaced_by == "ZC-2026-002"
    assert len(await kept(play)) == 2


async def test_of_a_file_that_fails_in_the_middle_nothing_is_half_kept(
    play: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def fails(visit: Visit, one: Policy, act: str) -> None:
        await keep(visit, one, act)
        done.append(one.number)
        if len(done) > 1:
            raise RuntimeError("the process ends here")

    monkeypatch.setattr("handlers.policies.sheet.keep", fails)
    await sent(play, sheet(HEADER, DEVICES, VOUCHERS))
    assert len(done) > 1
    assert await kept(play) == []


async def test_a_list_as_json_is_read_as_its_rows(play: Stage) -> None:
    told = {"title": "【演示】补助", "summary": "最多10万元", "deadline": "2026-12-20"}
    listed = {"policies": [{**told, "dept": "jxj", "tags": ["技改"], "demo": True}]}
    await sent(play, json.dumps(listed, ensure_ascii=False).encode(), "政策.json")
    (one,) = await kept(play)
    assert (one.title, one.unit, one.tags, one.demo) == ("【演示】补助", "jxj", ("技改",), True)


async def test_a_list_as_toml_is_read_as_its_rows(play: Stage) -> None:
    listed = '[[policy]]\ntitle = "补助"\nsupport = "最多10万元"\ncloses = 2026-12-20\n'
    await sent(play, listed.encode(), "政策.toml")
    (one,) = await kept(play)
    assert one.closes_at is not None
    assert one.closes_at.isoformat() == "2026-12-20T17:30:00+08:00"


async def test_a_notice_in_word_fills_the_form(play: Stage) -> None:
    told = await sent(play, word(*NOTICE.split("\n")), "通知.docx")
    assert "请核对" in told
    await play.say(CLERK, "确认")
    assert (await stored(play)).docno == "镇经信〔2026〕15号"


async def test_a_cell_merged_downwards_is_meant_for_each_of_its_rows(play: Stage) -> None:
    data = sheet((*HEADER, "咨询电话"), (*DEVICES, "0574-86290001"), VOUCHERS)
    path = play.folder / "merged.xlsx"
    path.write_bytes(data)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("F2:F3")
    book.save(path)
    await sent(play, path.read_bytes())
    assert {one.phone for one in await kept(play)} == {"0574-86290001"}


async def test_more_rows_than_one_file_may_have_are_refused_together(play: Stage) -> None:
    rows = [(f"补助{n}", "", "补", "常年", 1) for n in range(201)]
    assert "一次最多 200 行" in await sent(play, sheet(HEADER, *rows))
    assert await kept(play) == []


async def test_a_file_without_columns_says_how_and_the_form_goes_on(play: Stage) -> None:
    told = await sent(play, sheet(("设备补助", "10万"), ("创新券", "5万")))
    assert "没找到列名" in told
    assert "整段贴过来" in told


async def test_whose_right_is_gone_when_the_file_is_read_keeps_nothing(play: Stage) -> None:
    await play.say(CLERK, "政策文件")
    await send_file(play, CLERK, "政策.xlsx", sheet(HEADER, DEVICES))
    await play.say(HEAD, f"收回授权 {play.staff_id(CLERK)} 受理员")
    await fetch_all(play)
    assert await kept(play) == []


@pytest.mark.parametrize("word", ["政策文件", "政策模板表", "企业信息表", "导入企业信息"])
async def test_who_is_no_staff_gets_no_sheet(play: Stage, word: str) -> None:
    await play.say(OWNER, word)
    assert [one for one in await fetch_all(play) if one.message.file is not None] == []


async def test_an_old_proposal_is_gone_once_the_policy_was_changed(play: Stage) -> None:
    await sent(play, sheet(HEADER, DEVICES))
    await sent(play, sheet(HEADER, (*DEVICES[:2], "按15%补", *DEVICES[3:])))
    await play.say(CLERK, "取消")
    await play.say(CLERK, f"改政策 {NUMBER}")
    await play.say(CLERK, "跳过")
    await play.say(CLERK, "支持标准：按12%补")
    await play.say(CLERK, "确认")
    assert (await stored(play)).proposed is None
    assert "按12%补" in "\n".join(await press(play, HEAD, f"p:view:{NUMBER}"))

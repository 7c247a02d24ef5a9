"""Policies in chat: entered once, asked about by everybody, judged for one enterprise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.policies.conditions import Field, Source
from handlers.ports import Button
from tests.handlers.campaigning import texts
from tests.handlers.policing import (
    CLERK,
    FIRM,
    GROUP,
    HEAD,
    NOTICE,
    NUMBER,
    OWNER,
    STRANGER,
    TITLE,
    checked,
    entered,
    facts,
    number_of,
    press,
    stored,
)
from tests.stage import Stage

# Entering ------------------------------------------------------------------------------------


async def test_a_pasted_notice_becomes_a_policy_after_one_look(play: Stage) -> None:
    (asked,) = texts(play, await play.say(CLERK, f"录政策\n{NOTICE}"), CLERK)
    assert "申报截止：2026年12月20日 17:30" in asked
    assert NUMBER in texts(play, await play.say(CLERK, "确认"), CLERK)[0]
    one = await stored(play)
    assert (one.docno, one.phone, len(one.conditions)) == (
        "镇经信〔2026〕15号",
        "0574-86290001",
        2,
    )
    assert one.created_by == await number_of(play, CLERK)


async def test_the_same_paper_again_becomes_the_next_version_only_if_staff_say_so(
    play: Stage,
) -> None:
    await entered(play)
    again = NOTICE.replace("〔2026〕", "[2026]").replace("100万元", "150万元")
    await play.say(HEAD, f"录政策\n{again}")
    (told,) = texts(play, await play.say(HEAD, "确认"), HEAD)
    assert f"已经登记过：{NUMBER}" in told
    assert "金额上限：原来100万元，现在150万元" in told
    assert (await stored(play)).version == 1
    (done,) = texts(play, await play.say(HEAD, "确认"), HEAD)
    assert "第 2 版" in done
    one = await stored(play)
    assert (one.version, str(one.ceiling)) == (2, "150")
    assert one.created_by == await number_of(play, CLERK)
    async with play.database.read() as tx:
        assert len(await tx.policies.latest(9)) == 1
        acts = [entry.act for entry in await tx.history.entries(f"policy:{NUMBER}")]
    assert acts == ["enter", "check", "replace"]


async def test_who_does_not_want_to_replace_it_leaves_it_as_it_was(play: Stage) -> None:
    await entered(play)
    await play.say(CLERK, f"录政策\n{NOTICE.replace('100万元', '150万元')}")
    await play.say(CLERK, "确认")
    await play.say(CLERK, "取消")
    assert ((await stored(play)).version, str((await stored(play)).ceiling)) == (1, "100")


async def test_a_changed_policy_cannot_take_the_number_of_another_paper(play: Stage) -> None:
    await entered(play)
    await entered(play, NOTICE.replace("15号", "16号"))
    await play.say(CLERK, "改政策 ZC-2026-002")
    await play.say(CLERK, "文号：镇经信〔2026〕15号")
    told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert f"已经是 {NUMBER}" in told
    assert (await stored(play, "ZC-2026-002")).docno == "镇经信〔2026〕16号"


async def test_a_policy_that_replaces_an_older_one_ends_it(play: Stage) -> None:
    await entered(play)
    newer = NOTICE.replace("15号", "16号").replace("2000万元", "1000万元")
    await play.say(CLERK, f"录政策\n{newer}")
    await play.say(CLERK, "替代：镇经信(2026)15号")
    told = "\n".join(texts(play, await play.say(CLERK, "确认"), CLERK))
    assert "原来上年度营业收入2000万元以上，现在上年度营业收入1000万元以上" in told
    assert (await stored(play)).replaced_by == "", "what nobody checked ends nothing"
    told = "\n".join(await checked(play, "ZC-2026-002"))
    assert f"{NUMBER}《关于组织申报{TITLE}的通知》已标为被替代" in told
    assert "原来上年度营业收入2000万元以上，现在上年度营业收入1000万元以上" in told
    older, one = await stored(play), await stored(play, "ZC-2026-002")
    assert (older.replaced_by, one.replaces) == (one.number, older.number)
    (shown,) = await press(play, OWNER, f"p:view:{NUMBER}")
    assert "已被 ZC-2026-002 替代" in shown


async def test_a_policy_says_what_is_different_from_the_one_it_replaces(play: Stage) -> None:
    await entered(play)
    newer = NOTICE.replace("15号", "16号").replace("100万元", "150万元")
    await play.say(CLERK, f"录政策\n{newer}")
    await play.say(CLERK, "替代：镇经信(2026)15号")
    await play.say(CLERK, "确认")
    await checked(play, "ZC-2026-002")
    (shown,) = await press(play, OWNER, "p:view:ZC-2026-002")
    assert f"和它替代的 {NUMBER}" in shown
    assert "金额上限：原来100万元，现在150万元" in shown
    (shown,) = await press(play, OWNER, f"p:view:{NUMBER}")
    assert "和它替代的" not in shown


@pytest.mark.parametrize("word", ["录政策", f"推送政策 {NUMBER}", f"改政策 {NUMBER}"])
async def test_who_is_no_staff_is_told_what_they_can_do(play: Stage, word: str) -> None:
    await entered(play)
    (told,) = texts(play, await play.say(OWNER, word), OWNER)
    assert "查政策" in told
    assert "工作人员" in told


@pytest.mark.parametrize("act", ["push", "edit"])
async def test_an_old_button_of_staff_does_nothing_for_others(play: Stage, act: str) -> None:
    await entered(play)
    (told,) = await press(play, OWNER, f"p:{act}:{NUMBER}")
    assert "工作人员" in told


@pytest.mark.parametrize("action", ["p:view:ZC-2026-099", f"p:dance:{NUMBER}", "p:view:"])
async def test_a_button_of_nothing_says_so(play: Stage, action: str) -> None:
    await entered(play)
    (told,) = await press(play, OWNER, action)
    assert "没有这条政策" in told


async def test_a_link_that_is_not_official_is_marked(play: Stage) -> None:
    await entered(play, NOTICE.replace("example.gov.cn", "example.com"))
    (told,) = await press(play, OWNER, f"p:view:{NUMBER}")
    assert "不是已知的官方网址" in told


async def test_what_is_only_talk_about_policies_is_no_command(play: Stage) -> None:
    await entered(play)
    told = "\n".join(texts(play, await play.say(OWNER, "惠企政策落不了地"), OWNER))
    assert TITLE not in told
    assert "找到" not in told


# Asking --------------------------------------------------------------------------------------


async def test_at_most_five_are_shown_and_the_rest_is_counted(play: Stage) -> None:
    for n in range(10, 17):
        await entered(play, NOTICE.replace("15号", f"{n}号"))
    (letter,) = await play.say(OWNER, "查政策 设备更新")
    assert "一共 7 条，先看 5 条" in letter.message.text
    assert letter.message.text.count("我有没有份") == 5
    assert len(letter.message.options) == 5


async def test_in_a_group_nothing_of_the_enterprise_is_said(play: Stage) -> None:
    await entered(play)
    await answered(play, "3200万")
    letters = await play.say(OWNER, "查政策 设备更新", group=GROUP)
    (public,) = texts(play, letters, GROUP)
    assert "最多100万元" in public
    assert "3200" not in public
    assert "还不知道您是哪家企业" in public
    assert texts(play, letters, OWNER) == []
    letters = await play.press(OWNER, letters[0].message.options[0].label, group=GROUP)
    assert texts(play, letters, GROUP) == []
    (private,) = texts(play, letters, OWNER)
    assert "符合：上年度营业收入2000万元以上（在册：3200万元）" in private


async def test_a_number_in_a_group_shows_the_three_lines_there(play: Stage) -> None:
    await entered(play)
    letters = await play.say(OWNER, f"查政策 {NUMBER}", group=GROUP)
    assert "大概多少：最多100万元" in texts(play, letters, GROUP)[0]


async def test_what_is_over_is_found_by_its_number_and_says_so(play: Stage) -> None:
    await entered(play)
    await play.wait(timedelta(days=40))
    assert "没有找到" in texts(play, await play.say(OWNER, "查政策 设备更新"), OWNER)[0]
    (told,) = texts(play, await play.say(OWNER, "查政策 镇经信[2026]15号"), OWNER)
    assert "已经截止" in told


# 补充信息 --------------------------------------------------------------------------------------


async def answered(play: Stage, revenue: str = "3200万", who: str = OWNER) -> list[str]:
    """Let somebody tell what a policy lacks of their enterprise."""
    await press(play, who, f"p:facts:{NUMBER}")
    await play.say(who, "镇海骆驼")
    await play.say(who, revenue)
    return texts(play, await play.say(who, "确认"), who)


async def test_what_is_missing_is_asked_stored_as_self_declared_and_judged(play: Stage) -> None:
    await entered(play)
    (told,) = await answered(play)
    assert "有份：2个条件都符合" in told
    found = await facts(play)
    assert {field: (one.value, one.source) for field, one in found.items()} == {
        Field.REGION: (("骆驼街道",), Source.SELF),
        Field.REVENUE: (("3200",), Source.SELF),
    }
    assert found[Field.REGION].by == str(await number_of(play, OWNER))


async def test_what_does_not_fit_is_named(play: Stage) -> None:
    await entered(play)
    (told,) = await answered(play, "800万")
    assert "没有份。不符合：上年度营业收入2000万元以上（在册：800万元）" in told


async def test_what_is_skipped_stays_unknown_and_is_asked_again(play: Stage) -> None:
    await entered(play)
    await press(play, OWNER, f"p:facts:{NUMBER}")
    await play.say(OWNER, "跳过")
    await play.say(OWNER, "3200万")
    (told,) = texts(play, await play.say(OWNER, "确认"), OWNER)
    assert "还要知道注册地" in told
    assert list(await facts(play)) == [Field.REVENUE]
    (again,) = await press(play, OWNER, f"p:facts:{NUMBER}")
    assert "还差 1 项" in again


async def test_of_who_is_bound_to_nothing_nothing_is_asked_or_stored(play: Stage) -> None:
    await entered(play)
    letters = await play.say(STRANGER, button=Button(f"p:facts:{NUMBER}", "card"))
    (told,) = texts(play, letters, STRANGER)
    assert "先绑定企业" in told
    assert [one.label for one in letters[0].message.options] == ["绑定企业"]


async def test_who_only_says_to_be_of_an_enterprise_hears_and_tells_nothing_of_it(
    play: Stage,
) -> None:
    await entered(play)
    await answered(play)
    await play.say(STRANGER, f"绑定 {FIRM}，张三，13957400000")
    await play.say(STRANGER, "确认")
    letters = await play.say(STRANGER, button=Button(f"p:view:{NUMBER}", "card"))
    assert "3200" not in letters[0].message.text
    letters = await play.say(STRANGER, button=Button(f"p:facts:{NUMBER}", "card"))
    assert "先绑定企业" in letters[0].message.text


async def test_who_is_unbound_in_the_middle_stores_nothing(play: Stage) -> None:
    await entered(play)
    await press(play, OWNER, f"p:facts:{NUMBER}")
    await play.say(OWNER, "镇海骆驼")
    await play.say(HEAD, f"企业注销 {FIRM} 市监局已注销")
    await play.say(HEAD, "确认")
    await play.say(OWNER, "3200万")
    await play.say(OWNER, "确认")
    assert await facts(play) == {}

"""The second pair of eyes: what one person entered, another one checks for enterprises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.campaigns.campaign import Stage as Kept
from flows.policies.checking import is_checked
from tests.handlers.campaigning import stored as campaign
from tests.handlers.campaigning import texts
from tests.handlers.policing import (
    CLERK,
    GROUP,
    HEAD,
    NOTICE,
    NUMBER,
    OWNER,
    TITLE,
    checked,
    entered,
    number_of,
    press,
    stored,
)
from tests.stage import Stage


async def written(play: Stage, notice: str = NOTICE) -> str:
    """Let a clerk enter a policy that nobody checks; return what the head of the desk hears."""
    await play.say(CLERK, f"录政策\n{notice}")
    return "\n".join(texts(play, await play.say(CLERK, "确认"), HEAD))


async def changed(play: Stage, what: str, who: str = CLERK) -> None:
    """Let somebody change the policy."""
    await play.say(who, f"改政策 {NUMBER}")
    await play.say(who, what)
    await play.say(who, "确认")


async def test_until_it_is_checked_enterprises_find_nothing_and_staff_a_mark(play: Stage) -> None:
    await written(play)
    assert "现在没有登记在册" in texts(play, await play.say(OWNER, "查政策"), OWNER)[0]
    assert "没有这条政策" in (await press(play, OWNER, f"p:view:{NUMBER}"))[0]
    (told,) = await press(play, HEAD, f"p:view:{NUMBER}")
    assert told.startswith("【待核对】企业还看不到。请对照原文")
    assert TITLE in told


async def test_in_a_group_nobody_reads_what_is_not_checked(play: Stage) -> None:
    await written(play)
    letters = await play.say(HEAD, f"查政策 {NUMBER}", group=GROUP)
    assert TITLE not in "\n".join(texts(play, letters, GROUP))


async def test_who_heads_the_desk_is_asked_and_the_check_opens_it_to_enterprises(
    play: Stage,
) -> None:
    assert f"请核对：{NUMBER}" in await written(play)
    letters = await play.press(HEAD, f"关于组织申报{TITLE}的通知"[:20])
    assert "核对无误" in [one.label for one in letters[-1].message.options]
    letters = await play.press(HEAD, "核对无误")
    assert "已核对" in texts(play, letters, HEAD)[0]
    assert "核对了" in texts(play, letters, CLERK)[0]
    assert TITLE in texts(play, await play.say(OWNER, "查政策"), OWNER)[0]
    one = await stored(play)
    assert (one.reviewed_by, is_checked(one)) == (await number_of(play, HEAD), True)
    async with play.database.read() as tx:
        acts = [entry.act for entry in await tx.history.entries(f"policy:{NUMBER}")]
    assert acts == ["enter", "check"]


@pytest.mark.parametrize(("who", "says"), [(CLERK, "要由别人核对"), (OWNER, "工作人员")])
async def test_who_wrote_it_and_who_is_no_staff_cannot_check_it(
    play: Stage, who: str, says: str
) -> None:
    await written(play)
    assert says in (await checked(play, who=who))[0]
    assert not is_checked(await stored(play))


async def test_who_changed_it_before_the_check_cannot_check_it_either(play: Stage) -> None:
    await written(play)
    await changed(play, "咨询电话：0574-86290009", HEAD)
    assert "要由别人核对" in (await checked(play))[0]
    assert "要由别人核对" in (await checked(play, who=CLERK))[0]
    assert (await stored(play)).reviewed_by is None


async def test_where_nobody_else_is_left_a_leader_stands_in(play: Stage) -> None:
    await written(play)
    await changed(play, "咨询电话：0574-86290009", HEAD)
    told = (await press(play, CLERK, f"p:view:{NUMBER}"))[0]
    assert "能核对的：郑伟民" in told
    assert "已核对" in (await checked(play, who="郑伟民"))[0]
    assert is_checked(await stored(play))


async def test_a_button_of_an_older_version_checks_nothing(play: Stage) -> None:
    await written(play)
    await changed(play, "咨询电话：0574-86290009")
    (told,) = await press(play, HEAD, f"p:check:{NUMBER}:1")
    assert "请再看一遍" in told
    assert "0574-86290009" in told
    assert not is_checked(await stored(play))


async def test_after_a_change_enterprises_read_what_was_checked_until_it_is_checked_anew(
    play: Stage,
) -> None:
    await entered(play)
    await changed(play, "金额上限：150万元")
    (told,) = await press(play, CLERK, f"p:view:{NUMBER}")
    assert "企业看到的还是第 1 版" in told
    assert "最多150万元" in told
    assert "最多100万元" in (await press(play, OWNER, f"p:view:{NUMBER}"))[0]
    await checked(play)
    assert "最多150万元" in (await press(play, OWNER, f"p:view:{NUMBER}"))[0]


async def test_a_change_of_nothing_needs_no_second_check(play: Stage) -> None:
    await entered(play)
    await play.say(CLERK, f"改政策 {NUMBER}")
    await play.say(CLERK, "确认")
    assert is_checked(await stored(play))


async def test_what_is_not_checked_is_not_pushed_and_who_can_check_it_is_named(
    play: Stage,
) -> None:
    await written(play)
    (told,) = texts(play, await play.say(CLERK, f"推送政策 {NUMBER}"), CLERK)
    assert "还没有核对，不能推送" in told
    assert HEAD in told
    async with play.database.read() as tx:
        assert await tx.campaigns.recent(5) == []


async def test_of_what_is_not_checked_nobody_is_reminded(play: Stage) -> None:
    await written(play)
    then = datetime(2026, 12, 18, 2, tzinfo=UTC)
    assert await play.wait(then - play.clock.now) == []


async def test_a_check_is_taken_back_and_what_it_replaced_is_as_it_was(play: Stage) -> None:
    await entered(play)
    await play.say(CLERK, f"录政策\n{NOTICE.replace('15号', '16号')}")
    await play.say(CLERK, f"替代：{NUMBER}")
    await play.say(CLERK, "确认")
    await checked(play, "ZC-2026-002")
    assert (await stored(play)).replaced_by == "ZC-2026-002"
    (told,) = await press(play, HEAD, "p:uncheck:ZC-2026-002")
    assert "已撤销核对" in told
    assert (await stored(play)).replaced_by == ""
    assert "没有这条政策" in (await press(play, OWNER, "p:view:ZC-2026-002"))[0]


async def test_what_waits_is_listed_for_whoever_can_check_it(play: Stage) -> None:
    await written(play)
    await entered(play, NOTICE.replace("15号", "16号"))
    (told,) = texts(play, await play.say(HEAD, "核对政策"), HEAD)
    assert "待核对 1 条" in told
    assert "没有等您核对的" in texts(play, await play.say(CLERK, "核对政策"), CLERK)[0]
    assert "工作人员" in texts(play, await play.say(OWNER, "核对政策"), OWNER)[0]
    (shown,) = texts(play, await play.say(HEAD, f"核对政策 {NUMBER}"), HEAD)
    assert "【待核对】" in shown


@pytest.mark.parametrize("act", ["submit", "approve"])
async def test_a_push_whose_check_was_taken_back_is_neither_submitted_nor_approved(
    play: Stage, act: str
) -> None:
    await entered(play)
    await play.say(CLERK, f"推送政策 {NUMBER}")
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    if act == "approve":
        await play.press(CLERK, "提交审批")
    before = await campaign(play)
    await press(play, HEAD, f"p:uncheck:{NUMBER}")
    who = CLERK if act == "submit" else HEAD
    (told,) = await press(play, who, f"c:{act}:TS-2026-001:{before.version}")
    assert "还没有核对，不能推送" in told
    assert (await campaign(play)).stage is before.stage


async def test_while_a_newer_version_waits_what_was_written_of_the_checked_one_may_leave(
    play: Stage,
) -> None:
    await entered(play)
    await play.say(CLERK, f"推送政策 {NUMBER}")
    await play.say(CLERK, "全部企业群")
    await play.say(CLERK, "确认")
    await changed(play, "咨询电话：0574-86290009")
    await press(play, CLERK, "c:submit:TS-2026-001")
    assert (await campaign(play)).stage is Kept.PENDING

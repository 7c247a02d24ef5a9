"""企业注销: nobody speaks for an enterprise that is no more; the desk decides its cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from handlers.ports import Button
from tests.handlers.attending import publish, roll, sign_up
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    buttons,
    carry,
    heard,
    history,
    known,
    person,
    texts,
    ticket,
)
from tests.handlers.test_contacts import HEIR, with_colleague
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
FIRM = "镇海恒通紧固件有限公司"
GONE = "企业注销 恒通紧固件 市监局已注销"
BACK = f"恢复企业 {FIRM}"
COLLEAGUE, STRANGER = "小陈", "老王"


async def gone(play: Stage, to: State | None = State.IN_PROGRESS) -> str:
    """Lead a case up to a state and say that its enterprise is no more; return the answer."""
    if to is not None:
        await carry(play, to)
    await play.say(HEAD, GONE)
    return heard(play, await play.say(HEAD, "确认"), HEAD)


async def test_the_card_says_what_it_means_before_anything_is_done(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.IN_PROGRESS)
        asked = await play.say(HEAD, GONE)
        shown = heard(play, asked, HEAD)
        assert (FIRM in shown, "市监局已注销" in shown, "2 人" in shown) == (True, True, True)
        assert f"在办的件（1）接着办，由受理员定：{ONE}" in shown
        assert "确认" in buttons(play, asked, HEAD)
        assert (await known(play, OWNER)).binding == "bound"
        await play.say(HEAD, "取消")
        assert (await known(play, OWNER)).binding == "bound"


async def test_scenario_31_people_of_an_enterprise_that_is_no_more_hear_it_once_and_are_unbound(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(HEAD, GONE)
        told = await play.say(HEAD, "确认")
        for name in (OWNER, COLLEAGUE):
            assert len(texts(play, told, name)) == 1
            assert "已登记为注销" in heard(play, told, name)
            one = await known(play, name)
            assert (one.binding, one.enterprise) == ("none", "")
        assert (await known(play, STRANGER)).binding == "bound"
        lines = await history(play, f"person:{(await known(play, OWNER)).id}")
        assert [(e.before, e.after) for e in lines if e.act == "unbind"] == [("bound", "none")]


async def test_scenario_31_its_running_case_goes_on_and_the_desk_is_told_its_number(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.IN_PROGRESS)
        before = await ticket(play)
        await play.say(HEAD, GONE)
        told = await play.say(HEAD, "确认")
        case = await ticket(play)
        assert (case.state, case.due_on, case.left) == (before.state, before.due_on, True)
        assert len(texts(play, told, "工作群")) == 1
        assert ONE in heard(play, told, "工作群")
        assert "恒通" not in heard(play, told, "工作群")
        assert ONE in buttons(play, told, "工作群")
        assert heard(play, told, LIAISON) == ""
        assert "没有找到" in heard(play, await play.say(OWNER, "催办 1"), OWNER)


async def test_a_case_that_somebody_without_an_account_told_waits_for_the_desk_too(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        for line in (
            "走访 恒通紧固件 王芳 13905740002 今天 上门",
            "门口路灯不亮，希望修好",
            "完成",
        ):
            await play.say(CLERK, line)
        await play.say(CLERK, "确认")
        assert (await ticket(play)).left
        asked = heard(play, await play.say(HEAD, GONE), HEAD)
        assert f"在办的件（1）接着办，由受理员定：{ONE}" in asked
        assert ONE in heard(play, await play.say(HEAD, "确认"), "工作群")


async def test_a_case_that_ended_stays_as_it_is_and_is_not_asked_about(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        said = await gone(play, State.CLOSED)
        assert ONE not in said
        assert (await ticket(play)).state is State.CLOSED
        assert ONE in heard(play, await play.say(CLERK, f"查 {ONE}"), CLERK)


async def test_nobody_can_be_bound_to_an_enterprise_that_is_no_more(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        invited = heard(play, await play.say(CLERK, f"发邀请码 {FIRM} 张三"), CLERK)
        code = invited.partition("邀请码 ")[2].partition("，")[0]
        for line in (f"绑定 {FIRM}，沈新，13957401111", "确认"):
            await play.say("沈新", line)
        await gone(play, None)
        assert "不能再绑定" in heard(play, await play.say("新人", f"邀请码 {code}"), "新人")
        assert "不能再绑定" in heard(play, await play.say(CLERK, f"发邀请码 {FIRM} 张三"), CLERK)
        assert "选“不通过”" in heard(play, await play.say(CLERK, "核验 1"), CLERK)
        claimed = await play.say(STRANGER, f"绑定 {FIRM}，沈新，13957401111")
        assert f"{FIRM}已登记为注销，不能再绑定" in heard(play, claimed, STRANGER)
        for name in ("新人", "沈新", COLLEAGUE):
            assert (await known(play, name)).binding != "bound"
        assert (await known(play, STRANGER)).enterprise == "宁波别家厂"


async def test_nobody_signs_up_in_the_name_of_an_enterprise_that_is_no_more(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await gone(play, None)
        await publish(play)
        said = heard(play, await sign_up(play, "沈新", f"{FIRM}，沈新，13957401111"), "沈新")
        assert "不能用它的名字报名" in said
        assert (await roll(play)).registrations == {}


async def test_the_desk_gives_a_case_of_it_to_a_liquidator_with_proof(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await gone(play)
        told = await play.say(CLERK, "换联系人 1 id-老王 清算组授权书")
        case = await ticket(play)
        assert (case.contact, case.left) == (STRANGER, False)
        assert "今后由您联系" in heard(play, told, STRANGER)


async def test_what_was_undone_is_as_it_was_and_everybody_hears_it_once(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await gone(play)
        told = await play.say(HEAD, BACK)
        for name in (OWNER, COLLEAGUE):
            assert len(texts(play, told, name)) == 1
            one = await known(play, name)
            assert (one.binding, one.enterprise) == ("bound", FIRM)
        case = await ticket(play)
        assert (case.contact, case.left) == (OWNER, False)
        assert ONE in heard(play, told, HEAD)
        assert "催办" in heard(play, await play.say(OWNER, "催办 1"), OWNER)
        assert "没有登记过注销" in heard(play, await play.say(HEAD, BACK), HEAD)


@pytest.mark.parametrize("said", ["恢复企业", "恢复企业 恒通", "恢复企业 宁波恒通紧固件有限公司"])
async def test_an_enterprise_that_was_not_named_in_full_is_asked_about_first(
    tmp_path: Path, said: str
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await gone(play, None)
        asked = await play.say(HEAD, said)
        assert buttons(play, asked, HEAD) == [FIRM]
        assert {play.where(one) for one in asked} == {HEAD}
        assert (await known(play, OWNER)).binding == "none"
        await play.press(HEAD, FIRM)
        assert (await known(play, OWNER)).binding == "bound"
        again = await play.press(HEAD, FIRM)
        assert "没有登记过注销" in heard(play, again, HEAD)


async def test_the_button_reinstates_for_nobody_but_the_head(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await gone(play, None)
        pressed = Button(f"n:reinstate:{FIRM}", "card")
        assert "受理负责人" in heard(play, await play.say(CLERK, button=pressed), CLERK)
        assert (await known(play, OWNER)).binding == "none"


async def test_a_case_that_the_desk_gave_to_somebody_else_stays_theirs(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await gone(play)
        await play.say(CLERK, "换联系人 1 id-老王 清算组授权书")
        await play.say(HEAD, BACK)
        assert (await ticket(play)).contact == STRANGER


async def test_whose_contact_is_elsewhere_by_now_is_named_when_it_is_undone(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await gone(play)
        invited = heard(play, await play.say(CLERK, "发邀请码 宁波别家厂 陈建国"), CLERK)
        code = invited.partition("邀请码 ")[2].partition("，")[0]
        await play.say(OWNER, f"邀请码 {code}")
        said = heard(play, await play.say(HEAD, BACK), HEAD)
        assert f"仍然没有联系人，请换联系人：{ONE}" in said
        assert (await known(play, OWNER)).enterprise == "宁波别家厂"


async def test_what_a_merged_case_follows_is_told_again_when_it_is_undone(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.SUBMITTED)
        for line in (REPORT, "确认"):
            await play.say(STRANGER, line)
        await play.say(CLERK, "并案 1 到 2")
        await gone(play, None)
        assert (await ticket(play, "ZH-2026-0002")).joined == ()
        await play.say(HEAD, BACK)
        owner = (await known(play, OWNER)).id
        joined = (await ticket(play, "ZH-2026-0002")).joined
        assert [(one.person, one.number) for one in joined] == [(owner, ONE)]


async def test_it_is_asked_which_of_two_that_a_short_name_fits(tmp_path: Path) -> None:
    overlay = with_colleague(tmp_path)
    file = overlay / "people.toml"
    body = file.read_text("utf-8")
    bound = 'enterprise = "宁波恒通紧固件有限公司"\nphone = "13805740097"'
    head, groups = body.split("\n[[group]]", 1)
    added = person("小赵", '["entrepreneur"]', bound)
    file.write_text(f"{head}{added}\n[[group]]{groups}", "utf-8")
    async with stage(tmp_path, overlay) as play:
        asked = await play.say(HEAD, GONE)
        assert {FIRM, "宁波恒通紧固件有限公司"} <= {*buttons(play, asked, HEAD)}
        await play.press(HEAD, FIRM)
        await play.say(HEAD, "确认")
        assert (await known(play, OWNER)).binding == "none"
        assert (await known(play, "小赵")).binding == "bound"


async def test_an_unknown_enterprise_is_said_to_be_unknown(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        assert "没有找到" in heard(play, await play.say(HEAD, "企业注销 天上厂 没了"), HEAD)


@pytest.mark.parametrize("who", [CLERK, LIAISON, OWNER, "路人"])
async def test_only_the_head_and_the_administrator_say_that_an_enterprise_is_no_more(
    tmp_path: Path, who: str
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        for line in (GONE, BACK):
            assert heard(play, await play.say(who, line), who)
        await play.say(who, "确认")
        assert (await known(play, OWNER)).binding == "bound"


async def test_a_sentence_that_begins_with_the_word_is_no_command(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        said = heard(
            play,
            await play.say(OWNER, "企业注销登记一直办不下来，窗口让我们跑了三趟，怎么办"),
            OWNER,
        )
        assert "请告诉我" in said  # a report


async def test_a_merged_case_gets_a_contact_of_its_own_who_follows_the_other(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.SUBMITTED)
        for line in (REPORT, "确认"):
            await play.say(STRANGER, line)
        await play.say(CLERK, "并案 1 到 2")
        await play.say(CLERK, "解绑 demo-owner-chen 本月离职")
        said = await play.say(CLERK, f"换联系人 1 {HEIR} 企业介绍信")
        assert "ZH-2026-0002" in heard(play, said, CLERK)
        master = await ticket(play, "ZH-2026-0002")
        heir = (await known(play, COLLEAGUE)).id
        assert [(one.person, one.number) for one in master.joined] == [(heir, ONE)]
        assert (await ticket(play)).reporter == heir
        told = await play.say(CLERK, "受理 2")
        assert ONE in heard(play, told, COLLEAGUE)

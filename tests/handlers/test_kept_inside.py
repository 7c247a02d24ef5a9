"""只给工商联看, and what gives an enterprise away that is to be hidden (U3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    OWNER,
    REPORT,
    buttons,
    heard,
    history,
    texts,
    ticket,
)
from tests.handlers.visiting import WHOLE
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

TALES = "昨天下午起骆驼路坑坑洼洼，恒通的货车过不去，希望尽快修好。"
HIDDEN = "昨天下午起某路段坑坑洼洼，我厂的货车过不去，希望尽快修好。"


async def kept_inside(play: Stage) -> None:
    await play.say(OWNER, REPORT)
    await play.press(OWNER, "只给工商联看")
    await play.press(OWNER, "确认")
    case = await ticket(play)
    assert (case.kept_inside, case.confidential) == (True, True)


async def test_the_first_line_says_who_sees_it_and_that_no_department_does(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        (card,) = texts(play, await play.press(OWNER, "只给工商联看"), OWNER)
        first = card.splitlines()[0]
        assert first.startswith("谁能看到：只有工商联：受理负责人 1 人")
        assert "供电公司" not in first
        assert "部门要等受理负责人放开才收到" in first
        (card,) = texts(play, await play.press(OWNER, "也给部门看"), OWNER)
        assert "供电公司" in card.splitlines()[0]


async def test_the_head_alone_takes_it_on_and_the_group_is_told_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.press(OWNER, "只给工商联看")
        sent = await play.press(OWNER, "确认")
        assert "请受理负责人受理" in heard(play, sent, "工作群")
        assert "跳闸三次" not in heard(play, sent, "工作群")
        assert HEAD in heard(play, await play.say(CLERK, "受理 1"), CLERK)
        assert (await ticket(play)).state is State.SUBMITTED
        told = heard(play, await play.say(HEAD, "受理 1"), HEAD)
        assert "企业要求只给工商联看：解除保密以前不给部门" in told
        assert (await ticket(play)).state is State.ACCEPTED
        assert "企业要求只给工商联看" not in heard(play, await play.say(OWNER, "查看 1"), OWNER)


@pytest.mark.parametrize("line", ["交办 1 供电公司 协办无", "交办 1 工商联 协办 经信局"])
async def test_no_department_gets_it_until_the_head_lets_it(tmp_path: Path, line: str) -> None:
    async with stage(tmp_path) as play:
        await kept_inside(play)
        await play.say(HEAD, "受理 1")
        await play.say(HEAD, "取消")
        before = await ticket(play)
        await play.say(HEAD, line)
        sent = await play.say(HEAD, "确认")
        assert "只给工商联看" in heard(play, sent, HEAD)
        assert "解除保密 0001" in heard(play, sent, HEAD)
        assert heard(play, sent, LIAISON) == ""
        assert await ticket(play) == before


@pytest.mark.parametrize("line", ["预交办 1 供电公司", "并案 1 到 2"])
async def test_nobody_is_asked_and_it_follows_no_other(tmp_path: Path, line: str) -> None:
    async with stage(tmp_path) as play:
        await kept_inside(play)
        await play.say("沈老板", f"我是宏业铸造厂的沈立群，13957401234。{REPORT}")
        await play.say("沈老板", "确认")
        await play.say(HEAD, "受理 1")
        await play.say(HEAD, "取消")
        before = await ticket(play)
        sent = await play.say(HEAD, line)
        assert "只给工商联看" in heard(play, sent, HEAD)
        assert heard(play, sent, LIAISON) == ""
        assert await ticket(play) == before


async def test_who_kept_it_is_not_offered_to_join_others(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("沈老板", f"我是宏业铸造厂的沈立群，13957401234。{REPORT}")
        await play.say("沈老板", "确认")
        await play.say(OWNER, REPORT)
        await play.press(OWNER, "只给工商联看")
        assert "我也有此问题" not in buttons(play, await play.press(OWNER, "确认"), OWNER)


async def test_the_office_itself_may_do_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await kept_inside(play)
        offered = buttons(play, await play.say(HEAD, "受理 1"), HEAD)
        assert "区工商联" in offered
        assert "国网镇海供电公司" not in offered
        await play.say(HEAD, "取消")
        await play.say(HEAD, "交办 1 工商联 协办无")
        await play.say(HEAD, "确认")
        case = await ticket(play)
        assert (case.state, case.lead_unit, case.kept_inside) == (State.ASSIGNED, "gsl", True)


async def test_let_out_it_goes_to_departments_and_the_enterprise_hears_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await kept_inside(play)
        await play.say(HEAD, "受理 1")
        await play.say(HEAD, "取消")
        sent = await play.say(HEAD, "解除保密 1")
        assert "可以交给部门办了" in heard(play, sent, OWNER)
        await play.say(HEAD, "交办 1 供电公司 协办无")
        assert "跳闸三次" in heard(play, await play.say(HEAD, "确认"), LIAISON)
        case = await ticket(play)
        assert (case.kept_inside, case.confidential) == (False, False)


async def test_what_the_head_made_confidential_is_opened_without_a_word(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.say(OWNER, "确认")
        await play.say(HEAD, "设为保密 1")
        assert heard(play, await play.say(HEAD, "解除保密 1"), OWNER) == ""


async def test_a_visit_may_be_kept_for_the_office_too(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, WHOLE)
        assert "部门要等受理负责人放开" in heard(
            play, await play.press(CLERK, "只给工商联看"), CLERK
        )
        await play.say(CLERK, "确认")
        case = await ticket(play)
        assert (case.kept_inside, case.confidential, case.recorded_by is not None) == (
            True,
            True,
            True,
        )


async def test_it_is_on_record_who_wished_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await kept_inside(play)
        (filed,) = [e for e in await history(play, "ticket:ZH-2026-0001") if e.act == "file"]
        assert filed.public["inside"] == "yes"


# Words that give it away --------------------------------------------------------------------------


async def test_u3_words_that_give_it_away_are_named_and_one_press_rewrites(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert "露出" not in heard(play, await play.say(OWNER, TALES), OWNER)
        shown = await play.press(OWNER, "对部门隐去企业名")
        assert "这些词会露出是谁：骆驼路（可写“某路段”）、恒通（可写“我厂”）" in heard(
            play, shown, OWNER
        )
        shown = await play.press(OWNER, "照这样改")
        assert HIDDEN in heard(play, shown, OWNER)
        assert "用原来的说法" in buttons(play, shown, OWNER)
        await play.press(OWNER, "确认")
        assert (await ticket(play)).body == HIDDEN


async def test_u3_the_office_reads_what_was_said_and_the_department_does_not(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, TALES)
        for label in ("对部门隐去企业名", "照这样改", "确认"):
            await play.press(OWNER, label)
        await play.say(CLERK, "受理 1")
        await play.say(CLERK, "取消")
        await play.say(CLERK, "交办 1 供电公司 协办无")
        await play.say(CLERK, "确认")
        assert "骆驼路" in heard(play, await play.say(CLERK, "查看 1"), CLERK)
        for line in ("查看 1", "交办单 1", "查 骆驼路"):
            told = heard(play, await play.say(LIAISON, line), LIAISON).replace("查 骆驼路", "")
            assert "骆驼路坑" not in told, line
            assert "恒通" not in told, line


async def test_u3_own_words_take_the_place_of_those_that_gave_it_away(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, TALES)
        await play.press(OWNER, "对部门隐去企业名")
        shown = await play.say(OWNER, "问题：昨天下午起门口的路坏了，货车过不去")
        assert "露出" not in heard(play, shown, OWNER)
        await play.press(OWNER, "确认")
        assert (await ticket(play)).body == "昨天下午起门口的路坏了，货车过不去"

"""走访代录: several problems of one visit at once, on rows and deliveries."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.outreach.record import ASKED, BEEN
from flows.tickets.case import State
from tests.handlers.breaking import breaks_at
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    ONE,
    OWNER,
    buttons,
    heard,
    history,
    known,
    texts,
    ticket,
    tickets,
)
from tests.handlers.visiting import HENGTONG, UNKNOWN, WHOLE, kept, visited
from tests.stage import reception_of, stage

pytestmark = pytest.mark.usefixtures("engine")

# Filing ----------------------------------------------------------------------------------------


async def test_a_visit_becomes_a_row_and_a_ticket_for_each_problem(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        clerk, owner = await known(play, CLERK), await known(play, OWNER)
        row = await kept(play)
        assert row is not None
        assert (row.enterprise, row.mode, row.by) == (HENGTONG, BEEN, clerk.id)
        assert (row.contact, row.phone) == ("陈建国", "13805740001")
        found = await tickets(play)
        assert [(one.source, one.source_ref) for one in found] == [("visit", "1")] * 2
        for one in found:
            assert (one.reporter, one.recorded_by) == (owner.id, clerk.id)
            assert (one.state, one.verified, one.left) == (State.SUBMITTED, True, False)
        assert [one.category for one in found] == ["power.outage", "labor.worker"]
        assert found[0].since == "昨天下午起"
        assert found[0].wish == "希望尽快查清"


async def test_everybody_hears_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await visited(play)
        (to_clerk,) = texts(play, told, CLERK)
        (to_owner,) = texts(play, told, OWNER)
        for number in (ONE, "ZH-2026-0002"):
            assert number in to_clerk
            assert number in to_owner
        assert "招工难，焊工招不到" in to_owner
        assert "选“对”即同意" in to_owner
        assert buttons(play, told, OWNER) == ["对", "不对"]
        group = heard(play, told, "工作群")
        assert "恒通" not in group
        assert "焊工" not in group


async def test_all_of_a_visit_is_filed_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, WHOLE)
        breaks_at(monkeypatch, "ZH-2026-0002")
        with pytest.raises(OSError, match="0002 fails"):
            await play.say(CLERK, "确认")
        assert await tickets(play) == []
        assert await kept(play) is None
        assert await history(play, "outreach:1") == []


async def test_pictures_stay_with_the_problem_they_came_with(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "走访 恒通 陈总 上门")
        await play.say(CLERK, "昨天下午起停电跳闸三次", files=1)
        await play.say(CLERK, files=1)
        await play.say(CLERK, "招工难，焊工招不到", files=1)
        await play.say(CLERK, "完成")
        await play.fetched()
        await play.say(CLERK, "确认")
        assert [len(one.files) for one in await tickets(play)] == [2, 1]


async def test_pictures_without_a_word_are_no_visit_yet(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "走访 恒通 陈总 上门")
        await play.say(CLERK, files=1)
        await play.say(CLERK, "没有问题")
        told = await play.say(CLERK, "确认")
        assert "图片没有配文字" in heard(play, told, CLERK)
        assert await kept(play) is None
        for text in ("昨天下午起停电跳闸三次", "完成", "确认"):
            await play.say(CLERK, text)
        assert [len(one.files) for one in await tickets(play)] == [1]


async def test_a_visit_without_problems_counts_and_tells_nobody(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await visited(play, "走访 恒通紧固件 陈总 电话 没有问题")
        assert {play.where(letter) for letter in told} == {CLERK}
        row = await kept(play)
        assert row is not None
        assert row.mode == ASKED
        assert await tickets(play) == []


async def test_the_form_goes_on_in_another_process(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "走访 恒通 陈总 上门")
        await play.say(CLERK, "昨天下午起停电跳闸三次")
        play.reception = reception_of(play.config, play.clock)
        await play.say(CLERK, "招工难，焊工招不到")
        await play.say(CLERK, "完成")
        await play.say(CLERK, "确认")
        assert len(await tickets(play)) == 2


async def test_what_is_dangerous_gives_a_number_to_call_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(CLERK, WHOLE)
        assert "95598" in texts(play, told, CLERK)[0]
        await play.say(CLERK, "取消")
        await play.say(CLERK, "走访 恒通 陈总")
        assert "95598" not in heard(play, await play.say(CLERK, "电话"), CLERK)
        assert "95598" in heard(play, await play.say(CLERK, "厂里又停电跳闸"), CLERK)


async def test_staff_find_it_in_the_menu(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert "记走访" not in buttons(play, await play.say(OWNER, "菜单"), OWNER)
        await play.say(CLERK, "菜单")
        told = await play.press(CLERK, "记走访")
        assert "走访的是哪家企业" in heard(play, told, CLERK)


async def test_in_a_group_the_questions_come_in_private(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(CLERK, "走访 恒通紧固件 陈总 上门", group="工作群")
        assert "企业反映了什么" in heard(play, told, CLERK)
        assert "恒通" not in heard(play, told, "工作群")


# The enterprise's word -------------------------------------------------------------------------


async def test_one_word_says_that_all_of_a_visit_is_right(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        told = await play.press(OWNER, "对")
        assert ONE in heard(play, told, OWNER)
        for number in (ONE, "ZH-2026-0002"):
            assert "right" in [one.act for one in await history(play, f"ticket:{number}")]
        assert (await known(play, OWNER)).consent


async def test_the_word_may_be_typed_without_a_number(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        assert "都按这个办" in heard(play, await play.say(OWNER, "对"), OWNER)


async def test_who_says_that_it_is_wrong_is_asked_which(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        told = await play.press(OWNER, "不对")
        assert buttons(play, told, OWNER) == [ONE, "ZH-2026-0002"]
        await play.press(OWNER, "ZH-2026-0002")
        await play.say(OWNER, "是叉车工招不到")
        await play.say(OWNER, "完成")
        notes = (await ticket(play, "ZH-2026-0002")).notes
        assert [one.text for one in notes if one.kind == "supplement"] == ["是叉车工招不到"]


async def test_of_one_problem_it_is_plain_which_is_wrong(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通 陈总 上门\n招工难，焊工招不到")
        await play.say(OWNER, "不对，是叉车工招不到")
        await play.say(OWNER, "完成")
        assert [one.text for one in (await ticket(play)).notes] == ["是叉车工招不到"]


async def test_nobody_else_says_that_it_is_right_or_wrong(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        for word in ("对 1", "不对 1"):
            await play.say(CLERK, word)
        acts = [one.act for one in await history(play, f"ticket:{ONE}")]
        assert "right" not in acts
        assert not (await ticket(play)).notes


async def test_a_sentence_that_begins_so_is_still_a_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await play.say(OWNER, "不对，我们厂停电三天了没人管，希望尽快解决")
        assert "谁能看到" in heard(play, told, OWNER)


async def test_the_rating_is_the_enterprises(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通 陈总 上门\n昨天下午起停电跳闸三次")
        for who, text in (
            (CLERK, "受理 1"),
            (CLERK, "取消"),
            (CLERK, "交办 1 供电公司 协办无"),
            (CLERK, "确认"),
            (LIAISON, "签收 1"),
            (LIAISON, "首联 1 打过电话了"),
            (LIAISON, "答复 1 线路已检修完毕，原因是支线开关老化跳闸，11月26日前更换开关。"),
            (LIAISON, "A"),
            (HEAD, "审核通过 1"),
        ):
            await play.say(who, text)
        assert (await ticket(play)).state is State.CALLBACK
        await play.say(CLERK, "满意 1")
        assert (await ticket(play)).satisfaction is None
        await play.say(OWNER, "满意 1")
        assert (await ticket(play)).state is State.CLOSED


# Nobody known ----------------------------------------------------------------------------------


async def test_without_a_known_contact_the_desk_passes_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await visited(play, UNKNOWN)
        assert "受理员打电话转告" in heard(play, told, CLERK)
        one = await ticket(play)
        assert (one.left, one.verified, one.recorded_by is not None) == (True, False, True)
        assert (one.contact, one.phone) == ("王工", "13957401234")
        told = await play.say(HEAD, "受理 1")
        assert "请打电话转告" in heard(play, told, HEAD)


async def test_the_same_contact_is_the_same_person_the_next_time(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, UNKNOWN)
        play.clock.now += timedelta(days=1)
        await play.say(CLERK, "走访 新安模具 王工 上门\n门口积水三天没人管")
        await play.say(CLERK, "确认")
        one, two = await tickets(play)
        assert one.reporter == two.reporter
        assert two.phone == "13957401234"


async def test_another_telephone_number_is_somebody_else(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await visited(play, "走访 恒通 陈小明 13957409999 上门\n招工难，焊工招不到")
        assert not texts(play, told, OWNER)
        assert (await ticket(play)).reporter != (await known(play, OWNER)).id


async def test_who_binds_later_takes_the_case_over(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, UNKNOWN)
        await play.say("王工", "绑定 企业：新安模具厂，姓名：王工，电话：13957401234")
        await play.say("王工", "确认")
        await play.say(CLERK, "核验 1")
        told = await play.say(CLERK, "换联系人 1 王工 电话核实过")
        assert "今后由您联系" in heard(play, told, "王工")
        one = await ticket(play)
        assert (one.left, one.reporter) == (False, (await known(play, "王工")).id)


async def test_nobody_is_asked_who_cannot_hear_the_question(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, UNKNOWN)
        told = heard(play, await play.say(CLERK, "请补充 1 哪栋宿舍"), CLERK)
        assert "收不到提问" in told
        assert (await ticket(play)).state is State.SUBMITTED

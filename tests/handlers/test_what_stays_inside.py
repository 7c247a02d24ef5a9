"""What nobody reads, sends or hears whom it is not for, and what is told to the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import Instruction, State
from flows.tickets.children import Errand, Note
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    SUPPORT,
    carry,
    change,
    heard,
    history,
    known,
    ticket,
    tickets,
)
from tests.handlers.test_contacts import UNBIND, with_colleague
from tests.handlers.test_merging import OTHER, OTHERS_REPORT, TWO, merged, merged_hidden, two
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

THREE = "ZH-2026-0003"
THIRD = "丁一平"


async def third(play: Stage) -> None:
    """File a third report of the like."""
    await play.say(THIRD, OTHERS_REPORT.replace("宏业铸造厂的沈立群", "大洋轴承厂的丁一平"))
    await play.say(THIRD, "确认")
    assert (await ticket(play, THREE)).state is State.SUBMITTED


async def files_seen(play: Stage, who: str, number: str = "1") -> int:
    sent = await play.say(who, f"附件 {number}")
    return sum(1 for one in sent if one.message.file and play.where(one) == who)


# Attachments -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hidden", "seen"), [(True, 0), (False, 1)])
async def test_a_department_gets_no_picture_of_who_was_merged_and_wants_to_be_hidden(
    tmp_path: Path, hidden: bool, seen: int
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say(OTHER, OTHERS_REPORT)
        if hidden:
            await play.say(OTHER, "隐去企业名")
        await play.say(OTHER, "确认")
        await play.say(CLERK, "并案 0002 到 0001")
        await carry(play, State.IN_PROGRESS, since=State.SUBMITTED)
        await play.say(OTHER, "补充 2 照片在这里", files=1)
        await play.fetched()
        assert await files_seen(play, LIAISON) == seen
        assert await files_seen(play, CLERK) == 1


async def test_an_enterprise_gets_no_picture_that_a_department_kept_with_its_work(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(LIAISON, "进展 1 现场看过了", files=1)
        await play.fetched()
        assert len((await ticket(play)).notes[-1].files) == 1
        assert await files_seen(play, OWNER) == 0
        assert await files_seen(play, CLERK) == 1


# Who joined, and left again ----------------------------------------------------------------------


async def test_who_is_merged_once_more_hears_of_it_once_more(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        await third(play)
        for number in (1, 3):
            told = heard(play, await play.say(CLERK, f"并案 2 到 {number}"), OTHER)
            assert f"{TWO} 与同类问题一并办理" in told
            await play.say(CLERK, "撤销并案 2")


async def test_who_stands_for_themselves_again_hears_all_that_comes_later(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        await carry(play, State.IN_PROGRESS, since=State.SUBMITTED)
        said = "已派人到现场勘查，原因正在检测，12月4日告知结果。"
        await play.say(LIAISON, f"阶段答复 1 {said}")
        version = (await ticket(play)).version
        for line in ("撤回 1", "确认"):
            await play.say(OWNER, line)
        back = await ticket(play, TWO)
        case = {"state": State.IN_PROGRESS, "lead_unit": "gdj", "first_contact_at": play.clock.now}
        async with play.database.begin() as tx:
            new = back.model_copy(update={**case, "version": version - 1})
            await tx.tickets.save([new], {TWO: back.version})
        told = await play.say(LIAISON, f"阶段答复 2 {said}")
        assert (await ticket(play, TWO)).version == version
        assert "现场勘查" in heard(play, told, OTHER)


async def test_undoing_a_merge_lets_go_of_all_that_it_followed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await two(play)
        await third(play)
        await play.say(CLERK, "并案 3 到 2")
        await play.say(CLERK, "并案 2 到 1")
        await play.say(THIRD, "补充 3 轴承也坏了")
        assert (await ticket(play)).notes[-1].text == "轴承也坏了"
        await play.say(CLERK, "撤销并案 3")
        one, alone = await ticket(play), await ticket(play, THREE)
        assert [member.number for member in one.joined] == [TWO]
        assert one.notes == ()
        assert [note.text for note in alone.notes] == ["轴承也坏了"]
        told = await play.say(CLERK, "受理 1")
        assert heard(play, told, THIRD) == ""


async def test_who_left_the_enterprise_is_told_nothing_of_its_cases(tmp_path: Path) -> None:
    async with stage(tmp_path, with_colleague(tmp_path)) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(CLERK, UNBIND)
        said = heard(play, await play.say(OWNER, "进度"), OWNER)
        assert "国网镇海供电公司" not in said
        assert ONE not in said


async def test_only_its_enterprise_adds_to_a_merged_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await merged(play)
        before = await tickets(play)
        await play.say(LEADER, "补充 2 我也说一句")
        await play.say(LEADER, "完成")
        assert await tickets(play) == before
        assert (await history(play, f"ticket:{TWO}"))[-1].act == "merge"


# 批示 --------------------------------------------------------------------------------------------


async def test_the_leader_whose_errand_is_done_hears_of_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        leader, clerk = await known(play, LEADER), await known(play, CLERK)
        day = play.clock.now.date()
        said = [
            Instruction(
                leader=ident,
                text="请办结",
                at=play.clock.now,
                errands=(Errand(who="gdj", what="请办结", by_when=day),),
            )
            for ident in (leader.id, clerk.id)
        ]
        await change(play, instructions=tuple(said))
        await play.say(LIAISON, "批示办结 1 第1项 开关已换好")
        assert [one.errands[0].done_at is None for one in (await ticket(play)).instructions] == [
            False,
            True,
        ]
        async with play.database.read() as tx:
            waiting = await tx.urging.waiting([leader.id])
        assert "errand_done" in [one.kind for one in waiting[leader.id]]


# 查 ----------------------------------------------------------------------------------------------


async def found(play: Stage, who: str, words: str) -> bool:
    return "没有找到" not in heard(play, await play.say(who, f"查 {words}"), who)


async def test_a_department_finds_no_note_that_it_does_not_read(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        clerk = await known(play, CLERK)
        kinds = {"call_off": "先打个电话看看", "note": "线路走廊协商", "supplement": "铁水凝固"}
        notes = tuple(
            Note(kind=kind, text=text, by=clerk.id, at=play.clock.now)
            for kind, text in kinds.items()
        )
        await change(play, notes=notes)
        for who, finds in (
            (CLERK, [True, True, True]),
            (LIAISON, [False, True, True]),
            (SUPPORT, [False, False, True]),
        ):
            assert [await found(play, who, text) for text in kinds.values()] == finds, who


async def test_a_department_does_not_learn_of_a_hidden_enterprise_with_a_latin_name(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        hidden = {"anonymous": True, "enterprise": "宁波ABC机械有限公司", "body": "ABC机械停电了"}
        await change(play, **hidden)
        assert not await found(play, LIAISON, "abc")
        assert await found(play, LIAISON, "停电")
        assert "abc" not in heard(play, await play.say(LIAISON, "查 停电"), LIAISON)


async def test_a_department_does_not_find_who_was_merged_and_wants_to_be_hidden(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await merged_hidden(play)
        await play.say(OTHER, "补充 2 宏业铸造厂的铁水又凝了")
        assert not await found(play, LIAISON, "宏业")
        assert await found(play, LIAISON, "铁水又凝了")
        assert await found(play, CLERK, "宏业")


# Days --------------------------------------------------------------------------------------------

FAR = "9999-12-31"


async def test_a_next_word_in_a_far_year_is_asked_for_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(LIAISON, "阶段答复 1 已派人到现场勘查，原因正在检测中，检测完了马上告知贵厂")
        assert "日期太远了" in heard(play, await play.say(LIAISON, FAR), LIAISON)
        await play.say(LIAISON, "12月20日")
        assert [str(one.next_on) for one in (await ticket(play)).stages] == ["2026-12-20"]


async def test_an_answer_becomes_no_stage_reply_up_to_a_far_year(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        await play.say(HEAD, "转阶段答复 1")
        assert "日期太远了" in heard(play, await play.say(HEAD, FAR), HEAD)
        await play.say(HEAD, "12月20日")
        assert [str(one.next_on) for one in (await ticket(play)).stages] == ["2026-12-20"]

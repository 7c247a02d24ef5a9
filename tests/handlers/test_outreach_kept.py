"""走访 stay as they were written down: the same again, put right, counted, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.outreach import OutreachRows
from flows.outreach.record import ASKED, Outreach
from flows.tickets.sources import EVENT
from handlers.book import Book
from handlers.filing import Finding, Source, file_many
from handlers.ports import Arrival, Place, Sender, Stale
from handlers.understand import Request
from handlers.visit import Visit
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    heard,
    history,
    known,
    tickets,
)
from tests.handlers.visiting import HENGTONG, WHOLE, kept, visited
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")

SECRETARY = "吴倩"


# The same again --------------------------------------------------------------------------------


async def test_the_same_again_is_asked_about_whoever_writes_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        told = await play.say(HEAD, "走访 恒通 陈总 上门 没有问题")
        assert "已经这样记过一次" in heard(play, told, HEAD)
        await play.say(HEAD, "取消")
        assert await kept(play, 2) is None
        await play.say(HEAD, "走访 恒通 陈总 上门 没有问题")
        await play.say(HEAD, "是另一次")
        await play.say(HEAD, "确认")
        assert await kept(play, 2) is not None


async def test_what_a_colleague_wrote_meanwhile_is_asked_about_before_it_is_filed(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, WHOLE)
        await visited(play, who=HEAD)
        told = await play.say(CLERK, "确认")
        assert "已经这样记过一次" in heard(play, told, CLERK)
        assert len(await tickets(play)) == 2
        await play.say(CLERK, "是另一次")
        await play.say(CLERK, "确认")
        assert len(await tickets(play)) == 4


async def test_a_choice_between_two_enterprises_is_asked_about_like_any_other(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通紧固件 陈总 上门 没有问题")
        await visited(play, "走访 恒通物流 王建军 电话 没有问题")
        await play.say(HEAD, "走访 恒通 上门 没有问题")
        told = await play.press(HEAD, HENGTONG)
        assert "已经这样记过一次" in heard(play, told, HEAD)


async def test_what_is_stored_at_the_very_same_time_is_not_doubled_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as play:
        await visited(play, who=HEAD)
        of, add = OutreachRows.of, OutreachRows.add
        committed = False

        async def unseen(self: OutreachRows, enterprise: str) -> Sequence[Outreach]:
            return await of(self, enterprise) if committed else ()

        async def meanwhile(self: OutreachRows, new: Outreach) -> int:
            nonlocal committed
            committed = True
            return await add(self, new)

        monkeypatch.setattr(OutreachRows, "of", unseen)
        monkeypatch.setattr(OutreachRows, "add", meanwhile)
        await play.say(CLERK, WHOLE)
        with pytest.raises(Stale):
            await play.say(CLERK, "确认")
        assert len(await tickets(play)) == 2
        assert "已经这样记过一次" in heard(play, await play.say(CLERK, "确认"), CLERK)


# Putting right ---------------------------------------------------------------------------------


async def test_day_and_way_can_be_put_right_and_what_was_filed_stays(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        await play.say(CLERK, "更正走访 1")
        await play.say(CLERK, "修改方式为电话")
        await play.say(CLERK, "修改日期为昨天")
        told = await play.say(CLERK, "确认")
        assert "走访 1 号已更正" in heard(play, told, CLERK)
        row = await kept(play)
        assert row is not None
        assert (row.mode, row.day.isoformat()) == (ASKED, "2026-11-23")
        assert len(await tickets(play)) == 2
        last = (await history(play, "outreach:1"))[-1]
        assert (last.act, last.before, last.after) == (
            "correct",
            "been 2026-11-24",
            "asked 2026-11-23",
        )


async def test_what_has_tickets_is_not_taken_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        told = await play.say(CLERK, "删除走访 1")
        assert f"登记了 {ONE}、ZH-2026-0002" in heard(play, told, CLERK)
        assert await kept(play) is not None


async def test_what_has_none_is_taken_back_and_counts_no_more(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通 陈总 上门 没有问题")
        assert "已删去" in heard(play, await play.say(CLERK, "删除走访 1"), CLERK)
        assert await kept(play) is None
        assert "进 0 家" in heard(play, await play.say(CLERK, "走访统计"), CLERK)
        assert [one.act for one in await history(play, "outreach:1")] == ["file", "drop"]
        assert "没有这个走访号" in heard(play, await play.say(CLERK, "更正走访 1"), CLERK)


async def test_only_who_wrote_it_and_the_head_put_it_right(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通 陈总 上门 没有问题", who=HEAD)
        told = await play.say(CLERK, "删除走访 1")
        assert "走访 1 号是周岚记的" in heard(play, told, CLERK)
        await visited(play, "走访 恒通 陈总 电话 没有问题")
        await play.say(HEAD, "删除走访 2")
        assert await kept(play, 2) is None


async def test_after_a_day_it_stands_as_it_was_written_down(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通 陈总 上门 没有问题")
        await play.say(CLERK, "更正走访 1")
        await play.wait(timedelta(days=1, minutes=1))
        told = await play.say(CLERK, "删除走访 1")
        assert "过了 11月25日 09:00" in heard(play, told, CLERK)
        await play.say(CLERK, "继续")
        told = await play.say(CLERK, "确认")
        assert "过了 11月25日 09:00" in heard(play, told, CLERK)
        assert await kept(play) is not None


async def test_what_was_taken_back_meanwhile_is_not_written_anew(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通 陈总 上门 没有问题")
        await play.say(CLERK, "更正走访 1")
        await play.say(HEAD, "删除走访 1")
        told = await play.say(CLERK, "确认")
        assert "已经删去了" in heard(play, told, CLERK)
        assert await kept(play, 2) is None


# Rights ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [OWNER, LIAISON])
@pytest.mark.parametrize("word", ["走访 恒通", "更正走访 1", "删除走访 1", "走访统计"])
async def test_who_is_not_of_the_office_is_told_what_to_do(
    tmp_path: Path, who: str, word: str
) -> None:
    async with stage(tmp_path) as play:
        await visited(play, "走访 恒通 陈总 上门 没有问题")
        told = heard(play, await play.say(who, word), who)
        assert "工商联的工作人员" in told
        assert "0574-00000000" in told
        assert await kept(play) is not None
        assert await kept(play, 2) is None


async def test_who_lost_the_office_meanwhile_files_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, WHOLE)
        await play.say(HEAD, "收回授权 demo-clerk-wang 受理员")
        told = await play.say(CLERK, "确认")
        assert "由工商联的工作人员来记" in heard(play, told, CLERK)
        assert await tickets(play) == []
        assert await kept(play) is None


@pytest.mark.parametrize("who", [LEADER, SECRETARY])
async def test_a_leader_or_the_secretary_writes_that_the_leader_was_there(
    tmp_path: Path, who: str
) -> None:
    async with stage(tmp_path) as play:
        await visited(play, who=who)
        assert {one.met_leader for one in await tickets(play)} == {LEADER}
        assert f"当天领导：{LEADER}" in heard(play, await play.say(CLERK, "查看 1"), CLERK)


async def test_neither_enterprise_nor_department_reads_where_a_case_came_from(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await visited(play, who=LEADER)
        await play.say(CLERK, "受理 1")
        await play.say(CLERK, "国网镇海供电公司")
        await play.say(CLERK, "确认")
        assert "来源：走访 1 号" in heard(play, await play.say(CLERK, "查看 1"), CLERK)
        for who in (OWNER, LIAISON):
            told = heard(play, await play.say(who, "查看 1"), who)
            assert ONE in told
            assert "走访" not in told
            assert LEADER not in told


# Counters --------------------------------------------------------------------------------------


async def test_the_counters_tell_asked_from_been(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await visited(play)
        await visited(play, "走访 恒通 陈总 电话 没有问题")
        await visited(play, "走访 宏业铸造厂 沈丽 电话 昨天 没有问题")
        await visited(play, "走访 宏业铸造厂 沈丽 电话 没有问题")
        await visited(play, "走访 新安模具厂 王工 上门 10月8日 没有问题")
        told = heard(play, await play.say(CLERK, "走访统计"), CLERK)
        assert "11月1日（周日）到11月24日（周二）" in told
        for line in ("问 2 家", "共 3 次", "进 1 家", "合计 2 家", "问题 2 件"):
            assert line in told
        assert "进 1 家" in heard(play, await play.say(CLERK, "走访统计 上月"), CLERK)
        assert "合计 3 家" in heard(play, await play.say(LEADER, "走访统计 本年"), LEADER)


# The port --------------------------------------------------------------------------------------


async def test_a_meeting_files_several_tickets_of_several_enterprises(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        clerk, owner = await known(play, CLERK), await known(play, OWNER)
        arrival = Arrival(
            channel="dingtalk",
            robot="robot",
            msg_id="event",
            sender=Sender(play.staff_id(CLERK), None, None),
            place=Place(private=True, chat="c"),
            at=play.clock.now,
        )
        async with play.database.begin() as tx:
            (filed,) = await tx.admit([arrival])
            assert filed is not None
            book = await Book.open(
                tx, play.reception.office, play.clock.now, [clerk.id, owner.id], {}
            )
            met = await tx.people.meet("新安模具厂", "王工", "13957401234")
            of_two = (
                (owner.id, HENGTONG, "陈建国", "13805740001", "labor.worker", "招不到焊工"),
                (met, "新安模具厂", "王工", "13957401234", "utility.water", "水压太低"),
            )
            findings = [Finding(*one, recorded=True, unreached=one[0] == met) for one in of_two]
            visit = Visit(book, filed, Request())
            begun = await file_many(visit, Source(EVENT, "7", LEADER), findings)
            await book.flush({filed.id: filed})
        told = await play.send()
        assert [one.ticket.number for one in begun] == [ONE, "ZH-2026-0002"]
        for one in await tickets(play):
            assert (one.source, one.source_ref, one.met_leader) == (EVENT, "7", LEADER)
            assert one.recorded_by == clerk.id
        assert "ZH-2026-0002" in heard(play, told, "工作群")
        assert "来源：活动 7" in heard(play, await play.say(CLERK, "查看 2"), CLERK)
        assert "问题 0 件" in heard(play, await play.say(CLERK, "走访统计"), CLERK)

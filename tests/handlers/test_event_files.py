"""Activities out of files: a notice in Word, a plan as a spreadsheet; and whose files are none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.attachments import CLAIMED_FOR
from bot.channels.base import Letter
from flows.registration import event
from flows.registration.event import Event
from handlers.ports import Button, Filed
from tests.handlers.attending import labels
from tests.handlers.story import CLERK, OWNER
from tests.sending import fetch_all, fetcher, send_file, sheet, word
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

NOTICE = word("关于举办用工座谈会的通知", "一、时间：12月1日14:00-16:30", ("地点", "骆驼商会"))
HEADER = ("名称", "时间", "地点", "名额")
TALK = ("用工座谈", "2026-12-05 14:00", "骆驼商会", 30)
FUNDS = ("融资对接", "2026-12-08 9:30", "镇海大厦", 50)
ASKS = "这个文件做什么用"
READS = "正在读"


def told(play: Stage, letters: Sequence[Letter], who: str = CLERK) -> str:
    return "\n".join(one.message.text for one in letters if one.to == play.staff_id(who))


async def sent(play: Stage, data: bytes, name: str = "计划.xlsx") -> str:
    """Send a file where one is waited for; return what was read in it."""
    await play.say(CLERK, "建活动")
    assert READS in told(play, await send_file(play, CLERK, name, data))
    return told(play, await fetch_all(play))


async def drafts(play: Stage) -> Sequence[Event]:
    async with play.database.read() as tx:
        return await tx.rolls.drafts(play.clock())


async def arrivals(play: Stage) -> Sequence[Filed]:
    """Return what was brought in by reading."""
    async with play.database.read() as tx:
        found = [await tx.arrival(number) for number in range(1, 40)]
    return [one for one in found if one is not None and one.arrival.document is not None]


async def test_a_notice_fills_the_form_which_is_corrected_and_makes_a_draft(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        shown = await sent(play, NOTICE, "通知.docx")
        assert "请核对" in shown
        await play.say(CLERK, "修改地点为镇海大厦")
        await play.say(CLERK, "确认")
        (draft,) = await drafts(play)
        assert (draft.title, draft.venue) == ("用工座谈会", "镇海大厦")
        assert draft.stage is event.Stage.DRAFT


async def test_a_plan_makes_a_draft_of_each_complete_row_and_publishes_none(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        shown = await sent(play, sheet(HEADER, TALK, ("税务辅导", "", "商会", "多"), FUNDS))
        assert [one.title for one in await drafts(play)] == ["用工座谈", "融资对接"]
        assert {one.stage for one in await drafts(play)} == {event.Stage.DRAFT}
        assert "第 3 行 税务辅导：缺时间" in shown
        assert "第 3 行 税务辅导：“多”不是人数" in shown
        assert "请写：名称" not in shown, "the form that waited for the file is closed"


async def test_the_same_file_again_makes_no_second_draft(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await sent(play, sheet(HEADER, TALK, FUNDS))
        shown = await sent(play, sheet(HEADER, TALK, FUNDS, TALK))
        assert len(await drafts(play)) == 2
        assert "第 2 行 用工座谈：HD-2026-001" in shown


async def test_a_row_twice_in_one_file_is_one_activity(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        shown = await sent(play, sheet(HEADER, TALK, TALK))
        assert len(await drafts(play)) == 1
        assert "第 3 行 用工座谈：和第 2 行是同一场" in shown


async def test_a_row_is_known_again_after_its_draft_was_renamed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await sent(play, sheet(HEADER, TALK))
        async with play.database.begin() as tx:
            roll = (await tx.rolls.hold(["HD-2026-001"]))["HD-2026-001"]
            await tx.rolls.save([roll.with_event(title="用工恳谈")])
        assert "已经有了" in await sent(play, sheet(HEADER, TALK))


async def test_a_file_without_a_word_is_asked_about(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        letters = await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))
        assert ASKS in told(play, letters)
        assert labels(play, letters, CLERK) == ["建活动", "录政策", "企业信息", "只是附件"]
        await fetch_all(play)
        assert await drafts(play) == []
        await play.press(CLERK, "建活动")
        assert "建了 1 个草稿" in told(play, await fetch_all(play))


@pytest.mark.parametrize("typed", ["建活动", "活动文件", "1"])
async def test_what_it_is_for_can_be_typed(typed: str, tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))
        assert READS in told(play, await play.say(CLERK, typed))
        assert "建了 1 个草稿" in told(play, await fetch_all(play))


async def test_two_files_are_asked_about_once_and_both_read(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))
        await send_file(play, CLERK, "计划二.xlsx", sheet(HEADER, FUNDS))
        await play.press(CLERK, "建活动")
        await fetch_all(play)
        assert [one.title for one in await drafts(play)] == ["用工座谈", "融资对接"]


async def test_a_plain_attachment_can_be_typed(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await send_file(play, CLERK, "情况.docx", NOTICE)
        assert "请告诉我" in told(play, await play.say(CLERK, "附件"))


async def test_a_file_that_is_only_an_attachment_goes_with_a_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await send_file(play, CLERK, "情况.docx", NOTICE)
        letters = await play.press(CLERK, "只是附件")
        assert "请告诉我" in told(play, letters)
        letters = await play.say(CLERK, "恒通紧固件，厂门口的路灯坏了两个月，希望尽快修好")
        assert "图片：1 张" in told(play, letters)


async def test_a_problem_that_follows_the_file_answers_what_it_is_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await send_file(play, CLERK, "情况.docx", NOTICE)
        letters = await play.say(CLERK, "恒通紧固件，厂门口的路灯坏了两个月，希望尽快修好")
        assert "图片：1 张" in told(play, letters)


async def test_a_file_of_an_entrepreneur_is_evidence_as_before(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        letters = await send_file(play, OWNER, "情况.docx", NOTICE)
        assert "请告诉我" in told(play, letters, OWNER)
        await fetch_all(play)
        assert await arrivals(play) == []


async def test_a_file_in_the_middle_of_a_report_is_evidence_whoever_sends_it(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "我要反映问题 恒通紧固件，厂门口的路灯坏了两个月，希望尽快修好")
        letters = await send_file(play, CLERK, "情况.docx", NOTICE)
        assert ASKS not in told(play, letters)
        assert READS not in told(play, letters)
        await fetch_all(play)
        assert await arrivals(play) == []


async def test_a_file_in_the_middle_of_a_plan_is_asked_about_and_may_replace_it(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动 名称：另一场")
        assert ASKS in told(play, await send_file(play, CLERK, "通知.docx", NOTICE))
        await play.press(CLERK, "建活动")
        assert "用工座谈会" in told(play, await fetch_all(play))


async def test_who_runs_no_activities_any_more_makes_none(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))
        async with play.database.begin() as tx:
            person = await tx.people.find("dingtalk", play.staff_id(CLERK))
            assert person is not None
            for role, unit in sorted(person.roles):
                await tx.people.revoke(person.id, role, unit, None)
        await fetch_all(play)
        assert await drafts(play) == []


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"%PDF-1.7\n" + bytes(64), "通知.pdf", "读不了"),
        (b"no file that anybody knows", "通知.wps", "读不了"),
        (NOTICE[:3000], "通知.docx", "打不开"),
        (word(), "通知.docx", "没有文字"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "通知.docx",
            "有密码",
        ),
    ],
    ids=["pdf", "wps", "broken", "empty", "locked"],
)
async def test_a_file_that_cannot_be_read_is_answered_once_with_the_next_step(
    data: bytes, name: str, why: str, tmp_path: Path
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, name, data)
        letters = await fetch_all(play)
        assert len(letters) == 1
        shown = told(play, letters)
        assert f"“{name}”" in shown
        assert why in shown
        assert "请写：名称" in shown, "what was open goes on"


async def test_a_file_that_could_not_be_fetched_is_asked_for_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))
        play.files.clear()
        assert "没取到，请再发一次" in told(play, await fetch_all(play))


async def test_an_empty_plan_comes_as_a_file_that_can_be_sent_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "活动文件")
        await play.press(CLERK, "空白计划表")
        letters = await fetch_all(play)
        (file,) = [one.message.file for one in letters if one.message.file]
        assert file.name == "活动计划表.xlsx"
        refused = told(play, await play.say(OWNER, "活动模板"), OWNER)
        assert refused
        assert "空白计划表" not in refused


async def test_a_forged_press_reads_no_file(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await send_file(play, OWNER, "情况.docx", NOTICE)
        async with play.database.begin() as tx:
            (file,) = [one.id for one in await tx.attachments.pending(9)]
        await play.say(CLERK, button=Button(f"f:1:pick:meant:plan:{file}", "card"))
        await fetch_all(play)
        assert await arrivals(play) == []


# When the process dies -----------------------------------------------------------------------


class Killed(BaseException):
    """Stands for the end of the process."""


async def test_who_dies_between_stored_and_read_reads_once_after_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))

        async def dies(fetch: object) -> None:
            raise Killed

        dying = fetcher(play)
        monkeypatch.setattr(dying, "_read", dies)
        with pytest.raises(Killed):
            await dying.turn()
        async with play.database.read() as tx:
            ((state),) = {one.state for one in (await tx.attached(["2-0"])).values()}
        assert state == "stored"
        assert await drafts(play) == []
        assert "建了 1 个草稿" in told(play, await fetch_all(play))
        assert await fetch_all(play) == []
        assert len(await drafts(play)) == 1
        assert len(await arrivals(play)) == 1


async def test_who_dies_before_the_commit_reads_once_after_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))
        receive = type(play.reception).receive

        async def dies(self: object, tx: object, batch: object) -> None:
            await receive(play.reception, tx, batch)  # type: ignore[arg-type]
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(type(play.reception), "receive", dies)
            with pytest.raises(Killed):
                await fetch_all(play)
        assert await drafts(play) == []
        play.clock.now += CLAIMED_FOR  # among several processes the file was the dead one's
        assert "建了 1 个草稿" in told(play, await fetch_all(play))
        assert len(await drafts(play)) == 1


async def test_two_processes_that_read_the_same_file_make_its_drafts_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))
        await fetch_file_only(play)
        async with play.database.read() as tx:
            (asking,) = await tx.attachments.pending(9)
        one, other = fetcher(play), fetcher(play)
        await one._read(asking)
        await other._read(asking)
        assert len(await drafts(play)) == 1
        assert len(await arrivals(play)) == 1


async def fetch_file_only(play: Stage) -> None:
    """Let the file be stored by a process that reads none."""
    works = fetcher(play)
    works._reader = None
    await works.turn()
    async with play.database.begin() as tx:
        assert await tx.readings.hurry("2-0")


async def test_a_defect_while_it_is_handled_is_kept_and_apologised_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(tmp_path) as play:
        await play.say(CLERK, "建活动")
        await send_file(play, CLERK, "计划.xlsx", sheet(HEADER, TALK))

        async def breaks(*told: object) -> bool:
            raise ZeroDivisionError

        monkeypatch.setattr("handlers.registration.documents.file_plan", breaks)
        letters = await fetch_all(play)
        assert len(letters) == 1
        assert await fetch_all(play) == []
        async with play.database.read() as tx:
            assert len(await tx.failed_arrivals(9)) == 1

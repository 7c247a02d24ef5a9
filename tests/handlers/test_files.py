"""看附件: who sees what entrepreneurs attached, where it goes, and what stays on record."""

from pathlib import Path

import pytest

from flows.tickets.case import State, Tier
from handlers.ports import Button
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    buttons,
    carry,
    change,
    heard,
    history,
    people,
    person,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

LOOK = Button(f"a:files:{ONE}", "card")
TROUBLE = "我们厂从10月起电压一直不稳，希望供电公司来查一查"


async def report(play: Stage, *, files: int = 2, hidden: bool = False) -> None:
    await play.say(OWNER, TROUBLE, files=files)
    if hidden:
        await play.press(OWNER, "对部门隐去企业名")
    await play.say(OWNER, "确认")
    await play.fetched()


async def looks(play: Stage) -> list[str]:
    return [
        entry.role for entry in await history(play, f"ticket:{ONE}") if entry.act == "view_files"
    ]


@pytest.mark.parametrize("who", [OWNER, CLERK, HEAD, LIAISON])
async def test_whoever_may_read_the_case_sees_its_files_and_that_stays_on_record(
    tmp_path: Path, who: str
) -> None:
    async with stage(tmp_path) as play:
        await report(play)
        await carry(play, State.ASSIGNED, since=State.SUBMITTED)
        for letters in (await play.say(who, "附件 0001"), await play.say(who, button=LOOK)):
            files = [letter.message.file for letter in letters]
            assert [file.name if file else "" for file in files] == ["", "图片.jpg", "图片.jpg"]
            assert {(play.where(letter), letter.door) for letter in letters} == {(who, "private")}
        assert len(await looks(play)) == 2


async def test_a_leader_sees_the_files_of_a_serious_case_only(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await report(play)
        for tier, roles in ((Tier.GENERAL, []), (Tier.COMPLEX, ["official"])):
            await change(play, tier=tier)
            await play.say(LEADER, "附件 0001")
            assert await looks(play) == roles


@pytest.mark.parametrize("who", ["沈丽君", "胡志明", "某人"])
async def test_nobody_else_does(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        await report(play)
        for letters in (await play.say(who, "看附件 0001"), await play.say(who, button=LOOK)):
            assert "没有找到" in heard(play, letters, who)
            assert not [letter for letter in letters if letter.message.file]
        assert await looks(play) == []


async def test_an_administrator_sees_the_progress_only(tmp_path: Path) -> None:
    overlay = people(tmp_path, person("甲", '["clerk"]') + person("乙", '["admin"]'))
    async with stage(tmp_path, overlay) as play:
        await play.say(OWNER, TROUBLE, files=1)
        await play.say(OWNER, "镇海恒通紧固件有限公司，陈建国，13805740001")
        await play.say(OWNER, "确认")
        await play.fetched()
        letters = await play.say("乙", "看附件 0001")
        assert f"{ONE} 已收到" in heard(play, letters, "乙")
        assert not [letter for letter in letters if letter.message.file]
        assert await looks(play) == []
        assert len(await play.say("甲", "看附件 0001")) == 2


async def test_a_department_never_sees_files_of_a_hidden_enterprise(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await report(play, hidden=True)
        await carry(play, State.ASSIGNED, since=State.SUBMITTED)
        assert "看附件" not in buttons(play, await play.say(LIAISON, "查看 0001"), LIAISON)
        (told,) = await play.say(LIAISON, button=LOOK)
        assert "隐去" in told.message.text
        assert await looks(play) == []
        assert len(await play.say(CLERK, "看附件 0001")) == 3


async def test_the_button_is_there_only_when_there_are_files(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await report(play, files=0)
        assert "看附件" not in buttons(play, await play.say(CLERK, "查看 0001"), CLERK)
        (told,) = await play.say(CLERK, "看附件 0001")
        assert told.message.text == f"{ONE} 没有附件。"
        await play.say(OWNER, "补充 0001", files=1)
        await play.say(OWNER, "完成")
        assert "看附件" in buttons(play, await play.say(CLERK, "查看 0001"), CLERK)


async def test_from_a_group_the_files_go_to_the_person_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await report(play)
        letters = await play.say(CLERK, "看附件 0001", group="工作群")
        assert [play.where(letter) for letter in letters if letter.message.file] == [CLERK, CLERK]
        assert heard(play, letters, "工作群") == "已私聊您，请到私聊里继续。"


async def test_somebody_who_cannot_be_written_to_gets_no_files(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("某人", TROUBLE, files=1, staff=False)
        await play.say("某人", "镇海恒通紧固件有限公司，陈建国，13805740001", staff=False)
        await play.say("某人", "确认", staff=False)
        await play.fetched()
        letters = await play.say("某人", "看附件 0001", group="企业群", staff=False)
        assert [play.where(letter) for letter in letters] == ["企业群"]
        assert not [letter for letter in letters if letter.message.file]


async def test_refused_files_are_not_counted(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, TROUBLE, files=2)
        await play.say(OWNER, "确认")
        async with play.database.begin() as tx:
            first, second = await tx.attachments.pending(9)
            await tx.attachments.refused(first.id, "forbidden")
        letters = await play.say(CLERK, "看附件 0001")
        assert "附件 1 个" in letters[0].message.text
        assert len(letters) == 2
        async with play.database.begin() as tx:
            await tx.attachments.refused(second.id, "gone")
        (told,) = await play.say(CLERK, "看附件 0001")
        assert told.message.text == f"{ONE} 没有附件。"


@pytest.mark.parametrize(
    "text", ["附件里是现场照片，希望尽快解决积水问题", "附件是我们的合同，对方拖欠货款，请帮忙"]
)
async def test_a_sentence_about_attachments_is_no_command(tmp_path: Path, text: str) -> None:
    async with stage(tmp_path) as play:
        assert "从什么时候开始的" in heard(play, await play.say(OWNER, text), OWNER)

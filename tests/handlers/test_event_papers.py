"""会务文书 in chat: who gets which paper of an activity, what is on it, what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.registration.handouts import Handout
from flows.registration.issues import Kind, Mark
from flows.tickets.case import State
from handlers.ports import Entry
from handlers.registration.papers import HANDOUT
from tests.handlers.attending import EVENT, labels, press, publish, sign_up, stranger
from tests.handlers.story import CLERK, HEAD, OWNER, carry, change, heard, history
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")
ONE, TWO = stranger(1), stranger(2)
OPEN = "名额40人\n参加领导：区委书记张三，副区长李四"


async def ordered(play: Stage) -> list[tuple[str, Handout]]:
    """Return what is to be made: the name of the file, and what stands on it."""
    async with play.database.read() as tx:
        fetches = await tx.attachments.pending(100)
    found = [(one.name, one.code.removeprefix(HANDOUT)) for one in fetches]
    return [(name, Handout.model_validate_json(code)) for name, code in found]


async def paper(play: Stage, kind: Kind, who: str = CLERK) -> Handout:
    """Have a paper made and return what stands on it."""
    before = len(await ordered(play))
    await press(play, who, kind.value)
    found = await ordered(play)
    assert len(found) == before + 1
    return max((made for _, made in found if made.kind is kind), key=lambda made: made.issue)


async def handed(play: Stage) -> list[Entry]:
    return [one for one in await history(play, f"event:{EVENT}") if one.act == "paper"]


async def test_one_button_under_the_list_leads_to_all_papers(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        letters = await press(play, CLERK, "names")
        assert "文书" in labels(play, letters, CLERK)
        letters = await play.press(CLERK, "文书")
        assert labels(play, letters, CLERK) == ["桌签", "座次图", "签到表", "车牌单", "参阅名单"]


@pytest.mark.parametrize(
    ("word", "file"),
    [
        ("桌签", "桌签 HD-2026-001 第1版.docx"),
        ("座次图", "座次图 HD-2026-001 第1版.xlsx"),
        ("签到表", "签到表 HD-2026-001 第1版.xlsx"),
        ("车牌单", "车牌单 HD-2026-001 第1版.xlsx"),
        ("领导参阅名单", "参阅名单 HD-2026-001 第1版.docx"),
    ],
)
async def test_a_typed_word_has_the_paper_made(tmp_path: Path, word: str, file: str) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await play.say(OWNER, "面对面我报名，1个人，浙B12345")
        await play.press(OWNER, "确认")
        assert "正在做" in heard(play, await play.say(CLERK, word), CLERK)
        ((name, _),) = await ordered(play)
        assert name == file


async def test_that_somebody_had_a_paper_is_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await sign_up(play, OWNER)
        await press(play, CLERK, "sign_in")
        (entry,) = await handed(play)
        assert entry.public == {"paper": "sign_in", "issue": "1", "full": ""}
        assert entry.role == "organiser"


@pytest.mark.parametrize("kind", Kind)
async def test_an_entrepreneur_gets_none(tmp_path: Path, kind: Kind) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await sign_up(play, OWNER)
        assert "活动专员" in heard(play, await press(play, OWNER, kind.value), OWNER)
        assert await ordered(play) == []
        assert await handed(play) == []


async def test_a_group_gets_none(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await sign_up(play, OWNER)
        told = await play.say(CLERK, "签到表", group="工作群")
        assert "单聊" in heard(play, told, "工作群")
        assert await ordered(play) == []


async def test_a_clerk_gets_masked_numbers_and_the_head_of_the_desk_whole_ones(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await sign_up(play, *ONE)
        assert "全号" in heard(play, await play.say(CLERK, "签到表 全号"), CLERK)
        assert await ordered(play) == []
        assert (await paper(play, Kind.SIGN_IN)).lines[0].cells[3] == "139****0001"
        assert "收回" in heard(play, await play.say(HEAD, "签到表 全号"), HEAD)
        assert (await ordered(play))[-1][1].lines[0].cells[3] == "13905740001"
        assert [entry.public["full"] for entry in await handed(play)] == ["", "yes"]


async def test_a_list_that_nobody_is_on_makes_no_sheet(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, "名额40人")
        assert "还没有已确认的人" in heard(play, await play.say(CLERK, "签到表"), CLERK)
        await sign_up(play, OWNER)
        assert "没有人报车牌" in heard(play, await play.say(CLERK, "车牌单"), CLERK)
        assert await ordered(play) == []


async def test_of_two_activities_the_one_is_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await sign_up(play, OWNER)
        await play.say(CLERK, "建活动 惠企恳谈会：用工\n时间：12月3日13:30\n地点：骆驼商会")
        await play.press(CLERK, "确认")
        await play.press(CLERK, "发布")
        asked = await play.say(CLERK, "桌签")
        assert len(labels(play, asked, CLERK)) == 2
        await play.say(CLERK, "1")
        ((name, _),) = await ordered(play)
        assert EVENT in name


async def test_u8_one_change_makes_all_papers_anew_with_marks(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await play.say(OWNER, "面对面我报名，1个人，浙B12345")
        await play.press(OWNER, "确认")
        await sign_up(play, *ONE)
        first = [await paper(play, kind) for kind in Kind]
        assert {made.issue for made in first} == {1}
        assert all(made.changes == () for made in first)
        await press(play, OWNER, "instead", 1)
        await play.say(OWNER, "沈丽君 13805740003")
        await play.press(OWNER, "确认")
        second = [await paper(play, kind) for kind in Kind]
        assert {(made.issue, made.since) for made in second} == {(2, 1)}
        for made in second:
            (change,) = made.changes
            assert change.mark is Mark.CHANGED
            assert "陈建国" in change.before
            assert "沈丽君" in change.name


async def test_u8_what_was_shown_is_remembered_by_the_records(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        await sign_up(play, OWNER)
        await sign_up(play, *ONE)
        await paper(play, Kind.CARDS)
        await press(play, OWNER, "cancel", 1)
        await play.press(OWNER, "确认")
        await sign_up(play, *TWO)
        made = await paper(play, Kind.CARDS)
        told = [(one.mark, one.name) for one in made.changes]
        assert told == [(Mark.REMOVED, OWNER), (Mark.ADDED, "吴2")]


async def test_the_officials_read_which_problems_of_the_enterprise_run(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await publish(play, OPEN)
        await sign_up(play, OWNER)
        (firm,) = (await paper(play, Kind.BRIEFING)).firms
        assert [(one.number, one.state) for one in firm.tickets] == [
            ("ZH-2026-0001", State.IN_PROGRESS)
        ]


@pytest.mark.parametrize(
    "hidden", [{"confidential": True}, {"anonymous": True}, {"state": State.CLOSED}]
)
async def test_what_is_not_for_everybody_is_on_no_paper(
    tmp_path: Path, hidden: dict[str, object]
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await change(play, **hidden)
        await publish(play, OPEN)
        await sign_up(play, OWNER)
        (firm,) = (await paper(play, Kind.BRIEFING, HEAD)).firms
        assert firm.tickets == ()


@pytest.mark.parametrize("text", ["签到表上没有我们厂的名字怎么办", "桌签掉了"])
async def test_a_sentence_that_begins_so_is_talk(tmp_path: Path, text: str) -> None:
    async with stage(tmp_path) as play:
        await publish(play, OPEN)
        assert "活动专员" not in heard(play, await play.say(OWNER, text), OWNER)

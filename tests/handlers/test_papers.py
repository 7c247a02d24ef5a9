"""Papers by a typed word (交办单, 审签稿, 督办单, …): who gets the file, and what is on record."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import docx
import pytest

from bot.channels.base import Letter
from bot.papers.drawing import draw
from flows.tickets.case import State, Supervision
from handlers.ports import Button
from tests.engines import address, everything, rows
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    REPORT,
    SUPPORT,
    carry,
    heard,
    history,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


SHIPPED = (Path(__file__).parents[2] / "config" / "exposure.toml").read_text("utf-8")


def opened(letters: Sequence[Letter]) -> str:
    """Open the one file that was sent, and return all that is on it."""
    (file,) = [letter.message.file for letter in letters if letter.message.file]
    assert file.paper is not None
    document = docx.Document(io.BytesIO(draw(file.paper)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def sent(play: Stage, letters: Sequence[Letter]) -> list[tuple[str, str]]:
    return [
        (play.where(letter), letter.message.file.name)
        for letter in letters
        if letter.message.file is not None
    ]


async def papers(play: Stage) -> list[tuple[str, str]]:
    """Return which papers are on record, and in which part somebody had them."""
    entries = await history(play, f"ticket:{ONE}")
    return [(entry.public["paper"], entry.role) for entry in entries if entry.act == "paper"]


async def supervised(play: Stage, *rungs: int) -> None:
    """Put the ticket on rungs of the ladder, as the clock would."""
    known = await ticket(play)
    at = play.clock.now
    added = tuple(
        Supervision(
            rung=rung,
            clock="handle",
            deadline=at,
            at=at,
            number=f"2026-{rung:04d}",
            due_at=at + timedelta(days=1),
        )
        for rung in rungs
    )
    changed = known.model_copy(update={"supervisions": added, "version": known.version + 1})
    async with play.database.begin() as tx:
        await tx.tickets.save([changed], {ONE: known.version})


@pytest.mark.parametrize("who", [CLERK, HEAD, LIAISON, SUPPORT])
async def test_the_desk_and_the_departments_get_the_order_in_private(
    tmp_path: Path, who: str
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        letters = await play.say(who, "交办单 0001")
        assert sent(play, letters) == [(who, f"交办单-{ONE}.docx")]
        assert "打印" in heard(play, letters, who)
        text = opened(letters)
        assert "企业反映问题交办单" in text
        assert REPORT in text


async def test_the_order_hides_the_enterprise_that_asked_for_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(OWNER, REPORT)
        await play.press(OWNER, "对部门隐去企业名")
        await play.say(OWNER, "确认")
        await carry(play, State.ASSIGNED, since=State.SUBMITTED)
        text = opened(await play.say(CLERK, "交办单 0001"))
        assert "已要求隐去" in text
        assert not [name for name in ("恒通", "陈建国", "13805740001") if name in text]


@pytest.mark.parametrize(
    ("who", "word", "whom"),
    [
        (OWNER, "交办单", "受理员"),
        (OWNER, "审签稿", "主办部门"),
        (SUPPORT, "审签稿", "主办部门"),
        (SUPPORT, "督办单", "受理负责人"),
        (LIAISON, "督办函", "受理负责人"),
        (LIAISON, "移交函", "受理负责人"),
        (LEADER, "交办单", "受理员"),
    ],
)
async def test_a_refusal_says_whom_to_ask_and_sends_nothing(
    tmp_path: Path, who: str, word: str, whom: str
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        await supervised(play, 2, 3)
        letters = await play.say(who, f"{word} 0001")
        assert whom in heard(play, letters, who)
        assert play.config.office.phone in heard(play, letters, who)
        assert sent(play, letters) == []
        assert await papers(play) == []


async def test_a_stranger_does_not_learn_that_there_is_such_a_ticket(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        letters = await play.say("某人", "交办单 0001")
        assert "没有找到" in heard(play, letters, "某人")
        assert sent(play, letters) == []


@pytest.mark.parametrize(
    ("who", "word", "first"),
    [
        (CLERK, "交办单", "交办以后"),
        (HEAD, "督办单", "没有发过督办单"),
        (HEAD, "督办函", "没有发过督办函"),
        (HEAD, "移交函", "先督办"),
    ],
)
async def test_a_paper_that_cannot_be_yet_says_what_comes_first(
    tmp_path: Path, who: str, word: str, first: str
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ACCEPTED)
        letters = await play.say(who, f"{word} 0001")
        assert first in heard(play, letters, who)
        assert sent(play, letters) == []


async def test_the_answer_goes_to_be_signed_with_what_was_answered_before(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        await play.say(HEAD, "退回 1 写明更换的日期和联系人")
        play.clock.now += timedelta(hours=1)
        again = "支线开关十一月二十八日前更换完毕，由供电所李强负责联系。"
        await play.say(LIAISON, f"答复 1 {again}")
        await play.say(LIAISON, "A")
        text = opened(await play.say(LIAISON, "审签稿 0001"))
        answer, _, before = text.partition("以前的答复")
        assert again in answer
        assert f"第1次（2026年11月24日）：{ANSWER}" in before
        assert await papers(play) == [("signing", "lead")]


async def test_a_department_has_an_answer_signed_before_it_gives_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        letters = await play.say(LIAISON, "审签稿 0001")
        assert "还没有答复" in heard(play, letters, LIAISON)
        letters = await play.say(LIAISON, "审签稿 0001 拟于十二月一日前更换支线开关")
        assert "拟于十二月一日前更换支线开关" in opened(letters)
        assert (await ticket(play)).state is State.IN_PROGRESS
        letters = await play.say(CLERK, "审签稿 0001 我替他们写")
        assert "主办部门写" in heard(play, letters, CLERK)


@pytest.mark.parametrize("who", [HEAD, LIAISON])
async def test_a_supervision_goes_out_as_a_draft(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await supervised(play, 2)
        letters = await play.say(who, "督办单 0001")
        assert sent(play, letters) == [(who, f"督办单-{ONE}.docx")]
        assert "编号：督办单〔2026〕2 号" in opened(letters)


@pytest.mark.parametrize("word", ["督办函", "移交函"])
async def test_a_letter_does_not_leave_where_its_class_may_not(tmp_path: Path, word: str) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await supervised(play, 2, 3)
        letters = await play.say(HEAD, f"{word} 0001")
        assert sent(play, letters) == []
        assert "信道密级" in heard(play, letters, HEAD)


async def test_an_office_may_let_letters_leave(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    head, _, rest = SHIPPED.partition("[supervision]")
    opened_up = rest.replace('private = "title"', 'private = "full"', 1)
    (overlay / "exposure.toml").write_text(f"{head}[supervision]{opened_up}", "utf-8")
    async with stage(tmp_path, overlay) as play:
        await carry(play, State.IN_PROGRESS)
        await supervised(play, 2, 3)
        letters = await play.say(HEAD, "督办函 0001")
        assert sent(play, letters) == [(HEAD, f"督办函-{ONE}.docx")]
        assert REPORT not in opened(letters)


async def test_every_paper_is_on_record_with_the_part_it_was_asked_in(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await play.say(CLERK, "交办单 0001")
        await play.say(LIAISON, button=Button(f"a:order:{ONE}", "card"))
        assert await papers(play) == [("order", "clerk"), ("order", "lead")]


async def test_from_a_group_the_paper_goes_to_the_person_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        letters = await play.say(CLERK, "交办单 0001", group="工作群")
        assert sent(play, letters) == [(CLERK, f"交办单-{ONE}.docx")]
        assert heard(play, letters, "工作群") == "已私聊您，请到私聊里继续。"


async def test_what_is_on_a_paper_is_stored_sealed_and_goes_with_its_message(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.ASSIGNED)
        await play.say(CLERK, "交办单 0001")
        url = await address(tmp_path / "stage.db")
        assert "企业反映问题交办单".encode() not in everything(url)
        async with play.database.begin() as tx:
            await tx.erase_bodies(play.clock.now + timedelta(days=31))
        left = rows(url, "SELECT body FROM delivery WHERE dedupe LIKE '%:paper'")
        assert [bytes(body) for (body,) in left] == [b""]


@pytest.mark.parametrize("text", ["交办单位是哪一家我想问一问", "督办单位什么时候来我们厂看一看"])
async def test_a_sentence_that_begins_like_a_paper_is_no_command(tmp_path: Path, text: str) -> None:
    async with stage(tmp_path) as play:
        assert "带上编号" not in heard(play, await play.say(CLERK, text), CLERK)

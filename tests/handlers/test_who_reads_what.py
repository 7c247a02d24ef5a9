"""Through every door everybody comes across what is theirs to read, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import docx
import pytest

from bot.channels.base import Letter
from bot.papers.drawing import draw
from flows.tickets.case import State
from flows.tickets.children import Sounding
from tests.handlers.planted import (
    ADMIN,
    AUDITED,
    OUTSIDE,
    READS,
    SEARCHED,
    SECOND,
    WORDS,
    met,
    plant,
    with_administrator,
)
from tests.handlers.story import (
    CLERK,
    HEAD,
    LIAISON,
    OWNER,
    SUPPORT,
    change,
    heard,
    known,
    ticket,
)
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")

DOORS = (
    *(
        "进度 1",
        "期限 1",
        "附件 1",
        "清单",
        "看批示 1",
        "领办清单",
        "满意度",
        "台账 11月",
        "审核 1",
    ),
    *("交办单 1", "审签稿 1", "督办单 1", "督办函 1", "移交函 1", "链接 1", "口令 1"),
)


def everything(play: Stage, letters: Sequence[Letter], who: str) -> str:
    """Return all that somebody was sent: words, and what is on papers."""
    found = [heard(play, letters, who)]
    for letter in letters:
        file = letter.message.file
        if file is not None and file.paper is not None and play.where(letter) == who:
            document = docx.Document(io.BytesIO(draw(file.paper)))
            cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
            found += [*(line.text for line in document.paragraphs), *cells]
    return "\n".join(found)


@pytest.mark.parametrize("who", list(READS))
async def test_the_whole_case_shows_everybody_what_is_theirs(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path, with_administrator(tmp_path)) as play:
        await plant(play)
        assert met(heard(play, await play.say(who, "查看 1"), who)) == READS[who]


@pytest.mark.parametrize("who", AUDITED)
async def test_an_answer_that_was_audited_is_read_by_the_enterprise_and_by_all_departments(
    tmp_path: Path, who: str
) -> None:
    async with stage(tmp_path) as play:
        await plant(play, State.CALLBACK, audited_at=play.clock.now)
        assert met(heard(play, await play.say(who, "查看 1"), who)) == READS[who] | {"reply"}


@pytest.mark.parametrize("who", list(READS))
async def test_no_other_door_shows_more(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path, with_administrator(tmp_path)) as play:
        await plant(play)
        for line in DOORS:
            told = everything(play, await play.say(who, line), who)
            assert met(told) <= READS[who], line
            assert met(heard(play, await play.say(who, line, group="工作群"), "工作群")) == set()


@pytest.mark.parametrize("who", [name for name in READS if name != OWNER])
async def test_the_search_finds_nobody_what_they_do_not_read(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path, with_administrator(tmp_path)) as play:
        await plant(play)
        found = set()
        for name, word in WORDS.items():
            play.clock.now += timedelta(minutes=1)
            told = heard(play, await play.say(who, f"查 {word}"), who)
            if "ZH-2026-0001" in told:
                found.add(name)
        assert found == READS[who] & SEARCHED


async def test_what_the_clock_and_others_send_shows_nobody_more(tmp_path: Path) -> None:
    async with stage(tmp_path, with_administrator(tmp_path)) as play:
        await plant(play)
        sent = [*await play.say(OWNER, "补充 1 又跳了一次"), *await play.say(OWNER, "催办 1")]
        sent += await play.say(HEAD, "退回 1 请写明换开关的日期")
        for _ in range(12):
            sent += await play.wait(timedelta(hours=12))
        assert LIAISON in {play.where(one) for one in sent}
        for who, theirs in READS.items():
            assert met(everything(play, sent, who)) <= theirs, who


async def test_a_department_that_is_only_asked_reads_the_needed_text_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        clock = play.clock
        asked = Sounding(unit="rsj", by=1, at=clock.now, until=clock.now + timedelta(hours=4))
        await plant(
            play, State.ACCEPTED, lead_unit=None, co_tasks=(), reply=None, soundings=(asked,)
        )
        told = heard(play, await play.say(OUTSIDE, "查看 1"), OUTSIDE)
        assert met(told) == {"text"}
        assert not [name for name in ("恒通", "陈建国", "13805740001") if name in told]
        for line in DOORS:
            assert met(everything(play, await play.say(OUTSIDE, line), OUTSIDE)) <= {"text"}


async def test_a_supporting_department_does_not_learn_when_another_is_due(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        for who, line in (
            *((OWNER, "昨天下午三点起我们厂又停电了，希望供电公司查清原因"), (OWNER, "确认")),
            *((CLERK, "受理 1"), (CLERK, "取消")),
            *((CLERK, "交办 1 供电公司 协办 经信局、住建局"), (CLERK, "确认")),
        ):
            await play.say(who, line)
        assert {task.unit for task in (await ticket(play)).co_tasks} == {"jxj", "zjj"}
        for who, own, other in ((SUPPORT, "经信", "住建"), (SECOND, "住建", "经信")):
            told = heard(play, await play.say(who, "期限 1"), who)
            assert own in told
            assert other not in told


async def test_a_clerk_who_stands_in_for_a_department_keeps_what_the_office_reads(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as play:
        await plant(play)
        await play.say(HEAD, f"收回授权 {play.staff_id(LIAISON)} 联络员 供电公司")
        assert not (await known(play, LIAISON)).roles
        assert met(heard(play, await play.say(CLERK, "查看 1"), CLERK)) == READS[CLERK]


async def test_an_administrator_reads_no_body_also_where_there_is_a_picture(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, with_administrator(tmp_path)) as play:
        await plant(play)
        await change(play, files=("aa",))
        for line in ("查看 1", *DOORS):
            sent = await play.say(ADMIN, line)
            assert met(everything(play, sent, ADMIN)) == set(), line
            assert not [one for one in sent if one.message.file and play.where(one) == ADMIN], line

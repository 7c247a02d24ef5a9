"""Instructions (批示): who wrote them down, whom they reach, and what they ask."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.tickets.case import Satisfaction, State
from tests.engines import address, rows
from tests.handlers.leading import (
    INSPECTOR,
    SECRETARY,
    TWO,
    WORDS,
    at,
    hard,
    led,
    morning,
)
from tests.handlers.story import (
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    ONE,
    OWNER,
    carry,
    heard,
    history,
    known,
    people,
    ticket,
)
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


async def test_u22_the_secretary_writes_down_what_the_leader_said(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        told = await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        assert "已记下 ZH-2026-0001 的批示" in heard(play, told, SECRETARY)
        (said,) = (await ticket(play)).instructions
        (errand,) = said.errands
        assert (errand.who, errand.by_when) == ("gdj", date(2026, 11, 27))
        assert said.recorded_by == (await known(play, SECRETARY)).id
        entry = [e for e in await history(play, f"ticket:{ONE}") if e.act == "instruct"][-1]
        assert entry.role == "secretary"
        assert (entry.personal["oral"], entry.personal["recorded_by"]) == (LEADER, SECRETARY)
        assert "请在 11月27日（周五）前办好" in heard(play, told, LIAISON)
        assert f"有{LEADER}的批示" in heard(play, told, HEAD)


async def test_u22_a_secretary_neither_rates_nor_closes(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.CALLBACK)
        await play.say(HEAD, "领办 1 郑伟民")
        before = await ticket(play)
        for text in ("满意 1", "代评 1 满意 电话里说好的", "不满意 1 不行", "审核通过 1"):
            assert "不归您办" in heard(play, await play.say(SECRETARY, text), SECRETARY), text
        after = await ticket(play)
        assert after == before
        assert after.satisfaction is not Satisfaction.SATISFIED


async def test_u22_a_secretary_speaks_for_no_other_leader_and_not_after_leaving(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path, people(tmp_path, TWO)) as play:
        await led(play)
        told = await play.say(SECRETARY, "口头批示 1 方明 请供电局本周解决")
        assert "或您服务的领导" in heard(play, told, SECRETARY)
        before = await ticket(play)
        await play.say(HEAD, "收回授权 id-吴倩 秘书 郑伟民")
        told = await play.say(SECRETARY, "口头批示 1 郑伟民 请供电局本周解决")
        assert "没有找到您可以查看的" in heard(play, told, SECRETARY)
        assert await ticket(play) == before
        assert before.instructions == ()


async def test_a_leader_is_asked_who_and_by_when(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        told = await play.say(LEADER, "批示 1 抓紧查清原因")
        assert "请哪个部门或谁办" in heard(play, told, LEADER)
        told = await play.press(LEADER, "国网镇海供电公司")
        assert "哪天前办好" in heard(play, told, LEADER)
        await play.press(LEADER, "下周五")
        (said,) = (await ticket(play)).instructions
        assert said.recorded_by is None
        assert said.errands[0].by_when == date(2026, 12, 4)


async def test_u23_the_words_of_an_instruction_leave_through_no_door(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        await play.say(LEADER, "批示 1")
        await play.say(LEADER, WORDS)
        for who in (LEADER, SECRETARY, HEAD, CLERK, LIAISON, INSPECTOR, OWNER):
            for text in ("查看 1", "看批示 1", "进度 1", "清单", "领办清单"):
                await play.say(who, text)
            await play.say(who, "查看 1", group="工作群")
        await at(play, "2026-11-25 09:00")
        await play.say(LIAISON, "批示办结 1 开关已换好")
        await at(play, "2026-11-30 09:00")
        await morning(play)
        shown = "\n".join(
            f"{one.message.title}{one.message.text}{one.message.status}{one.message.options}"
            for one in play.seen
        )
        assert "不许再拖" not in shown
        url = await address(tmp_path / "stage.db")
        ((count,),) = rows(url, "SELECT count(*) FROM delivery")
        assert count == len(play.seen)  # nothing else was written to go out


async def test_an_office_may_let_the_words_through_to_three_people(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    shipped = Path(__file__).parents[2] / "config" / "exposure.toml"
    head, tail = shipped.read_text("utf-8").split("[instruction]")
    opened = tail.replace('private = "login"', 'private = "full"', 1)
    (overlay / "exposure.toml").write_text(f"{head}[instruction]{opened}", "utf-8")
    async with stage(tmp_path, overlay) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        for who in (LEADER, SECRETARY, HEAD):
            told = heard(play, await play.say(who, "看批示 1"), who)
            assert f"口头：{LEADER}；代录：{SECRETARY}" in told
            assert "不许再拖" in told
        for who in (CLERK, LIAISON, INSPECTOR, OWNER):
            told = heard(play, await play.say(who, "看批示 1"), who)
            assert "没有批示" in told


async def test_an_errand_is_ticked_off_and_the_leader_hears(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await hard(play)
        await play.say(SECRETARY, f"口头批示 1 郑伟民 {WORDS}")
        told = await play.say(LIAISON, "批示办结 1 开关已换好，企业已送电")
        assert "批示事项已办结" in heard(play, told, HEAD)
        assert "已办结" in heard(play, await at(play, "2026-11-25 09:00"), LEADER)
        told = await play.say(LIAISON, "批示办结 1 再办一次")
        assert "没有等办的批示事项" in heard(play, told, LIAISON)

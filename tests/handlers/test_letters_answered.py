"""督办回复: a department answers the letters that are addressed to it, and no others."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State, Supervision
from flows.tickets.children import Errand, Instruction
from tests.handlers.answering import refused
from tests.handlers.story import (
    HEAD,
    LIAISON,
    OWNER,
    SUPPORT,
    buttons,
    carry,
    change,
    heard,
    ticket,
)
from tests.stage import MORNING, Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


def letter(clock: str) -> Supervision:
    return Supervision(
        rung=2,
        clock=clock,
        deadline=MORNING - timedelta(days=1),
        at=MORNING,
        number="2026-0001",
        due_at=MORNING + timedelta(days=1),
        sends_at=MORNING,
        sent_at=MORNING,
    )


async def supervised(play: Stage, *clocks: str) -> None:
    await carry(play, State.IN_PROGRESS)
    errands = (
        Errand(who="jxj", what="报产值", by_when=date(2026, 11, 23)),
        Errand(who="gdj", what="换开关", by_when=date(2026, 11, 23)),
    )
    said = Instruction(leader=1, text="抓紧", at=MORNING, errands=errands)
    await change(play, instructions=(said,), supervisions=tuple(map(letter, clocks)))


async def answers(play: Stage) -> list[str]:
    return [one.answer for one in (await ticket(play)).supervisions]


@pytest.mark.parametrize("clock", ["opinion:jxj", "errand:1"])
async def test_a_supporting_department_answers_what_is_addressed_to_it(
    tmp_path: Path, clock: str
) -> None:
    async with stage(tmp_path) as play:
        await supervised(play, clock)
        assert "督办回复" in buttons(play, await play.say(SUPPORT, "查看 1"), SUPPORT)
        told = await play.say(SUPPORT, "督办回复 1 意见今天下班前给供电公司")
        assert heard(play, told, SUPPORT)
        assert "督办" in heard(play, told, HEAD)
        assert await answers(play) == ["意见今天下班前给供电公司"]


@pytest.mark.parametrize("clock", ["handle", "hand", "rating", "errand:2"])
async def test_it_does_not_answer_for_the_lead(tmp_path: Path, clock: str) -> None:
    async with stage(tmp_path) as play:
        await supervised(play, clock)
        assert "督办回复" not in buttons(play, await play.say(SUPPORT, "查看 1"), SUPPORT)
        assert "没有等您回复的督办" in await refused(play, SUPPORT, "督办回复 1 不是我局的")
        await play.say(LIAISON, "督办回复 1 今天换好")
        assert await answers(play) == ["今天换好"]


async def test_nor_the_lead_for_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await supervised(play, "opinion:jxj")
        assert "没有等您回复的督办" in await refused(play, LIAISON, "督办回复 1 我们替它回")


async def test_each_answers_its_own_of_several_and_the_desk_all(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await supervised(play, "handle", "opinion:jxj", "errand:1", "errand:2")
        await play.say(SUPPORT, "督办回复 1 意见明天给")
        assert await answers(play) == ["", "意见明天给", "意见明天给", ""]
        await play.say(HEAD, "督办回复 1 已逐个打过电话")
        assert await answers(play) == [
            "已逐个打过电话",
            "意见明天给",
            "意见明天给",
            "已逐个打过电话",
        ]


async def test_the_enterprise_answers_none(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await supervised(play, "opinion:jxj")
        assert "不归您办" in await refused(play, OWNER, "督办回复 1 好的")

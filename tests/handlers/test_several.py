"""One act on several tickets: confirmed once, done together, each told apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from flows.tickets.state import State
from tests.handlers.story import CLERK, HEAD, LIAISON, OWNER, buttons, heard, history, known, ticket
from tests.stage import Stage, stage
from tests.stock import made

pytestmark = pytest.mark.usefixtures("engine")


async def store(play: Stage, *changes: Mapping[str, object]) -> None:
    """Keep tickets of 陈建国, numbered from 1."""
    await play.say(OWNER, "你好")
    reporter = (await known(play, OWNER)).id
    tickets = [made(n, reporter, **one) for n, one in enumerate(changes, 1)]  # type: ignore[arg-type]
    async with play.database.begin() as tx:
        await tx.tickets.save(tickets, {})


async def states(play: Stage, count: int) -> list[State]:
    return [(await ticket(play, f"ZH-2026-{n:04d}")).state for n in range(1, count + 1)]


ACCEPTED = {"state": State.ACCEPTED}
ASSIGNED = {"state": State.ASSIGNED, "lead_unit": "gdj"}


async def test_three_are_assigned_in_one_sentence_after_one_confirmation(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ACCEPTED, ACCEPTED, ACCEPTED)
        asked = await play.say(CLERK, "1、2、3 都交供电公司")
        assert "交办 3 件：供电公司" in heard(play, asked, CLERK)
        assert await states(play, 3) == [State.ACCEPTED] * 3
        told = await play.say(CLERK, "确认")
        assert "办成 3 件，共 3 件" in heard(play, told, CLERK)
        assert await states(play, 3) == [State.ASSIGNED] * 3
        assert [(await ticket(play, f"ZH-2026-000{n}")).lead_unit for n in (1, 2, 3)] == ["gdj"] * 3


async def test_the_department_hears_of_each_and_the_clerk_of_all_in_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ACCEPTED, ACCEPTED)
        await play.say(CLERK, "1、2 都交供电公司")
        told = await play.say(CLERK, "确认")
        assert len([s for s in told if play.where(s) == LIAISON]) == 2
        assert len([s for s in told if play.where(s) == CLERK]) == 1
        for number in ("ZH-2026-0001", "ZH-2026-0002"):
            assert [e.act for e in await history(play, f"ticket:{number}")] == ["assign"]


async def test_what_cannot_be_done_says_why_and_leaves_the_others_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ACCEPTED, ASSIGNED, ACCEPTED)
        asked = await play.say(CLERK, "1、2、3 都交供电公司")
        assert "ZH-2026-0002：待签收，现在办不了这一步" in heard(play, asked, CLERK)
        told = heard(play, await play.say(CLERK, "确认"), CLERK)
        assert "办成 2 件，共 3 件" in told
        assert "ZH-2026-0002：没办成。" in told
        assert await states(play, 3) == [State.ASSIGNED] * 3
        assert (await ticket(play, "ZH-2026-0002")).version == 1


async def test_where_nothing_can_be_done_that_is_said_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ASSIGNED, ASSIGNED)
        told = await play.say(CLERK, "1、2 都交供电公司")
        assert "这几件都交办不了" in heard(play, told, CLERK)
        for number in ("ZH-2026-0001", "ZH-2026-0002"):
            assert f"{number} 现在是“待签收”" in heard(play, told, CLERK)
        assert buttons(play, told, CLERK) == []
        assert "没有填到一半" in heard(play, await play.say(CLERK, "确认"), CLERK)


async def test_nothing_is_done_without_the_confirmation(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ACCEPTED, ACCEPTED)
        await play.say(CLERK, "1、2 都交供电公司")
        await play.say(CLERK, "取消")
        assert await states(play, 2) == [State.ACCEPTED] * 2


async def test_a_department_signs_everything_that_waits_for_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ASSIGNED, {**ASSIGNED, "lead_unit": "jxj"}, ASSIGNED, ACCEPTED)
        asked = heard(play, await play.say(LIAISON, "全部签收"), LIAISON)
        assert "签收 2 件" in asked
        assert "0002" not in asked
        await play.say(LIAISON, "确认")
        assert await states(play, 4) == [
            *(State.IN_PROGRESS, State.ASSIGNED, State.IN_PROGRESS, State.ACCEPTED)
        ]


async def test_all_of_nothing_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert "没有等您签收的" in heard(play, await play.say(LIAISON, "全部签收"), LIAISON)


async def test_several_answers_are_sent_back_with_one_sentence(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say(LIAISON, "你好")
        author = (await known(play, LIAISON)).id
        replied = {"state": State.REPLIED, "lead_unit": "gdj", "author": author}
        await store(play, replied, replied)
        await play.say(HEAD, "1、2 退回 请写日期")
        told = await play.say(HEAD, "确认")
        assert "办成 2 件" in heard(play, told, HEAD)
        assert heard(play, told, LIAISON).count("请写日期") == 2
        assert await states(play, 2) == [State.IN_PROGRESS] * 2


async def test_a_number_of_somebody_else_stops_the_whole_sentence(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ASSIGNED, {**ASSIGNED, "lead_unit": "jxj"})
        told = await play.say(LIAISON, "1、2、7 签收")
        assert "没有找到您可以办的：ZH-2026-0002、ZH-2026-0007" in heard(play, told, LIAISON)
        assert buttons(play, told, LIAISON) == []


async def test_what_an_enterprise_writes_so_is_a_sentence(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ACCEPTED, ACCEPTED)
        told = heard(play, await play.say(OWNER, "1、2 都交供电公司"), OWNER)
        assert "交办" not in told
        assert await states(play, 2) == [State.ACCEPTED] * 2


async def test_a_department_that_is_not_named_is_asked_for_one_by_one(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ACCEPTED, ACCEPTED)
        told = await play.say(CLERK, "1、2 都交办")
        assert "这几件都交办不了" in heard(play, told, CLERK)
        assert heard(play, told, CLERK).count("请单独办这一件") == 2
        assert buttons(play, told, CLERK) == []


async def test_a_second_confirmation_does_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, ACCEPTED, ACCEPTED)
        await play.say(CLERK, "1、2 都交供电公司")
        await play.say(CLERK, "确认")
        await play.say(CLERK, "确认")
        assert (await ticket(play, "ZH-2026-0001")).version == 2

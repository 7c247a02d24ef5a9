"""查: what staff find, what a department never finds, and what is left on record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from flows.tickets.case import Ticket
from flows.tickets.state import State
from tests.handlers.story import CLERK, LIAISON, OWNER, buttons, heard, history, known
from tests.stage import Stage, stage
from tests.stock import made

pytestmark = pytest.mark.usefixtures("engine")


async def store(play: Stage, *changes: Mapping[str, object]) -> None:
    """Keep tickets of 陈建国, numbered from 1."""
    await play.say(OWNER, "你好")
    reporter = (await known(play, OWNER)).id
    tickets: list[Ticket] = [
        made(n, reporter, **{"state": State.IN_PROGRESS, "lead_unit": "gdj", **one})  # type: ignore[arg-type]
        for n, one in enumerate(changes, 1)
    ]
    async with play.database.begin() as tx:
        await tx.tickets.save(tickets, {})


async def asked(play: Stage, who: str, text: str) -> str:
    return heard(play, await play.say(who, text), who)


async def test_a_clerk_finds_two_characters_and_may_open_what_was_found(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"body": "招宝山街道又停电了"}, {"body": "招宝山的路坏了"})
        told = await play.say(CLERK, "查 停电 招宝山")
        assert "ZH-2026-0001 办理中：招宝山街道又停电了" in heard(play, told, CLERK)
        assert "0002" not in heard(play, told, CLERK)
        assert buttons(play, told, CLERK) == ["ZH-2026-0001"]


async def test_the_newest_ten_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, *({"body": f"停电 {n}"} for n in range(1, 24)))
        told = await asked(play, CLERK, "查 停电")
        assert told.count("ZH-2026-") == 10
        assert told.index("ZH-2026-0023") < told.index("ZH-2026-0014")
        assert "还有 13 件" in told


async def test_pieces_that_stand_apart_are_no_hit(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"body": "招宝店在宝山路"})
        assert "没有找到" in await asked(play, CLERK, "查 招宝山")


async def test_a_class_is_found_by_its_name(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        category = play.reception.office.categories[0]
        await store(play, {"category": category.id, "body": "跳闸"})
        assert "ZH-2026-0001" in await asked(play, CLERK, f"查 {category.name}")


async def test_a_department_finds_its_own_tickets_alone(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"body": "停电一"}, {"body": "停电二", "lead_unit": "jxj"})
        told = await asked(play, LIAISON, "查 停电")
        assert "ZH-2026-0001" in told
        assert "ZH-2026-0002" not in told


async def test_a_department_does_not_learn_of_a_hidden_enterprise(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"anonymous": True, "body": "蛟川机械停电"})
        assert "没有找到" in await asked(play, LIAISON, "查 蛟川")
        assert "蛟川" not in (await asked(play, LIAISON, "查 停电"))
        assert "ZH-2026-0001" in await asked(play, CLERK, "查 蛟川")


async def test_a_group_is_told_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"body": "停电"})
        told = await play.say(CLERK, "查 停电", group="工作群")
        assert [letter.message.text for letter in told if "0001" in letter.message.text] == []


async def test_an_enterprise_cannot_search(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"body": "停电"})
        assert "给工作人员的" in await asked(play, OWNER, "查 停电")


async def test_that_somebody_searched_is_on_record_and_for_what_is_not(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"body": "停电"})
        await play.say(CLERK, "查 停电")
        entries = await history(play, f"person:{(await known(play, CLERK)).id}")
        (entry,) = [one for one in entries if one.act == "search"]
        assert entry.public == {"found": "1"}
        assert entry.personal == {}


async def test_one_character_is_not_enough(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert "至少两个" in await asked(play, CLERK, "查 电")


async def test_a_number_alone_opens_the_ticket(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await store(play, {"body": "停电"})
        assert "ZH-2026-0001 办理中" in await asked(play, CLERK, "查 1")


async def test_a_sentence_that_only_begins_so_is_no_search(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        told = await asked(play, CLERK, "查清原因以后请告诉我们什么时候修好这条线路")
        assert "工单" not in told

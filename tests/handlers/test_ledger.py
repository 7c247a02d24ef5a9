"""台账: who may ask for it, and for which days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.handlers.story import CLERK, HEAD, OWNER, heard, history
from tests.stage import Stage, stage

pytestmark = pytest.mark.usefixtures("engine")


async def asked(play: Stage, who: str, text: str, group: str | None = None) -> str:
    told = await play.say(who, text, group=group)
    return heard(play, told, group or who)


async def orders(play: Stage) -> int:
    async with play.database.read() as tx:
        return len(await tx.attachments.pending(10))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("台账", date(2026, 1, 1), date(2026, 11, 24)),
        ("台账 11月", date(2026, 11, 1), date(2026, 11, 30)),
        ("台账 2025年2月", date(2025, 2, 1), date(2025, 2, 28)),
        ("台账 2025年", date(2025, 1, 1), date(2025, 12, 31)),
        ("台账 2026-11-20 到 2026-11-02", date(2026, 11, 2), date(2026, 11, 20)),
    ],
)
async def test_the_head_of_the_desk_has_it_made_for_some_days(
    tmp_path: Path, text: str, since: date, until: date
) -> None:
    async with stage(tmp_path) as play:
        assert "正在做" in await asked(play, HEAD, text)
        async with play.database.read() as tx:
            (order,) = await tx.attachments.pending(10)
        assert order.channel == "made"
        assert order.code == f"{since.isoformat()}/{until.isoformat()}"
        assert order.name == f"台账 {since.isoformat()} 至 {until.isoformat()}.xlsx"
        (entry,) = await history(play, "ledger")
        assert entry.public == {"range": order.code, "full": ""}


@pytest.mark.parametrize("who", [CLERK, OWNER])
async def test_nobody_else_gets_it(tmp_path: Path, who: str) -> None:
    async with stage(tmp_path) as play:
        assert "受理负责人" in await asked(play, who, "台账")
        assert await orders(play) == 0


async def test_a_group_gets_none(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        assert "单聊" in await asked(play, HEAD, "台账", group="工作群")
        assert await orders(play) == 0


@pytest.mark.parametrize("text", ["台账 13月", "台账 2026-02-30 2026-03-01", "台账 最近的"])
async def test_what_is_no_range_is_asked_for_again(tmp_path: Path, text: str) -> None:
    async with stage(tmp_path) as play:
        assert "哪段时间" in await asked(play, HEAD, text)
        assert await orders(play) == 0

"""清单: an emergency (应急) stands first, is called so, and is counted once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import CLERK, HEAD, LIAISON, carry
from tests.handlers.test_desk_list import keep, listed, reporter
from tests.stage import stage
from tests.stock import made

pytestmark = pytest.mark.usefixtures("engine")


async def test_it_stands_before_what_is_late_and_in_no_other_section(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        owner = await reporter(play)
        await keep(
            play,
            made(1, owner, State.IN_PROGRESS, due=-timedelta(days=1), lead_unit="gdj"),
            made(2, owner, State.IN_PROGRESS, lead_unit="gdj", emergency=True),
            made(3, owner, State.ASSIGNED, lead_unit="gdj", urgent=True),
            made(
                4, owner, State.IN_PROGRESS, due=-timedelta(days=2), lead_unit="gdj", emergency=True
            ),
        )
        assert await listed(play, CLERK) == [
            "清单共 4 件：",
            "【应急 2 件】",
            "【应急】ZH-2026-0004：待答复，11月22日 12:00 前",
            "【应急】ZH-2026-0002：待答复，11月27日 12:00 前",
            "【逾期 1 件】",
            "ZH-2026-0001：待答复，11月23日 12:00 前",
            "【等部门 1 件】",
            "【紧急】ZH-2026-0003：待签收，11月27日 12:00 前",
            "看某一件请回复“查看 编号”。",
        ]
        theirs = await listed(play, LIAISON)
        assert theirs[:3] == [
            "清单共 4 件：",
            "【应急 2 件】",
            "【应急】ZH-2026-0004：待答复，11月22日 12:00 前",
        ]


async def test_it_leaves_the_head_of_the_list_when_it_is_none_any_more(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.IN_PROGRESS)
        await play.say(HEAD, "应急 1 厂区积水，等不到上班")
        for who in (CLERK, LIAISON):
            assert (await listed(play, who))[1] == "【应急 1 件】"
        await play.say(HEAD, "取消应急 1")
        for who in (CLERK, LIAISON):
            assert not any("应急" in line for line in await listed(play, who))


async def test_more_than_there_is_room_for_are_counted_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        owner = await reporter(play)
        cases = [
            made(
                n,
                owner,
                State.IN_PROGRESS,
                due=-timedelta(days=1),
                lead_unit="gdj",
                emergency=n > 4,
            )
            for n in range(1, 19)
        ]
        await keep(play, *cases)
        lines = await listed(play, CLERK)
        assert lines[:2] == ["清单共 18 件：", "【应急 14 件】"]
        assert "【逾期 4 件】" in lines
        assert sum(line.startswith("【应急】") for line in lines) == 12
        assert "还有 6 件没有列出。" in lines

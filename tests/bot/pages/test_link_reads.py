"""What a page shows a department, and whose answer it is that comes from one."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.tickets.case import State
from flows.tickets.children import Sounding
from tests.bot.pages.phone import office, token_in
from tests.handlers.planted import OUTSIDE, READS, SECOND, met, plant
from tests.handlers.story import (
    ANSWER,
    CLERK,
    HEAD,
    LEADER,
    LIAISON,
    SUPPORT,
    carry,
    heard,
    ticket,
)

pytestmark = pytest.mark.usefixtures("engine")
INTERNAL = {"note of gdj", "note of jxj", "note of the office", "rating"}
"""What config/exposure.toml keeps off pages, whoever reads there."""


@pytest.mark.parametrize(
    ("unit", "reader"),
    [("供电公司", LIAISON), ("经信局", SUPPORT), ("住建局", SECOND), ("郑伟民", LEADER)],
)
async def test_a_page_shows_what_its_holder_reads_and_may_leave_the_office(
    tmp_path: Path, unit: str, reader: str
) -> None:
    async with office(tmp_path) as desk:
        await plant(desk.play)
        token = token_in(await desk.play.say(CLERK, f"链接 1 {unit}"))
        page = await desk.phone().open(token)
        assert met(page.body) == READS[reader] - INTERNAL


async def test_the_page_of_a_department_that_is_only_asked_shows_the_needed_text(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        asked = Sounding(unit="rsj", by=1, at=play.clock.now, until=play.clock.now)
        await plant(
            play, State.ACCEPTED, lead_unit=None, co_tasks=(), reply=None, soundings=(asked,)
        )
        token = token_in(await play.say(CLERK, "链接 1 人社局"))
        page = await desk.phone().open(token)
        assert met(page.body) == {"text"}
        assert "恒通" not in page.body
        assert OUTSIDE not in page.body


async def test_who_made_the_link_does_not_audit_the_answer_that_came_through_it(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as desk:
        play = desk.play
        await carry(play, State.IN_PROGRESS)
        await play.say(SUPPORT, "协办意见 1 同意供电公司的意见")
        token = await desk.link(CLERK)
        phone = desk.phone()
        await phone.open(token)
        await phone.act(token, "reply", text=ANSWER, outcome="A")
        assert (await ticket(play)).state is State.REPLIED
        told = heard(play, await play.say(CLERK, "审核通过 1"), CLERK)
        assert "要别人来审" in told
        assert HEAD in told
        assert "ZH-2026-0001" not in heard(play, await play.say(CLERK, "清单"), CLERK)
        assert "ZH-2026-0001" in heard(play, await play.say(HEAD, "清单"), HEAD)
        await play.say(HEAD, "审核通过 1")
        assert (await ticket(play)).state is State.CALLBACK

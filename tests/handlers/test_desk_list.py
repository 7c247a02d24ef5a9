"""清单: what waits for a member of staff, and nothing that they may not do."""

from pathlib import Path

import pytest

from flows.tickets.case import State
from tests.handlers.story import carry, heard
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")


async def test_the_list_names_tickets_and_tasks_with_what_they_wait_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.SUBMITTED)
        await play.say("老陆", "请给我回电话 13957409988")
        told = heard(play, await play.say("王敏", "清单"), "王敏")
        assert "ZH-2026-0001：待受理" in told
        assert "任务 1：待回电" in told
        await play.say("王敏", "已回电 1")
        assert "任务 1" not in heard(play, await play.say("王敏", "清单"), "王敏")


async def test_nobody_is_asked_to_audit_their_own_answer(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await carry(play, State.REPLIED)
        await play.say("周岚", "授权 demo-liaison-li 受理员")
        assert "待审核" not in heard(play, await play.say("李强", "清单"), "李强")
        assert "待审核" in heard(play, await play.say("王敏", "清单"), "王敏")


async def test_a_liaison_sees_no_tasks_of_the_desk(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        await play.say("老陆", "请给我回电话 13957409988")
        assert "没有等您办的" in heard(play, await play.say("李强", "清单"), "李强")

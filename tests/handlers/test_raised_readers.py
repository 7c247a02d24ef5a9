"""问题清单 shows each reader the tickets they may read, and of the others how many there are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.handlers.attending import press, publish, sign_up
from tests.handlers.story import CLERK, OWNER, heard, people, person
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("engine")
RUNS = "孙丽"
FIRM = 'enterprise = "镇海恒通紧固件有限公司"\nphone = "13805740001"'


async def test_who_runs_activities_alone_reads_none_of_their_tickets(tmp_path: Path) -> None:
    body = person(CLERK, '["clerk"]') + person(RUNS, '["organiser"]')
    body += person(OWNER, '["entrepreneur"]', FIRM)
    async with stage(tmp_path, people(tmp_path, body)) as play:
        await publish(play, "名额9人\n参加领导：副区长张建华")
        await sign_up(play, OWNER)
        await play.wait(timedelta(days=7, hours=5))
        await play.say(CLERK, "会上问题 恒通：焊工招不到，三个月了")
        await play.say(CLERK, "完成")
        await play.press(CLERK, "确认")
        seen = heard(play, await press(play, CLERK, "raised"), CLERK)
        assert "归集 1 件" in seen
        assert "ZH-2026-0001" in seen
        hidden = heard(play, await press(play, RUNS, "raised"), RUNS)
        assert "归集 1 件" in hidden
        assert "另有 1 件不在您能看的范围里" in hidden
        assert "ZH-2026-0001" not in hidden

"""A platform that carries calls out and loses its answers: doubtful answers again, notices not."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from tests.faults.fleet import alone
from tests.faults.scene import LONG, MESSAGES, Scene, scene, sqlite_file

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

TIMES = 25
REPLY, TO_GROUP = "/robot/sendBySession", "/v1.0/robot/groupMessages/send"


async def lose_answers(run: Scene) -> None:
    """Cut connections after the call was carried out: it stands there, and the bot cannot know."""
    for number in range(TIMES):
        await asyncio.sleep(run.chance.uniform(0.1, 0.6))
        run.load.control.cut(REPLY, executed=True)
        if number % 5 == 0:
            run.load.control.cut(TO_GROUP, executed=True)
    run.load.control.clear_faults()


async def test_lost_answers_of_the_platform_double_only_what_is_counted(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path)
    async with scene(partial(alone, tmp_path, url), url) as run:
        await run.under_load(lose_answers(run), parallel=8)
        verdict = await run.settle()
        assert not verdict.findings, verdict
        assert 0 < verdict.doubles <= verdict.resends
        assert verdict.unknown > 0  # notices to the group, left to people
        assert verdict.acknowledged == verdict.messages >= MESSAGES

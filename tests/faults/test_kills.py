"""kill -9 of random processes under load: nothing acknowledged is lost, nothing comes twice."""

from functools import partial
from pathlib import Path

import pytest

from tests import servers
from tests.faults.fleet import alone, split
from tests.faults.scene import KILLS, LONG, MESSAGES, scene, sqlite_file

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]


async def test_one_process_on_sqlite_survives_kill_9_under_load(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path)
    async with scene(partial(alone, tmp_path, url), url) as run:
        await run.under_load(run.fleet.kill_now_and_then(KILLS, run.chance, (0.05, 2.0)))
        verdict = await run.settle()
        assert not verdict.findings, verdict
        assert run.fleet.kills >= KILLS
        assert verdict.acknowledged == verdict.messages >= MESSAGES


@pytest.mark.parametrize("cards", [False, True], ids=["typed", "cards"])
async def test_gateways_and_workers_on_postgresql_survive_kill_9_under_load(
    cards: bool, tmp_path: Path
) -> None:
    async with servers.database() as url, servers.valkey() as valkey:
        processes = partial(split, tmp_path, url, redis=valkey.url, cards=cards)
        async with scene(processes, url) as run:
            await run.under_load(run.fleet.kill_now_and_then(KILLS, run.chance, (0.05, 1.5)))
            verdict = await run.settle()
            assert not verdict.findings, verdict
            assert run.fleet.kills >= KILLS
            assert verdict.acknowledged == verdict.messages >= MESSAGES

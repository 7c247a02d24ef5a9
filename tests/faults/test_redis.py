"""Redis that forgets everything or restarts every two seconds costs latency and nothing else."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from tests import servers
from tests.faults.fleet import split
from tests.faults.scene import LONG, MESSAGES, Scene, scene

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000 if LONG else 300)]

EVERY = 2.0
TIMES = 12
KILLS = 4


async def forget_and_restart(run: Scene, valkey: servers.Valkey) -> None:
    """Flush and restart in turns, and kill a process now and then."""
    for number in range(TIMES):
        await asyncio.sleep(EVERY)
        if number % 2:
            await valkey.kill()
            await asyncio.sleep(run.chance.uniform(0, 1))
            await valkey.start()
        else:
            await valkey.flush()
        if number % (TIMES // KILLS) == 0:
            await run.fleet.kill_now_and_then(1, run.chance, (0, 0.2))


async def test_flushes_and_restarts_of_redis_lose_nothing_and_open_no_window(
    tmp_path: Path,
) -> None:
    async with servers.database() as url, servers.valkey() as valkey:
        processes = partial(split, tmp_path, url, redis=valkey.url, gateways=1, workers=2)
        async with scene(processes, url) as run:
            await run.under_load(forget_and_restart(run, valkey))
            verdict = await run.settle()
            assert not verdict.findings, verdict
            assert run.fleet.kills >= KILLS
            assert verdict.acknowledged == verdict.messages >= MESSAGES
